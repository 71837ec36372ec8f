"""Lists of absences: the reader's own, and those of his offices in the coming sixty days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.absences import policies, selectors
from offices.models import Absence
from offices.policies import directory_readers
from portal.screens import (
    Action,
    Column,
    ListScreen,
)


def absence_url(row: Any) -> str:
    return reverse("offices:absence-detail", args=[row.uuid])


def _link(row: Any) -> str | None:
    return absence_url(row) if row.opens else None


def kind_words(row: Any) -> str:
    """What kind it is, to those who may know; to others only that somebody is away."""
    return str(row.get_kind_display()) if row.told else _("ไม่อยู่")


PERSON = Column("person", gettext_lazy("บุคลากร"), "person.name", link=_link)
PERIOD = Column("valid", gettext_lazy("ช่วงเวลา"), selectors.period_words, sort="valid")
HALF = Column("half", gettext_lazy("ครึ่งวัน"), selectors.half_words)
KIND = Column("kind", gettext_lazy("ประเภท"), kind_words)
STATE = Column("state", gettext_lazy("สถานะ"), kind="state", group="absence")
ACTS = Column("acts", gettext_lazy("ผู้ปฏิบัติแทนในวันแรกที่เหลือ"), selectors.acting_words)


class AbsenceFilter(django_filters.FilterSet):
    when = django_filters.ChoiceFilter(
        label=gettext_lazy("ช่วง"),
        choices=(("all", gettext_lazy("ทั้งหมด รวมที่ผ่านไปและที่ยกเลิก")),),
        empty_label=gettext_lazy("60 วันข้างหน้า"),
        method="of_time",
    )

    class Meta:
        model = Absence
        fields: list[str] = []

    def of_time(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows  # the list itself leaves out what is not of the coming days


class AbsenceList(ListScreen):
    """The calendar of the reader's offices."""

    policy = directory_readers
    title = gettext_lazy("การลาและไปราชการ")
    lead = gettext_lazy("ผู้ที่ไม่อยู่ใน 60 วันข้างหน้า และผู้ปฏิบัติแทนตามคำสั่งที่มีอยู่")
    columns = (
        PERSON,
        Column("place", gettext_lazy("สำนักงาน")),
        PERIOD,
        HALF,
        KIND,
        ACTS,
        STATE,
    )
    order = ("valid",)
    search = ("person__first_th", "person__last_th")
    search_hint = gettext_lazy("ชื่อ")
    filterset_class = AbsenceFilter
    per_page = 30
    empty_hint = gettext_lazy("บันทึกได้จากปุ่ม บันทึกการลาหรือไปราชการ")

    def rows(self) -> QuerySet[Any]:
        rows = selectors.absences(self.actor)
        return rows if self.query.get("when") == "all" else selectors.coming(rows, self.actor.as_of)

    def prepare(self, rows: Sequence[Any]) -> None:
        selectors.prepare(rows, self.actor.as_of)

    def buttons(self) -> Sequence[Action]:
        buttons = []
        if policies.persons.test(self.actor):
            buttons += [
                Action(_("บันทึกการลาหรือไปราชการ"), self.here(reverse("offices:absence-add")), primary=True),
                Action(_("ของฉัน"), self.here(reverse("offices:absence-mine"))),
            ]
        return buttons


class AbsenceMine(ListScreen):
    """The reader's own absences, past and to come."""

    policy = policies.persons
    title = gettext_lazy("การลาและไปราชการของฉัน")
    columns = (
        Column("valid", gettext_lazy("ช่วงเวลา"), selectors.period_words, sort="valid", link=absence_url),
        KIND,
        HALF,
        ACTS,
        STATE,
        Column("entered_at", gettext_lazy("บันทึกเมื่อ"), kind="time", sort="entered_at"),
    )
    order = ("-valid",)
    per_page = 30
    empty_hint = gettext_lazy("บันทึกได้จากปุ่ม บันทึกการลาหรือไปราชการ")

    def rows(self) -> QuerySet[Any]:
        return selectors.own(self.actor)

    def prepare(self, rows: Sequence[Any]) -> None:
        selectors.prepare(rows, self.actor.as_of)

    def buttons(self) -> Sequence[Action]:
        return (
            Action(_("บันทึกการลาหรือไปราชการ"), self.here(reverse("offices:absence-add")), primary=True),
            Action(_("ของสำนักงาน"), self.here(reverse("offices:absence-list"))),
        )
