"""What the portal holds of a person, as he may have it himself: sections, each a table.

Apps above add theirs with ``register``; a section reads inside a scope that holds the whole nation, and looks
for this one person only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from offices.models import AppointmentOrder, Assignment, CaseEvent, Person, PersonPrivate, PrivateReading
from offices.private import boxes
from offices.private.fields import FIELDS
from offices.selectors.titles import post_title
from portal import audit, calendar
from portal.models import AuditEvent

LIMIT = 50_000  # rows of one section
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    """A table of a person's own data: ``columns`` are (key, Thai label); values are plain."""

    key: str
    label: Any
    columns: tuple[tuple[str, Any], ...]
    rows: Callable[[Person], Iterable[Row]]


_sections: dict[str, Section] = {}


def register(section: Section) -> Section:
    """Add a section; the same key twice is a programming error."""
    if _sections.setdefault(section.key, section) is not section:
        raise ValueError(f"section {section.key} registered twice")
    return section


def sections() -> tuple[Section, ...]:
    """Every section, in the order of registering."""
    return tuple(_sections.values())


def _person(person: Person) -> Iterator[Row]:
    user = person.user
    yield {
        "name": person.name,
        "position": post_title(person.pk, calendar.today()),
        "employment": str(Person.Employment(person.employment).label),
        "email": user.email if user else "",
        "language": user.language if user else "",
        "since": user.created_at if user else None,
        "last_login": user.last_login if user else None,
    }


def _private(person: Person) -> Iterator[Row]:
    """Opened here; the job that asks for it logs each field as read."""
    for row in PersonPrivate.objects.filter(person=person).order_by("pk"):
        if row.erased_at is not None:
            yield {"field": "", "value": "", "erased_at": row.erased_at, "why": row.erased_why}
            continue
        for field in FIELDS.values():
            if getattr(row, field.name) is not None:
                yield {"field": str(field.label), "value": boxes.open_field(row, field.name)}


def _assignments(person: Person) -> Iterator[Row]:
    rows = Assignment.objects.filter(person=person).select_related("office", "group", "order").order_by("pk")
    for row in rows:
        yield {
            "kind": row.get_kind_display(),
            "office": row.office.name_th,
            "group": row.group.name_th if row.group else "",
            "starts_on": row.valid.lower,
            "ends_before": row.valid.upper,
            "order": row.order.reference,
        }


def _orders(person: Person) -> Iterator[Row]:
    for row in AppointmentOrder.objects.filter(assignments__person=person).distinct().order_by("pk"):
        yield {"reference": row.reference, "title": row.title, "signed_on": row.signed_on}


def _acts(person: Person) -> Iterator[Row]:
    rows = CaseEvent.objects.filter(person=person).select_related("case").order_by("pk")[:LIMIT]
    for row in rows:
        yield {
            "at": row.at,
            "case": row.case.title,
            "act": row.transition,
            "to_state": row.to_state,
            "capacity": row.capacity,
            "reason": row.reason,
        }


def _uses(person: Person) -> Iterator[Row]:
    if person.user_id is None:
        return
    for row in AuditEvent.objects.filter(user_id=person.user_id).order_by("id")[:LIMIT].iterator():
        yield {
            "at": row.at,
            "act": audit.sentence(row.verb),
            "thing": audit.thing_label(row.object_type),
            "capacity": row.capacity,
            "request": row.request_id,
        }


def _readings(person: Person) -> Iterator[Row]:
    for row in PrivateReading.objects.filter(subject=person).order_by("pk")[:LIMIT]:
        yield {
            "at": row.at,
            "reader": row.reader_name,
            "capacity": row.capacity,
            "field": str(FIELDS[row.field].label),
            "act": row.get_act_display(),
            "reason": row.reason,
            "request": row.request_id,
        }


def _sessions(person: Person) -> Iterator[Row]:
    if person.user_id is None:
        return
    for row in Session.objects.filter(expire_date__gt=calendar.now()).iterator():
        data = row.get_decoded()
        if data.get("_auth_user_id") == str(person.user_id):
            yield {
                # seconds, as the middleware counts a session's age
                "began": datetime.fromtimestamp(data["began"], UTC) if "began" in data else None,
                "ends": row.expire_date,
            }


_AT, _CAPACITY = ("at", _("เมื่อ")), ("capacity", _("ในฐานะ"))


def register_own() -> None:
    """The sections of this app."""
    for section in (
        Section(
            "person",
            _("บุคลากรและบัญชี"),
            (
                ("name", _("ชื่อ")),
                ("position", _("ตำแหน่ง")),
                ("employment", _("ประเภทบุคลากร")),
                ("email", _("อีเมล")),
                ("language", _("ภาษา")),
                ("since", _("มีบัญชีตั้งแต่")),
                ("last_login", _("ลงชื่อเข้าใช้ล่าสุด")),
            ),
            _person,
        ),
        Section(
            "private",
            _("ข้อมูลส่วนบุคคล"),
            (
                ("field", _("ช่อง")),
                ("value", _("ค่า")),
                ("erased_at", _("ลบเมื่อ")),
                ("why", _("เหตุผล")),
            ),
            _private,
        ),
        Section(
            "assignments",
            _("การแต่งตั้ง"),
            (
                ("kind", _("ฐานะ")),
                ("office", _("สำนักงาน")),
                ("group", _("กลุ่ม")),
                ("starts_on", _("ตั้งแต่วันที่")),
                ("ends_before", _("สิ้นสุดก่อนวันที่")),
                ("order", _("คำสั่ง")),
            ),
            _assignments,
        ),
        Section(
            "orders",
            _("คำสั่ง"),
            (("reference", _("เลขที่คำสั่ง")), ("title", _("เรื่อง")), ("signed_on", _("ลงวันที่"))),
            _orders,
        ),
        Section(
            "acts",
            _("การดำเนินการในเรื่อง"),
            (
                _AT,
                ("case", _("เรื่อง")),
                ("act", _("การดำเนินการ")),
                ("to_state", _("สถานะ")),
                _CAPACITY,
                ("reason", _("เหตุผล")),
            ),
            _acts,
        ),
        Section(
            "uses",
            _("บันทึกการใช้งาน"),
            (
                _AT,
                ("act", _("การกระทำ")),
                ("thing", _("สิ่งที่ถูกกระทำ")),
                _CAPACITY,
                ("request", _("รหัสคำขอ")),
            ),
            _uses,
        ),
        Section(
            "readings",
            _("ใครอ่านข้อมูลของฉัน"),
            (
                _AT,
                ("reader", _("ผู้อ่าน")),
                _CAPACITY,
                ("field", _("ช่องที่อ่าน")),
                ("act", _("การอ่าน")),
                ("reason", _("เหตุผล")),
                ("request", _("รหัสคำขอ")),
            ),
            _readings,
        ),
        Section(
            "sessions",
            _("การลงชื่อเข้าใช้ที่ยังไม่สิ้นสุด"),
            (("began", _("เริ่ม")), ("ends", _("สิ้นสุดเมื่อไม่ใช้งาน"))),
            _sessions,
        ),
    ):
        register(section)
