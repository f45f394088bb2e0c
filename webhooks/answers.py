"""What Twilio is told, by what has become of the call. Pure.

Every answer to a leg that is alive keeps it doing something: nothing empty is ever answered while a caller is on the
line. The state decides, not the request: a late or repeated request gets what is right now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cti.calls.announcing import GREETED_WITHIN_MS, SHORT_TURN_S, place_is_due, turn_s
from cti.calls.line_events import WaitView
from cti.calls.model import Call, CallState, EndReason
from cti.telephony.model import (
    Announce,
    AskCaller,
    CallSid,
    ConnectOutside,
    HangUp,
    HoldAndRetry,
    Intention,
    JoinConference,
    KeepWaiting,
    LeaveQueue,
    RejectCall,
    TakeMessage,
    WaitInQueue,
    WaitSound,
)
from cti.telephony.twiml import KEY_WAIT_S
from routing.plan import Question, Refusal
from routing.prompts import Prompts, Words
from webhooks.sounds import MUSIC_S
from webhooks.urls import PREFIX, Announcement, Role, Urls

SPOKEN_PER_S = 15
"""Characters of speech in a second, near enough to fit words and sound into one turn."""
RETRY_PAUSE_S = 3
OUTSIDE_RING_S = 30
LONGEST_MESSAGE_S = 180
TWILIO_HOLDS, TWILIO_HOLDS_AT_MOST = 1_000, 5_000
"""Callers in one of Twilio's queues: by default, and as many as may be asked for."""

