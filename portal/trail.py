"""Searching what everybody did: events for people and changes of rows, newest first.

Asked by time: one query for the events and one for each table of history, each by its own index and each
for one page only, so that an answer costs the same however much there is. A page goes on from the place
of the last entry shown: its time, its table and its id, since one act changes thousands of rows in one
moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pghistory
from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from portal import audit, personal, scope
from portal.models import AuditEvent

CHANGED = "row.changed"  # the verb of changes that history's triggers recorded


@dataclass(frozen=True)
class Place:
    """Where an entry stands in the order: newest first, in one moment by table, in a table latest first."""

    at: datetime
    source: int  # 0 for events, then the tables of history
    key: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}|{self.source}|{self.key}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """The place an address names; None when it names none."""
        try:
            at, source, key = text.split("|")
            moment = datetime.fromisoformat(at)
            return cls(moment, int(source), int(key)) if moment.tzinfo else None
        except ValueError:
            return None


@dataclass(frozen=True)
class Trace:
    """One thing somebody did, as a line of the search."""

    at: datetime
    who: str
    capacity: str
    verb: str
    what: str
    thing: str
    url: str
    reason: str
    detail: str
    place: Place


@dataclass(frozen=True)
class Wanted:
    """What is searched for. Times bound a half-open range; the page begins after ``before``."""

    person: str = ""
    thing: str = ""
    verb: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: Place | None = None


def verbs() -> dict[str, str]:
    """What can be searched for: every named act, and changes of rows."""
    return {CHANGED: _("เปลี่ยนข้อมูลของแถว"), **audit.verbs()}


def search(wanted: Wanted, *, limit: int) -> tuple[list[Trace], Place | None]:
    """At most ``limit`` traces inside the active scope, newest first, and the place to go on from; None
    when these are the last."""
    users = audit.users_called(wanted.person) if wanted.person else None
    found = _found(wanted.thing) if wanted.thing else None
    traces: list[Trace] = []
    if wanted.verb != CHANGED:
        traces += _events(wanted, users, found, limit + 1)
    if wanted.verb in ("", CHANGED):
        traces += _changes(wanted, users, found, limit + 1)
    traces.sort(key=lambda trace: (trace.place.at, -trace.place.source, trace.place.key), reverse=True)
    return traces[:limit], (traces[limit - 1].place if len(traces) > limit else None)


def everything(wanted: Wanted, *, limit: int) -> Iterator[Trace]:
    """All that matches, page after page, for a file; at most ``limit``."""
    given = 0
    while given < limit:
        page, older = search(wanted, limit=min(500, limit - given))
        yield from page
        given += len(page)
        if older is None:
            return
        wanted = replace(wanted, before=older)


def readings(rows: QuerySet[AuditEvent], *, before: Place | None, limit: int) -> list[AuditEvent]:
    """Events of personal data read, newest first."""
    rows = _after(rows.filter(verb=personal.VERB), "at", 0, before)
    return list(rows.order_by("-at", "-id")[:limit])


def in_scope(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The events of the active scope: of its offices and of the rows of its provinces."""
    active = scope.current()
    if active.is_nation:
        return rows
    return rows.filter(Q(office_id__in=active.offices or ()) | Q(province__in=active.provinces or ()))


def _found(text: str) -> dict[str, list[int]]:
    """Ids of the rows that people call so, by model."""
    return {
        label: list(thing.find(text)) for label, thing in audit.things().items() if thing.find is not None
    }


def _in_time(rows: QuerySet[Any], name: str, source: int, wanted: Wanted) -> QuerySet[Any]:
    if wanted.since is not None:
        rows = rows.filter(**{f"{name}__gte": wanted.since})
    if wanted.until is not None:
        rows = rows.filter(**{f"{name}__lt": wanted.until})
    return _after(rows, name, source, wanted.before)


def _after(rows: QuerySet[Any], name: str, source: int, place: Place | None) -> QuerySet[Any]:
    """The rows of a table that stand after a place."""
    if place is None:
        return rows
    if source != place.source:
        return rows.filter(**{f"{name}__{'lt' if source < place.source else 'lte'}": place.at})
    same = Q(**{name: place.at, "pk__lt": place.key})
    return rows.filter(Q(**{f"{name}__lt": place.at}) | same, **{f"{name}__lte": place.at})


