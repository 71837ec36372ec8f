"""What happened to one row: events for people, and the changes its history triggers recorded.

An event and the changes of the same request or job are one entry: who, in which capacity, did what,
when and why; then each field before and after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pghistory
from django.db import models
from django.utils.translation import gettext as _

from portal import audit, personal
from portal.models import AuditEvent, User
from portal.templatetags import portal as show

# Columns that follow from others; showing them would bury the change itself.
_DERIVED = frozenset({"version", "sort_key", "search_key", "old_key"})


@dataclass(frozen=True)
class Change:
    """One field before and after, as text. ``name`` is the model's."""

    label: str
    before: str
    after: str
    name: str = ""


@dataclass(frozen=True)
class Entry:
    """One thing that happened; newest first in a list of them. ``bulk_url`` leads to the bulk act."""

    at: datetime
    what: str
    who: str = ""
    capacity: str = ""
    reason: str = ""
    changes: tuple[Change, ...] = field(default=())
    line: int | None = None  # the row of history that can be put back (``portal.putback``)
    thing: str = ""
    bulk_url: str = ""
    act: str = ""  # what was done under one request or job carries the same

    @property
    def sentence(self) -> str:
        """Who, in which capacity, did what to what; without when and why."""
        who = self.who or _("ระบบ")
        if self.capacity:
            who = _("%(who)s ในฐานะ %(capacity)s") % {"who": who, "capacity": self.capacity}
        return " ".join(part for part in (who, self.what, self.thing) if part)


def of(
    row: models.Model,
    *,
    limit: int = 30,
    before: datetime | None = None,
    name: str = "",
    cleared: frozenset[str] = frozenset(),
) -> list[Entry]:
    """The latest events and changes of a row that the reader may already see.

    The caller holds the row, so the scope has been asked; history follows its row. ``before`` gives
    what is older than a moment, ``name`` only changes of one field. Personal fields stay covered unless
    ``cleared`` says otherwise. Four queries, and one for each table whose rows changed keys name.
    """
    events = _events(row, limit, before) if not name else _events(row, 10 * limit, before)
    changes = _changes(row, limit if not name else 10 * limit, before, cleared)
    entries = _together(events, changes)
    if name:
        entries = [
            replace(entry, changes=tuple(one for one in entry.changes if one.name == name))
            for entry in entries
            if any(one.name == name for one in entry.changes)
        ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def fields(model: type[models.Model]) -> list[tuple[str, str]]:
    """Names and labels of the fields whose changes are kept, for the filter."""
    if not pghistory.core.event_models(tracks_model=model):
        return []
    return [
        (column.name, label(column))
        for column in model._meta.concrete_fields
        if column.name not in _DERIVED and not column.primary_key and column.name != "uuid"
    ]


def label(column: models.Field) -> str:
    """The Thai name of a column; where it points to rows, their name."""
    return str(column.verbose_name)


def _events(row: models.Model, limit: int, before: datetime | None) -> list[Entry]:
    rows = AuditEvent.objects.filter(
        object_type=row._meta.label_lower, object_id=str(getattr(row, "uuid", row.pk))
    ).exclude(verb=personal.VERB)
    if before is not None:
        rows = rows.filter(at__lt=before)
    return [
        Entry(
            at=event.at,
            what=audit.sentence(event.verb),
            who=event.actor_name,
            capacity=event.capacity,
            reason=str(event.data.get("reason", "")),
            thing=str(row),
            act=event.request_id or event.job_id,
        )
        for event in rows.order_by("-id")[:limit]
    ]


def _changes(row: models.Model, limit: int, before: datetime | None, cleared: frozenset[str]) -> list[Entry]:
    found: list[tuple[Any, Any]] = []
    for model in pghistory.core.event_models(tracks_model=type(row)):
        # One more than shown: the oldest shown needs the one before it.
        events = model._default_manager.filter(pgh_obj=row.pk).select_related("pgh_context")
        if before is not None:
            events = events.filter(pgh_created_at__lt=before)
        kept: list[Any] = list(events.order_by("-pgh_id")[: limit + 1])
        found += [(event, older) for event, older in zip(kept, [*kept[1:], None], strict=False)][:limit]
    emails = _emails([event for event, _older in found])
    text = _Values(type(row), found, cleared)
    if text.uncovered:
        personal.seen(type(row), text.uncovered, 1)
    entries = []
    for event, older in found:
        changes = text.between(older, event) if older is not None else ()
        if older is not None and not changes:
            continue
        meta = event.pgh_context.metadata if event.pgh_context else {}
        bulk = str(meta.get("bulk") or "")
        entries.append(
            Entry(
                event.pgh_created_at,
                _bulk(bulk) if bulk else _("แก้ไขข้อมูล") if older is not None else _("บันทึกครั้งแรก"),
                str(meta.get("name") or emails.get(meta.get("user") or 0, "") or ""),
                str(meta.get("capacity") or ""),
                changes=tuple(changes),
                thing=str(row),
                bulk_url=audit.page_of(str(meta.get("bulk_type", "")), str(meta.get("bulk_id", ""))),
                act=str(meta.get("request") or meta.get("job") or ""),
                line=event.pk if older is not None else None,
            )
        )
    return entries


def _bulk(verb: str) -> str:
    return _("%s (ทำทั้งชุด)") % audit.sentence(verb)


def _together(events: Iterable[Entry], changes: Sequence[Entry]) -> list[Entry]:
    """Each change goes to the event of the same act; what has no event stands for itself."""
    waiting: dict[str, list[Entry]] = defaultdict(list)
    alone: list[Entry] = []
    for change in changes:
        (waiting[change.act] if change.act and not change.bulk_url else alone).append(change)
    entries = []
    for event in events:
        mine = waiting.pop(event.act, [])
        entries.append(
            replace(
                event,
                changes=tuple(one for change in mine for one in change.changes),
                line=mine[0].line if len(mine) == 1 else None,
            )
        )
    return [*entries, *alone, *(change for left in waiting.values() for change in left)]


def _emails(events: Sequence[Any]) -> dict[int, str]:
    ids = {
        event.pgh_context.metadata.get("user")
        for event in events
        if event.pgh_context and not event.pgh_context.metadata.get("name")
    }
    ids.discard(None)
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "email")) if ids else {}


