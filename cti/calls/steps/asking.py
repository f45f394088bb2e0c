"""Before there is a plan: the caller is asked something, or the call is refused."""

from __future__ import annotations

from dataclasses import replace

from cti.calls.effects import RouteCall
from cti.calls.endings import end
from cti.calls.events import Asked, Blocked, CallerLearned, MenuAnswered
from cti.calls.model import Call, CallState, EndReason
from cti.calls.step import At, Note, Step, due, enter, ignored, wants, without
from routing.plan import Question

LOST_AFTER_MS = 180_000
"""Beyond the silence that a question allows: longer than any question takes to say."""


def asked(call: Call, event: Asked, at: At) -> Step:
    """The rules want to know something first."""
    question = event.question
    known = replace(without(call, RouteCall), caller=event.caller, language=event.language, question=question)
    known = replace(known, asked_by=question.version)
    asking = _with_time(enter(known, CallState.ASKING, at, tries=1, turn=call.turn + 1), question, at)
    data = {"rule": question.rule, "version": question.version, "problems": question.problems}
    return Step(call=asking, notes=(Note(kind="asked", data=data),))


def blocked(call: Call, event: Blocked, at: At) -> Step:
    """The rules refuse the call."""
    refusal = event.refusal
    known = replace(without(call, RouteCall), caller=event.caller, language=event.language, refusal=refusal)
    ended = end(known, at, EndReason.BLOCKED, by="system")
    note = Note(kind="blocked", data={"rule": refusal.rule, "version": refusal.version, "problems": refusal.problems})
    return replace(ended, effects=(), notes=(note, *ended.notes))


def answered(call: Call, event: MenuAnswered, at: At) -> Step:
    """Keys, words or silence. An answer is a fact, and the rules run again; anything else is asked again, and at last
    goes on without."""
    question = call.question
    if question is None or event.turn != call.turn:
        return ignored(call)
    answer = question.answer_to(event.digits, event.speech)
    if answer is not None:
        told = replace(call, answers=(*call.answers, answer))
        return _goes_on(told, question, at, Note(kind="menu_answered", data={"rule": question.rule, "answer": answer}))
    if call.tries < question.tries:
        again = _with_time(replace(call, tries=call.tries + 1, turn=call.turn + 1), question, at)
        return Step(call=again, notes=(Note(kind="asked_again", data={"rule": question.rule}),))
    return _goes_on(call, question, at, Note(kind="menu_unanswered", data={"rule": question.rule}))


def overdue(call: Call, at: At) -> Step:
    """Twilio has not said for minutes what came of the question: the call goes on without an answer."""
    question = call.question
    if question is None:
        return ignored(call)
    return _goes_on(call, question, at, Note(kind="menu_unanswered", data={"rule": question.rule}))


def _with_time(call: Call, question: Question, at: At) -> Call:
    return due(call, menu=at.now_ms + question.timeout_ms + LOST_AFTER_MS)


def _goes_on(call: Call, question: Question, at: At, note: Note) -> Step:
    arriving = enter(due(call, menu=None), CallState.ARRIVING, at, question=None, asked=(*call.asked, question.rule))
    return Step(call=wants(arriving, RouteCall()), notes=(note,))


def caller_learned(call: Call, event: CallerLearned, at: At) -> Step:
    """The record has come while the caller was asked: the rules see it when they run again."""
    return Step(call=replace(call, caller=event.caller, language=event.language), notes=(Note(kind="caller_updated"),))
