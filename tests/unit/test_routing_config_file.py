"""The configuration file: what it makes, and what is refused with line and field."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.config import DEFAULT_DISPOSITIONS, Announcing, Disposition, ServiceLevel
from routing.config_file import check_config, load_config
from routing.errors import ConfigError
from routing.prompts import ENGLISH, Prompts
from tests.support.configuration import FLOOR, LAST, a_config, a_route, a_text, problems, warnings


def test_the_smallest_floor_gets_its_defaults() -> None:
    config = a_config()
    assert config.version == 7
    assert [config.reps[rep].name for rep in config.reps] == ["Ana Perez", "Bo Lind", "cy"]
    assert config.reps["ana"].serves("sales")
    assert not config.reps["cy"].serves("sales")
    queue = config.queues["support"]
    assert (queue.name, queue.strategy, queue.max_wait_ms) == ("support", "best_fit", 900_000)
    assert (queue.offer_timeout_ms, queue.wrap_up_ms) == (20_000, 30_000)
    assert config.queues["sales"].wrap_up_ms == 60_000
    assert config.dispositions == DEFAULT_DISPOSITIONS
    assert config.prompts == Prompts()
    assert config.rules[-1].when is None


def test_the_further_sections_are_read() -> None:
    more = """\
numbers:
  - {number: "+1 (555) 01-00", name: Support line}
dispositions: [{id: sold, label: Sold!}, Not interested]
prompts: {greeting: "Hello.", all_busy: "Busy."}
"""
    config = a_config(more=more)
    assert [(line.number, line.name) for line in config.numbers] == [("+15550100", "Support line")]
    assert config.dispositions == (
        Disposition(id="sold", label="Sold!"),
        Disposition(id="not-interested", label="Not interested"),
    )
    assert config.prompts.spoken("en") == replace(ENGLISH, greeting="Hello.", all_busy="Busy.")


def test_a_number_says_how_its_callers_are_greeted_and_in_what_language() -> None:
    more = """\
language: en
numbers:
  - {number: "+1 555 0101", name: Polska, language: pl, greeting: Dzień dobry.}
  - {number: "+1 555 0102", greeting: {en: Hello there., pl: Witamy.}}
"""
    polish, both = a_config(more=more).numbers
    assert (polish.language, dict(polish.greeting)) == ("pl", {"pl": "Dzień dobry."})
    assert (both.name, both.language, dict(both.greeting)) == (
        "+15550102",
        None,
        {"en": "Hello there.", "pl": "Witamy."},
    )


def test_a_number_that_says_what_nobody_knows_is_refused() -> None:
    more = """\
numbers:
  - {number: "+15550101", language: polski language, greetings: Hello}
  - {number: "+15550102", greeting: {polish: Hello}}
