"""A file with another value: what is asked for is there, and nothing else has moved."""

from __future__ import annotations

import re
from copy import deepcopy
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from routing.yaml_edit import canonical, rewritten, same
from routing.yaml_source import Entries, Items, Leaf, Plain, Source, read_source
from routing.yaml_words import Unwritable
from tests.support.yaml_layouts import DOCUMENTS, KEYS, VALUES, Typist

SAMPLE = (Path(__file__).parents[2] / "cti/demo/sample_config.yaml").read_text()


def value_of(text: str) -> Any:
    source = read_source(text)
    assert source is not None, text
    return deepcopy(source.value)


def edited(text: str, **sections: object) -> str:
    return rewritten(text, {**value_of(text), **sections})


def rewritten_or_refused(text: str, value: dict[str, Plain]) -> str | None:
    """Null where the layout cannot be edited."""
    try:
        return rewritten(text, value)
    except Unwritable as refused:
        if "layout" not in str(refused):
            raise
        return None


def comments(text: str) -> list[str]:
    return re.findall(r"# c\d+\b", text)


def places(node: Source, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Source]]:
    """Every value below the node, with the way to it."""
    found: list[tuple[tuple[str | int, ...], Source]] = [(path, node)]
    if isinstance(node, Items):
        children: list[tuple[str | int, Source]] = list(enumerate(node.items))
    else:
        children = (
            list(zip(node.value, [child for _, child in node.entries], strict=True))
            if isinstance(node, Entries)
            else []
        )
    return found + [place for name, child in children for place in places(child, (*path, name))]


# In words


def test_a_level_of_a_rep_changes_and_nothing_else() -> None:
    reps = value_of(SAMPLE)["reps"]
    reps[1]["skills"]["support"] = 3
    assert edited(SAMPLE, reps=reps) == SAMPLE.replace(
        "{sales: 5, support: 2}, queues", "{sales: 5, support: 3}, queues"
    )


def test_a_new_rep_stands_below_the_last_one_as_that_one_is_written() -> None:
    value = value_of(SAMPLE)
    line = '  - {id: zed, name: "Zed: Dr.", skills: {support: 1}}\n'
    reps = [*value["reps"], {"id": "zed", "name": "Zed: Dr.", "skills": {"support": 1}}]
    assert edited(SAMPLE, reps=reps) == SAMPLE.replace("\nnumbers:", f"{line}\nnumbers:")
    queues = [*value["queues"], {"id": "vip", "max_wait": "3m"}]
    assert edited(SAMPLE, queues=queues) == SAMPLE.replace(
        "\ndispositions:", "  - id: vip\n    max_wait: 3m\n\ndispositions:"
    )


def test_what_is_taken_away_and_put_back_leaves_the_text_as_it_was() -> None:
    value = value_of(SAMPLE)
    for section in ("reps", "queues", "numbers", "skills", "tests"):
        less = edited(SAMPLE, **{section: value[section][:-1]})
        assert edited(less, **{section: value[section]}) == SAMPLE
    assert (
        edited(edited(SAMPLE, prompts={"greeting": value["prompts"]["greeting"]}), prompts=value["prompts"]) == SAMPLE
    )


def test_comments_above_stay_and_those_in_the_line_go_with_it() -> None:
    text = "reps:\n  # the first\n  - {id: ana}  # on leave\n  # the second\n  - {id: bo}  # since May\n"
    assert edited(text, reps=[{"id": "bo"}]) == "reps:\n  # the first\n  # the second\n  - {id: bo}  # since May\n"
    assert edited(text, reps=[{"id": "ana"}]) == "reps:\n  # the first\n  - {id: ana}  # on leave\n  # the second\n"


