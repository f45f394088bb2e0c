"""The difference between two versions in words: what is said, and that nothing is left out."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from routing.conditions import Condition, compile_condition
from routing.config import Config, Queue, Rep, Route, RouteStep, Rule
from routing.config_difference import HOURS, QUEUE, REP, differences
from routing.config_file import load_config
from routing.difference_words import Say, changes
from routing.hours import Hours
from routing.rule_difference import ROUTE, RULE, STEP
from tests.support.configuration import a_text

TEXT = """\
skills: [support, billing, sales, spanish, language-pl]
reps:
  - {id: ana, name: Ana Perez, email: ana@example.com, skills: {support: 4, spanish: 5, language-pl: 1}}
  - {id: bo, name: Bo Lind, skills: {support: 2, sales: 5}, queues: [support, sales]}
holidays: {poland: ["01-01"]}
hours:
  office: {timezone: Europe/Warsaw, open: {mon-fri: "08:00-18:00"}, holidays: poland,
    exceptions: {"2026-12-24": closed}}
queues:
  - {id: support, max_wait: 15m, offer_timeout: 20s, wrap_up: 30s}
  - {id: sales, strategy: best_fit}
numbers:
  - {number: "+15550100", name: Support line}
prompts: {greeting: Hello.}
rules:
  - name: gold customers
    when: caller.tier == "gold"
    route:
      queue: support
      priority: 10
      head_start: 30s
      prefer_rep: {who: owner, wait: 15s}
      needs: {support: 3, language: caller.language}
      prefers: {spanish: 2}
      steps:
        - {after: 30s, needs: {support: 1}}
        - {after: 2m, then: {queue: sales}}
      closing: {hours: office, then: hang_up}
  - {name: sales line, when: call.to == "+15550101", route: {queue: sales}}
  - {name: billing line, when: call.to == "+15550102", route: {queue: sales}}
  - {name: everyone else, route: {queue: support}}
tests:
  - name: a gold caller
    call: {from: "+48600100200", at: "2026-11-23T09:00:00+01:00"}
    caller: {tier: gold, owner: ana}
    expect: {rule: gold customers, rep: ana}
