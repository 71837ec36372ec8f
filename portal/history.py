"""What happened to one row: events for people, and the changes its history triggers recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pghistory
from django.db import models
from django.utils.translation import gettext as _

from portal import audit
from portal.models import AuditEvent, User
from portal.templatetags import portal as show

# Columns that follow from others; showing them would bury the change itself.
_DERIVED = frozenset({"version", "sort_key", "search_key"})


@dataclass(frozen=True)
class Change:
    """One field before and after, as text. ``name`` is the model's."""

    label: str
    before: str
    after: str
    name: str = ""


@dataclass(frozen=True)
class Entry:
    """One thing that happened; newest first in a list of them."""

    at: datetime
    what: str
    who: str = ""
    capacity: str = ""
    reason: str = ""
    changes: tuple[Change, ...] = field(default=())
    line: int | None = None  # the row of history that can be put back (``portal.putback``)


def of(row: models.Model, *, limit: int = 30) -> list[Entry]:
    """The latest events and changes of a row that the reader may already see.

    The caller holds the row, so the scope has been asked; history follows its row. Four queries,
    and one for each changed key whose name must be looked up.
    """
    entries = [*_events(row, limit), *_changes(row, limit)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def _events(row: models.Model, limit: int) -> list[Entry]:
    rows = AuditEvent.objects.filter(
        object_type=row._meta.label_lower, object_id=str(getattr(row, "uuid", row.pk))
    ).order_by("-id")[:limit]
    return [
        Entry(
            at=event.at,
            what=audit.sentence(event.verb),
            who=event.actor_name,
            capacity=event.capacity,
            reason=str(event.data.get("reason", "")),
        )
        for event in rows
    ]


def _changes(row: models.Model, limit: int) -> list[Entry]:
    entries: list[Entry] = []
    for model in pghistory.core.event_models(tracks_model=type(row)):
        # One more than shown: the oldest shown needs the one before it.
        events = model._default_manager.filter(pgh_obj=row.pk).select_related("pgh_context")
        found: list[Any] = list(events.order_by("-pgh_id")[: limit + 1])
        emails = _emails(found)
        for at, event in enumerate(found[:limit]):
            before = found[at + 1] if at + 1 < len(found) else None
            changes = between(type(row), before, event) if before is not None else ()
            if before is not None and not changes:
                continue
            meta = event.pgh_context.metadata if event.pgh_context else {}
            what = _("แก้ไขข้อมูล") if before is not None else _("บันทึกครั้งแรก")
            who = str(meta.get("name") or emails.get(meta.get("user") or 0, "") or _("ระบบ"))
            capacity = str(meta.get("capacity") or "")
            line = event.pk if before is not None else None
            entries.append(
                Entry(event.pgh_created_at, what, who, capacity, changes=tuple(changes), line=line)
            )
    return entries


def _emails(events: Sequence[Any]) -> dict[int, str]:
    ids = {event.pgh_context.metadata.get("user") for event in events if event.pgh_context}
    ids.discard(None)
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "email")) if ids else {}


def between(model: type[models.Model], before: Any, after: Any) -> list[Change]:
    """What differs between two stands of a row, as text; columns that follow from others left out."""
    changes = []
    for column in model._meta.concrete_fields:
        if column.name in _DERIVED or not hasattr(after, column.attname):
            continue
        old, new = getattr(before, column.attname), getattr(after, column.attname)
        if old != new:
            shown: Callable[[Any], str] = _shown(column)
            changes.append(Change(str(column.verbose_name), shown(old), shown(new), column.name))
    return changes


def _shown(column: models.Field) -> Callable[[Any], str]:
    """How values of a column read: a choice by its word, a key by what it names."""
    choices = dict(column.flatchoices)

    def text(value: Any) -> str:
        if value is None or value == "":
            return show.NOTHING
        if isinstance(column, models.ForeignKey):
            named = column.related_model._default_manager.filter(**{column.target_field.name: value}).first()
            return str(named or value)
        if isinstance(value, bool):
            return _("ใช่") if value else _("ไม่ใช่")
        if isinstance(value, Decimal | int):
            return str(choices.get(value, show.number(value)))
        if isinstance(value, datetime):
            return show.thai_time(value)
        if isinstance(value, date):
            return show.thai_date(value)
        return str(choices.get(value, value))

    return text
