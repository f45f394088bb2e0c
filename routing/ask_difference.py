"""What differs in how a rule asks its callers, or refuses them, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from routing.config import Ask, Block
from routing.difference_words import Say, changes
from routing.duration import format_duration


def ask(old: Ask | None, new: Ask | None) -> Iterator[str]:
    """A question that is new is told whole."""
    if old is not None and new is not None:
        yield from (sentence.removeprefix(": ") for sentence in changes("", old, new, _of(new)))
    elif new is not None:
        yield f"callers are asked {_whole(new)}"
    elif old is not None:
        yield f"callers are not asked any more (were asked {_first(old)})"


def block(old: Block | None, new: Block | None) -> Iterator[str]:
    """How callers are refused."""
    if new is None:
        yield f"no longer refuses the call {_refusing(old)}"
    elif old is None:
        yield f"refuses the call {_refusing(new)}"
    else:
        yield f"refuses the call {_refusing(new)} instead of {_refusing(old)}"


def _refusing(block: Block | None) -> str:
    if block is None or block.reject is not None:
        return "with the busy tone" if block is not None and block.reject == "busy" else "unanswered"
    texts = list((block.say or {}).items())
    if len(texts) == 1:
        return f"saying “{texts[0][1]}”"
    return f"saying {_in_languages(block.say or {})}" if texts else "without a word"


def _in_languages(texts: Mapping[str, str]) -> str:
    return ", ".join(f"“{text}” ({language})" for language, text in texts.items())


def _first(question: Ask) -> str:
    """The text that names the question."""
    return f"“{next(iter(question.say.values()), '')}”"


def _whole(question: Ask) -> str:
    answers = [f"{key} = {answer}" for key, answer in question.keys.items()]
    answers += [f"{_either(words)} said = {answer}" for answer, words in question.speech.items()]
    silence = format_duration(question.timeout_ms)
    tries = f"up to {question.tries} times, with {silence} of silence for an answer"
    return f"{_in_languages(question.say)}: {', '.join(answers)}; {tries}"


def _either(words: Sequence[str]) -> str:
    return " or ".join(f"“{word}”" for word in words)


def _of(question: Ask) -> Mapping[str, Say]:
    """The sentences of one question's fields."""
    prefix = f"callers are asked {_first(question)}: "

    def keys(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
        for key, answer in new.items():
            if key not in old:
                yield f"{prefix}{key} = {answer} is new"
            elif old[key] != answer:
                yield f"{prefix}{key} = {answer} instead of {old[key]}"
        yield from (f"{prefix}{key} = {answer} is gone" for key, answer in old.items() if key not in new)

    return {"say": _say, "keys": keys, "speech": _speech, "tries": _tries, "timeout_ms": _timeout}


def _say(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for language, text in new.items():
        if language not in old:
            yield f"asks “{text}” in {language} too"
        elif old[language] != text:
            yield f"asks “{text}” instead of “{old[language]}” in {language}"
    yield from (f"asks nothing in {one} any more (was “{text}”)" for one, text in old.items() if one not in new)


def _speech(old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for answer, words in new.items():
        if answer not in old:
            yield f"{_either(words)} said = {answer} now"
        elif old[answer] != words:
            yield f"{_either(words)} said = {answer} instead of {_either(old[answer])}"
    yield from (f"{_either(words)} said is no longer {answer}" for answer, words in old.items() if answer not in new)


def _tries(old: int, new: int) -> Iterator[str]:
    yield f"asks up to {new} times instead of {old}"


def _timeout(old: int, new: int) -> Iterator[str]:
    yield f"waits {format_duration(new)} of silence for an answer instead of {format_duration(old)}"