"""
    assert problems(a_text(more=more)) == [
        "line 12: numbers[0].greetings: unknown key; did you mean greeting?",
        "line 12: numbers[0].language: 'polski language' is no language; write it like en, pl or pt-BR",
        "line 13: numbers[1].greeting.polish: 'polish' is no language; write it like en, pl or pt-BR",
    ]


def test_away_reasons_are_an_id_and_a_label_or_just_a_label_and_nothing_where_they_are_left_out() -> None:
    assert a_config().away_reasons is None
    given = a_config(more="away_reasons: [Lunch, {id: training, label: In training}, {id: doctor}]\n").away_reasons
    assert given is not None
    assert [(one.id, one.label) for one in given] == [
        *[("lunch", "Lunch"), ("training", "In training"), ("doctor", "doctor")],
    ]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("[]", "line 11: away_reasons: must name at least one reason; leave the key out for any"),
        ("[Lunch, {id: lunch}]", "line 11: away_reasons[1]: the away reason 'lunch' stands in line 11 already"),
        ("[softphone]", "line 11: away_reasons[0]: softphone is said by the service alone; use another id"),
        ("[{id: x, lable: X}]", "line 11: away_reasons[0].lable: unknown key; did you mean label?"),
        ("Lunch", "line 11: away_reasons: must be a list"),
    ],
)
def test_away_reasons_that_cannot_be_used_are_refused(written: str, problem: str) -> None:
    assert problem in problems(a_text(more=f"away_reasons: {written}\n"))


def test_a_service_level_is_a_time_and_a_share_and_both_have_usual_values() -> None:
    assert a_config().queues["support"].service_level == ServiceLevel(answered_within_ms=20_000, target=0.8)
    said = "service_level: {answered_within: 1m, target: 0.95}"
    floor = FLOOR.replace("id: support, max_wait: 15m", f"id: support, {said}")
    floor = floor.replace("id: sales,", "id: sales, service_level: {target: 1},")
    queues = load_config(a_text(floor=floor), "x").queues
    assert queues["support"].service_level == ServiceLevel(answered_within_ms=60_000, target=0.95)
    assert queues["sales"].service_level == ServiceLevel(target=1.0)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{target: 80}", "target: must be a share from 0 to 1, like 0.8"),
        ("{target: .inf}", "target: must be a share from 0 to 1, like 0.8"),
        ("{target: '0.8'}", "target: must be a share from 0 to 1, like 0.8"),
        ("{answered_within: 0s}", "answered_within: must be from 1s to 24h"),
        ("{within: 20s}", "within: unknown key; known: answered_within, target"),
        ("80", ": must be a mapping with answered_within, target"),
    ],
)
def test_a_service_level_that_cannot_be_used_is_refused(written: str, problem: str) -> None:
    floor = FLOOR.replace("id: support, max_wait: 15m", f"id: support, service_level: {written}")
    [found] = problems(a_text(floor=floor))
    assert "queues[0].service_level" in found
    assert found.endswith(problem)


def test_a_queue_says_all_it_can() -> None:
    floor = FLOOR.replace(
        "{id: support, max_wait: 15m}",
        "{id: support, name: Help, strategy: best_fit, max_wait: 1h30m, offer_timeout: 15s, wrap_up: 0s}",
    )
    queue = load_config(a_text(floor=floor), "x").queues["support"]
    assert (queue.name, queue.max_wait_ms) == ("Help", 5_400_000)
    assert (queue.offer_timeout_ms, queue.wrap_up_ms) == (15_000, 0)


def test_every_problem_is_found_at_once_with_line_and_field() -> None:
    text = """\
skills: [support]
reps:
  - {id: ana, skills: {suport: 4}}
  - id: bo
    skills:
      support: 11
    queues: [sales]
queues:
  - {id: support, max_wait: 15 minutes}
rules:
  - name: first
    when: |
      call.to == "+15550100" &&
      call.tot == "x"
    route:
      queue: support
      needs: {support: 0}
      prio: 3
      steps:
        - {after: 30s, then: voicemale}