"""
BEFORE = load_config(TEXT, "before.yaml", version=1)


def said_of(old: str, new: str) -> list[str]:
    """The sentences for one edit of the file."""
    assert old in TEXT
    return list(differences(BEFORE, load_config(TEXT.replace(old, new), "after.yaml", version=2)))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("wait: 15s", "wait: 30s", "rule gold customers: waits 30s instead of 15s for the owner"),
        ("who: owner", "who: ana", "rule gold customers: asks ana first instead of the owner"),
        ("wait: 15s}", "wait: 15s, must_qualify: false}", "the owner need not qualify any more"),
        ("      prefer_rep: {who: owner, wait: 15s}\n", "", "rule gold customers: no longer asks the owner first"),
        ("priority: 10", "priority: 5", "rule gold customers: has priority 5 instead of 10"),
        ("head_start: 30s", "head_start: 1m", "rule gold customers: counts 1m as waited already instead of 30s"),
        ("needs: {support: 3,", "needs: {support: 4,", "needs support at 4 or more instead of 3"),
        ("language: caller.language}", "spanish: 1}", "rule gold customers: needs spanish at 1 or more now"),
        (", language: caller.language}", "}", "no longer needs the language of caller.language"),
        ("prefers: {spanish: 2}", "prefers: {spanish: 7}", "prefers spanish with weight 7 instead of 2"),
        ("needs: {support: 1}}", "needs: {support: 2}}", "after 30s: needs support at 2 or more instead of 1"),
        ("after: 30s", "after: 45s", "rule gold customers: the step after 30s comes after 45s now"),
        ("then: {queue: sales}", "then: hang_up", "after 2m: hangs up, where it moved to queue sales"),
        ("      closing: {hours: office, then: hang_up}\n", "", "the wait goes on when hours office end"),
        ('tier == "gold"', 'tier != "vip"', 'holds when caller.tier != "vip" instead of when caller.tier == "gold"'),
        ("name: sales line", "name: sellers", "rule sales line is now called sellers"),
        (
            "{queue: sales}}\n  - {name: every",
            "{queue: support}}\n  - {name: every",
            "goes to queue support instead of",
        ),
        ("wrap_up: 30s", "wrap_up: 1m", "queue support: after-call work lasts at most 1m instead of 30s"),
        (
            "wrap_up: 30s}",
            "wrap_up: 30s, announce: {every: 2m, place: false, wait: true}}",
            "queue support: callers hear every 2m instead of 1m how it stands",
        ),
        ("wrap_up: 30s}", "wrap_up: 30s, announce: {place: false}}", "callers no longer hear their place in line"),
        ("wrap_up: 30s}", "wrap_up: 30s, announce: {wait: true}}", "callers hear now how long they will probably wait"),
        ("strategy: best_fit", "strategy: round_robin", "queue sales: asks first by round_robin instead of best_fit"),
        ("sales: 5}", "sales: 4}", "rep bo: has sales at 4 instead of 5"),
        (", queues: [support, sales]", "", "rep bo: serves every queue instead of sales, support"),
        ("Ana Perez", "Ana Park", "rep ana: is called Ana Park instead of Ana Perez"),
        ("billing, sales", "sales", "skill billing is gone"),
        ('"08:00-18:00"', '"09:00-18:00"', "hours office: mon-fri: 09:00-18:00 instead of 08:00-18:00"),
        ('"01-01"', '"01-01", "05-01"', "hours office: closed on 05-01 of every year too"),
        ('"2026-12-24": closed', '"2026-12-24": "08:00-12:00"', "on 2026-12-24: 08:00-12:00 instead of closed"),
        ("Europe/Warsaw", "Europe/Berlin", "the time zone is Europe/Berlin instead of Europe/Warsaw"),
        ("Support line", "Main line", "number +15550100: name is now Main line instead of Support line"),
        ("greeting: Hello.", "greeting: Good day.", "prompt in en, greeting: “Good day.” instead of “Hello.”"),
        ("prompts:", "language: pl\nprompts:", "callers are spoken to in pl instead of en"),
        ("prompts:", "dispositions: [Sold]\nprompts:", "disposition sold is new: label Sold"),
        ("rep: ana}", "priority: 10}", "test a gold caller: expect priority is now 10 instead of none"),
        ("name: a gold caller", "name: gold", "test gold is new"),
    ],
)
def test_a_change_is_said_with_its_old_and_its_new_value(old: str, new: str, sentence: str) -> None:
    said = said_of(old, new)
    assert any(sentence in one for one in said), said


MORE = """\
skills: [support, sales]
reps:
  - {id: ana, skills: {support: 4}, team: north}
  - {id: bo, skills: {sales: 5}}
hours:
  office: {timezone: Europe/Warsaw, open: {mon-fri: "08:00-18:00"}}
  shop: {timezone: Europe/Warsaw, open: {mon-sat: "08:00-18:00"}}
lists: {blocked: ["+15550199"], vip: ["+15550198"]}
numbers: [{number: "+15550101", language: pl, greeting: Witamy.}]
away_reasons: [Lunch, {id: training, label: In training}]
queues:
  - {id: support, max_wait: 15m, max_size: 50, callback: {tries: 2, on_hang_up: 30s}, service_level: {target: 0.8}}
  - {id: sales, max_wait: 15m}
