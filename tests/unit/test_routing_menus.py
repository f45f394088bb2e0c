"""Rules that ask, rules that block, lists of numbers: what the file says and what the rules decide."""

from __future__ import annotations

import pytest

from routing.config_file import load_config
from routing.facts import CallFacts, Facts
from routing.plan import Course, Plan, Question, Refusal
from routing.planner import decide
from tests.support.configuration import a_text, problems, warnings

MENU = """\
  - name: menu
    when: call.to == "+15550100"
    ask:
      say: {en: "For sales press 1.", pl: "Sprzedaż: jeden."}
      keys: {1: sales, 2: support}
      speech: {sales: [buy, new contract], support: help}
  - {name: sales, when: '"sales" in call.answers', route: {queue: sales}}
"""
BLOCKS = """\
  - {name: blocked, when: '"blocked" in call.lists', block: rejected}
  - {name: anonymous, when: call.from == null, block: {say: {en: "No number, no call.", pl: "Brak numeru."}}}
  - {name: spoofed, when: 'call.stir != null && call.stir.endsWith("Failed-C")', block: busy}
"""
LISTS = 'lists: {blocked: ["+1 555 0199"], vip: ["+48600100200"]}\n'


def course(rules: str, call: CallFacts, *, asked: tuple[str, ...] = (), more: str = "") -> Course:
    return decide(load_config(a_text(rules, more=more), "x", version=7), Facts(call=call), 0, asked=asked)


def test_a_rule_asks_in_the_callers_language_and_once_heard_is_passed_over() -> None:
    question = course(MENU, CallFacts(to="+15550100", language="pl-PL"))
    assert isinstance(question, Question)
    assert (question.rule, question.version, question.say, question.language) == ("menu", 7, "Sprzedaż: jeden.", "pl")
    assert (question.tries, question.timeout_ms) == (2, 5_000)
    assert question.answer_to("1", "") == question.answer_to("", "a new contract, please") == "sales"
    assert question.answer_to("", "HELP!") == "support"
    assert question.answer_to("3", "") is None
    assert course(MENU, CallFacts(to="+15550100"), asked=("menu",)).rule == "everyone else"
    assert course(MENU, CallFacts(to="+15550100", answers=("sales",)), asked=("menu",)).rule == "sales"
    assert course(MENU, CallFacts(to="+15550101")).rule == "everyone else"


def test_words_are_heard_however_they_are_punctuated() -> None:
    spoken = MENU.replace("support: help", 'support: ["e-mail", "I don\'t know", "Wi-Fi  router"]')
    question = course(spoken, CallFacts(to="+15550100"))
    assert isinstance(question, Question)
    for said in ("My e-mail, please.", "email? no: e mail", "I don't know.", "the wi-fi router"):
        assert question.answer_to("", said) == "support", said
    assert question.answer_to("", "a male voice") is None


def test_a_rule_may_ask_and_then_route_itself() -> None:
    rules = MENU.replace("      speech", "    route: {queue: sales}\n      speech").replace(
        "    route: {queue: sales}\n      speech: {sales: [buy, new contract], support: help}\n",
        "      speech: {sales: [buy, new contract], support: help}\n    route: {queue: sales}\n",
    )
    heard = course(rules, CallFacts(to="+15550100"), asked=("menu",))
    assert isinstance(heard, Plan)
    assert heard.rule == "menu"


@pytest.mark.parametrize(
    ("call", "rule", "reject", "say"),
    [
        (CallFacts(from_="+15550199"), "blocked", "rejected", None),
        (CallFacts(from_=None, language="pl"), "anonymous", None, "Brak numeru."),
        (CallFacts(from_=None, language="de"), "anonymous", None, "No number, no call."),
        (CallFacts(from_="+15550198", stir="TN-Validation-Failed-C"), "spoofed", "busy", None),
    ],
)
def test_a_rule_refuses_a_call(call: CallFacts, rule: str, reject: str | None, say: str | None) -> None:
    refused = course(BLOCKS, call, more=LISTS)
    assert isinstance(refused, Refusal)
    assert (refused.rule, refused.reject, refused.say) == (rule, reject, say)


