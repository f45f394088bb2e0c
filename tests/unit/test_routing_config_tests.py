"""The configuration's own tests: run with the rules, with everybody available and idle alike."""

from __future__ import annotations

import pytest

from routing.config_file import check_config
from tests.support.configuration import LAST, a_route, a_text, problems, warnings

RULES = (
    a_route("queue: sales, priority: 4, prefers: {sales: 1}", when="call.to == '+15550101'", name="sales line")
    + a_route(
        "queue: support, prefer_rep: {who: owner}, needs: {support: 3}", when="caller.tier == 'gold'", name="gold"
    )
    + a_route(
        "queue: support, prefer_rep: {who: owner, must_qualify: false}", when="caller.stage == 'lead'", name="lead"
    )
    + a_route("queue: support, prefer_rep: {who: last}", when="caller.seats == '9'", name="seats")
)


def checked(test: str) -> list[str]:
    """The problems of a file whose only test is that one; the test stands in line 16."""
    return problems(a_text(RULES, more=f"tests:\n  - {{name: t, {test}}}\n"))


@pytest.mark.parametrize(
    "test",
    [
        "call: {to: '+1 555 0101'}, expect: {rule: sales line, queue: sales, rep: bo, priority: 4}",
        "call: {to: '+15550100'}, expect: {rule: everyone else, queue: support, rep: ana, priority: 0}",
        "call: {}, caller: {tier: gold}, expect: {rule: gold, rep: ana}",
        "call: {}, caller: {tier: gold, owner: cy}, expect: {rule: gold, rep: cy}",
        "call: {}, caller: {tier: gold, owner: bo}, expect: {rule: gold, rep: ana}",
        "call: {}, caller: {stage: lead, owner: bo}, expect: {rule: lead, rep: bo}",
        "call: {}, caller: {stage: lead, owner: gus}, expect: {rule: lead, rep: ana}",
        "call: {}, caller: {seats: '9', last: cy, tier: null, tags: [a]}, expect: {rule: seats, rep: cy}",
        "call: {}, caller: {match: withheld}, expect: {rule: everyone else}",
        "call: {from: '+1', at: '2026-11-23T09:00:00+01:00'}, expect: {rule: everyone else}",
        "call: {from: '+1', at: 2026-11-23T09:00:00Z}, expect: {rule: everyone else}",
    ],
)
def test_a_test_that_holds_says_nothing(test: str) -> None:
    assert checked(test) == []


@pytest.mark.parametrize(
    ("test", "found"),
    [
        (
            "call: {to: '+15550101'}, expect: {rule: everyone else, queue: support, rep: cy, priority: 0}",
            [
                "line 16: tests[0].expect.rule: t: expected everyone else, got sales line",
                "line 16: tests[0].expect.queue: t: expected support, got sales",
                "line 16: tests[0].expect.rep: t: expected cy, got bo",
                "line 16: tests[0].expect.priority: t: expected 0, got 4",
            ],
        ),
        (
            "call: {}, expect: {rule: seats}",
            [
                "line 16: tests[0].expect.rule: t: expected seats, got everyone else (seats: there is no field seats)",
            ],
        ),
    ],
)
def test_a_test_that_fails_says_what_was_expected_and_what_came(test: str, found: list[str]) -> None:
    assert checked(test) == found


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("call: {}, expect: {rule: gild}", "tests[0].expect.rule: there is no rule 'gild'; did you mean gold?"),
        ("call: {}, expect: {rep: gus}", "tests[0].expect.rep: there is no rep 'gus'"),
        ("call: {}, expect: {queue: x}", "tests[0].expect.queue: there is no queue 'x'"),
        ("call: {}, expect: {}", "tests[0].expect: expects nothing; say rule, queue, rep or priority"),
        ("call: {}, expect: {skill: x}", "tests[0].expect.skill: unknown key; known: rule, queue, rep, priority"),
        ("call: {}", "tests[0].expect: is missing"),
        ("expect: {rule: gold}", "tests[0].call: is missing"),
        ("call: {too: '+1'}, expect: {rule: gold}", "tests[0].call.too: unknown key; did you mean to?"),
        ("call: {to: +15550100}, expect: {rule: gold}", "tests[0].call.to: YAML reads '+15550100' as a number"),
        ("call: {at: monday}, expect: {rule: gold}", "tests[0].call.at: must be a moment with its offset"),
        ("call: {at: '2026-11-23T09:00'}, expect: {rule: gold}", "tests[0].call.at: must be a moment with its offset"),
        ("call: {}, caller: {match: two}, expect: {rule: gold}", "tests[0].caller.match: must be one of one, many"),
        ("call: {}, caller: gold, expect: {rule: gold}", "tests[0].caller: must be a mapping of what the CRM knows"),
        ("call: {}, caller: {tags: vip}, expect: {rule: gold}", "tests[0].caller.tags: must be a list"),
    ],
)
def test_the_tests_themselves_are_checked(test: str, message: str) -> None:
    found = checked(test)
    assert len(found) == 1
    assert found[0].startswith(f"line 16: {message}")


