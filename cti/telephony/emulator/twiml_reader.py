"""Reads what a web server answered into a document, by all of Twilio's rules. Pure.

Never carries a document out in part: the first thing that breaks a rule makes the whole answer a ``Fault``.
Twilio's codes: 11750 too large, 12100 not XML, 12102 wrong root, 12200 against the schema, 12300 content type,
13520 unspeakable text.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin
from xml.etree import ElementTree

from cti.telephony.emulator.twiml_model import (
    ConferenceCallback,
    DialConference,
    Document,
    Enqueue,
    Fault,
    Hangup,
    Leave,
    Pause,
    Play,
    Redirect,
    Reject,
    Say,
    Target,
    Verb,
)
from cti.telephony.emulator.verbs import ALLOWED, NOUNS, REFUSED_VERBS, SSML, VERBS, Context, VerbRule, is_url

MAX_BYTES = 64 * 1024
SAY_LIMIT = 4096
QUEUE_NAME_LIMIT = 64
_MARKUP = frozenset({"text/xml", "application/xml", "text/html"})


class _Broken(Exception):
    """A rule is broken; carries Twilio's code. Never leaves this module."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def read_answer(body: bytes, content_type: str, *, url: str, context: Context) -> Document | Fault:
    """The document in an HTTP answer of that content type, relative URLs resolved against ``url``."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if len(body) > MAX_BYTES and not kind.startswith("audio/"):
            raise _Broken(11750, f"{len(body)} bytes, the limit is {MAX_BYTES}")
        if kind.startswith("audio/"):
            return Document(verbs=(Play(url=url),))
        if kind == "text/plain":
            return _read_plain(body, url, context)
        if kind not in _MARKUP:
            raise _Broken(12300, f"content type {kind or 'missing'} is not TwiML")
        return _read_markup(body, url, context)
    except _Broken as broken:
        return Fault(code=broken.code, url=url, message=broken.message)


def read_inline(twiml: str, *, context: Context) -> Document | Fault:
    """The document given in a ``Twiml`` parameter; its URLs must be absolute."""
    return read_answer(twiml.encode(), "text/xml", url="", context=context)


def _read_plain(body: bytes, url: str, context: Context) -> Document:
    try:
        return _read_markup(body, url, context)
    except _Broken as broken:
        if broken.code != 12100:
            raise
    words = body.decode(errors="replace").strip()
    if not words:
        raise _Broken(12100, "the answer is empty")
    return Document(verbs=(Say(text=words[:SAY_LIMIT]),))


def _read_markup(body: bytes, url: str, context: Context) -> Document:
    root = _parse(body)
    if root.tag != "Response":
        raise _Broken(12102, f"the root element is <{root.tag}>, not <Response>")
    _no_loose_text(root)
    return Document(verbs=tuple(_read_verb(element, url, context) for element in root))


def _parse(body: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise _Broken(12100, "a document type is not allowed")
    try:
        return ElementTree.fromstring(body)  # noqa: S314 - entities are refused above, size is bounded
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise _Broken(12100, f"not well-formed XML: {error}") from None


def _read_verb(element: ElementTree.Element, url: str, context: Context) -> Verb:
    name = element.tag
    if name in REFUSED_VERBS:
        raise _Broken(12200, f"<{name}> is not carried out by this emulator")
    rule = VERBS.get(name)
    if rule is None:
        raise _Broken(12200, f"<{name}> is not a verb")
    if name not in ALLOWED[context]:
        raise _Broken(12200, f"<{name}> is not allowed in a document for {context}")
    _check(element, rule)
    return _BUILDERS[name](element, url)


def _check(element: ElementTree.Element, rule: VerbRule) -> None:
    for attribute, value in element.attrib.items():
        if attribute in rule.not_carried_out:
            raise _Broken(12200, f"<{element.tag} {attribute}> is not carried out by this emulator")
        check = rule.attributes.get(attribute)
        if check is None:
            raise _Broken(12200, f"<{element.tag}> has no attribute {attribute}")
        if not check(value):
            raise _Broken(12200, f"<{element.tag} {attribute}> cannot be {value[:80]!r}")
    for child in element:
        if child.tag in rule.refused_children:
            raise _Broken(12200, f"<{child.tag}> in <{element.tag}> is not carried out by this emulator")
        if child.tag not in rule.children:
            raise _Broken(12200, f"<{child.tag}> is not allowed in <{element.tag}>")


def _no_loose_text(element: ElementTree.Element) -> None:
    pieces = [element.text, *(child.tail for child in element)]
    if any(piece and piece.strip() for piece in pieces):
        raise _Broken(12200, f"text is not allowed directly in <{element.tag}>")


def _say(element: ElementTree.Element, _url: str) -> Verb:
    for nested in element.iter():
        if nested is not element and nested.tag not in SSML:
            raise _Broken(12200, f"<{nested.tag}> is not allowed in <Say>")
    words = " ".join("".join(element.itertext()).split())
    if (not words and not len(element)) or len(words) > SAY_LIMIT:
        raise _Broken(13520, f"<Say> has {len(words)} characters; 1 to {SAY_LIMIT} can be spoken")
    return Say(text=words, language=element.get("language", "en-US"), loop=int(element.get("loop", "1")))


def _play(element: ElementTree.Element, url: str) -> Verb:
    return Play(url=_link(element, url), loop=int(element.get("loop", "1")))


def _link(element: ElementTree.Element, url: str) -> str:
    address = (element.text or "").strip()
    if not address or not is_url(address):
        raise _Broken(12200, f"<{element.tag}> needs a URL")
    return _absolute(address, url)


def _absolute(address: str, url: str) -> str:
    joined = urljoin(url, address)
    if not joined.startswith(("http://", "https://")):
        raise _Broken(12200, "a relative URL has nothing to be relative to here")
    return joined


def _pause(element: ElementTree.Element, _url: str) -> Verb:
    _no_loose_text(element)
    return Pause(length=int(element.get("length", "1")))


def _redirect(element: ElementTree.Element, url: str) -> Verb:
    address = (element.text or "").strip()
    if not is_url(address):
        raise _Broken(12200, "<Redirect> needs a URL")
    return Redirect(target=Target(url=_absolute(address, url), method=element.get("method", "POST")))


def _hangup(element: ElementTree.Element, _url: str) -> Verb:
    _no_loose_text(element)
    return Hangup()


def _leave(element: ElementTree.Element, _url: str) -> Verb:
    _no_loose_text(element)
    return Leave()


def _reject(element: ElementTree.Element, _url: str) -> Verb:
    _no_loose_text(element)
    return Reject(reason=element.get("reason", "rejected"))


def _enqueue(element: ElementTree.Element, url: str) -> Verb:
    name = (element.text or "").strip()
    if not 1 <= len(name) <= QUEUE_NAME_LIMIT:
        raise _Broken(12200, f"<Enqueue> needs a name of 1 to {QUEUE_NAME_LIMIT} characters")
    size = element.get("maxQueueSize")
    return Enqueue(
        name=name,
        action=_target(element.attrib, "action", "method", url),
        wait=_target(element.attrib, "waitUrl", "waitUrlMethod", url),
        max_size=int(size) if size else None,
    )


def _dial(element: ElementTree.Element, url: str) -> Verb:
    _no_loose_text(element)
    if len(element) != 1:
        raise _Broken(12200, "<Dial> needs exactly one <Conference>")
    noun = element[0]
    _check(noun, NOUNS[noun.tag])
    name = (noun.text or "").strip()
    if not 1 <= len(name) <= 128:
        raise _Broken(12200, "<Conference> needs a name of 1 to 128 characters")
    return DialConference(
        name=name,
        action=_target(element.attrib, "action", "method", url),
        time_limit_s=int(element.get("timeLimit", "14400")),
        muted=noun.get("muted") == "true",
        start_on_enter=noun.get("startConferenceOnEnter", "true") == "true",
        end_on_exit=noun.get("endConferenceOnExit") == "true",
        wait=_target(noun.attrib, "waitUrl", "waitMethod", url) if noun.get("waitUrl") else None,
        silent=noun.get("waitUrl") == "",
        max_participants=int(noun.get("maxParticipants", "250")),
        callback=_callback(noun.attrib, url),
        label=noun.get("participantLabel"),
    )


def _callback(attributes: Mapping[str, str], url: str) -> ConferenceCallback | None:
    target = _target(attributes, "statusCallback", "statusCallbackMethod", url)
    if target is None:
        return None
    return ConferenceCallback(target=target, events=frozenset(attributes.get("statusCallbackEvent", "").split()))


def _target(attributes: Mapping[str, str], name: str, method: str, url: str) -> Target | None:
    if name not in attributes:
        return None
    return Target(url=_absolute(attributes[name], url), method=attributes.get(method, "POST"))


_BUILDERS = {
    "Dial": _dial,
    "Enqueue": _enqueue,
    "Hangup": _hangup,
    "Leave": _leave,
    "Pause": _pause,
    "Play": _play,
    "Redirect": _redirect,
    "Reject": _reject,
    "Say": _say,
}