def test_a_section_that_was_not_there_stands_where_it_is_put() -> None:
    text = "skills: [a]\n\nreps:\n  - {id: ana}\n\nrules: []\n"
    numbers: list[Plain] = [{"number": "+15550100"}]
    more = rewritten(text, {"skills": ["a"], "reps": [{"id": "ana"}], "numbers": numbers, "rules": []})
    assert more == 'skills: [a]\n\nreps:\n  - {id: ana}\n\nnumbers:\n  - {number: "+15550100"}\n\nrules: []\n'


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("a: 1 # x", {"a": 2}, "a: 2 # x"),
        ("a: 'x'", {"a": "it's"}, "a: 'it''s'"),
        ('a: "x"', {"a": "v"}, 'a: "v"'),
        ("a:   # x", {"a": "v"}, "a: v   # x"),
        ("a:\n  b: 1\n", {"a": {}}, "a: {}\n"),
        ("a: # x\n  b: 1 # y\nc: 1\n", {"a": [], "c": 1}, "a: [] # x # y\nc: 1\n"),
        ("a: [\n  b, # x\n  c # y\n]", {"a": ["b", "c", "d"]}, "a: [\n  b, # x\n  c, # y\n  d\n]"),
        ("a: [\n  b, # x\n  c # y\n]", {"a": ["b"]}, "a: [\n  b, # x\n]"),
        ("a: [b, c,]", {"a": ["b", "c", "d"]}, "a: [b, c, d,]"),
        ('{"a": ["b"]}', {"a": ["b", "c"], "d": {"e": "f"}}, '{"a": ["b", "c"], "d": {"e": "f"}}'),
        ("a:\r\n- b\r\nc: d", {"a": ["b", "x"], "c": "d"}, "a:\r\n- b\r\n- x\r\nc: d"),
        ("\ufeffa: b", {"a": "c"}, "\ufeffa: c"),
        ("a: |\n  two\n  lines\n\nb: 1", {"a": "one", "b": 1}, "a: |-\n  one\n\nb: 1"),
        ("a: |+\n  x\n\nb: 1", {"a": "x\n\n", "c": 2, "b": 1}, "a: |+\n  x\n\nc: 2\nb: 1"),
        ("a: >-\n    x\n    z\nb: 1", {"a": "x w", "b": 1}, "a: >-\n    x w\nb: 1"),
        ("a: |\n  x\n  z\nb: 1", {"a": "x\nw\n", "b": 1}, "a: |\n  x\n  w\nb: 1"),
        ("- a: 1\n  b: 2\n", None, None),
        ("a: {x: 1}", {"a": {"v": 1}}, "a: {v: 1}"),
        ("a:\n  x: 1 # one\n  z: 2\n", {"a": {"v": 1, "z": 2}}, "a:\n  v: 1 # one\n  z: 2\n"),
    ],
)
def test_layouts(before: str, value: Any, after: str | None) -> None:
    if after is None:
        with pytest.raises(Unwritable):
            rewritten(before, {"a": 1})
        return
    assert rewritten(before, value) == after


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": "x\0"}, "a: holds a control character"),
        ({"a": ["\ud800"]}, r"a\[0\]: holds a control character"),
        ({"a": float("inf")}, "a: is no number"),
        ({"a": 10**20}, "a: is no number"),
        ({"a": {"": 1}}, "a: a key has 1 to 64"),
        ({"a": [[[[[[[[[[[1]]]]]]]]]]]}, "nested more than 10 deep"),
    ],
)
def test_what_cannot_be_written_is_said(value: Any, words: str) -> None:
    with pytest.raises(Unwritable, match=words):
        rewritten("a: 1\n", value)


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x", "a: 1\na: 2", "a: !t 1", "a: 1\n---\nb: 2", "[", "", "a: \0"])
def test_what_the_reader_refuses_is_not_edited(text: str) -> None:
    with pytest.raises(Unwritable, match="no YAML that can be edited"):
        rewritten(text, {"a": 3})


# By properties


@given(st.data(), DOCUMENTS)
def test_the_same_value_is_the_same_text(data: st.DataObject, value: dict[str, Plain]) -> None:
    text = Typist(data).text(value)
    assert same(value_of(text), value), text
    assert rewritten(text, value) == text


@settings(max_examples=60)
@given(st.data(), DOCUMENTS, DOCUMENTS)
def test_any_value_can_be_written_over_any_other(
    data: st.DataObject, before: dict[str, Plain], after: dict[str, Plain]
) -> None:
    text = Typist(data).text(before)
    if before.keys() & after.keys():
        changed = rewritten_or_refused(text, after)
        assert same(value_of(changed), after) if changed is not None else "#" in text


@settings(max_examples=60)
@given(st.data(), DOCUMENTS, VALUES)
def test_one_value_changes_and_every_byte_around_it_stays(
    data: st.DataObject, value: dict[str, Plain], new: Plain
) -> None:
    text = Typist(data).text(value)
    source = read_source(text)
    assert source is not None
    path, node = data.draw(st.sampled_from(places(source)[1:]))
    wanted = value_of(text)
    holder = wanted
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = new
    changed = rewritten(text, wanted)
    assert same(value_of(changed), wanted)
    if isinstance(node, Leaf):
        assert changed.startswith(text[: node.start])
        assert changed.endswith(text[node.end :])
        assert comments(changed) == comments(text)


@settings(max_examples=60)
@given(st.data(), DOCUMENTS)
def test_a_part_taken_away_takes_nothing_with_it(data: st.DataObject, value: dict[str, Plain]) -> None:
    value = {**value, "parts": data.draw(st.lists(VALUES, min_size=2, max_size=6, unique_by=canonical))}
    text = Typist(data).text(value)
    wanted = value_of(text)
    index = data.draw(st.integers(0, len(wanted["parts"]) - 1))
    source = read_source(text)
    assert isinstance(source, Entries)
    [node] = [child for key, child in source.entries if key.value == "parts"]
    assert isinstance(node, Items)
    item = node.items[index]
    del wanted["parts"][index]
    note(f"{text}\n---- without {index}:")
    changed = rewritten(text, wanted)
    assert same(value_of(changed), wanted)
    line_end = text.find("\n", item.end)
    begin = item.start if node.flow else text.rindex("-", 0, item.start)
    its_own = comments(text[begin : line_end if line_end >= 0 else len(text)])
    others = [comment for comment in comments(text) if comment not in its_own]
    assert [comment for comment in comments(changed) if comment not in its_own] == others


@given(st.data(), DOCUMENTS, st.dictionaries(KEYS, VALUES, min_size=1), st.booleans())
def test_a_new_part_moves_nothing(
    data: st.DataObject, value: dict[str, Plain], part: dict[str, Plain], first: bool
) -> None:
    value = {**value, "parts": data.draw(st.lists(VALUES, min_size=1, max_size=4))}
    text = Typist(data).text(value)
    wanted = value_of(text)
    wanted["parts"].insert(0 if first else len(wanted["parts"]), part)
    changed = rewritten(text, wanted)
    kinds = {kind for kind, *_ in SequenceMatcher(None, text, changed, autojunk=False).get_opcodes()}
    assert kinds <= {"equal", "insert"}
    assert same(value_of(changed), wanted)


def test_of_a_thousand_reps_and_two_hundred_rules_two_lines_are_changed() -> None:
    skills = ", ".join(f"skill-{n}: 3" for n in range(6))
    reps = "".join(
        f"  - {{id: rep-{n}, name: Rep {n}, skills: {{{skills}}}, queues: [a, b]}}  # {n}\n" for n in range(1_000)
    )
    steps = "        - {after: 30s, needs: {}}\n        - {after: 10m, then: hang_up}\n"
    rules = "".join(f"  - name: rule {n}\n    route:\n      queue: a\n      steps:\n{steps}" for n in range(200))
    text = f"reps:\n{reps}rules:\n{rules}"
    wanted = value_of(text)
    del wanted["reps"][400]
    wanted["reps"][700]["skills"]["skill-2"] = 9
    changed = rewritten(text, wanted)
    assert len(changed.splitlines()) == len(text.splitlines()) - 1