rules:
  - {name: refused, when: '"blocked" in call.lists', block: {say: Goodbye.}}
  - name: menu
    when: call.to == "+15550101"
    ask:
      say: {en: "Sales 3, help 2.", pl: "Trzy albo dwa."}
      keys: {3: sales, 2: support}
      speech: {sales: [buy]}
      tries: 2
      timeout: 5s
  - name: known
    when: caller.match == "one"
    route:
      queue: support
      prefer_rep: {who: owner, wait: 15s, team_wait: 10s}
      steps:
        - {after: 30s, queues: [sales], skip_if: nobody_on_duty}
      closing: {hours: office, then: hang_up}
  - {name: everyone else, route: {queue: support}}
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            *("{3: sales, 2: support}", "{3: billing, 2: support}"),
            "rule menu: callers are asked “Sales 3, help 2.”: 3 = billing instead of sales",
        ),
        ("3: sales, 2: support", "3: sales", "rule menu: callers are asked “Sales 3, help 2.”: 2 = support is gone"),
        ("3: sales,", "3: sales, 4: buy,", "rule menu: callers are asked “Sales 3, help 2.”: 4 = buy is new"),
        ('en: "Sales 3, help 2."', 'en: "Press."', "rule menu: asks “Press.” instead of “Sales 3, help 2.” in en"),
        (', pl: "Trzy albo dwa."', "", "rule menu: asks nothing in pl any more (was “Trzy albo dwa.”)"),
        ('pl: "Trzy albo dwa."', 'de: "Drei."', "rule menu: asks “Drei.” in de too"),
        ("{sales: [buy]}", "{sales: [buy, order]}", "rule menu: “buy” or “order” said = sales instead of “buy”"),
        ("{sales: [buy]}", "{help: [help]}", "rule menu: “help” said = help now"),
        ("{sales: [buy]}", "{help: [help]}", "rule menu: “buy” said is no longer sales"),
        ("tries: 2\n", "tries: 3\n", "rule menu: asks up to 3 times instead of 2"),
        ("timeout: 5s", "timeout: 8s", "rule menu: waits 8s of silence for an answer instead of 5s"),
        (
            *("block: {say: Goodbye.}}", "block: busy}"),
            "rule refused: refuses the call with the busy tone instead of saying “Goodbye.”",
        ),
        ("{say: Goodbye.}", "{say: Bye.}", "rule refused: refuses the call saying “Bye.” instead of saying “Goodbye.”"),
        (
            *("block: {say: Goodbye.}}", "route: {queue: sales}}"),
            "rule refused: no longer refuses the call saying “Goodbye.”",
        ),
        ("block: {say: Goodbye.}}", "route: {queue: sales}}", "rule refused: goes to queue sales now"),
        ("team: north", "team: south", "rep ana: is of the team south instead of north"),
        (", team: north", "", "rep ana: is of no team any more (was of north)"),
        ("{sales: 5}}", "{sales: 5}, team: north}", "rep bo: is of the team north now"),
        ('"+15550199"', '"+15550199", "+15550197"', "list blocked has +15550197 too"),
        ('"+15550199"', '"+15550197"', "list blocked no longer has +15550199"),
        (', vip: ["+15550198"]', "", "list vip is gone"),
        ("vip:", "gold:", "list gold is new, with 1 number: +15550198"),
        ("team_wait: 10s", "team_wait: 20s", "waits 20s instead of 10s for the owner's team alone, after that"),
        (", team_wait: 10s", "", "no longer waits for the owner's team (10s)"),
        (
            ", skip_if: nobody_on_duty",
            "",
            "after 30s: is no longer passed over when nobody on duty could take the call",
        ),
        (
            "nobody_on_duty",
            "nobody_free",
            "is passed over when nobody free could take the call, instead of nobody on duty",
        ),
        ("queues: [sales],", "priority: 3,", "after 30s: no longer changes the queues (to sales)"),
        ("{hours: office", "{hours: shop", "rule known: looks at hours shop instead of office for the end of the wait"),
        (", then: hang_up}", ", then: voicemail}", "takes a message when hours office end, where it hung up"),
        ("max_size: 50", "max_size: 60", "queue support: at most 60 callers may wait instead of 50"),
        ("max_size: 50, ", "", "queue support: any number of callers may wait instead of 50"),
        (
            "tries: 2,",
            "tries: 4,",
            "queue support: who is called back and does not answer is called 4 times instead of 2",
        ),
        (
            *("tries: 2, on_hang_up: 30s", "tries: 2"),
            "queue support: who hangs up is no longer called back (was after 30s of waiting)",
        ),
        ("{target: 0.8}", "{target: 0.95}", "queue support: 95% of callers instead of 80% are to be answered in time"),
        (
            *("{target: 0.8}", "{answered_within: 30s}"),
            "queue support: callers are to be answered within 30s instead of 20s",
        ),
        ("label: In training", "label: Learning", "away reason training: is called Learning instead of In training"),
        ("[Lunch, ", "[", "away reason lunch is gone"),
        ("[Lunch,", "[Lunch, Doctor,", "away reason doctor is new: Doctor"),
        (
            *("away_reasons: [Lunch, {id: training, label: In training}]\n", ""),
            "reps write any reason for being away, instead of choosing among Lunch, In training",
        ),
        ("language: pl, ", "", "number +15550101: speaks no language of its own to callers any more (was pl)"),
        (
            "language: pl",
            "language: de",
            "number +15550101: speaks de instead of pl to callers whose language is not known",
        ),
        ("Witamy.", "Halo.", "number +15550101: greets with “Halo.” instead of “Witamy.” in pl"),
        (", greeting: Witamy.", "", "number +15550101: greets as usual in pl, no longer with “Witamy.”"),
    ],
)
def test_keys_of_later_releases_have_sentences_of_their_own(old: str, new: str, sentence: str) -> None:
    assert MORE.count(old) == 1
    before, after = load_config(MORE, "before.yaml"), load_config(MORE.replace(old, new), "after.yaml")
    said = differences(before, after)
    assert any(sentence in one for one in said), said


