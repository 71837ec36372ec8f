"""Who held and could do what on a day, and what one person or post was over time.

What the day's orders gave is asked of the very query that gives authority (``in_force``), so that this page
and the house never disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from offices.models import (
    AppointmentOrder,
    Assignment,
    AssignmentKind,
    Incumbency,
    Office,
    Person,
    Placement,
    Post,
)
from offices.orders.obstacles import called
from offices.orders.powers import choices
from offices.selectors import signatory
from offices.selectors.actors import absences, in_force
from offices.selectors.people import visible_people
from portal.calendar import format_date
from portal.scope import current

Row = Incumbency | Placement | Assignment


@dataclass(frozen=True)
class Fact:
    """One thing an order made of somebody: what, where, whether it held on the day, and why not."""

    row: Row
    what: str
    office: Office
    state: str
    note: str = ""

    @property
    def person(self) -> Person:
        return self.row.person

    @property
    def order(self) -> AppointmentOrder:
        return self.row.order

    @property
    def valid(self) -> Any:
        return self.row.valid


def seen_people() -> QuerySet[Person]:
    """People who are or were assigned, placed or in a post in the active scope."""
    offices = current().offices
    if offices is None:
        return visible_people()
    mine = Q(pk__in=visible_people().values("pk"))
    mine |= Q(Exists(Incumbency.objects.filter(person=OuterRef("pk"), post__office__in=offices)))
    mine |= Q(Exists(Placement.objects.filter(person=OuterRef("pk"), office__in=offices)))
    return Person.objects.filter(mine)


def seen_posts() -> QuerySet[Post]:
    """Posts of the offices in the active scope."""
    rows = Post.objects.select_related("office", "group", "line")
    offices = current().offices
    return rows if offices is None else rows.filter(office__in=offices)


def offices_of(person: Person) -> list[Office]:
    """The provincial offices of the active scope in which somebody is or was assigned."""
    rows = Office.objects.filter(
        Exists(Assignment.objects.filter(person=person, office=OuterRef("pk"))), kind=Office.Kind.PROVINCIAL
    )
    offices = current().offices
    return list((rows if offices is None else rows.filter(pk__in=offices)).order_by("code"))


def on_day(
    day: date, *, person: Person | None = None, post: Post | None = None, office: Office | None = None
) -> list[Fact]:
    """What orders gave on a day to a person, of a post, or in an office, within the active scope."""
    held, placed, assigned = _rows(person=person, post=post, office=office)
    facts = [_fact(row, day) for row in held.filter(valid__contains=day)]
    facts += [_fact(row, day) for row in placed.filter(valid__contains=day)]
    rows = list(assigned.filter(valid__contains=day))
    forceful = set(in_force(day).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    away = {
        one.person_id: one
        for one in absences(day, whole=True).filter(person__in=[row.person_id for row in rows])
    }
    for row in rows:
        what, where = called(row)
        note = ""
        if row.pk not in forceful:
            note = _why_not(row, day)
        elif row.standing:
            note = _("มีผลในวันนั้น เพราะผู้ดำรงตำแหน่งไม่อยู่หรือว่าง")
        if row.person_id in away:
            gone = _("%(why)sทั้งวัน") % {"why": away[row.person_id].get_kind_display()}
            note = " · ".join(filter(None, (note, gone)))
        facts.append(Fact(row, what, where, "held" if row.pk in forceful else "not_held", note))
    return facts


def timeline(day: date, *, person: Person | None = None, post: Post | None = None) -> list[Fact]:
    """All that orders made of a person, or all holders of a post, the newest first; ``state`` is of a day."""
    held, placed, assigned = _rows(person=person, post=post, office=None)
    rows: list[Row] = [*held, *placed, *assigned]
    rows.sort(key=lambda row: (row.valid.lower, row.pk), reverse=True)
    facts = []
    for row in rows:
        what, office = called(row)
        begun, over = row.valid.lower <= day, row.valid.upper is not None and row.valid.upper <= day
        facts.append(
            Fact(row, what, office, "ended" if over else "active" if begun else "planned", _later(row, day))
        )
    return facts


def signatories(office: Office, day: date) -> list[tuple[str, signatory.Resolution]]:
    """For each power of a provincial office: who could use it on a day, and why not the others."""
    if office.kind != Office.Kind.PROVINCIAL:
        return []
    return [(str(label), signatory.resolve(office=office, power=code, day=day)) for code, label in choices()]


def _rows(
    *, person: Person | None, post: Post | None, office: Office | None
) -> tuple[QuerySet[Incumbency], QuerySet[Placement], QuerySet[Assignment]]:
    held = Incumbency.objects.select_related("person", "order", "post__office", "post__line", "post__group")
    placed = Placement.objects.select_related("person", "order", "office", "group")
    assigned = Assignment.objects.select_related("person", "order", "office", "group", "inspection_group")
    offices = current().offices
    if offices is not None:
        held = held.filter(post__office__in=offices)
        placed, assigned = placed.filter(office__in=offices), assigned.filter(office__in=offices)
    if person is not None:
        held, placed, assigned = (rows.filter(person=person) for rows in (held, placed, assigned))  # type: ignore[assignment]
    if post is not None:
        held, placed, assigned = held.filter(post=post), placed.none(), assigned.none()
    if office is not None:
        held = held.filter(post__office=office)
        placed, assigned = placed.filter(office=office), assigned.filter(office=office)
    return (
        held.order_by("post__group__code", "post__number"),
        placed.order_by("group__code", "pk"),
        assigned.order_by("group__code", "kind", "acting_rank", "pk"),
    )


def _fact(row: Incumbency | Placement, day: date) -> Fact:
    what, office = called(row)
    signed = row.order.signed_on <= day
    return Fact(row, what, office, "held" if signed else "not_held", "" if signed else _later(row, day))


def _later(row: Row, day: date) -> str:
    if row.order.signed_on > day:
        return _("คำสั่งลงนามภายหลัง เมื่อ %s") % format_date(row.order.signed_on)
    if row.order.signed_on > row.valid.lower:
        return _("มีผลย้อนหลัง คำสั่งลงนามเมื่อ %s") % format_date(row.order.signed_on)
    return ""


def _why_not(row: Assignment, day: date) -> str:
    if row.order.signed_on > day:
        return _later(row, day)
    if row.standing:
        return _("คำสั่งรอไว้: ในวันนั้นผู้ดำรงตำแหน่งอยู่ ผู้นี้ไม่อยู่ หรือมีผู้อื่นอยู่ก่อนในลำดับ")
    if row.kind == AssignmentKind.ASSISTANT:
        return _("ในวันนั้นสำนักงานยังไม่ได้เปิดใช้ตำแหน่งผู้ช่วยอุตสาหกรรมจังหวัด")
    return _("คำสั่งไม่มีผลในวันนั้น")