def _events(
    wanted: Wanted, users: Sequence[int] | None, found: dict[str, list[int]] | None, limit: int
) -> Iterator[Trace]:
    rows = in_scope(_in_time(AuditEvent.objects.all(), "at", 0, wanted))
    if wanted.verb:
        rows = rows.filter(verb=wanted.verb)
    if users is not None:
        rows = rows.filter(user_id__in=users)
    if found is not None:
        condition = Q(pk__in=[])
        for label, ids in found.items():
            if ids:
                condition |= Q(object_type=label, object_id__in=_public_ids(label, ids))
        rows = rows.filter(condition)
    for event in rows.order_by("-at", "-id")[:limit]:
        yield Trace(
            at=event.at,
            who=event.actor_name or _("ระบบ"),
            capacity=event.capacity,
            verb=event.verb,
            what=audit.sentence(event.verb),
            thing=audit.thing_label(event.object_type or str(event.data.get("model", ""))),
            url=audit.page_of(event.object_type, event.object_id) if event.object_type else "",
            reason=str(event.data.get("reason", "")),
            detail=_detail(event),
            place=Place(event.at, 0, event.pk),
        )


def _detail(event: AuditEvent) -> str:
    """How many rows and where, for events about many."""
    rows, where = event.data.get("rows"), event.data.get("where")
    parts = [_("%s แถว") % f"{rows:,}" if isinstance(rows, int) else "", str(where or "")]
    return " · ".join(part for part in parts if part)


def _public_ids(label: str, ids: Sequence[int]) -> list[str]:
    model = apps.get_model(label)
    name = "uuid" if any(column.name == "uuid" for column in model._meta.concrete_fields) else "pk"
    return [str(value) for value in model._default_manager.filter(pk__in=ids).values_list(name, flat=True)]


def _changes(
    wanted: Wanted, users: Sequence[int] | None, found: dict[str, list[int]] | None, limit: int
) -> Iterator[Trace]:
    for source, model in enumerate(pghistory.core.event_models(), start=1):
        tracked: type[models.Model] = model.pgh_tracked_model  # type: ignore[attr-defined]
        label = tracked._meta.label_lower
        rows = _of_scope(model, _in_time(model._default_manager.all(), "pgh_created_at", source, wanted))
        if rows is None or (found is not None and not found.get(label)):
            continue
        if found is not None:
            rows = rows.filter(pgh_obj_id__in=found[label])
        if users is not None:
            said = KeyTextTransform("user", "pgh_context__metadata")
            rows = rows.alias(said=said).filter(said__in=[str(user) for user in users])
        events = list(rows.select_related("pgh_context").order_by("-pgh_created_at", "-pgh_id")[:limit])
        if events:
            yield from _traces(tracked, source, events)


def _traces(tracked: type[models.Model], source: int, events: Sequence[Any]) -> Iterator[Trace]:
    label = tracked._meta.label_lower
    public = any(column.name == "uuid" for column in tracked._meta.concrete_fields)
    for event in events:
        meta = event.pgh_context.metadata if event.pgh_context else {}
        bulk = str(meta.get("bulk") or "")
        yield Trace(
            at=event.pgh_created_at,
            who=str(meta.get("name") or _("ระบบ")),
            capacity=str(meta.get("capacity") or ""),
            verb=CHANGED,
            what=_("%s (ทำทั้งชุด)") % audit.sentence(bulk) if bulk else _CHANGES[event.pgh_label](),
            thing=audit.thing_label(label),
            url=audit.page_of(label, str(event.uuid)) if public else "",
            reason="",
            detail=_("แถว %s") % event.pgh_obj_id,
            place=Place(event.pgh_created_at, source, event.pk),
        )


_CHANGES = {
    "insert": lambda: _("บันทึกครั้งแรก"),
    "update": lambda: _("แก้ไขข้อมูล"),
}


def _of_scope(model: type[models.Model], rows: QuerySet[Any]) -> QuerySet[Any] | None:
    """Changes of rows of the active scope; None where rows belong to no office and only the nation sees
    who changed them."""
    active = scope.current()
    if active.is_nation:
        return rows
    names = {column.attname for column in model._meta.concrete_fields}
    if "office_id" in names:
        return rows.filter(office_id__in=active.offices or ())
    if "province_id" in names:
        return rows.filter(province_id__in=active.provinces or ())
    return None