def test_a_new_rule_that_asks_or_refuses_is_told_whole() -> None:
    before = load_config(MORE, "before.yaml")
    refusing = "  - {name: no more, when: 'call.to == \"1\"', block: busy}\n"
    after = load_config(MORE.replace("  - {name: everyone", f"{refusing}  - {{name: everyone"), "after.yaml")
    [said] = [one for one in differences(before, after) if "rule no more" in one]
    assert said.endswith('holds when call.to == "1"; refuses the call with the busy tone'), said
    whole = MORE.replace("name: menu", "name: options").replace("tries: 2\n", "tries: 3\n")
    [new] = [one for one in differences(before, load_config(whole, "x")) if "is new" in one]
    assert new.endswith(
        "callers are asked “Sales 3, help 2.” (en), “Trzy albo dwa.” (pl): 3 = sales, 2 = support, “buy” said = sales; "
        "up to 3 times, with 5s of silence for an answer"
    ), new


def test_a_preference_that_waives_needs_does_so_for_the_rep_and_not_for_the_team() -> None:
    prefer = "{who: bo, wait: 15s, must_qualify: false, team_wait: 5s}"
    new = f"  - {{name: vips, when: call.to == '+15550109', route: {{queue: sales, prefer_rep: {prefer}}}}}\n"
    [said] = said_of("rules:\n", f"rules:\n{new}")
    assert said.endswith("asks bo first, qualified or not, and waits 15s for them, then 5s for their team alone"), said


def test_words_that_sound_like_a_comparison_are_told_to_their_end() -> None:
    words = "Please write to us instead of calling."
    new = f"  - {{name: no more, when: 'call.to == \"1\"', block: {{say: {words}}}}}\n"
    [said] = said_of("rules:\n", f"rules:\n{new}")
    assert said.endswith(f"refuses the call saying “{words}”"), said


def test_a_new_rep_is_told_whole() -> None:
    new = "reps:\n  - {id: eve, name: Eve Ek, email: eve@example.com, language: pl, team: east, skills: {sales: 2}}\n"
    assert said_of("reps:\n", new) == [
        "rep eve is new: called Eve Ek, eve@example.com; skills: sales 2; serves every queue; of the team east; "
        "reads pl"
    ]


def test_days_that_are_closed_twice_or_in_another_order_are_no_difference() -> None:
    days = '  office: {timezone: Europe/Warsaw, open: {mon: "08:00-18:00"}, closed: [%s]}\n'
    one, other = days % '"12-25", "01-01"', days % '"01-01", "12-25", "01-01"'
    read = [load_config(a_text(more=f"hours:\n{each}"), "x") for each in (one, other)]
    assert differences(read[0], read[1]) == ()


def test_a_long_list_is_not_told_number_by_number() -> None:
    before = load_config(MORE, "before.yaml")
    many = ", ".join(f'"+1555{n:04}"' for n in range(100, 130))
    after = load_config(MORE.replace('"+15550199"', many), "after.yaml")
    told = [one for one in differences(before, after) if "blocked" in one]
    assert told == [
        "list blocked has +15550100, +15550101, +15550102, +15550103, +15550104 and 25 more too",
        "list blocked no longer has +15550199",
    ]


def test_one_change_is_one_sentence() -> None:
    assert said_of("wait: 15s", "wait: 30s") == ["rule gold customers: waits 30s instead of 15s for the owner"]


def test_a_new_rule_is_told_whole_and_moves_nobody() -> None:
    new = '  - {name: vips, when: caller.tier == "vip", route: {queue: sales, priority: 3, prefer_rep: {who: last}}}\n'
    assert said_of("rules:\n", f"rules:\n{new}") == [
        'rule vips is new, in place 1: holds when caller.tier == "vip"; goes to queue sales; has priority 3; '
        "asks the last rep first and does not wait for them"
    ]


