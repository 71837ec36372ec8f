"""Personal data: which fields hold it, and the log of who read it.

A model names its personal fields once, in ``PERSONAL``. From then on each reading of such a field of a
row, wherever in the code, is noticed while a page is made, and the page leaves one event: who, whose,
which fields, where. A query that takes values past the rows (``values_list``, raw SQL) says so itself
with ``seen``. What cannot be logged is not shown: the event is written before the answer goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.query_utils import DeferredAttribute

VERB = "personal.read"
CLEARANCE = "personal"  # of portal.scope: sees personal fields also where the need is not plain
SUBJECTS = 100  # named in one event; a longer list says how many and which page it was


def fields_of(model: type[models.Model]) -> frozenset[str]:
    """The personal fields of a model."""
    return frozenset(getattr(model, "PERSONAL", ()))


@dataclass
class Reading:
    """What one page read of one model."""

    fields: set[str] = field(default_factory=set)
    subjects: dict[str, models.Model | None] = field(default_factory=dict)  # the first rows by UUID
    rows: int = 0
    _ids: set[Any] = field(default_factory=set)

    def add(self, name: str, row: models.Model) -> None:
        self.fields.add(name)
        if row.pk is None or row.pk in self._ids:
            return
        self._ids.add(row.pk)
        self.rows += 1
        if len(self.subjects) < SUBJECTS:
            self.subjects[str(getattr(row, "uuid", row.pk))] = row


Readings = dict[type[models.Model], Reading]
_watch: ContextVar[Readings | None] = ContextVar("personal_readings", default=None)


class _Watched(DeferredAttribute):
    """A column whose reading is noticed; empty values tell nothing of anybody."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        values = instance.__dict__
        value = values[name] if name in values else super().__get__(instance, cls)
        readings = _watch.get()
        if readings is not None and value not in (None, ""):
            readings.setdefault(type(instance), Reading()).add(self.field.name, instance)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


def watch_models() -> None:
    """Put the watch on every declared field; once, when all models are there."""
    for model in apps.get_models():
        for name in fields_of(model):
            column: Any = model._meta.get_field(name)
            setattr(model, column.attname, _Watched(column))


def seen(model: type[models.Model], names: Set[str], rows: int, subjects: Iterable[Any] = ()) -> None:
    """Say that personal fields of so many rows were read past the model; ``subjects`` are their UUIDs."""
    readings = _watch.get()
    if readings is not None and rows:
        reading = readings.setdefault(model, Reading())
        reading.fields |= names
        reading.rows += rows
        for subject in islice(subjects, SUBJECTS - len(reading.subjects)):
            reading.subjects.setdefault(str(subject), None)


@contextmanager
def logged(actor: Any, where: str) -> Iterator[Readings]:
    """Log what is read inside as read by ``actor`` on the page ``where``: one event for each model.

    Also when the page breaks off: what was read by then may have been seen. Gives the readings, so that
    a page that shows nothing can forget them.
    """
    readings: Readings = {}
    token = _watch.set(readings)
    try:
        yield readings
    finally:
        _watch.reset(token)
        for model, reading in readings.items():
            _write(actor, where, model, reading)


def _write(actor: Any, where: str, model: type[models.Model], reading: Reading) -> None:
    from portal import audit

    only = next(iter(reading.subjects.values())) if reading.rows == 1 and reading.subjects else None
    audit.record(
        actor,
        VERB,
        only,
        model=model._meta.label_lower,
        fields=sorted(reading.fields),
        rows=reading.rows,
        subjects=list(reading.subjects),
        where=where,
    )
