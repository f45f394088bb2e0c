"""Reads what a web server answered into a document, by all of Twilio's rules. Pure.

Never carries a document out in part: the first thing that breaks a rule makes the whole answer a ``Fault``.
Twilio's codes: 11750 too large, 12100 not XML, 12102 wrong root, 12200 against the schema, 12300 content type,
13238 a verb that a conference's wait document cannot have; those of one verb's values are in ``verbs``.
"""

from __future__ import annotations

from xml.etree import ElementTree

from cti.telephony.emulator.twiml_builders import BUILDERS, SAY_LIMIT, Broken, check, no_loose_text
from cti.telephony.emulator.twiml_model import Document, Fault, Play, Say, Verb
from cti.telephony.emulator.verbs import ALLOWED, FORBIDDEN_CODE, REFUSED_VERBS, VERBS, Context

MAX_BYTES = 64 * 1024
_MARKUP = frozenset({"text/xml", "application/xml", "text/html"})


def read_answer(body: bytes, content_type: str, *, url: str, context: Context) -> Document | Fault:
    """The document in an HTTP answer of that content type, relative URLs resolved against ``url``."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if len(body) > MAX_BYTES and not kind.startswith("audio/"):
            raise Broken(11750, f"{len(body)} bytes, the limit is {MAX_BYTES}")
        if kind.startswith("audio/"):
            return Document(verbs=(Play(url=url),))
        if kind == "text/plain":
            return _read_plain(body, url, context)
        if kind not in _MARKUP:
            raise Broken(12300, f"content type {kind or 'missing'} is not TwiML")
        return _read_markup(body, url, context)
    except Broken as broken:
        return Fault(code=broken.code, url=url, message=broken.message)


def read_inline(twiml: str, *, context: Context) -> Document | Fault:
    """The document given in a ``Twiml`` parameter; its URLs must be absolute."""
    return read_answer(twiml.encode(), "text/xml", url="", context=context)


def _read_plain(body: bytes, url: str, context: Context) -> Document:
    try:
        return _read_markup(body, url, context)
    except Broken as broken:
        if broken.code != 12100:
            raise
    words = body.decode(errors="replace").strip()
    if not words:
        raise Broken(12100, "the answer is empty")
    return Document(verbs=(Say(text=words[:SAY_LIMIT]),))


def _read_markup(body: bytes, url: str, context: Context) -> Document:
    root = _parse(body)
    if root.tag != "Response":
        raise Broken(12102, f"the root element is <{root.tag}>, not <Response>")
    no_loose_text(root)
    return Document(verbs=tuple(_read_verb(element, url, context) for element in root))


def _parse(body: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Broken(12100, "a document type is not allowed")
    try:
        return ElementTree.fromstring(body)  # noqa: S314 - entities are refused above, size is bounded
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Broken(12100, f"not well-formed XML: {error}") from None


def _read_verb(element: ElementTree.Element, url: str, context: Context) -> Verb:
    name = element.tag
    if name in REFUSED_VERBS:
        raise Broken(12200, f"<{name}> is not carried out by this emulator")
    rule = VERBS.get(name)
    if rule is None:
        raise Broken(12200, f"<{name}> is not a verb")
    if name not in ALLOWED[context]:
        raise Broken(FORBIDDEN_CODE.get(context, 12200), f"<{name}> is not allowed in a document for {context}")
    check(element, rule)
    return BUILDERS[name](element, url)
