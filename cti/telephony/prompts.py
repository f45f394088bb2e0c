"""What callers are told, in the owner's words. Pure data: text to speak, at most 4,096 characters each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """The first five are the active configuration's ``prompts``, by the same names: ``Prompts(**asdict(words))``."""

    greeting: str = "Thank you for calling. Please hold."
    """The first thing a caller hears."""
    all_busy: str = "All our representatives are busy."
    """Nobody is free yet; followed by the place in line, when it is known."""
    one_moment: str = "One moment, please."
    """Something has to be tried again: the caller stays on the line."""
    apology: str = "We are sorry that nobody could take your call. Please try again later. Goodbye."
    """The wait is over and nobody was free."""
    unavailable: str = "We are sorry, we are having technical difficulties. Please stay on the line."
    """The service cannot do better just now; the call is tried again."""
    place: str = "You are number {place} in line."
    """``{place}`` is the caller's place in line, 1 for the front."""
    language: str = "en-US"
    """BCP 47, of all these texts."""

    def place_in_line(self, place: int) -> str:
        """The ``place`` text with the number put in; other braces are left as written."""
        return self.place.replace("{place}", str(place))
