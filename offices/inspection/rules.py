"""What a change of inspection does, and what stands in its way: whose zone, which group, on which dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from offices.models import (
    InspectionChange,
    InspectionGroup,
    InspectionGroupZone,
    InspectionZone,
    Province,
    ZoneProvince,
)
from offices.services.rules import Fault, in_words
from portal.calendar import format_date

Kind = InspectionChange.Kind


@dataclass(frozen=True)
class Wish:
    """What somebody wants to change, from a day on; fields that a kind does not use stay empty.

    ``since`` is the first day of what will be. Of an end that is the day after the zone's last.
    """

    kind: str
    since: date
    reason: str
    name: str = ""
    group: InspectionGroup | None = None
    zone: InspectionZone | None = None
    province: Province | None = None


@dataclass(frozen=True)
class Effect:
    """One thing that changes, before and after in Thai ('' for nothing)."""

    what: str
    after: str
    before: str = ""


def wish_of(change: InspectionChange) -> Wish:
    """What was proposed, as it was wished."""
    return Wish(
        change.kind, change.since, change.reason, change.name, change.group, change.zone, change.province
    )


def ends(wish: Wish) -> QuerySet[Any]:
    """The row that holds on the eve of the change and would go on: what the change lets end."""
    rows: QuerySet[Any]
    if wish.kind == Kind.END:
        rows = InspectionGroupZone.objects.filter(group=wish.group, zone=wish.zone)
    elif wish.kind == Kind.PROVINCE:
        rows = ZoneProvince.objects.filter(province=wish.province)
    else:
        return InspectionGroupZone.objects.none()
    eve, day = wish.since - timedelta(days=1), wish.since
    return rows.filter(valid__contains=eve).filter(valid__contains=day).select_related("zone")


def begins(wish: Wish) -> DateRange:
    """How long what begins will hold: as long as what it follows, or as the group exists."""
    row = ends(wish).first()
    until = row.valid.upper if row else wish.group.valid.upper if wish.group else None
    return DateRange(wish.since, until)


def faults(wish: Wish) -> list[Fault]:
    """Everything that stands in the way of a wish today, each as (field, sentence)."""
    found = [] if wish.reason.strip() else [("reason", _("ต้องกรอก"))]
    asked = {
        Kind.GROUP: _group_faults,
        Kind.ZONE: _zone_faults,
        Kind.END: _end_faults,
        Kind.PROVINCE: _province_faults,
    }
    return [*found, *asked[Kind(wish.kind)](wish)]


def effects(wish: Wish) -> Sequence[Effect]:
    """What the change does, as a person is shown it before he presses the button."""
    if wish.kind == Kind.GROUP:
        return [Effect(_("กลุ่มตรวจราชการ"), f"{wish.name} {in_words(begins(wish))}")]
    assert wish.zone is not None
    if wish.kind == Kind.PROVINCE:
        row, day = ends(wish).first(), wish.since
        before = _inspected(row.zone, day) if row else ""
        return [Effect(str(wish.province), f"{_inspected(wish.zone, day)} {in_words(begins(wish))}", before)]
    if wish.kind == Kind.ZONE:
        return [Effect(str(wish.zone), f"{wish.group} {in_words(begins(wish))}")]
    row = ends(wish).first()
    if row is None:
        return []
    after = in_words(DateRange(row.valid.lower, wish.since))
    return [Effect(str(wish.zone), f"{wish.group} {after}", f"{wish.group} {in_words(row.valid)}")]


# --- Inside ---------------------------------------------------------------------------------------------


def _group_faults(wish: Wish) -> Iterator[Fault]:
    if not wish.name.strip():
        yield "name", _("ต้องกรอก")
    same = InspectionGroup.objects.filter(name_th=wish.name.strip(), valid__overlap=begins(wish)).first()
    if same is not None:
        yield (
            "name",
            _("มี%(group)sอยู่แล้ว (%(period)s) ให้ใช้ชื่ออื่น หรือเพิ่มเขตในกลุ่มนั้น")
            % {"group": same.name_th, "period": in_words(same.valid)},
        )


def _zone_faults(wish: Wish) -> Iterator[Fault]:
    assert wish.group is not None
    if wish.since not in wish.group.valid:
        yield (
            "since",
            _("%(group)sมีอยู่ %(period)s จึงเพิ่มเขตตั้งแต่ %(day)s ไม่ได้")
            % {
                "group": wish.group.name_th,
                "period": in_words(wish.group.valid),
                "day": format_date(wish.since),
            },
        )
        return
    for row in InspectionGroupZone.objects.filter(zone=wish.zone, valid__overlap=begins(wish)).select_related(
        "group", "zone"
    ):
        yield (
            "zone",
            _("%(zone)sอยู่ใน%(group)s %(period)s เขตหนึ่งอยู่ได้ทีละกลุ่ม ให้เสนอให้เขตพ้นจากกลุ่มนั้นก่อน หรือเริ่มหลังวันนั้น")
            % {"zone": row.zone.name_th, "group": row.group.name_th, "period": in_words(row.valid)},
        )


def _end_faults(wish: Wish) -> Iterator[Fault]:
    assert wish.group is not None and wish.zone is not None
    if ends(wish).exists():
        return
    rows = InspectionGroupZone.objects.filter(group=wish.group, zone=wish.zone).order_by("valid")
    known = ", ".join(in_words(row.valid) for row in rows) or _("ไม่เคยอยู่")
    yield (
        "last_day",
        _("%(zone)sต้องอยู่ใน%(group)sในวันที่ %(day)s และวันถัดไป จึงให้พ้นหลังวันนั้นได้ ช่วงที่อยู่ในกลุ่มนี้: %(known)s")
        % {
            "zone": wish.zone.name_th,
            "group": wish.group.name_th,
            "day": format_date(wish.since - timedelta(days=1)),
            "known": known,
        },
    )


def _province_faults(wish: Wish) -> Iterator[Fault]:
    assert wish.province is not None and wish.zone is not None
    leaves = ends(wish).first()
    rows = ZoneProvince.objects.filter(province=wish.province, valid__overlap=begins(wish))
    for row in (rows.exclude(pk=leaves.pk) if leaves else rows).select_related("zone"):
        yield (
            "since",
            _("จังหวัด%(province)sอยู่ใน%(zone)s %(period)s จังหวัดหนึ่งอยู่ได้ทีละเขต ให้เริ่มหลังวันแรกของช่วงนั้น")
            % {
                "province": wish.province.name_th,
                "zone": row.zone.name_th,
                "period": in_words(row.valid),
            },
        )
    if leaves is not None and leaves.zone_id == wish.zone.pk:
        yield (
            "zone",
            _("จังหวัด%(province)sอยู่ใน%(zone)sอยู่แล้ว (%(period)s) จึงไม่มีอะไรเปลี่ยน")
            % {
                "province": wish.province.name_th,
                "zone": leaves.zone.name_th,
                "period": in_words(leaves.valid),
            },
        )


def _inspected(zone: InspectionZone, day: date) -> str:
    """A zone with the group that has it on a day."""
    row = zone.groups.filter(valid__contains=day).select_related("group").first()
    return f"{zone.name_th} ({row.group.name_th})" if row else zone.name_th
