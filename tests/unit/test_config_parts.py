"""Parts of a file added, changed, named anew and taken away; and what refers to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.config_difference import differences
from routing.config_file import check_config, load_config
from routing.config_parts import (
    Add,
    BadPart,
    Changed,
    NoSuchPart,
    PartExists,
    Put,
    Remove,
    StillReferred,
    changed,
    parts,
)
from routing.part_references import Kind, references
from routing.yaml_edit import rewritten
from routing.yaml_source import read_source
from tests.unit.test_config_difference import TEXT

SAMPLE = (Path(__file__).parents[2] / "cti/demo/sample_config.yaml").read_text()


def document(text: str = TEXT) -> Any:
    source = read_source(text)
    assert source is not None
    return source.value


def written(change: Add | Put | Remove, text: str = TEXT) -> str:
    made = changed(document(text), change)
    assert isinstance(made, Changed), made
    return rewritten(text, made.document)


def told(change: Add | Put | Remove, text: str = TEXT) -> tuple[str, ...]:
    """What the change does, in the words of the difference."""
    return differences(load_config(text, "before"), load_config(written(change, text), "after"))


def named(change: Remove, text: str = TEXT) -> list[str]:
    made = changed(document(text), change)
    assert isinstance(made, StillReferred), made
    return [f"{one} at {one.field}" for one in made.references]


def test_each_section_has_its_parts_by_name() -> None:
    assert list(parts(document(), Kind.REPS)) == ["ana", "bo"]
    assert parts(document(), Kind.SKILLS)["sales"] == {"id": "sales"}
    assert parts(document(), Kind.NUMBERS) == {"+15550100": {"number": "+15550100", "name": "Support line"}}
    assert parts(document(), Kind.HOURS)["office"]["timezone"] == "Europe/Warsaw"
    assert parts(document(), Kind.HOLIDAYS) == {"poland": {"id": "poland", "days": ["01-01"]}}
    assert parts(document(), Kind.PROMPTS) == {"greeting": {"id": "greeting", "text": "Hello."}}
    assert parts({"reps": None}, Kind.REPS) == parts({}, Kind.PROMPTS) == {}


def test_a_part_is_added_below_the_others() -> None:
    part = {"id": "cy", "name": "Cy", "skills": {"sales": 3}, "team": None, "device": "browser"}
    assert "  - {id: cy, name: Cy, skills: {sales: 3}}\nholidays:" in written(Add(kind=Kind.REPS, part=part))
    assert told(Add(kind=Kind.SKILLS, part={"id": "dutch"})) == ("skill dutch is new",)
    assert 'poland: ["01-01"], germany: ["10-03"]}' in written(
        Add(kind=Kind.HOLIDAYS, part={"id": "germany", "days": ["10-03"]})
    )


def test_the_first_part_makes_its_section_where_it_usually_stands() -> None:
    text = "reps:\n  - {id: ana}\nqueues:\n  - {id: support}\nrules:\n  - {name: all, route: {queue: support}}\n"
    more = written(Add(kind=Kind.NUMBERS, part={"number": "+15550100", "name": "Main"}), text)
    assert more == text.replace("rules:", 'numbers:\n  - {number: "+15550100", name: Main}\nrules:')
    assert written(Remove(kind=Kind.NUMBERS, id="+15550100"), more) == text.replace("rules:", "numbers: []\nrules:")
    hours = {"id": "office", "timezone": "UTC", "open": {"mon": "08:00-18:00"}}
    assert written(Add(kind=Kind.HOURS, part=hours), text) == text.replace(
        "rules:", 'hours:\n  office: {timezone: UTC, open: {mon: "08:00-18:00"}}\nrules:'
    )


def test_a_part_is_as_it_is_put_and_what_goes_without_saying_is_not_written() -> None:
    part = {"id": "ana", "name": "Ana Perez", "email": None, "device": "browser", "skills": {"support": 5}}
    assert "  - {id: ana, name: Ana Perez, skills: {support: 5}}\n" in written(Put(kind=Kind.REPS, id="ana", part=part))
    made = changed(document(), Put(kind=Kind.QUEUES, id="sales", part={"name": "sales", "strategy": "best_fit"}))
    assert isinstance(made, Changed)
    assert made.document == document()


def test_a_number_is_known_by_plus_and_digits_and_keeps_its_spelling() -> None:
    text = TEXT.replace('"+15550100", name', '"+1 (555) 0100", name')
    put = Put(kind=Kind.NUMBERS, id="+15550100", part={"number": "+15550100", "name": "Help"})
    assert written(put, text) == text.replace("Support line", "Help")


def test_a_skill_is_named_anew_wherever_it_stands() -> None:
    after = written(Put(kind=Kind.SKILLS, id="support", part={"id": "help"}))
    assert after == (
        TEXT.replace("[support, billing", "[help, billing")
        .replace("{support: 4", "{help: 4")
        .replace("{support: 2,", "{help: 2,")
        .replace("{support: 3,", "{help: 3,")
        .replace("{support: 1}", "{help: 1}")
    )
    assert check_config(after).problems == ()


def test_a_skill_chosen_by_a_fact_is_no_name_of_a_skill() -> None:
    text = TEXT.replace("sales, spanish,", "sales, spanish, language,")
    assert references(document(text), Kind.SKILLS, "language") == ()
    assert "language: caller.language" in written(Put(kind=Kind.SKILLS, id="language", part={"id": "tongue"}), text)


def test_a_queue_and_hours_are_named_anew_too_also_within_conditions() -> None:
    text = TEXT.replace('when: caller.tier == "gold"', 'when: hours.office.open && caller.tier == "hours.office"')
    text = text.replace('"2026-11-23T09', '"2026-11-23T10')
    after = written(
        Put(kind=Kind.HOURS, id="office", part={**parts(document(text), Kind.HOURS)["office"], "id": "desk"}), text
    )
    assert 'when: hours.desk.open && caller.tier == "hours.office"' in after
    assert "closing: {hours: desk," in after
    assert "  desk: {timezone" in after
    queue = written(Put(kind=Kind.QUEUES, id="support", part={"id": "help"}))
    assert queue.count("help") == 4
    assert check_config(queue).problems == ()
    holidays = written(Put(kind=Kind.HOLIDAYS, id="poland", part={"id": "pl", "days": ["01-01"]}))
    assert holidays == TEXT.replace("poland", "pl")


def test_what_is_referred_to_stays() -> None:
    assert named(Remove(kind=Kind.SKILLS, id="support")) == [
        "rule gold customers at rules[0].route.needs",
        "rule gold customers at rules[0].route.steps[0].needs",
    ]
    assert named(Remove(kind=Kind.QUEUES, id="sales"))[0] == "rule gold customers at rules[0].route.steps[1].then.queue"
    assert named(Remove(kind=Kind.REPS, id="ana")) == ["test a gold caller at tests[0].expect.rep"]
    assert named(Remove(kind=Kind.HOURS, id="office")) == ["rule gold customers at rules[0].route.closing.hours"]
    assert named(Remove(kind=Kind.HOLIDAYS, id="poland")) == ["hours office at hours.office.holidays"]


def test_what_reps_have_goes_with_a_skill_or_a_queue() -> None:
    remove = Remove(kind=Kind.SKILLS, id="billing")
    text = TEXT.replace("{support: 2, sales: 5}", "{support: 2, sales: 5, billing: 1}")
    assert told(remove, text) == ("skill billing is gone", "rep bo: no longer has billing (was 1)")
    made = changed(document(text), remove)
    assert isinstance(made, Changed)
    assert [(str(one), one.blocks) for one in made.affects] == [("rep bo", False)]
    queue = TEXT.replace("queues:\n", "queues:\n  - {id: vip}\n").replace("[support, sales]", "[support, vip]")
    assert "queues: [support]}" in written(Remove(kind=Kind.QUEUES, id="vip"), queue)


def test_a_number_that_goes_is_told_with_the_rules_that_look_at_it() -> None:
    text = TEXT.replace('call.to == "+15550101"', "call.to == '+1 (555) 0100'")
    made = changed(document(text), Remove(kind=Kind.NUMBERS, id="+15550100"))
    assert isinstance(made, Changed)
    assert [str(one) for one in made.affects] == ["rule sales line"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Add(kind=Kind.REPS, part={"id": "ana"}), PartExists(id="ana")),
        (Put(kind=Kind.SKILLS, id="sales", part={"id": "billing"}), PartExists(id="billing")),
        (Put(kind=Kind.QUEUES, id="nothing", part={}), NoSuchPart()),
        (Remove(kind=Kind.QUEUES, id="nothing"), NoSuchPart()),
        (Remove(kind=Kind.PROMPTS, id="apology"), NoSuchPart()),
        (Add(kind=Kind.REPS, part={"name": "Cy"}), BadPart(field="id", message="is missing")),
        (Add(kind=Kind.NUMBERS, part={"number": 1}), BadPart(field="number", message="must be a name")),
        (Add(kind=Kind.HOLIDAYS, part={"id": "x"}), BadPart(field="days", message="is missing")),
        (Add(kind=Kind.SKILLS, part={"id": "x", "level": 1}), BadPart(field="level", message="unknown key; known: id")),
    ],
)
def test_what_cannot_be_is_said(change: Add | Put | Remove, expected: object) -> None:
    assert changed(document(), change) == expected


def test_a_rep_keeps_the_id() -> None:
    refused = changed(document(), Put(kind=Kind.REPS, id="ana", part={"id": "anna"}))
    assert isinstance(refused, BadPart)
    assert "people, contacts and past calls" in refused.message


IDS = st.sampled_from(["support", "billing", "sales", "onboarding", "spanish"])


@given(IDS, st.sampled_from(["help", "zz-1", "a"]))
def test_naming_a_skill_anew_and_back_leaves_every_byte(old: str, new: str) -> None:
    after = written(Put(kind=Kind.SKILLS, id=old, part={"id": new}), SAMPLE)
    assert check_config(after).problems == ()
    assert written(Put(kind=Kind.SKILLS, id=new, part={"id": old}), after) == SAMPLE


@given(st.sampled_from(["dee", "eli", "zoe"]), st.dictionaries(IDS, st.integers(1, 10), min_size=1), st.data())
def test_a_rep_put_changes_one_line_and_means_what_was_put(
    rep: str, skills: dict[str, int], data: st.DataObject
) -> None:
    part = {"id": rep, "name": data.draw(st.sampled_from(["Dee", "D: #1", "yes", "Żaneta"])), "skills": dict(skills)}
    change = Put(kind=Kind.REPS, id=rep, part=part) if rep != "zoe" else Add(kind=Kind.REPS, part=part)
    after = written(change, SAMPLE)
    assert dict(parts(document(after), Kind.REPS)[rep]) == part
    lines = after.splitlines()
    others = [line for line in SAMPLE.splitlines() if f"id: {rep}," not in line]
    assert [line for line in lines if f"id: {rep}," not in line] == others
