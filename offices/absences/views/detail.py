"""One absence with who acts meanwhile, and who acts in an office today."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.absences import cover, policies, selectors
from offices.absences.views.lists import (
    ACTS,
    HALF,
    KIND,
    PERIOD,
    PERSON,
    STATE,
    AbsenceList,
    kind_words,
)
from offices.models import Office
from offices.policies import directory_readers, order_drafters
from offices.selectors.org import visible_offices
from offices.services.rules import worded
from portal.screens import (
    Action,
    Column,
    Crumb,
    DetailScreen,
    Fields,
    Related,
    Screen,
    Table,
)
from portal.words import word


def lines_table(rows: Iterable[cover.Line], caption: Any) -> Table:
    """Who acts meanwhile, as a table."""
    rows = list(rows)
    half = Column("half", _("ครึ่งวัน"), lambda line: _("เจ้าตัวอยู่ครึ่งวัน") if line.half else "")
    return Table(
        [
            Column("what", _("งาน")),
            Column("days", _("ช่วงเวลา"), lambda line: selectors.days_words(line.first, line.last)),
            Column("who", _("ผู้ปฏิบัติแทน")),
            Column("as_what", _("ฐานะ")),
            Column("order", _("คำสั่ง")),
            *((half,) if any(line.half for line in rows) else ()),
        ],
        rows,
        caption=caption,
    )


class WithCover(Screen):
    """What pages share that show who acts meanwhile."""

    def cover_context(self, lines: Sequence[cover.Line]) -> dict[str, Any]:
        """What ``offices/absences/_cover.html`` takes."""
        drafts = order_drafters.test(self.actor)
        return {
            "cover": lines_table(lines, _("ผู้ปฏิบัติแทน")),
            "uncovered": [(line, selectors.days_words(line.first, line.last)) for line in lines if line.open],
            "draft_url": self.here(reverse("offices:orderproposal-add")) if drafts else "",
        }


def _told(name: str) -> Callable[[Any], str]:
    """The words of a column to those who may know why somebody is away."""
    return lambda row: str(getattr(row, name)) if row.told else ""


class AbsenceDetail(WithCover, DetailScreen):
    """One absence, and who acts meanwhile; to an inspector without why it is, and without its history."""

    policy = policies.persons
    template_name = "offices/absences/detail.html"
    help_title = gettext_lazy("รายการลาหรือไปราชการ")
    help_words = ("absence",)
    groups = (
        Fields(
            gettext_lazy("รายการ"),
            (
                Column("person", gettext_lazy("บุคลากร"), "person.name"),
                Column("place", gettext_lazy("สำนักงาน")),
                KIND,
                PERIOD,
                HALF,
                Column("reason", gettext_lazy("เหตุผลที่บันทึกย้อนหลัง"), _told("reason")),
            ),
        ),
        Fields(
            gettext_lazy("การบันทึก"),
            (
                Column("entered_by", gettext_lazy("ผู้บันทึก"), "entered_by.person.name"),
                Column("entered_at", gettext_lazy("บันทึกเมื่อ"), kind="time"),
                Column("cancelled_by", gettext_lazy("ผู้ยกเลิก"), "cancelled_by.person.name"),
                Column("cancelled_at", gettext_lazy("ยกเลิกเมื่อ"), kind="time"),
                Column("cancelled_why", gettext_lazy("เหตุผลที่ยกเลิก"), _told("cancelled_why")),
            ),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return selectors.shown(self.actor)

    def get_title(self) -> Any:
        return f"{kind_words(self.row)}: {self.row.person.name}"

    def states(self, row: Any) -> Sequence[Any]:
        return (word("absence", row.state),)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(AbsenceList.title, self.here(reverse("offices:absence-list")))]

    def actions(self, row: Any) -> Sequence[Action]:
        if row.cancelled_at is not None or policies.right_over(self.actor, row.person) is None:
            return ()
        return (
            Action(_("แก้"), self.here(reverse("offices:absence-edit", args=[row.uuid]))),
            Action(_("ยกเลิกรายการ"), self.here(reverse("offices:absence-cancel", args=[row.uuid]))),
        )

    def context(self, **extra: Any) -> dict[str, Any]:
        row = self.row
        lines = [] if row.cancelled_at else cover.lines(row.person_id, row.valid)
        made = super().context(cancelled=row.cancelled_at is not None, **self.cover_context(lines), **extra)
        return made if row.told else made | {"entries": None, "history_url": ""}


class AbsenceTold(AbsenceDetail):
    """The same for those only who may know why: what its history page is made of."""

    def rows(self) -> QuerySet[Any]:
        return selectors.readable(self.actor)


class AbsenceOffice(DetailScreen):
    """Who acts in one office today, and who is away in the coming sixty days."""

    policy = directory_readers
    template_name = "offices/absences/office.html"
    help_title = gettext_lazy("ผู้ปฏิบัติหน้าที่และผู้ที่ไม่อยู่ของสำนักงาน")
    help_words = ("absence",)
    history = False

    def rows(self) -> QuerySet[Office]:
        return visible_offices().filter(kind=Office.Kind.PROVINCIAL)

    def get_title(self) -> Any:
        return _("ผู้ปฏิบัติแทน %s") % self.row.short_th

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(self.row.short_th, self.here(reverse("offices:office-detail", args=[self.row.uuid])))]

    def actions(self, row: Office) -> Sequence[Action]:
        return (Action(_("การลาและไปราชการ"), self.here(reverse("offices:absence-list"))),)

    @property
    def related(self) -> Sequence[Related]:  # type: ignore[override]
        def prepared(row: Office) -> list[Any]:
            rows = list(selectors.of_office(self.actor, row).order_by("valid", "id")[:101])
            selectors.prepare(rows, self.actor.as_of)
            return rows

        return (
            Related(
                _("ผู้ที่ไม่อยู่ใน 60 วันข้างหน้า"),
                (PERSON, PERIOD, HALF, KIND, ACTS, STATE),
                prepared,
                limit=100,
                empty=_("ไม่มีผู้ใดลาหรือไปราชการ"),
            ),
        )

    def context(self, **extra: Any) -> dict[str, Any]:
        duties = selectors.duties(self.row, self.actor.as_of)
        table = Table(
            [
                Column("what", _("งาน")),
                Column("who", _("ผู้ปฏิบัติวันนี้"), lambda duty: duty.by.person.name if duty.by else ""),
                Column("as_what", _("ฐานะ"), lambda duty: worded(duty.by) if duty.by else ""),
                Column("order", _("คำสั่ง"), lambda duty: duty.by.order.reference if duty.by else ""),
            ],
            duties,
            caption=_("ผู้ปฏิบัติหน้าที่วันนี้"),
        )
        return super().context(
            duties=table,
            nobody=[duty.what for duty in duties if duty.by is None],
            why=[(duty.what, duty.reasons) for duty in duties if duty.reasons],
            day=self.actor.as_of,
            draft_url=self.here(reverse("offices:orderproposal-add"))
            if order_drafters.test(self.actor)
            else "",
            **extra,
        )
