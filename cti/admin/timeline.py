"""What happened to a call, one sentence a moment, and each decision with its figures. Pure.

Reads the notes that steps and scripts leave (``cti/calls/steps``, ``saveCall.lua``). A kind that is not listed here
(of another release) is shown by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from cti.admin.decision_view import decision_view
from cti.calls.explain import sentences
from cti.calls.views import View, iso
from cti.record.call_model import TimelineEntry
from routing.model import Decision
from routing.replies import decision_of

Data = Mapping[str, object]
Names = Mapping[str, str]


def timeline_view(entries: Iterable[TimelineEntry], names: Names) -> list[View]:
    """Everything, in order. ``names``: rep id → name."""
    return [
        {"at": iso(entry.at_ms), "kind": entry.kind, "text": sentence(entry, names), "data": dict(entry.data)}
        for entry in entries
    ]


def sentence(entry: TimelineEntry, names: Names) -> str:
    """One moment, for a person."""
    write = _SENTENCES.get(entry.kind)
    return write(entry.data, names) if write else f"{entry.kind.replace('_', ' ').capitalize()}."


def decisions_view(entries: Iterable[TimelineEntry]) -> list[View]:
    """Every look for a rep, with the rule that was in force."""
    views: list[View] = []
    rule: object = None
    version: object = None
    for entry in entries:
        if entry.kind == "routed":
            rule, version = entry.data.get("rule"), entry.data.get("version")
        decision = decision_in(entry)
        if decision is not None:
            views.append({"at": iso(entry.at_ms), "rule": rule, "version": version, **decision_view(decision)})
    return views


def decision_in(entry: TimelineEntry) -> Decision | None:
    """The decision that a moment carries: a call that was put in line, or offered."""
    if entry.kind == "decision":
        return decision_of(entry.data)
    carried = entry.data.get("decision")
    return decision_of(carried) if entry.kind == "offered" and isinstance(carried, Mapping) else None


def _rep(data: Data, names: Names) -> str:
    rep = str(data.get("rep", "?"))
    return names.get(rep, rep)


def _arrived(data: Data, names: Names) -> str:
    return f"The call arrived on {data.get('to')}."


def _routed(data: Data, names: Names) -> str:
    again = "The customer's record arrived late, and the rules ran once more. " if data.get("again") else ""
    said = f"{again}Rule “{data.get('rule')}” of version {data.get('version')} was taken."
    problems = data.get("problems")
    return f"{said} {'; '.join(map(str, problems))}." if isinstance(problems, list | tuple) and problems else said


def _decision(data: Data, names: Names) -> str:
    return " ".join(sentences(decision_of(data)))


def _offered(data: Data, names: Names) -> str:
    return f"Offered to {_rep(data, names)}; the screen pop was shown first."


def _offer_ended(data: Data, names: Names) -> str:
    rep, reason = _rep(data, names), data.get("reason")
    match data.get("outcome"):
        case "declined":
            return f"{rep} declined{f' ({reason})' if reason else ''}."
        case "expired":
            return f"{rep} did not answer in time."
        case "vanished":
            return f"{rep}'s browser was gone; the offer moved on."
        case "withdrawn":
            return f"The offer to {rep} was taken back."
        case "caller_left":
            return f"The caller hung up while {rep} was being asked."
        case outcome:
            return f"The offer to {rep} ended: {outcome}."


def _not_connected(data: Data, names: Names) -> str:
    rep = _rep(data, names)
    match data.get("outcome"):
        case "softphone":
            return f"{rep}'s softphone did not connect; the caller kept the old place in line."
        case "lost_leg":
            return f"{rep}'s browser did not come back; the caller returned to the old place in line."
        case _:
            return f"The caller could not be connected to {rep}, and kept the old place in line."


def _filed(data: Data, names: Names) -> str:
    late = ", after its time" if data.get("late") else ""
    return f"After-call work was filed{late}: {data.get('disposition')}."


def _step(data: Data, names: Names) -> str:
    return f"The wait reached step {data.get('step')} of the rule (queue {data.get('queue')})."


def _minutes(data: Data) -> str:
    """A range that was told, as in ``routing/prompts.py``."""
    least, most = data.get("least_minutes"), data.get("most_minutes")
    if least:
        return f"between {least} and {most} minutes"
    return "less than a minute" if most == 1 else f"less than {most} minutes"


def _wait_told(data: Data, names: Names) -> str:
    of = "" if data.get("least_minutes") else "of "
    return f"The caller was told: place {data.get('place')}, a wait {of}{_minutes(data)}."


_TRUTHS = {"inside": "as first told", "shorter": "shorter than first told", "longer": "longer than first told"}


def _answered(data: Data, names: Names) -> str:
    said, told = f"Both are in: the caller talks with {_rep(data, names)}.", data.get("told")
    if not isinstance(told, Mapping):
        return said
    return f"{said} The wait was {_TRUTHS.get(str(told.get('truth')), 'told')}, {_minutes(told)}."


_ENDS = {
    "completed": "The call is complete.",
    "abandoned": "The caller hung up before talking to anybody.",
    "nobody_free": "Nobody could take the call in time; the caller heard the apology.",
    "blocked": "A rule refused the call before anybody was asked.",
    "lost": "Twilio had ended the call; we learned of it late.",
    "failed": "The call was ended on our side before anybody talked.",
    "voicemail": "The caller left a message.",
    "forwarded": "The caller talked with an outside number.",
    "unreached": "The caller was to be called back, and was not reached.",
    "merged": "Another call of the same caller has this one's place.",
    "cancelled": "The caller need not be called back any more.",
}


def _ended(data: Data, names: Names) -> str:
    return _ENDS.get(str(data.get("reason")), f"The call ended: {data.get('reason')}.")


def _hung_up(data: Data, names: Names) -> str:
    who = {"caller": "The caller", "rep": "The rep"}.get(str(data.get("by")), "The service")
    return f"{who} ended the conversation; after-call work began."


def _by_rule(text: str) -> Callable[[Data, Names], str]:
    fields = ("rule", "version", "answer")
    return lambda data, names: text.format(**{name: data.get(name) for name in fields})


def _short_staffed(data: Data, names: Names) -> str:
    if data.get("gone"):
        return f"Everybody who serves {data.get('queue')} has gone offline; the plan's last step was taken."
    return "Nobody on duty could ever take this call; the plan's next step was taken at once."


def _diverted(data: Data, names: Names) -> str:
    where = "is connected to an outside number" if data.get("to") == "dial" else "is asked to leave a message"
    return f"The wait is over as the plan says: the caller {where}."


_PROMISED = {
    "key": "The caller pressed the key to be called back; the place in line stays.",
    "hang_up": "The caller hung up after a wait that is long enough to be called back; the place in line stays.",
    "plan": "The plan promised the caller a call back; the place in line stays.",
    "scheduled": "A call back was arranged.",
}
_NOT_REACHED = {
    "busy": "the line was busy",
    "no-answer": "nobody answered",
    "failed": "the number cannot be reached",
    "canceled": "it rang no longer",
    "completed": "the caller hung up at once",
    "refused": "Twilio did not dial",
    "rep_hung_up": "the rep ended it while it rang",
}


def _promised(data: Data, names: Names) -> str:
    return _PROMISED.get(str(data.get("why")), "A call back was promised.")


def _not_reached(data: Data, names: Names) -> str:
    why = _NOT_REACHED.get(str(data.get("why")), str(data.get("why")))
    return f"Try {data.get('try')} to call the caller back came to nothing: {why}. The rep is free again."


def _callback_answered(data: Data, names: Names) -> str:
    return "The caller answered" + (", and waits for the next rep: the first was gone." if data.get("alone") else ".")


def _outside(data: Data, names: Names) -> str:
    return "The outside number answered." if data.get("answered") else "The outside number did not answer."


def _about_rep(text: str) -> Callable[[Data, Names], str]:
    return lambda data, names: text.format(rep=_rep(data, names))


def _plain(text: str) -> Callable[[Data, Names], str]:
    return lambda data, names: text


_SENTENCES: Mapping[str, Callable[[Data, Names], str]] = {
    "arrived": _arrived,
    "routed": _routed,
    "asked": _by_rule("The caller was asked by rule “{rule}” of version {version}."),
    "asked_again": _by_rule("No answer that the menu of “{rule}” knows: asked again."),
    "menu_answered": _by_rule("The caller answered “{answer}”; the rules ran again."),
    "menu_unanswered": _by_rule("The menu of “{rule}” got no answer; the rules ran again without one."),
    "blocked": _by_rule("Rule “{rule}” of version {version} refused the call."),
    "decision": _decision,
    "offered": _offered,
    "offer_ended": _offer_ended,
    "accepted": _about_rep("{rep} accepted."),
    "rep_connects": _about_rep("{rep}'s browser connected; the caller is being moved to it."),
    "answered": _answered,
    "wait_told": _wait_told,
    "leg_lost": _about_rep("{rep}'s browser was lost; the caller was asked to wait a moment."),
    "back_together": _about_rep("{rep} is back with the caller."),
    "not_connected": _not_connected,
    "move_refused": _plain("Twilio refused to move the caller; the next wait document does it."),
    "hung_up": _hung_up,
    "filed": _filed,
    "wrap_up_over": _plain("The time for after-call work was over; the form may still be filed."),
    "wrap_up_skipped": _plain("The rep became available before filing; the form may still be filed."),
    "ended": _ended,
    "step": _step,
    "team_over": _plain("The preferred rep's team had its time; the call is open to all who qualify."),
    "step_skipped": _plain("A step of the plan was passed over: nobody could have taken what it would ask for."),
    "short_staffed": _short_staffed,
    "queue_full": _plain("As many callers waited as the queue takes; the plan's last step was taken at once."),
    "diverted": _diverted,
    "voicemail": lambda data, names: f"A message of {data.get('seconds')} s was left.",
    "outside": _outside,
    "callback_promised": _promised,
    "callback_due": _plain("The time to call back has come."),
    "callback_dialled": lambda data, names: f"The caller's telephone is rung, try {data.get('try')}.",
    "callback_taken": _plain("Twilio dials the caller's number."),
    "callback_answered": _callback_answered,
    "callback_not_reached": _not_reached,
    "caller_updated": _plain("The customer's record was updated."),
    "back_in_line": _plain("The call was put back in line at its old place."),
    "rebuilt": _plain("The floor was rebuilt after Redis lost it; the call goes on."),
}
