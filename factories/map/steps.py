"""How many, in a few steps: the colouring of a map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

LOOKS = 5  # tints with their hatching that can be told apart


def bins(values: Iterable[int], steps: int = LOOKS) -> list[int]:
    """The lower bounds of up to five steps, each with about as many values, rounded to two digits.

    The first is 1: nought has a look of its own.
    """
    known = sorted(value for value in values if value > 0)
    bounds = [1] if known else []
    for step in range(1, steps):
        if not known:
            break
        value = known[step * len(known) // steps]
        digits = max(0, len(str(value)) - 2)
        bound = round(value, -digits)
        if bound > bounds[-1] and any(bounds[-1] <= one < bound for one in known):
            bounds.append(bound)
    while len(bounds) > 1 and known[-1] < bounds[-1]:  # rounding up may leave the last step empty
        bounds.pop()
    return bounds


def step_of(value: int, bounds: Sequence[int]) -> int:
    """0 for nought, else 1 and up: how many bounds a value has reached."""
    return sum(value >= bound for bound in bounds) if value > 0 else 0


def look_of(step: int, steps: int) -> int:
    """Which of the five looks a step has: two steps are the lightest and the darkest."""
    return LOOKS - 1 if steps == 1 else round((step - 1) * (LOOKS - 1) / (steps - 1))
