"""The fewest of several kinds that are enough: a search over a question that costs time. Pure.

Finds a staffing of which nobody can be spared, and which no one more of a kind makes smaller in all. It is not the
smallest of all there are: that would take every combination.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Staff = tuple[int, ...]
"""How many of each kind."""
Enough = Callable[[Staff], bool]
EXCHANGED = 6
"""With more kinds, one more of each is not tried: it takes too long."""


def fewest(enough: Enough, weights: Sequence[int], *, guess: int, most: int) -> Staff | None:
    """``weights``: the mix that is scaled until it is enough, from ``guess`` of all together; at most ``most`` of each
    kind. Null: even these are not enough."""
    total = _least_total(lambda n: enough(shared(n, weights, most)), guess, most * len(weights))
    if total is None:
        return None
    staff = _spared(enough, shared(total, weights, most), range(len(weights)))
    while len(weights) <= EXCHANGED and (smaller := _exchanged(enough, staff, most)) is not None:
        staff = smaller
    return staff


def shared(total: int, weights: Sequence[int], most: int) -> Staff:
    """So many by weight, to whole ones, the largest remainder first; at most ``most`` of each kind."""
    staff, left = [0] * len(weights), total
    while left > 0 and (open_ones := [k for k, n in enumerate(staff) if n < most]):
        all_of = sum(weights[k] for k in open_ones)
        parts = {k: left * weights[k] / all_of for k in open_ones}
        whole = {k: min(int(part), most - staff[k]) for k, part in parts.items()}
        for k in open_ones:
            staff[k] += whole[k]
        left -= sum(whole.values())
        if not any(whole.values()):
            for k in sorted(open_ones, key=lambda k: int(parts[k]) - parts[k])[:left]:
                staff[k] += 1
                left -= 1
    return tuple(staff)


def _least_total(enough: Callable[[int], bool], guess: int, most: int) -> int | None:
    high = min(max(1, guess), most)
    low = 0
    while not enough(high):
        if high == most:
            return None
        low, high = high, min(most, high + max(1, high // 4))
    while high - low > 1 and low == 0:
        tried = high - max(1, high // 4)
        if tried <= 0 or not enough(tried):
            low = max(0, tried)
            break
        high = tried
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _spared(enough: Enough, staff: Staff, kinds: Sequence[int]) -> Staff:
    """Without those who are not needed, until nobody of these kinds can go."""
    going_on = True
    while going_on:
        going_on = False
        for kind in kinds:
            less = _most_spared(enough, staff, kind)
            if less:
                staff, going_on = _changed(staff, kind, -less), True
    return staff


def _most_spared(enough: Enough, staff: Staff, kind: int) -> int:
    """How many of the kind can go; 1, 2, 4 … at a time, then the half of what is left."""
    known, step = 0, 1
    while known + step <= staff[kind] and enough(_changed(staff, kind, -(known + step))):
        known, step = known + step, step * 2
    while step > 1:
        step //= 2
        if known + step <= staff[kind] and enough(_changed(staff, kind, -(known + step))):
            known += step
    return known


def _exchanged(enough: Enough, staff: Staff, most: int) -> Staff | None:
    """One more of a kind in place of at least two others; null: there is none such."""
    for kind, n in enumerate(staff):
        if n < most:
            others = [other for other in range(len(staff)) if other != kind]
            tried = _spared(enough, _changed(staff, kind, 1), others)
            if sum(tried) < sum(staff):
                return tried
    return None


def _changed(staff: Staff, kind: int, by: int) -> Staff:
    return (*staff[:kind], staff[kind] + by, *staff[kind + 1 :])
