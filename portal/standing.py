"""Where a matter of the figures' spine stands: five steps, whose turn it is, and since when.

The kernel draws the line (``parts/_standing.html``); the app that owns the figures says where they
stand, also for pages of the kernel, through a registry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from portal.actors import Actor
from portal.models import Batch
from portal.words import StateWord

Where = Literal["done", "current", "waiting", "skipped"]


@dataclass(frozen=True)
class Step:
    """One step of the line. ``url`` leads to its page; ``note`` is a few Thai words beside it."""

    word: StateWord
    where: Where
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Line:
    """The steps of one month. ``state`` is the exact word of where it is now; ``owner`` says in Thai
    whose turn it is, by name, and is empty when it is nobody's; ``since`` when his turn began."""

    title: str
    steps: tuple[Step, ...]
    state: StateWord | None = None
    owner: str = ""
    since: datetime | None = None
    note: str = ""


OfBatch = Callable[[Batch, Actor], Line | None]
_of_batch: list[OfBatch] = []


def register(source: OfBatch) -> None:
    """Say where the matter of a batch stands; None where the batch is none of one's own."""
    if source not in _of_batch:
        _of_batch.append(source)


def of_batch(batch: Batch, actor: Actor) -> Line | None:
    """The line of the month a file belongs to, or None for files of other things."""
    lines: list[Any] = [line for source in _of_batch if (line := source(batch, actor)) is not None]
    return lines[0] if lines else None