def test_a_custom_field_that_looks_like_a_slip_is_warned_of() -> None:
    text = a_text(
        RULES, more="tests:\n  - {name: t, call: {}, caller: {teir: gold, seats: '1'}, expect: {queue: support}}\n"
    )
    assert warnings(text) == [
        "line 16: tests[0].caller.teir: is taken for a custom field of the CRM; did you mean tier?"
    ]


PASSES = '  - {name: passes, call: {to: "+15550101"}, expect: {rule: sales line}}\n'
FAILS = "  - {name: fails, call: {}, caller: {tier: gold}, expect: {rule: sales line, queue: sales}}\n"


def results(text: str) -> list[tuple[object, ...]] | None:
    found = check_config(text).tests
    if found is None:
        return None
    return [(test.name, test.rule, test.taken, test.passed, test.message, test.line) for test in found]


def test_a_check_says_of_every_test_whether_it_passed() -> None:
    message = "fails: expected sales line, got gold; fails: expected sales, got support"
    assert results(a_text(RULES, more=f"tests:\n{PASSES}{FAILS}")) == [
        ("passes", "sales line", "sales line", True, "", 16),
        ("fails", "sales line", "gold", False, message, 17),
    ]


def test_a_file_without_tests_has_no_results_and_one_that_cannot_be_read_none_at_all() -> None:
    assert results(a_text(RULES)) == []
    assert results(a_text(RULES, more=f"tests:\n{PASSES}", last=LAST.replace("support", "nowhere"))) is None


def test_tests_are_tried_also_where_a_plan_can_be_met_by_nobody() -> None:
    nobody = a_route("queue: support, needs: {billing: 9}", when="call.to == '+15550109'", name="nobody")
    text = a_text(RULES + nobody, more=f"tests:\n{PASSES}")
    assert problems(text) != []
    assert results(text) == [("passes", "sales line", "sales line", True, "", 17)]


def test_a_test_that_lacks_its_moment_has_not_passed() -> None:
    hours = "hours:\n  office: {timezone: Europe/Warsaw, open: {mon-fri: '08:00-18:00'}}\n"
    closed = a_route("queue: sales", when="'!hours.office.open'", name="closed")
    text = a_text(closed, more=f"{hours}tests:\n  - {{name: t, call: {{}}, expect: {{queue: support}}}}\n")
    [(name, rule, _, passed, message, line)] = results(text) or []
    assert (name, rule, passed, line) == ("t", None, False, 15)
    assert str(message).startswith("must say at")


def test_a_thousand_tests_of_a_large_floor_are_all_tried() -> None:
    reps = "".join(f"  - {{id: r{n}, skills: {{support: {n % 10 + 1}}}}}\n" for n in range(1_000))
    floor = f"skills: [support]\nreps:\n{reps}queues:\n  - {{id: support}}\n"
    gold = a_route("queue: support, needs: {support: 3}", when="caller.tier == 'gold'", name="gold")
    tests = "".join(
        f"  - {{name: t{n}, call: {{}}, caller: {{tier: gold}}, expect: {{rule: gold, rep: r109}}}}\n"
        for n in range(1_000)
    )
    found = check_config(f"{a_text(gold, floor=floor)}tests:\n{tests}").tests
    assert found is not None
    assert [test.passed for test in found] == [True] * 1_000
