"""Dated settings: facts that may change or are not verified yet, never constants.

An app declares a key with its default, source and whether the source was verified; a row in
``DatedSetting`` for the date and place wins over the default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from portal import audit, calendar, sql
from portal.actors import Actor
from portal.models import DatedSetting
from portal.problems import Invalid


@dataclass(frozen=True)
class Declared:
    """A setting as code declares it. ``label`` and ``source`` are Thai sentences."""

    key: str
    label: str
    default: Any
    source: str
    verified: bool = False


@dataclass(frozen=True)
class Value:
    """What holds on a date: the value, where it comes from, and whether that was verified."""

    value: Any
    source: str
    verified: bool


_declared: dict[str, Declared] = {}


def declare(setting: Declared) -> Declared:
    """Make a key known; the same key twice with other content is a programming error."""
    known = _declared.setdefault(setting.key, setting)
    if known != setting:
        raise ValueError(f"setting {setting.key} declared twice")
    return setting


def declared() -> tuple[Declared, ...]:
    """Every declared setting, by key."""
    return tuple(_declared[key] for key in sorted(_declared))


def on(key: str, day: date, *, place: str = "") -> Value:
    """The value of a setting on a day, for a place first and then for the nation.

    Raises KeyError when no app declared the key.
    """
    known = _declared[key]
    rows = DatedSetting.objects.filter(key=key, place__in={place, ""}, valid__contains=day)
    best = max(rows, key=lambda row: row.place != "", default=None)
    if best is None:
        return Value(known.default, known.source, known.verified)
    return Value(best.value, best.source, best.verified)


def decide(
    *,
    actor: Actor | None,
    key: str,
    value: Any,
    since: date,
    source: str,
    place: str = "",
    verified: bool = False,
) -> DatedSetting:
    """Let a value hold from a day on; what held until then ends the day before.

    ``source`` says who decided or which document says so. Raises Invalid for a key that no app
    declared, a value of another kind than the default, an empty source, or a day on or before which a
    later decision already stands: history is not rewritten.
    """
    known = _declared.get(key)
    if known is None:
        raise Invalid(_("ไม่มีค่าตั้งชื่อ “%(key)s” ชื่อที่มีคือ %(known)s") % {"key": key, "known": ", ".join(_declared)})
    if not source.strip():
        raise Invalid(_("โปรดระบุที่มาของค่าตั้ง เช่น เลขที่และวันที่ของหนังสือ"))
    if type(value) is not type(known.default):
        raise Invalid(
            _("ค่า “%(value)s” ไม่ใช่ชนิดเดียวกับค่าตั้งต้น “%(default)s”") % {"value": value, "default": known.default}
        )
    with transaction.atomic():
        sql.lock("dated", key, place)
        rows = DatedSetting.objects.select_for_update().filter(key=key, place=place)
        if rows.filter(valid__startswith__gte=since).exists():
            raise Invalid(
                _("มีค่าที่ตัดสินไว้ให้เริ่มตั้งแต่ %s หรือหลังจากนั้นแล้ว โปรดเลือกวันหลังจากนั้น") % calendar.format_date_th(since)
            )
        for row in rows.filter(valid__contains=since):
            row.valid = DateRange(row.valid.lower, since)
            row.save(update_fields=["valid"])
        made = DatedSetting.objects.create(
            key=key,
            place=place,
            value=value,
            valid=DateRange(since, None),
            source=source.strip(),
            verified=verified,
            created_by=actor.user if actor else None,
        )
        audit.record(
            actor,
            "setting.decided",
            made,
            key=key,
            place=place,
            value=value,
            since=since.isoformat(),
            source=source,
        )
    return made
