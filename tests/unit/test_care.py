"""What needs care, by the configuration, the record and the people: each with its mend, and nothing that is well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from crm_adapter.model import Contact
from cti.accounts.model import TokenInfo, User
from cti.accounts.roles import Role
from cti.admin.care_config import of_config
from cti.admin.care_people import of_people
from cti.admin.care_rules import DAY_MS, RuleRecord, ages, of_rules
from cti.admin.finding import MOST, Finding, care_view
from cti.calls import codec
from cti.calls.model import Caller, CallerMatch
from cti.record.rule_figures import ActiveText, FailedDecision
from routing.checks import TestResult
from routing.config_file import load_config
from tests.support.calls_by_hand import a_call
from tests.support.configuration import FLOOR, a_config, a_route, a_text

NOW_MS = 1_795_420_800_000
SINCE_MS = NOW_MS - 30 * DAY_MS
LINES = 'numbers: [{number: "+15550100", name: Main}, {number: "+15550101"}]\n'
GOLD = a_route("queue: support", when="caller.tier == 'gold'", name="gold")
SALES = a_route("queue: sales", when="call.to == '+15550101'", name="sales line")


def told(findings: Iterable[Finding]) -> list[tuple[object, ...]]:
    return [(each.kind, each.subject, each.room, each.id) for each in findings]


# The configuration by itself


def in_config(rules: str = "", *, more: str = "", tests: tuple[TestResult, ...] = ()) -> list[tuple[object, ...]]:
    return told(of_config(a_config(rules, more=more), tests))


def test_a_configuration_that_is_well_needs_nothing() -> None:
    rules = SALES + a_route("queue: support", when="call.to == '+15550100'", name="main line")
    assert in_config(rules, more=LINES) == []


def test_a_queue_that_no_rule_uses_is_found() -> None:
    assert in_config() == [("queue_unused", "sales", "queues", "sales")]


@pytest.mark.parametrize(
    "use",
    ["queue: sales", "queue: support, steps: [{after: 30s, then: {queue: sales}}]",
     "queue: support, steps: [{after: 30s, queues: [sales]}]"],
)  # fmt: skip
def test_a_queue_is_used_where_a_call_can_come_to_it(use: str) -> None:
    assert in_config(a_route(use, when="caller.tier == 'x'")) == []


def test_a_number_that_no_rule_names_is_found_where_rules_tell_numbers_apart() -> None:
    assert in_config(SALES, more=LINES) == [("number_without_rule", "+15550100", "numbers", "+15550100")]
    assert in_config(GOLD + a_route("queue: sales", when="caller.tier == 'x'", name="x"), more=LINES) == []
    anyhow = a_route("queue: sales", when="call.to.startsWith('+1555')", name="anyhow")
    assert in_config(SALES + anyhow, more=LINES) == []


def test_reps_whom_no_call_can_reach_are_found() -> None:
    floor = FLOOR.replace("queues: [support]}", "queues: []}").replace("queues: [support, sales]}", "queues: [sales]}")
    config = load_config(a_text(floor=floor), "test.yaml")
    assert told(of_config(config, ())) == [
        ("queue_unused", "sales", "queues", "sales"),
        ("rep_without_calls", "bo", "reps", "bo"),
        ("rep_without_queue", "cy", "reps", "cy"),
    ]


def test_examples_that_fail_are_found_with_their_rule() -> None:
    passed = TestResult(name="p", rule="gold", taken="gold", passed=True, message="", line=3)
    failed = TestResult(name="f", rule="gold", taken="everyone else", passed=False, message="m", line=4)
    findings = of_config(a_config(GOLD + SALES), (passed, failed))
    assert told(findings) == [("example_fails", "f", "rules", 0)]
    assert findings[0].detail == {"rule": "gold", "taken": "everyone else", "test": 1, "line": 4}


# How the rules fared


def a_record(**changes: Any) -> RuleRecord:
    text = ActiveText(n=7, since_ms=SINCE_MS - DAY_MS, text=a_text(GOLD + SALES))
    record = RuleRecord(since_ms=SINCE_MS, taken={}, texts=[text], calls={SINCE_MS: 40})
    return replace(record, **changes)


def in_rules(record: RuleRecord, rules: str = GOLD + SALES) -> tuple[Finding, ...]:
    return of_rules(a_config(rules), record, NOW_MS)


def test_a_rule_that_was_not_taken_is_found_with_the_calls_that_there_were() -> None:
    record = a_record(taken={"gold": NOW_MS, "sales line": SINCE_MS - 1})
    [finding] = in_rules(record)
    assert told([finding]) == [("rule_never_matched", "sales line", "rules", 1)]
    assert finding.detail == {"calls": 40, "at_least": False, "days": 30, "last_at": "2026-10-24T07:59:59.999Z"}
    assert finding.since_ms == SINCE_MS


def test_the_last_rule_is_there_for_whoever_is_left() -> None:
    assert in_rules(a_record(taken={"gold": NOW_MS, "sales line": NOW_MS})) == ()


def test_where_nobody_called_no_rule_is_to_blame() -> None:
    assert in_rules(a_record(calls={})) == ()


def test_a_rule_is_judged_since_it_stands_in_the_configuration() -> None:
    old = ActiveText(n=6, since_ms=SINCE_MS - DAY_MS, text=a_text(SALES))
    new = ActiveText(n=7, since_ms=NOW_MS - 3 * DAY_MS, text=a_text(GOLD + SALES))
    record = a_record(texts=[new, old], calls={NOW_MS - 3 * DAY_MS: 5, SINCE_MS: 40})
    assert ages(a_config(GOLD + SALES), record) == {"gold": NOW_MS - 3 * DAY_MS, "sales line": SINCE_MS}
    gold, sales = in_rules(record)
    assert (gold.detail["calls"], gold.detail["days"]) == (5, 3)
    assert (sales.detail["calls"], sales.detail["days"]) == (40, 30)


def test_a_rule_whose_calls_another_takes_by_its_text_is_found_whether_or_not_anybody_called() -> None:
    rules = GOLD + a_route("queue: sales", when="\"caller.tier == 'gold' && call.to == '+1'\"", name="gold sales")
    [finding] = in_rules(a_record(taken={"gold": NOW_MS}, calls={}), rules)
    assert told([finding]) == [("rule_shadowed", "gold sales", "rules", 1)]
    assert finding.detail | {"by": "gold", "by_id": 0, "always": True} == finding.detail


def a_document(tier: str, to: str) -> str:
    contact = Contact(id="c", name="Jan", phones=(), tier=tier)
    caller = Caller(match=CallerMatch.ONE, number="+48600100200", contacts=(contact,))
    return codec.dump(replace(a_call(), caller=caller, to=to)).decode()


def test_a_rule_whose_calls_an_earlier_one_took_is_found_by_the_calls_themselves() -> None:
    documents = [("gold", a_document("gold", "+15550101"))] * 2 + [("gold", a_document("gold", "+15550100"))]
    documents += [("everyone else", a_document("silver", "+15550100")), ("gold", "nonsense")]
    [finding] = in_rules(a_record(taken={"gold": NOW_MS}, documents=documents))
    assert told([finding]) == [("rule_shadowed", "sales line", "rules", 1)]
    assert finding.detail | {"by": "gold", "by_id": 0, "always": False, "took": 2, "calls": 40} == finding.detail


def a_failure(at_ms: int, *problems: str, version: int = 7) -> FailedDecision:
    return FailedDecision(at_ms=at_ms, version=version, problems=problems)


def test_conditions_that_failed_are_counted_by_reason() -> None:
    taken = {"gold": NOW_MS, "sales line": NOW_MS}
    failed = [
        a_failure(NOW_MS - 1, "gold: there is no field seats"),
        a_failure(NOW_MS - 9, "gold: there is no field seats", "sales line: the arithmetic has no result"),
        a_failure(NOW_MS - 5, "gone: there is no field seats"),
    ]
    gold, sales = in_rules(a_record(taken=taken, failed=failed))
    assert told([gold, sales]) == [
        ("condition_failed", "gold", "rules", 0),
        ("condition_failed", "sales line", "rules", 1),
    ]
    assert gold.detail | {"message": "there is no field seats", "count": 2, "at_least": False} == gold.detail
    assert (gold.detail["last_at"], gold.since_ms) == ("2026-11-23T07:59:59.999Z", NOW_MS - 9)
    assert sales.detail["count"] == 1


def test_what_failed_before_the_condition_was_changed_is_mended() -> None:
    before = ActiveText(n=6, since_ms=SINCE_MS, text=a_text(GOLD.replace("'gold'", "caller.seats")))
    record = a_record(taken={"gold": NOW_MS, "sales line": NOW_MS})
    record = replace(record, texts=[*record.texts, before], failed=[a_failure(NOW_MS, "gold: x", version=6)])
    assert in_rules(record) == ()
    same = replace(before, text=a_text(GOLD))
    assert len(in_rules(replace(record, texts=[*record.texts[:1], same]))) == 1


def test_one_rules_name_may_begin_with_anothers() -> None:
    longer = a_route("queue: sales", when="caller.tier == 'x'", name="'gold: old'")
    text = ActiveText(n=7, since_ms=SINCE_MS, text=a_text(GOLD + longer))
    record = a_record(taken={"gold": NOW_MS, "gold: old": NOW_MS}, texts=[text])
    [finding] = in_rules(replace(record, failed=[a_failure(NOW_MS, "gold: old: no")]), GOLD + longer)
    assert (finding.subject, finding.detail["message"]) == ("gold: old", "no")


# People


def a_user(name: str, *, role: Role = Role.REP, rep: str | None = None, **changes: Any) -> User:
    user = User(
        id=f"u-{name}",
        email=f"{name}@example.com",
        name=name.title(),
        role=role,
        rep_id=rep,
        created_ms=NOW_MS - 100 * DAY_MS,
        disabled=False,
        login_ms=NOW_MS - DAY_MS,
    )
    return replace(user, **changes)


EVERYBODY = [a_user(name, rep=name) for name in ("ana", "bo", "cy")]


def in_people(*users: User, tokens: tuple[TokenInfo, ...] = ()) -> list[tuple[object, ...]]:
    return told(of_people(a_config(), users, tokens, NOW_MS))


def test_people_who_are_well_need_nothing() -> None:
    assert in_people(*EVERYBODY, a_user("sue", role=Role.SUPERVISOR)) == []


def test_reps_without_an_account_are_found() -> None:
    assert in_people(*EVERYBODY[:1], replace(EVERYBODY[1], disabled=True)) == [
        ("rep_without_user", "bo", "people", None),
        ("rep_without_user", "cy", "people", None),
    ]


def test_accounts_of_reps_that_the_configuration_has_not_are_found() -> None:
    strangers = (a_user("gus", rep="gus"), a_user("eva"))
    assert in_people(*EVERYBODY, *strangers) == [
        ("user_without_rep", "gus@example.com", "people", "u-gus"),
        ("user_without_rep", "eva@example.com", "people", "u-eva"),
    ]


@pytest.mark.parametrize(
    ("changes", "idle"),
    [
        ({"login_ms": NOW_MS - 90 * DAY_MS}, True),
        ({"login_ms": NOW_MS - 89 * DAY_MS}, False),
        ({"login_ms": NOW_MS - 200 * DAY_MS, "seen_ms": NOW_MS - DAY_MS}, False),
        ({"login_ms": None}, True),
        ({"login_ms": None, "created_ms": NOW_MS - DAY_MS}, False),
        ({"login_ms": None, "disabled": True}, False),
    ],
)
def test_accounts_that_nobody_uses_are_found(changes: dict[str, Any], idle: bool) -> None:
    sue = a_user("sue", role=Role.SUPERVISOR, **changes)
    assert in_people(*EVERYBODY, sue) == ([("user_idle", "sue@example.com", "people", "u-sue")] if idle else [])


@pytest.mark.parametrize(
    ("life_days", "left_days", "found"),
    [(90, 14, True), (90, 15, False), (8, 2, True), (8, 3, False), (3_650, 14, True)],
)
def test_tokens_about_to_end_are_found(life_days: int, left_days: int, found: bool) -> None:
    ends_ms = NOW_MS + left_days * DAY_MS
    token = TokenInfo(
        id="t",
        user_id="u-sue",
        email="sue@example.com",
        name="Sue",
        label="wallboard",
        created_ms=ends_ms - life_days * DAY_MS,
        expires_ms=ends_ms,
        used_ms=None,
    )
    assert in_people(*EVERYBODY, tokens=(token,)) == ([("token_ends", "wallboard", "people", "u-sue")] if found else [])


# The answer


def test_the_most_pressing_comes_first_and_accounts_are_for_admins() -> None:
    findings = [
        Finding(kind="token_ends", room="people", people=True),
        Finding(kind="queue_unused", room="queues", subject="q", id="q", detail={"name": "Q"}, since_ms=NOW_MS),
        Finding(kind="demand_unmet", room="reps"),
    ]
    view = care_view(findings, people=True)
    assert [each["kind"] for each in view["findings"]] == ["demand_unmet", "queue_unused", "token_ends"]
    assert view["findings"][1] == {
        "kind": "queue_unused",
        "subject": "q",
        "detail": {"name": "Q"},
        "since": "2026-11-23T08:00:00.000Z",
        "mend": {"room": "queues", "id": "q"},
    }
    assert care_view(findings, people=False)["counts"] == {"demand_unmet": 1, "queue_unused": 1}


def test_a_kind_that_is_everywhere_is_counted_and_shown_a_hundred_times() -> None:
    view = care_view([Finding(kind="rep_without_user", room="people")] * (MOST + 50), people=False)
    assert (len(view["findings"]), view["counts"]) == (MOST, {"rep_without_user": MOST + 50})
