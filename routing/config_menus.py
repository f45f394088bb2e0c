"""Rules that do not route: those that ask the caller something first, and those that refuse the call. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from routing.config import Ask, Block
from routing.config_reading import Notes, Table, read_items, read_reference, read_text
from routing.languages import is_language
from routing.yaml_tree import Entries, Items, Node, Scalar

MAX_KEYS, MAX_WORDS, MOST_TRIES = 50, 100, 5
REJECTS = ("rejected", "busy")
_PRESSED = re.compile(r"#|[0-9*]{1,6}")


def read_ask(node: Node, notes: Notes, language: str) -> Ask:
    """``ask: {say: …, keys: {1: support}, speech: {support: [help]}, tries: 2, timeout: 5s}``."""
    table = Table(node, notes, ("say", "keys", "speech", "tries", "timeout"))
    say, keys, speech = table.need("say"), table.get("keys"), table.get("speech")
    if isinstance(node, Entries) and keys is None and speech is None:
        notes.refuse(node, "takes no answer; say keys, speech or both")
    return Ask(
        say={} if say is None else read_words(say, notes, language),
        keys={} if keys is None else _read_keys(keys, notes),
        speech={} if speech is None else _read_speech(speech, notes),
        tries=table.whole("tries", least=1, most=MOST_TRIES) or 2,
        timeout_ms=table.duration("timeout", 5_000, least_ms=1_000, most_ms=60_000),
    )


def read_block(node: Node, notes: Notes, language: str) -> Block:
    """``block: rejected``, ``block: busy``, or ``block: {say: …}``."""
    if isinstance(node, Scalar):
        return Block(reject=read_reference(node, notes, REJECTS, "way to refuse a call called"))
    table = Table(node, notes, ("say",))
    say = table.need("say")
    return Block(say={} if say is None else read_words(say, notes, language))


def read_words(node: Node, notes: Notes, language: str) -> Mapping[str, str]:
    """A text, in the file's language, or a mapping from languages to texts with the file's among them."""
    nodes = node.entries if isinstance(node, Entries) else {language: node}
    for name, child in nodes.items():
        if not is_language(name):
            notes.refuse(child, f"{name!r} is no language; write it like en, pl or pt-BR")
    if language not in nodes:
        notes.refuse(node, f"says nothing in {language}, the language of callers whose own is not known")
    read = {name: read_text(child, notes, most=1_000, lines=True) for name, child in nodes.items()}
    return {name: text for name, text in read.items() if text is not None}


def _read_keys(node: Node, notes: Notes) -> Mapping[str, str]:
    """``{1: support, 2: sales}``: what is pressed → the answer."""
    if not isinstance(node, Entries) or not node.entries:
        notes.refuse(node, "must be a mapping from keys to answers, like {1: support, 2: sales}")
        return {}
    if len(node.entries) > MAX_KEYS:
        notes.refuse(node, f"has {len(node.entries)} keys; at most {MAX_KEYS} are allowed")
    for key, child in node.entries.items():
        if not _PRESSED.fullmatch(key):
            notes.refuse(child, f"{key!r} cannot be pressed; use 1 to 6 of 0-9 and *, or # alone")
        elif key == "#" and any(len(other) > 1 for other in node.entries):
            notes.refuse(child, "cannot be pressed beside keys of several digits, which # ends; use another key")
    read = {key: read_text(child, notes, most=64) for key, child in node.entries.items()}
    return {key: answer for key, answer in read.items() if answer is not None}


def _read_speech(node: Node, notes: Notes) -> Mapping[str, tuple[str, ...]]:
    """``{support: [support, help]}``: the answer → words, one of which has to be said."""
    if not isinstance(node, Entries) or not node.entries:
        notes.refuse(node, "must be a mapping from answers to words, like {support: [support, help]}")
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for answer, child in node.entries.items():
        nodes = read_items(child, notes, most=MAX_WORDS) if isinstance(child, Items) else (child,)
        words = (read_text(each, notes, most=64) for each in nodes)
        found[answer] = tuple(word.casefold() for word in words if word is not None)
    return found