def test_only_the_rule_that_was_moved_is_said_to_have_moved() -> None:
    billing = '  - {name: billing line, when: call.to == "+15550102", route: {queue: sales}}\n'
    without = TEXT.replace(billing, "")
    moved = without.replace("  - name: gold customers\n", f"{billing}  - name: gold customers\n")
    after = load_config(moved, "after.yaml")
    assert differences(BEFORE, after) == ("rule billing line moved up, to place 1 from 3",)
    assert differences(after, BEFORE) == ("rule billing line moved down, to place 3 from 1",)


def test_comments_layout_and_spelling_are_no_difference() -> None:
    assert said_of("rules:\n", "# ours\nrules:\n\n") == []
    assert said_of('caller.tier == "gold"', 'caller.tier=="gold"') == []
    assert said_of("  - {id: ana, name: Ana Perez, ", "  - {name: Ana Perez, id: ana, ") == []


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfALaterRelease:
    """Something with fields that nobody wrote a sentence for."""

    max_size: int | None = None
    park_ms: int = 0
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)


def test_a_field_without_a_sentence_of_its_own_is_told_plainly() -> None:
    said = changes("queue support", _OfALaterRelease(), _OfALaterRelease(max_size=5, park_ms=90_000))
    assert list(said) == [
        "queue support: max size is now 5 instead of none",
        "queue support: park is now 1m30s instead of 0s",
    ]
    before = _OfALaterRelease(lists={"bad": frozenset({"+1", "+2"})})
    after = _OfALaterRelease(lists={"bad": frozenset({"+2", "+3"}), "good": frozenset()})
    assert list(changes("file", before, after)) == [
        "file: lists bad has +3 too",
        "file: lists bad no longer has +1",
        "file: lists good is new: none",
    ]


def _condition(text: str) -> Condition:
    compiled = compile_condition(text)
    assert isinstance(compiled, Condition)
    return compiled


st.register_type_strategy(ZoneInfo, st.sampled_from(["Europe/Warsaw", "UTC", "Asia/Jakarta"]).map(ZoneInfo))
st.register_type_strategy(
    Condition, st.sampled_from(['call.to == "1"', "call.attempts > 2", 'caller.tier == "a"']).map(_condition)
)


@st.composite
def changed(draw: st.DrawFn, value: object, hint: object) -> object:
    """The same value with one thing in it put anew, at any depth and of the type that stands there."""
    if is_dataclass(value) and not isinstance(value, Condition | type) and draw(st.integers(0, 9)) > 0:
        which = draw(st.sampled_from([one for one in fields(value) if one.name not in ("version", "asked")]))
        inner = typing.get_type_hints(type(value))[which.name]
        return replace(value, **{which.name: draw(changed(getattr(value, which.name), inner))})
    if isinstance(value, Mapping) and value and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(value, key=str)))
        return {**value, key: draw(changed(value[key], typing.get_args(hint)[1] if typing.get_args(hint) else str))}
    if isinstance(value, tuple) and value and is_dataclass(value[0]) and draw(st.booleans()):
        place = draw(st.integers(0, len(value) - 1))
        return (*value[:place], draw(changed(value[place], type(value[place]))), *value[place + 1 :])
    return draw(st.from_type(hint))  # type: ignore[arg-type]  # hints of our own fields


@given(after=changed(BEFORE, Config))
def test_nothing_that_differs_is_left_out(after: Config) -> None:
    assume(after != BEFORE)
    assert differences(BEFORE, after)
    assert differences(after, BEFORE)


@given(after=changed(BEFORE, Config))
def test_equal_configurations_differ_in_nothing(after: Config) -> None:
    assert differences(after, replace(after, version=after.version + 1)) == ()


@pytest.mark.parametrize(
    ("kind", "say"), [(Route, ROUTE), (RouteStep, STEP), (Rep, REP), (Queue, QUEUE), (Hours, HOURS), (Rule, RULE)]
)
@given(data=st.data())
def test_each_field_that_differs_is_told(kind: type, say: Mapping[str, Say], data: st.DataObject) -> None:
    before = data.draw(st.from_type(kind))
    which = data.draw(st.sampled_from(fields(kind)))
    old, hint = getattr(before, which.name), typing.get_type_hints(kind)[which.name]
    after = replace(before, **{which.name: data.draw(changed(old, hint) | st.from_type(hint))})
    assume(after != before)
    said = list(changes("x", before, after, say))
    assert said
    assert all(one.startswith("x: ") and len(one) > 3 for one in said)
