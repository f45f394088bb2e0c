"""Two admins' texts put together: what is taken, what is a conflict, and that nothing is lost or made up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from routing.text_merge import Conflict, merge

BASE = """\
skills: [support, billing]
reps:
  - {id: ana, skills: {support: 4}}
  - {id: bo, skills: {support: 2}}
  - {id: cy, skills: {billing: 3}}
rules:
  - {name: everyone else, route: {queue: support}}
"""
LINES = st.lists(st.sampled_from(["a", "b", "c", "d", "", "  - x", "x\r"]), max_size=12)
TEXTS = st.builds(lambda lines, end: "\n".join(lines) + end, LINES, st.sampled_from(["", "\n"]))


def test_changes_of_different_lines_are_both_taken() -> None:
    yours = BASE.replace("support: 4", "support: 5")
    theirs = BASE.replace("[support, billing]", "[support, billing, sales]") + "tests: []\n"
    merged = merge(BASE, yours=yours, theirs=theirs)
    assert merged.text == theirs.replace("support: 4", "support: 5")
    assert merged.conflicts == ()


def test_two_neighbours_in_a_list_may_be_changed_by_two() -> None:
    yours, theirs = BASE.replace("support: 4", "support: 5"), BASE.replace("support: 2", "support: 1")
    assert merge(BASE, yours=yours, theirs=theirs).text == yours.replace("support: 2", "support: 1")


def test_one_line_changed_in_two_ways_is_a_conflict_with_both_sides() -> None:
    yours, theirs = BASE.replace("support: 4", "support: 5"), BASE.replace("support: 4", "support: 3")
    merged = merge(BASE, yours=yours, theirs=theirs)
    assert merged.text is None
    line = "  - {id: ana, skills: {support: N}}\n"
    [conflict] = merged.conflicts
    assert conflict == Conflict(
        line=3, base=line.replace("N", "4"), yours=line.replace("N", "5"), theirs=line.replace("N", "3")
    )
    before, _, after = merged.parts
    assert f"{before}{conflict.base}{after}" == BASE


def test_the_same_change_by_both_is_taken_once() -> None:
    both = BASE.replace("rules:", "numbers: []\nrules:")
    assert merge(BASE, yours=both, theirs=both.replace("support: 4", "support: 5")).text == both.replace("4", "5")


def test_new_reps_at_one_place_are_a_conflict_and_the_line_is_that_of_yours() -> None:
    yours, theirs = (BASE.replace("rules:", f"  - {{id: {name}}}\nrules:") for name in ("dee", "eli"))
    yours = yours.replace("reps:", "# people\nreps:")
    [conflict] = merge(BASE, yours=yours, theirs=theirs).conflicts
    assert (conflict.line, conflict.base) == (7, "")
    assert yours.splitlines()[conflict.line - 1] == "  - {id: dee}" == conflict.yours.rstrip()


def test_a_line_that_lost_its_end_does_not_run_into_what_follows() -> None:
    assert merge("a\nb\n", yours="a\nb", theirs="a\nb\nc\n").text == "a\nb\nc\n"


def test_a_file_of_repeated_lines_is_no_trap() -> None:
    base = "a\nb\n" * 20_000
    merged = merge(base, yours="c\n" + "b\na\n" * 20_000, theirs="b\n" * 20_000)
    assert len(merged.conflicts) == 1


@given(TEXTS, TEXTS)
def test_where_one_side_changed_nothing_the_other_is_the_result(base: str, text: str) -> None:
    assert merge(base, yours=text, theirs=base).text == text
    assert merge(base, yours=base, theirs=text).text == text
    assert merge(base, yours=text, theirs=text).text == text


@given(TEXTS, TEXTS, TEXTS)
def test_the_sides_can_be_swapped(base: str, yours: str, theirs: str) -> None:
    one, two = merge(base, yours=yours, theirs=theirs), merge(base, yours=theirs, theirs=yours)
    assert one.text == two.text
    assert [(each.base, each.yours, each.theirs) for each in one.conflicts] == [
        (each.base, each.theirs, each.yours) for each in two.conflicts
    ]


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_is_made_up_and_conflicts_are_real(base: str, yours: str, theirs: str) -> None:
    known = {*base.split("\n"), *yours.split("\n"), *theirs.split("\n")}
    merged = merge(base, yours=yours, theirs=theirs)
    for part in merged.parts:
        if isinstance(part, str):
            assert set(part.split("\n")) <= known | {""}
        else:
            assert len({part.base, part.yours, part.theirs}) == 3


@given(st.lists(st.integers(0, 30), unique=True, min_size=1, max_size=30), st.data())
def test_what_each_changed_is_in_the_result_where_they_changed_different_lines(
    numbers: list[int], data: st.DataObject
) -> None:
    mine = data.draw(st.sets(st.sampled_from(numbers)))
    other = data.draw(st.sets(st.sampled_from(numbers))) - mine

    def text(changed: dict[int, str]) -> str:
        return "".join(f"{n} {changed.get(n, '')}\n" for n in numbers)

    yours, theirs = dict.fromkeys(mine, "yours"), dict.fromkeys(other, "theirs")
    assert merge(text({}), yours=text(yours), theirs=text(theirs)).text == text({**yours, **theirs})
