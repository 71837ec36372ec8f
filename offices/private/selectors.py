"""Reading personal rows: covered values for a page, and the log of who read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from offices.models import Person, PersonPrivate, PrivateReading
from offices.private import boxes
from offices.private.fields import FIELDS, Field


@dataclass(frozen=True)
class Shown:
    """A field as it stands covered on a page."""

    field: Field
    text: str  # covered; '' where nothing is known

    @property
    def known(self) -> bool:
        return bool(self.text)


def live_row(person: Person) -> PersonPrivate | None:
    """The row that is not erased, inside the active scope."""
    return PersonPrivate.objects.filter(person=person, erased_at__isnull=True).first()


def erased_rows(person: Person) -> QuerySet[PersonPrivate]:
    """What was erased of a person, newest first."""
    return PersonPrivate.objects.filter(person=person, erased_at__isnull=False).order_by("-erased_at")


def covered(row: PersonPrivate | None) -> Iterator[Shown]:
    """Every field, covered. Only the card number is opened for that, and leaves as its mask."""
    for field in FIELDS.values():
        box = getattr(row, field.name) if row is not None else None
        if row is None or box is None:
            yield Shown(field, "")
        elif field.kind == "card":
            yield Shown(field, field.covered(boxes.open_field(row, field.name)))
        else:
            yield Shown(field, field.covered(""))


def readings() -> QuerySet[PrivateReading]:
    """The log as the reader may see it: for the keepers all, else what concerns himself."""
    return PrivateReading.objects.select_related("subject", "reader")


def readings_of(person_id: int | None) -> QuerySet[Any]:
    """Who read the fields of a person; nobody's for nobody."""
    return readings().filter(subject_id=person_id) if person_id is not None else readings().none()
