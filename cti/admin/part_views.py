"""Parts of the configuration as the API shows them, and what an attempt to change one is answered with. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from cti.admin.config_views import activated_view, report_view, tag_headers
from cti.calls.configuration import Overtaken
from cti.calls.part_changes import Active, NothingActive, Planned, Refused, Unchanged, Written
from cti.calls.views import View
from cti.desk.problems import Problem, not_found
from routing.config_parts import BadPart, NoSuchPart, Part, PartExists, StillReferred
from routing.model import RepId
from routing.part_references import Kind, Reference
from routing.prompts import PROMPTS

SHOWN = 20
"""Names in a sentence; the list has all of them."""


def rep_view(active: Active, rep_id: str) -> View:
    """A rep; ``queues`` null: every one."""
    rep = active.config.reps[RepId(rep_id)]
    return {
        "id": rep.id,
        "name": rep.name,
        "email": rep.email,
        "device": rep.device,
        "skills": dict(rep.skills),
        "queues": None if rep.queues is None else sorted(rep.queues),
        "team": rep.team,
        "language": rep.language,
    }


def number_view(active: Active, number: str) -> View:
    """One of the owner's numbers."""
    line = next(line for line in active.config.numbers if line.number == number)
    return {"number": line.number, "name": line.name, "language": line.language, "greeting": dict(line.greeting)}


def skill_view(active: Active, skill: str) -> View:
    """A skill; ``reps``: how many have it."""
    return {"id": skill, "reps": sum(skill in rep.skills for rep in active.config.reps.values())}


def hours_view(active: Active, name: str) -> View:
    """Opening hours, as the file has them."""
    return _with_nulls(active.parts[Kind.HOURS][name], ("timezone", "open", "holidays", "closed", "exceptions"))


def holidays_view(active: Active, name: str) -> View:
    """A list of days, as the file has it."""
    return dict(active.parts[Kind.HOLIDAYS][name])


def prompt_view(active: Active, name: str) -> View:
    """What callers hear: ``text`` as the file has it, null where it says nothing; ``spoken``: language → text."""
    prompts = active.config.prompts
    own = active.parts[Kind.PROMPTS].get(name)
    spoken = {language: getattr(words, name) for language, words in prompts.words.items() if getattr(words, name)}
    return {"id": name, "text": own["text"] if own else None, "spoken": spoken}


def names_of(active: Active, kind: Kind) -> Sequence[str]:
    """Everything that there is of a kind: of prompts all, whatever the file says of them."""
    return PROMPTS if kind is Kind.PROMPTS else tuple(active.parts[kind])


def _with_nulls(part: Part, keys: Sequence[str]) -> View:
    return {**dict.fromkeys(keys), **part}


# Changes


def version_view(written: Written | Unchanged) -> View:
    """The version that is active now. Raises Problem: there is no new one."""
    if isinstance(written, Unchanged):
        return {"n": written.n, "previous": written.n, "differences": [], "warnings": []}
    if isinstance(written.outcome, Overtaken):
        raise overtaken(written.outcome)
    return activated_view(written.outcome)


def plan_view(planned: Planned | StillReferred) -> View:
    """What a change would do."""
    if isinstance(planned, StillReferred):
        return {"possible": False, **_references_view(planned.references, planned.affects)}
    stranding = planned.stranding
    waiting = None if stranding is None else {"queue": stranding.queue, "calls": stranding.calls}
    return {
        "possible": not (planned.report.problems or planned.blocked or stranding),
        "before": planned.made.before,
        "after": planned.made.after,
        "differences": planned.differences,
        **report_view(planned.report),
        **_references_view(planned.blocked, planned.made.affects),
        "waiting": waiting,
    }


def refusal_of(refused: Refused, kind: Kind) -> Problem:
    """Why there is no change."""
    match refused:
        case NoSuchPart():
            return not_found()
        case PartExists(id=id_):
            return Problem(409, f"There is {id_} among the {kind} already.")
        case BadPart(field=field, message=message):
            problem = {"line": 0, "field": field, "message": message}
            return Problem(422, f"{field}: {message}", problems=[problem])
        case StillReferred(references=references, affects=affects):
            detail = f"Something still refers to it: {_listed(references)}. Change that first."
            return Problem(409, detail, **_references_view(references, affects))
        case NothingActive(report=None):
            return Problem(409, "No configuration is active that could be changed; draft one and activate it first.")
        case NothingActive(report=report):
            detail = "This release cannot read the active version; change its text, and activate that."
            return Problem(409, detail, **({} if report is None else report_view(report)))
        case Overtaken():
            return overtaken(refused)
        case _:
            assert_never(refused)


def unnamed(active: int | None) -> Problem:
    """A change to what somebody else may have changed meanwhile."""
    detail = "Name the version that you have seen, as the ETag of what you have read says it: If-Match."
    return Problem(428, detail, headers=tag_headers(active), active=active)


def overtaken(outcome: Overtaken) -> Problem:
    """Another version is active than was seen."""
    active = f"Version {outcome.active}" if outcome.active is not None else "No version"
    return Problem(
        412,
        f"{active} is active meanwhile; read what changed, then send it again with that version as If-Match.",
        headers=tag_headers(outcome.active),
        based_on=outcome.based_on,
        active=outcome.active,
        changed_since=outcome.changed_since,
        differences=outcome.differences,
    )


def _references_view(blocking: Sequence[Reference], affected: Sequence[Reference]) -> View:
    return {"refers": [_reference(one) for one in blocking], "affects": [_reference(one) for one in affected]}


def _reference(one: Reference) -> View:
    return {"what": one.what, "name": one.name, "field": one.field or None}


def _listed(references: Sequence[Reference]) -> str:
    names = list(dict.fromkeys(map(str, references)))
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}"