hours: {office: {}}
"""
    assert problems(text) == [
        "line 3: reps[0].skills.suport: there is no skill 'suport'; did you mean support?",
        "line 6: reps[1].skills.support: must be a whole number from 1 to 10",
        "line 7: reps[1].queues[0]: there is no queue 'sales'",
        "line 9: queues[0].max_wait: must be a length of time, like 20s, 15m, 8h, 1h30m or 1.5m",
        "line 11: rules[0]: the last rule must be unconditional, so that every call has a plan; leave out its when",
        "line 14: rules[0].when: call has no field tot; did you mean to? (at character 6)",
        "line 17: rules[0].route.needs.support: must be a whole number from 1 to 10",
        "line 18: rules[0].route.prio: unknown key; did you mean priority?",
        "line 20: rules[0].route.steps[0].then: must be hang_up, voicemail, callback, {queue: an id}"
        ' or {dial: "+15550123"}',
        "line 21: hours.office.timezone: is missing",
        "line 21: hours.office.open: is missing",
    ]


def test_the_error_names_the_file_and_carries_the_problems() -> None:
    with pytest.raises(ConfigError, match=r"^cti\.yaml: line 1: \(file\): the file is empty$") as raised:
        load_config("", "cti.yaml")
    assert [problem.line for problem in raised.value.problems] == [1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x 1\nb: *x\n", "line 1: (file): anchors and aliases (& and *) are not allowed; write the value out"),
        ("a: !!python/object:os.system x\n", "line 1: (file): tags (!) are not allowed"),
        ("a: 1\n---\nb: 1\n", "line 3: (file): a second document begins here; the file holds one"),
        ("? [a, b]\n: c\n", "line 1: (file): a key must be a single word or text"),
        ("[" * 5_000, "line 1: (file): nested more than 10 deep"),
        ("skills: [a\nb: c: d", "line 2: (file): not YAML"),
        ("x" * 70 + ": 1", "line 1: (file): a key is longer than 64 characters"),
        ("# " + "x" * (1 << 20), "line 0: (file): the file is larger than 1024 KiB"),
        ("- a", "line 1: (file): must be a mapping"),
        ("\x00", "line 0: (file): not YAML"),
        ("\ud800", "line 0: (file): not YAML"),
    ],
)
def test_hazards_of_yaml_are_refused(text: str, message: str) -> None:
    assert problems(text)[0].startswith(message)


def test_duplicate_keys_are_refused() -> None:
    assert problems(a_text(more="skills: [support]\n"))[-1] == (
        "line 11: skills: stands here a second time; the first is in line 1"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("spanish]", "no]", "line 1: skills[3]: YAML reads 'no' as yes or no; put it into quotes"),
        ("spanish]", "12]", "line 1: skills[3]: YAML reads '12' as a number; put it into quotes"),
        ("spanish]", "Spanish]", "line 1: skills[3]: 'Spanish' is no id; use 1 to 64 of a-z, 0-9, _ and -"),
        ("spanish]", "spanish, sales]", "line 1: skills[4]: the skill 'sales' stands in line 1 already"),
        ("id: cy,", "id: bo,", "line 5: reps[2]: the rep 'bo' stands in line 4 already"),
        ("id: cy,", "id: owner,", "line 5: reps[2]: no rep can be called owner"),
        ("id: cy,", "id: '',", "line 5: reps[2].id: is empty"),
        ("id: cy,", "id: cy, email: ANA@example.com,", "line 5: reps[2]: the address 'ana@example.com' stands in line"),
        ("id: cy,", "id: cy, email: nobody,", "line 5: reps[2].email: is no e-mail address"),
        ("id: cy,", 'id: cy, device: {phone: "+15550123"},', "line 5: reps[2].device.phone: is not supported yet"),
        ("id: cy,", "id: cy, device: tablet,", "line 5: reps[2].device: must be browser"),
        ("id: cy,", 'id: cy, name: "C\\ty",', "line 5: reps[2].name: holds a line break or another control character"),
        ("support: 2,", "support: '2',", "line 4: reps[1].skills.support: must be a whole number from 1 to 10"),
        ("support: 2,", "support: 0x2,", "line 4: reps[1].skills.support: must be a whole number from 1 to 10"),
        (
            "15m}",
            "15m, strategy: least_flexibel}",
            "line 7: queues[0].strategy: must be one of best_fit, longest_idle, "
            "round_robin, least_occupied, least_flexible; did you mean least_flexible?",
        ),
        (
            "15m}",
            "15m, strategy: random}",
            "line 7: queues[0].strategy: must be one of best_fit, longest_idle, "
            "round_robin, least_occupied, least_flexible",
        ),
        ("15m}", "0s}", "line 7: queues[0].max_wait: must be from 1s to 24h"),
        ("15m}", "15m, max_size: 0}", "line 7: queues[0].max_size: must be a whole number from 1 to 100000"),
        ("id: sales,", "id: support,", "line 8: queues[1]: the queue 'support' stands in line 7 already"),
        ("id: sales, ", "", "line 8: queues[1].id: is missing"),
    ],
)
def test_the_floor_is_checked(old: str, new: str, message: str) -> None:
    assert any(problem.startswith(message) for problem in problems(a_text(floor=FLOOR.replace(old, new))))


@pytest.mark.parametrize(
    ("route", "message"),
    [
        ("queue: suport", "route.queue: there is no queue 'suport'; did you mean support?"),
        ("needs: {support: 1}", "route.queue: is missing"),
        ("queue: support, priority: -1", "route.priority: must be a whole number from 0 to 1000"),
        ("queue: support, priority: 1001", "route.priority: must be a whole number from 0 to 1000"),
        ("queue: support, head_start: 30", "route.head_start: must be a length of time"),
        ("queue: support, prefers: {spanish: 101}", "route.prefers.spanish: must be a whole number from 1 to 100"),
        ("queue: support, needs: {french: 1}", "route.needs.french: there is no skill 'french'"),
        ("queue: support, needs: [support]", "route.needs: must be a mapping"),
        ("queue: support, prefer_rep: {who: gus}", "route.prefer_rep.who: there is no rep 'gus'"),
        ("queue: support, prefer_rep: {wait: 3s}", "route.prefer_rep.who: is missing"),
        (
            "queue: support, prefer_rep: {who: bo, must_qualify: no}",
            "route.prefer_rep.must_qualify: must be true or false",
        ),
        ("queue: support, steps: [{needs: {}}]", "route.steps[0].after: is missing"),
        ("queue: support, steps: [{after: 0s, needs: {}}]", "route.steps[0].after: must be from 0.001s to 24h"),
        ("queue: support, steps: [{after: 3s}]", "route.steps[0]: changes nothing"),
        (
            "queue: support, steps: [{after: 3s, offer_callback: soon}]",
            "route.steps[0].offer_callback: must be true or false",
        ),
        (
            "queue: support, steps: [{after: 3s, queues: [sale]}]",
            "queues[0]: there is no queue 'sale'; did you mean sales?",
        ),
        ("queue: support, steps: [{after: 3s, queues: [sales, sales]}]", "the queue 'sales' stands in line"),
        (
            "queue: support, steps: [{after: 3s, priority: 1, skip_if: nobody}]",
            "there is no reason to skip a step called 'nobody'; did you mean nobody_",
        ),
        ("queue: support, steps: [{after: 3s, skip_if: nobody_free}]", "changes nothing; say queues, needs, prefers,"),
        ("queue: support, steps: [{after: 3s, then: {}}]", "route.steps[0].then.queue: is missing"),
        (
            "queue: support, steps: [{after: 3s, then: {dial: '+1'}}]",
            "then.dial: must be a number with its country code",
        ),
        ("queue: support, steps: [{after: 3s, then: {queue: x}}]", "route.steps[0].then.queue: there is no queue 'x'"),
        (
            "queue: support, steps: [{after: 3s, then: stop}]",
            "route.steps[0].then: must be hang_up, voicemail, callback, {queue",
        ),
        (
            "queue: support, steps: [{after: 3s, then: hang_up, needs: {}}]",
            "route.steps[0]: ends the wait, and so can change",
        ),
        (
            "queue: support, steps: [{after: 9s, needs: {}}, {after: 9s, priority: 1}]",
            "route.steps[1].after: must be later than the step before it (9s)",
        ),
        (
            "queue: support, steps: [{after: 3s, then: hang_up}, {after: 9s, priority: 1}]",
            "route.steps[1]: is never reached: the step before it ends the wait",
        ),
    ],
)
def test_routes_are_checked(route: str, message: str) -> None:
    found = problems(a_text(a_route(route, when="caller.tier == null")))
    assert len(found) == 1
    assert found[0].startswith("line 10: rules[0].route")
    assert message in found[0]


def test_a_rule_behind_an_unconditional_one_is_refused() -> None:
    assert problems(a_text(a_route("queue: sales", when="true"))) == [
        "line 11: rules[1]: is never reached: the rule in line 10 takes every call"
    ]


def test_a_rule_with_an_earlier_condition_is_refused() -> None:
    rules = a_route("queue: sales", when="caller.tier=='gold'") + a_route(
        "queue: sales", when="caller.tier == 'gold' // again", name="second"
    )
    assert problems(a_text(rules)) == [
        "line 11: rules[1]: is never reached: the rule in line 10 has the same condition"
    ]


def test_a_rule_that_is_never_true_is_warned_of() -> None:
    assert warnings(a_text(a_route("queue: sales", when="false"))) == [
        "line 10: rules[0]: is never reached: its condition is false"
    ]


def test_rule_names_are_unique_and_conditions_not_empty() -> None:
    rules = a_route("queue: sales", when='""', name="everyone else")
    assert problems(a_text(rules)) == [
        "line 10: rules[0].when: is empty; leave the key out for an unconditional rule",
        "line 11: rules[1]: the rule 'everyone else' stands in line 10 already",
    ]


@pytest.mark.parametrize(
    ("route", "message"),
    [
        (
            "queue: support, needs: {spanish: 6}",
            "rules[0].route.needs: no rep can ever take these calls: of those who serve the queue support nobody has "
            "spanish at 6 or more",
        ),
        (
            "queue: sales, needs: {sales: 1, spanish: 1}",
            "rules[0].route.needs: no rep can ever take these calls: of those who serve the queue sales nobody "
            "has all of these needs together",
        ),
        (
            "queue: support, steps: [{after: 30s, needs: {billing: 9}}]",
            "rules[0].route.steps[0].needs: no rep can ever take these calls: of those who serve the queue "
            "support nobody has billing at 9 or more",
        ),
        (
            "queue: support, needs: {billing: 1}, steps: [{after: 30s, then: {queue: sales}}]",
            "rules[0].route.steps[0].then: no rep can ever take these calls: of those who serve the queue sales "
            "nobody has billing at 1 or more",
        ),
        (
            "queue: sales, steps: [{after: 9s, queues: [support], needs: {billing: 1}}, {after: 30s, queues: []}]",
            "rules[0].route.steps[1].queues: no rep can ever take these calls: of those who serve the queue sales "
            "nobody has billing at 1 or more",
        ),
    ],
)
def test_a_plan_that_no_rep_can_ever_meet_is_refused(route: str, message: str) -> None:
    assert problems(a_text(a_route(route, when="caller.tier == null"))) == [f"line 10: {message}"]


def test_a_queue_that_nobody_serves_is_refused_where_a_rule_uses_it() -> None:
    floor = FLOOR.replace("ana@example.com,", "ana@example.com, queues: [support],").replace(
        "queues: [support, sales]", "queues: [support]"
    )
    assert problems(a_text(floor=floor)) == []
    assert problems(a_text(a_route("queue: sales", when="caller.tier == null"), floor=floor)) == [
        "line 10: rules[0].route.queue: no rep can ever take these calls: nobody serves the queue sales"
    ]


def test_a_named_rep_for_whom_needs_are_waived_can_meet_the_plan() -> None:
    route = "queue: support, needs: {spanish: 9}, prefer_rep: {who: bo, must_qualify: false}"
    assert problems(a_text(a_route(route, when="caller.tier == null"))) == []


def test_a_named_rep_who_never_qualifies_is_warned_of() -> None:
    route = "queue: support, needs: {spanish: 1}, prefer_rep: {who: bo, wait: 9s%s}"
    assert warnings(a_text(a_route(route % "", when="caller.tier == null"))) == [
        "line 10: rules[0].route.prefer_rep.who: bo never qualifies for this plan, and so is never preferred; "
        "must_qualify: false would waive that"
    ]
    assert warnings(a_text(a_route(route % ", must_qualify: false", when="caller.tier == null"))) == []
    later = route % "" + ", steps: [{after: 5s, needs: {}}]"
    assert warnings(a_text(a_route(later, when="caller.tier == null"))) == []


def test_a_step_behind_the_longest_wait_is_warned_of() -> None:
    route = "queue: sales, steps: [{after: 299s, priority: 1}, {after: 5m, needs: {}}]"
    assert warnings(a_text(a_route(route, when="caller.tier == null"))) == [
        "line 10: rules[0].route.steps[1]: is never reached: the queue's max_wait ends the call at 5m"
    ]


def test_the_place_in_a_condition_is_given_in_every_style() -> None:
    plain = "  - name: a\n    when: call.tot == 1\n    route: {queue: sales}\n"
    folded = "  - name: a\n    when: >-\n      true\n\n      && call.tot == 1\n    route: {queue: sales}\n"
    literal = "  - name: a\n    when: |\n      true &&\n      call.tot == 1\n    route: {queue: sales}\n"
    assert problems(a_text(plain))[0].startswith("line 11: rules[0].when: call has no field tot")
    assert problems(a_text(folded))[0].startswith("line 12: rules[0].when: call has no field tot")
    assert problems(a_text(folded))[0].endswith("(at character 14)")
    assert problems(a_text(literal))[0].startswith("line 13: rules[0].when: call has no field tot")


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_loaded_or_refused(text: str) -> None:
    _load_or_refuse(text)


SEEDS = (
    a_text(a_route("queue: sales, needs: {sales: 1}, steps: [{after: 5s, then: hang_up}]", when="call.to == '1'")),
)
BITS = st.sampled_from([*"{}[]:,-&*!|>%@`'\"#\n\t \\", "null", "no", "1e9", "rules", "id", ": ", "- ", "\u2028", "é"])


@settings(deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, len(SEEDS[0])), st.integers(0, 30), BITS)
def test_any_damage_to_a_good_file_is_loaded_or_refused(text: str, at: int, cut: int, bit: str) -> None:
    _load_or_refuse(text[:at] + bit + text[at + cut :])


def _load_or_refuse(text: str) -> None:
    report = check_config(text)
    assert all(problem.line >= 0 and problem.field and problem.message for problem in report.problems)
    if report.problems:
        with pytest.raises(ConfigError) as raised:
            load_config(text, "any.yaml")
        assert raised.value.problems == report.problems
    else:
        load_config(text, "any.yaml")


def test_the_seed_of_the_damage_is_good() -> None:
    assert problems(SEEDS[0]) == []
    assert LAST in SEEDS[0]


def test_what_later_releases_bring_is_refused_key_by_key() -> None:
    text = """\