def test_a_number_may_stand_in_a_list_however_it_is_written_and_a_repeat_caller_is_a_condition() -> None:
    rules = (
        "  - {name: vip, when: '\"vip\" in call.lists', route: {queue: support, priority: 9}}\n"
        "  - {name: again, when: call.attempts >= 2, route: {queue: support, priority: 5}}\n"
    )
    assert course(rules, CallFacts(from_="+48 600 100 200"), more=LISTS).rule == "vip"
    assert course(rules, CallFacts(from_="+1", attempts=2), more=LISTS).rule == "again"
    assert course(rules, CallFacts(from_="+1", attempts=1), more=LISTS).rule == "everyone else"


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("{name: m, ask: {say: Hi}}", "ask: takes no answer; say keys, speech or both"),
        ("{name: m, ask: {keys: {1: a}}}", "ask.say: is missing"),
        ("{name: m, ask: {say: {pl: Hej}, keys: {1: a}}}", "ask.say: says nothing in en"),
        ("{name: m, ask: {say: Hi, keys: {x: a}}}", "'x' cannot be pressed; use 1 to 6 of 0-9 and *, or # alone"),
        ("{name: m, ask: {say: Hi, keys: {1#: a}}}", "'1#' cannot be pressed"),
        ("{name: m, ask: {say: Hi, keys: {1: a}, tries: 9}}", "ask.tries: must be a whole number from 1 to 5"),
        ("{name: m, ask: {say: Hi, keys: {1: a}, timeout: 0s}}", "ask.timeout: must be from 1s to 1m"),
        ("{name: m, ask: {say: Hi, speech: {a: []}, keys: [1]}}", "ask.keys: must be a mapping from keys to answers"),
        ("{name: m, when: caller.tier == null}", "route: is missing"),
        ("{name: m, when: caller.tier == null, block: no}", "no reason"),
        ("{name: m, when: caller.tier == null, block: busy, route: {queue: sales}}", "block: stands alone"),
    ],
)
def test_what_a_rule_cannot_do_is_refused(rule: str, problem: str) -> None:
    found = problems(a_text(f"  - {rule}\n"))
    assert any(problem in each for each in found) or problem == "no reason", found
    assert found


@pytest.mark.parametrize("keys", ["{'#': back, 12: sales}", "{'#': back, 1: sales, 12: support}"])
def test_a_key_that_ends_what_is_pressed_cannot_be_pressed_alone(keys: str) -> None:
    [found] = problems(a_text(MENU.replace("{1: sales, 2: support}", keys)))
    assert "rules[0].ask.keys.#: cannot be pressed beside keys of several digits, which # ends" in found
    assert problems(a_text(MENU.replace("{1: sales, 2: support}", "{'#': back, 1: sales}"))) == []


def test_the_last_rule_routes() -> None:
    last = "  - {name: menu, ask: {say: Hi, keys: {1: a}}}\n"
    [problem] = problems(a_text(last=last))
    assert "the last rule must be unconditional" in problem or "must route" in problem


def test_an_unconditional_menu_may_stand_first_and_hides_nothing() -> None:
    assert problems(a_text("  - {name: menu, ask: {say: Hi, keys: {1: a}}}\n")) == []


@pytest.mark.parametrize(
    ("lists", "problem"),
    [
        ("lists: {blocked: [hello]}", "lists.blocked[0]: must be a phone number"),
        ("lists: [blocked]", "lists: must be a mapping from names to numbers"),
        ("lists: {blocked: '+1555'}", "lists.blocked: must be a list"),
    ],
)
def test_lists_hold_numbers(lists: str, problem: str) -> None:
    assert any(problem in found for found in problems(a_text(more=lists + "\n")))


def test_a_number_that_no_call_will_ever_have_is_warned_of() -> None:
    more = (
        'lists: {blocked: ["48600100200", "+48600100201"]}\nnumbers: [{number: "1 555 0100"}, {number: "+15550101"}]\n'
    )
    said = "has no plus, as the numbers of calls have; write plus, country code and number"
    assert problems(a_text(more=more)) == []
    assert [found.partition(": ")[2] for found in warnings(a_text(more=more))] == [
        f"lists.blocked[0]: {said}",
        f"numbers[0].number: {said}",
    ]


def test_a_test_of_the_file_answers_its_menus() -> None:
    tests = "tests:\n" + "".join(
        f"  - {{name: t{n}, call: {{to: '+15550100', answers: [{answers}]}}, expect: {{rule: {rule}}}}}\n"
        for n, (answers, rule) in enumerate([("sales", "sales"), ("support", "everyone else"), ("", "everyone else")])
    )
    assert problems(a_text(MENU, more=tests)) == []
    assert problems(a_text(MENU, more=tests.replace("rule: sales", "rule: menu"))) != []
