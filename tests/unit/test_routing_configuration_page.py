"""``docs/configuration.md``: its examples load, and it names every key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from routing.config_file import check_config
from routing.facts import CALL_FIELDS, CALLER_FIELDS
from routing.model import Strategy
from routing.prompts import PROMPTS

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.M | re.S)


def test_the_examples_together_are_a_good_file() -> None:
    assert len(EXAMPLES) == 5
    report = check_config("".join(EXAMPLES))
    assert (report.problems, report.warnings) == ((), ())


@pytest.mark.parametrize(
    "word",
    [
        *("skills", "reps", "queues", "numbers", "dispositions", "prompts", "rules", "tests", "device", "email"),
        *("strategy", "max_wait", "offer_timeout", "wrap_up", "announce", "every", "place"),
        *("priority", "head_start", "prefer_rep", "who", "wait", "must_qualify", "needs", "prefers", "steps", "after"),
        *(
            "then",
            "hang_up",
            "when",
            "route",
            "expect",
            "at",
            "closing",
            "team",
            "team_wait",
            "skip_if",
            "nobody_on_duty",
            "nobody_free",
        ),
        *("ask", "say", "keys", "speech", "tries", "timeout", "block", "rejected", "busy", "lists"),
        *("hours", "holidays", "timezone", "open", "closed", "exceptions", "holiday"),
        *Strategy,
        *CALL_FIELDS,
        *CALLER_FIELDS,
        *PROMPTS,
        *("language", "greeting", "away_reasons", "service_level", "answered_within", "target"),
    ],
)
def test_the_page_names_every_key(word: str) -> None:
    assert re.search(rf"\b{word}\b", PAGE)
