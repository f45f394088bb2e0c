"""``.env.example`` names every setting, with its true default, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from cti.settings import Settings, variable_of
from tests.support.environment import VARIABLES

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"^(#?)([A-Z_]+)=(.*)$", re.MULTILINE)
ONLY_COMPOSE = {"POSTGRES_PASSWORD"}


def lines() -> list[tuple[bool, str, str]]:
    text = (ROOT / ".env.example").read_text()
    return [(mark == "#", name, value) for mark, name, value in LINE.findall(text)]


def test_it_names_every_setting_once_and_no_other() -> None:
    names = [name for _, name, _ in lines()]
    assert sorted(names) == sorted(VARIABLES | ONLY_COMPOSE)


def test_what_must_be_set_is_not_commented_out() -> None:
    needed = {variable_of(Settings, name) for name, field in Settings.model_fields.items() if field.is_required()}
    assert {name for commented, name, _ in lines() if not commented} == needed


def test_a_default_that_is_shown_is_the_true_one() -> None:
    fields = {variable_of(Settings, name): field for name, field in Settings.model_fields.items()}
    shown = {name: value for commented, name, value in lines() if commented and value}
    for name, value in shown.items():
        if name not in {"CTI_DEFAULT_REGION", "REDIS_URL"}:  # examples: unset means something else
            assert value == str(fields[name].get_default(call_default_factory=True, validated_data={}))
