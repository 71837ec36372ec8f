"""My work: what waits for this person, told by every app that has something waiting.

Apps register a source in ``AppConfig.ready``; the home page lists them and the top bar counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from portal import kept
from portal.actors import Actor
from portal.words import StateWord

REMEMBERED = 60  # seconds; the person's own acts forget it at once


@dataclass(frozen=True)
class Row:
    """One matter that waits: what, where, since when or until when."""

    label: str
    url: str
    detail: str = ""
    due: str = ""
    state: StateWord | None = None


@dataclass(frozen=True)
class Waiting:
    """A heap of like matters: how many, the list of all of them, and the first few."""

    title: Any
    count: int
    url: str = ""
    rows: tuple[Row, ...] = field(default=())
    hint: Any = ""  # what to do with them


Source = Callable[[Actor], Iterable[Waiting]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a source: a function that gives what waits for an actor, at most one query or two."""
    if source not in _sources:
        _sources.append(source)
    return source


def heap(title: Any, rows: QuerySet[Any], shown: int, as_row: Callable[[Any], Row], *, url: str) -> Waiting:
    """A heap of these rows with the first few; they are counted only where those may not be all."""
    first = tuple(map(as_row, rows[:shown]))
    return Waiting(title, len(first) if len(first) < shown else rows.count(), url, first)


def of(actor: Actor) -> list[Waiting]:
    """Everything that waits for the actor inside the active scope, heaps with nothing left out."""
    return [waiting for source in _sources for waiting in source(actor) if waiting.count]


def count(actor: Actor) -> int:
    """How many matters wait in all; remembered for a minute."""
    key = _key(actor.user_id)
    known = kept.get(key)
    if known is None:
        with actor.scope.active():
            known = sum(waiting.count for waiting in of(actor))
        kept.put(key, known, REMEMBERED)
    return int(known)


def forget(user_id: int | None) -> None:
    """After an act of this person the number is counted anew."""
    kept.drop(_key(user_id))


def _key(user_id: int | None) -> str:
    return f"worklist:{user_id}"