skills: [support, billing, sales, spanish]
reps:
  - {id: ana, name: Ana Perez, email: ana@example.com, device: browser, skills: {support: 4, spanish: 5}}
  - {id: bo, name: Bo Lind, device: {phone: "+15550123"}, skills: {support: 2, sales: 5}, queues: [support]}
hours:
  office: {timezone: Europe/Warsaw, open: {mon-fri: "08:00-18:00"}, closed: ["2026-12-25"]}
queues:
  - {id: support, strategy: best_fit, max_wait: 15m, offer_timeout: 20s, wrap_up: 30s}
rules:
  - name: gold customers reach their own rep
    when: caller.tier == "gold" && call.to == "+15550100"
    route:
      queue: support
      prefer_rep: {who: owner, wait: 15s, must_qualify: false}
      needs: {support: 3}
      prefers: {spanish: 2}
      steps:
        - {after: 30s, needs: {support: 1}}
        - {after: 120s, offer_callback: true}
        - {after: 300s, then: voicemail}
  - name: everyone else
    route: {queue: support, needs: {support: 1}}
tests:
  - name: a gold caller on Monday morning
    call: {from: "+48600100200", to: "+15550100", at: "2026-11-23T09:00:00+01:00"}
    caller: {tier: gold, owner: ana}
    expect: {rule: gold customers reach their own rep, queue: support, rep: ana}
"""
    assert problems(text) == [
        "line 4: reps[1].device.phone: is not supported yet; use device: browser",
    ]


def test_a_queue_says_what_its_callers_are_told_and_how_often() -> None:
    assert a_config().queues["support"].announce == Announcing(every_ms=60_000, place=True, wait=False)
    told = a_text(floor=FLOOR.replace("max_wait: 15m}", "announce: {every: 2m, place: false, wait: true}}"))
    assert load_config(told, "x").queues["support"].announce == Announcing(every_ms=120_000, place=False, wait=True)


@pytest.mark.parametrize(
    ("announce", "problem"),
    [
        ("{every: 20s}", "line 7: queues[0].announce.every: must be from 30s to 24h"),
        ("{wait: often}", "line 7: queues[0].announce.wait: must be true or false"),
        ("{plase: true}", "line 7: queues[0].announce.plase: unknown key; did you mean place?"),
        ("often", "line 7: queues[0].announce: must be a mapping with every, place, wait"),
    ],
)
def test_what_callers_cannot_be_told_is_refused(announce: str, problem: str) -> None:
    assert problems(a_text(floor=FLOOR.replace("max_wait: 15m}", f"announce: {announce}}}"))) == [problem]