_OUR_DOING = frozenset({"redirected", "redirected-from-bridged"})
_QUEUE_BROKE = frozenset({"queue-full", "error", "system-error"})
_IN_TALK = frozenset({CallState.CONNECTING, CallState.TALKING})
_IN_LINE = frozenset({CallState.ARRIVING, CallState.WAITING, CallState.OFFERED})
_TO_BE_CALLED = _IN_LINE | _IN_TALK | {CallState.LATER}
_RINGS = frozenset({CallState.ARRIVING, CallState.OFFERED, CallState.CONNECTING})
_OVER = frozenset({CallState.WRAP_UP, CallState.ENDED})
_SORRY = frozenset({EndReason.NOBODY_FREE, EndReason.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The documents of one site: its URLs and its words."""

    urls: Urls
    prompts: Prompts

    def caller_leg(self, call: Call | None) -> Intention:
        """What the caller's leg does now, whatever asked. An unknown call is started again: its id derives from the
        leg, so that nothing is lost or doubled."""
        if call is None:
            return self.try_again(self.urls.voice())
        if call.question is not None:
            return self._ask(call, call.question)
        if call.state in _IN_LINE and call.on_line:
            return self._enqueue(call)
        if call.state in _IN_TALK and call.on_line:
            return self._join(call, "caller", label="caller")
        if call.state is CallState.DIVERTED:
            return self._divert(call)
        if call.state in _TO_BE_CALLED:
            return self._promise(call.language)
        if call.refusal is not None:
            return _refused(call.refusal)
        return self._goodbye(call.end_reason, call.language)

    def called(self, call: Call | None, leg: CallSid) -> Intention:
        """What a leg does that we dialled: the caller who is called back."""
        if call is None or call.caller_leg != leg or not call.on_line:
            return HangUp()
        answer, words = self.caller_leg(call), self.prompts.spoken(call.language)
        if isinstance(answer, WaitInQueue) or (isinstance(answer, JoinConference) and not call.caller_in):
            return replace(answer, say=words.callback_hello, language=words.language)
        return answer

    def callback_asked(self, call: Call | None, again_url: str) -> Intention:
        """After the key: the promise; after any other, or where none was made, the wait goes on."""
        if call is not None and (call.callback is not None or call.end_reason is EndReason.MERGED):
            return self._promise(call.language)
        return HoldAndRetry(say="", pause_s=0, url=again_url)

    def message_left(self, call: Call | None) -> Intention:
        """After the message."""
        words = self.prompts.spoken(call.language if call else None)
        return HangUp(say=words.voicemail_thanks, language=words.language)

    def rep_leg(self, call: Call | None, leg: CallSid) -> Intention:
        """A rep's leg talks in the conference while the call is theirs; otherwise it ends."""
        if call is None or call.state not in _IN_TALK:
            return HangUp()
        if call.offer is None or call.offer.rep_leg != leg:
            return HangUp()
        return self._join(call, "rep", label=f"rep-{leg}")

    def queue_left(self, call: Call | None, result: str) -> Intention:
        """After Twilio's queue: by the call's state, save that a queue that would not have the caller is asked again
        only after a pause."""
        if call is not None and call.state in _IN_LINE and result in _QUEUE_BROKE:
            words = self.prompts.spoken(call.language)
            text = words.all_busy if result == "queue-full" else words.one_moment
            return self._hold(text, self.urls.voice(), words)
        return self.caller_leg(call)

    def wait_turn(self, view: WaitView, *, key_url: str | None = None) -> Intention:
        """One turn of the wait: words where they are due, then ringing or music; at most 5 s in the first 30 s, 10 s
        later."""
        if view.callback_promised:
            return self._promise(view.language)
        if view.gone or view.state in _OVER:
            return self._goodbye(view.end_reason, view.language)
        if view.leave or not view.call_known:
            return LeaveQueue()
        say, language = self._due_words(view)
        spoken_s = _spoken_s(say)
        key_url = None if view.callback_offered_ms is None else key_url
        seconds = max(1, turn_s(view.waited_ms) - spoken_s - (KEY_WAIT_S if key_url else 0))
        if view.state in _RINGS or view.waited_ms < GREETED_WITHIN_MS:
            sound, start_s = WaitSound.RINGING, 0
        else:
            sound, start_s = WaitSound.MUSIC, (view.waited_ms // 1000 + spoken_s) % MUSIC_S
        url = self.urls.sound(sound, start_s, seconds)
        return KeepWaiting(sound=sound, sound_url=url, seconds=seconds, say=say, language=language, key_url=key_url)

    def _promise(self, language: str | None) -> HangUp:
        words = self.prompts.spoken(language)
        return HangUp(say=words.callback_promise, language=words.language)

    def _divert(self, call: Call) -> Intention:
        """A message, or a number that is not ours."""
        kind, _, number = (call.diversion or "").partition(":")
        if kind == "dial":
            return ConnectOutside(
                number=number,
                action_url=self.urls.outside_action(call.id),
                ring_s=OUTSIDE_RING_S,
                from_=call.to if call.caller.number is None else None,
            )
        words = self.prompts.spoken(call.language)
        return TakeMessage(
            say=words.voicemail,
            language=words.language,
            action_url=self.urls.voicemail(call.id),
            most_s=LONGEST_MESSAGE_S,
            thanks=words.voicemail_thanks,
        )

    def _due_words(self, view: WaitView) -> tuple[str | None, str]:
        """What is said before this turn's sound, if anything, and its language."""
        if view.waited_ms < GREETED_WITHIN_MS:
            return self.prompts.greeting(view.to, view.language)
        words = self.prompts.spoken(view.language)
        return _later_words(view, words), words.language

    def announce(self, what: Announcement, language: str | None) -> Intention:
        """Words for a participant who is alone in the conference for a moment."""
        words = self.prompts.spoken(language)
        match what:
            case "one_moment":
                return Announce(say=words.one_moment, language=words.language)

    def try_again(self, url: str) -> Intention:
        """We cannot do better now: a holding message, a pause, and the URL again."""
        words = self.prompts.spoken(None)
        return self._hold(words.one_moment, url, words)

    def fallback(self, failed_url: str) -> Intention:
        """Stands in for any document: only Say, Pause and Redirect. What failed is tried again where it is ours."""
        ours = failed_url.startswith(self.urls.same(PREFIX)) and not failed_url.startswith(self.urls.fallback())
        words = self.prompts.spoken(None)
        return self._hold(words.unavailable, failed_url if ours else self.urls.voice(), words)

    def conference_wait(self, *, rings: bool = False) -> Intention:
        """Silence, or ringing, again and again, until the second leg is there."""
        if rings:
            url = self.urls.sound(WaitSound.RINGING, 0, SHORT_TURN_S)
            again = self.urls.conference_wait(rings=True)
            return KeepWaiting(sound=WaitSound.RINGING, sound_url=url, seconds=SHORT_TURN_S, again_url=again)
        return HoldAndRetry(say="", pause_s=10, url=self.urls.conference_wait())

    def _hold(self, say: str, url: str, words: Words) -> HoldAndRetry:
        return HoldAndRetry(say=say, pause_s=RETRY_PAUSE_S, url=url, language=words.language)

    def _ask(self, call: Call, question: Question) -> AskCaller:
        lengths = {len(keys) for keys in question.keys}
        return AskCaller(
            say=question.say,
            language=question.language,
            action_url=self.urls.answer(call.id, call.turn),
            keys=bool(question.keys),
            digits=lengths.pop() if len(lengths) == 1 else None,
            hints=tuple(word for words in question.speech.values() for word in words),
            timeout_s=-(-question.timeout_ms // 1000),
        )

    def _enqueue(self, call: Call) -> WaitInQueue:
        version = call.plan.version if call.plan else 0
        return WaitInQueue(
            queue_name=queue_name(call),
            wait_url=self.urls.wait(call.id, call.arrived_ms, version),
            action_url=self.urls.queue_action(call.id),
            most=_twilio_size(call),
        )

    def _join(self, call: Call, role: Role, *, label: str) -> JoinConference:
        return JoinConference(
            conference=call.conference,
            ends_on_exit=role == "caller",
            action_url=self.urls.dial_action(call.id, role),
            events_url=self.urls.conference_events(call.id, call.offer.id if call.offer else None),
            wait_url=self.urls.conference_wait(rings=role == "rep" and not call.on_line),
            label=label,
        )

    def _goodbye(self, reason: EndReason | None, language: str | None) -> HangUp:
        words = self.prompts.spoken(language)
        if reason is EndReason.MERGED:
            return self._promise(language)
        return HangUp(say=words.apology if reason in _SORRY else None, language=words.language)


def is_our_doing(result: str) -> bool:
    """True where our own REST update took the leg out of the queue: no state changes, and the answer is ignored."""
    return result in _OUR_DOING


def _twilio_size(call: Call) -> int | None:
    """Our own limit decides; Twilio only has to have the room."""
    ours = call.plan.max_size if call.plan else None
    return None if ours is None or ours < TWILIO_HOLDS else TWILIO_HOLDS_AT_MOST


def queue_name(call: Call) -> str:
    """Twilio's queue for the call; only a place to wait in. At most 64 characters."""
    return f"line-{call.plan.queue}"[:64] if call.plan else "line"


def _refused(refusal: Refusal) -> Intention:
    if refusal.reject is not None:
        return RejectCall(reason=refusal.reject)
    return HangUp(say=refusal.say, language=refusal.language)


def _later_words(view: WaitView, words: Words) -> str | None:
    """After the greeting."""
    if view.state is not CallState.WAITING:
        return None
    offered_ms, lasts_s = view.callback_offered_ms, turn_s(view.waited_ms)
    said, last = _how_it_stands(view, words), [] if view.expected is None else [words.wait_in_line(view.expected)]
    if offered_ms is not None and (said or offered_ms < lasts_s * 1000):
        last.append(words.callback_offer)
    if view.expected is not None:
        while said and _spoken_s(" ".join([*said, *last])) + (KEY_WAIT_S if offered_ms is not None else 0) >= lasts_s:
            del said[0]  # what the caller can go by is not left out
    return " ".join([*said, *last]) or None


def _how_it_stands(view: WaitView, words: Words) -> list[str]:
    if not place_is_due(view.waited_ms, view.announce.every_ms):
        return []
    place = view.place if view.announce.place else None
    return [words.all_busy] if place is None else [words.all_busy, words.place_in_line(place)]


def _spoken_s(text: str | None) -> int:
    return -(-len(text) // SPOKEN_PER_S) if text else 0
