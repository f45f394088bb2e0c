"""What a comparison says, in words, where the interval allows it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from routing.simulate.intervals import Figure
from routing.simulate.result import ALL

LEAST_SHARE, LEAST_S = 0.0005, 0.05
"""Smaller differences are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A figure, and how a difference in it is said: for a share by how many percentage points, else by how long."""

    figure: str
    words: str
    more: str
    less: str
    is_share: bool = True


_KINDS = (
    _Kind(figure="by_preferred", words="reach the rep they prefer {} {}", more="more often", less="less often"),
    _Kind(figure="mean_wait_s", words="wait {} {}", more="longer", less="less", is_share=False),
    _Kind(figure="service_level", words="are answered in time {} {}", more="more often", less="less often"),
    _Kind(figure="abandoned_share", words="give up {} {}", more="more often", less="less often"),
    _Kind(figure="answered_share", words="are answered {} {}", more="more often", less="less often"),
)


def verdicts(difference: Mapping[str, Mapping[str, Figure]]) -> tuple[str, ...]:
    """A sentence for each class that fares differently, and one for all of them; where chance may explain everything,
    that."""
    names = [*(name for name in difference if name != ALL), ALL]
    found = [(name, "; ".join(_said(difference[name]))) for name in names]
    said = tuple(f"{name or 'all'} callers {words}" for name, words in found if words)
    return said or ("no difference that these replications can tell from chance",)


def _said(figures: Mapping[str, Figure]) -> Iterator[str]:
    for kind in _KINDS:
        each = figures[kind.figure]
        if each.mean is None or each.ci95_low is None or each.ci95_high is None:
            continue
        if kind.figure == "answered_share" and _is_said_already(each.mean, figures["abandoned_share"].mean):
            continue
        by_chance = each.ci95_low <= 0.0 <= each.ci95_high
        if not by_chance and abs(each.mean) >= (LEAST_SHARE if kind.is_share else LEAST_S):
            yield kind.words.format(_amount(kind, each.mean, each.ci95_high - each.mean), _which(kind, each.mean))


def _is_said_already(answered: float, gives_up: float | None) -> bool:
    """Who gives up is not answered: once is enough."""
    return gives_up is not None and abs(answered + gives_up) < LEAST_SHARE


def _which(kind: _Kind, mean: float) -> str:
    return kind.more if mean > 0.0 else kind.less


def _amount(kind: _Kind, mean: float, half: float) -> str:
    if kind.is_share:
        return f"{_digits(abs(mean) * 100.0, half * 100.0)} percentage points"
    return f"{_digits(abs(mean), half)} s"


def _digits(value: float, half: float) -> str:
    """As many decimals as the interval bears: 12 ± 3, 1.9 ± 1.7, 0.35 ± 0.06."""
    decimals = 0 if half >= 3.0 else 1 if half >= 0.3 else 2
    return f"{value:.{decimals}f} ± {max(half, 10.0**-decimals):.{decimals}f}"