def between(model: type[models.Model], before: Any, after: Any) -> list[Change]:
    """What differs between two stands of a row that the reader may edit, as text; columns that follow from
    others left out."""
    values = _Values(model, [(after, before)], frozenset({personal.CLEARANCE}))
    return values.between(before, after)


class _Values:
    """The values of a table's columns as text; what keys name is looked up once for each table."""

    def __init__(
        self, model: type[models.Model], pairs: Sequence[tuple[Any, Any]], cleared: frozenset[str]
    ) -> None:
        self.columns = [column for column in model._meta.concrete_fields if column.name not in _DERIVED]
        self.covered = personal.fields_of(model) if personal.CLEARANCE not in cleared else frozenset()
        self.uncovered = personal.fields_of(model) - self.covered if pairs else frozenset()
        self.names: dict[models.Field, dict[Any, str]] = {}
        for column in self.columns:
            if isinstance(column, models.ForeignKey) and column.name not in self.covered:
                wanted = {value for pair in pairs for value in self._both(column, *pair)} - {None}
                self.names[column] = _named(column, wanted) if wanted else {}

    @staticmethod
    def _both(column: models.Field, event: Any, older: Any) -> tuple[Any, ...]:
        """Before and after, where they differ."""
        if older is None or not hasattr(event, column.attname):
            return ()
        old, new = getattr(older, column.attname), getattr(event, column.attname)
        return (old, new) if old != new else ()

    def between(self, older: Any, event: Any) -> list[Change]:
        changes = []
        for column in self.columns:
            if both := self._both(column, event, older):
                shown = self._shown(column)
                changes.append(Change(label(column), shown(both[0]), shown(both[1]), column.name))
        return changes

    def _shown(self, column: models.Field) -> Callable[[Any], str]:
        """How values of a column read: a choice by its word, a key by what it names."""
        choices = dict(column.flatchoices)
        names = self.names.get(column)

        def text(value: Any) -> str:
            if value is None or value == "":
                return show.NOTHING
            if column.name in self.covered:
                return _("(ข้อมูลส่วนบุคคล)")
            if names is not None:
                return names.get(value, str(value))
            if isinstance(value, bool):
                return _("ใช่") if value else _("ไม่ใช่")
            if isinstance(value, Decimal | int):
                return str(choices.get(value, show.number(value)))
            if isinstance(value, datetime):
                return show.thai_time(value)
            if isinstance(value, date):
                return show.thai_date(value)
            if hasattr(value, "lower") and hasattr(value, "upper") and hasattr(value, "isempty"):
                return _period(value)
            if isinstance(value, list):
                return ", ".join(map(text, value))
            if isinstance(value, dict):
                return ", ".join(f"{name}: {text(one)}" for name, one in value.items())
            return str(choices.get(value, value))

        return text


def _named(column: models.ForeignKey, values: set[Any]) -> dict[Any, str]:
    key = column.target_field.name
    rows = column.related_model._default_manager.filter(**{f"{key}__in": values})
    return {getattr(row, column.target_field.attname): str(row) for row in rows}


def _period(value: Any) -> str:
    """A half-open range of dates by its first and last day."""
    since = show.thai_date(value.lower) if value.lower else _("แรกเริ่ม")
    if value.upper is None:
        return _("ตั้งแต่ %s") % since
    return _("%(since)s จนถึงก่อน %(until)s") % {"since": since, "until": show.thai_date(value.upper)}
