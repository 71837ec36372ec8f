"""Pages of what ends soon, and what would lose its owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.absences import ending, matters
from offices.absences.dated import ending_days, stage
from offices.policies import directory_readers
from offices.services.rules import in_words, worded
from portal import worklist
from portal.actors import actor_of
from portal.dated import Value
from portal.screens import Action, Column, Crumb, DetailScreen, Fields, ListScreen, Table
from portal.words import word

_PERSON = Column(
    "person",
    gettext_lazy("บุคลากร"),
    "person.name",
    link=lambda row: reverse("offices:person-detail", args=[row.person.uuid]),
)
_LAST = Column(
    "last",
    gettext_lazy("วันสุดท้าย"),
    lambda row: row.valid.upper - timedelta(days=1),
    kind="date",
    sort="valid",
)
_LEFT = Column("left", gettext_lazy("เหลือ"), kind="integer", unit=gettext_lazy("วัน"))
_STAGE = Column("stage", gettext_lazy("สถานะ"), kind="state", group="ending")
_OFFICE = Column("office", gettext_lazy("สำนักงาน"), "office.short_th", sort="office__code")
_IN_HAND = Column("matters", gettext_lazy("เรื่องในมือ"), lambda row: matters.in_words(row.matters))
_ORDER = Column("order", gettext_lazy("คำสั่ง"), "order.reference")


class _Ending(ListScreen):
    policy = directory_readers
    template_name = "offices/absences/ending.html"
    order = ("valid__endswith",)
    search = ("person__first_th", "person__last_th")
    search_hint = gettext_lazy("ชื่อ")
    help_words = ("ending",)

    @cached_property
    def setting(self) -> Value:
        return ending_days(self.actor.as_of)

    def buttons(self) -> Sequence[Action]:
        """To the other lists of what ends."""
        return [
            Action(screen.title, self.here(reverse(f"offices:{name}")))
            for name, screen in (
                ("ending-list", EndingList),
                ("statutorycard-ending", CardList),
                ("placement-ending", PlacementList),
            )
            if screen is not type(self)
        ]

    def prepare(self, rows: Sequence[Any]) -> None:
        ending.prepare(list(rows), self.actor.as_of, list(self.setting.value))

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(setting=self.setting, days=self.setting.value, **extra)


class EndingList(_Ending):
    """Assignments that end soon."""

    title = gettext_lazy("การแต่งตั้งที่ใกล้สิ้นสุด")
    lead = gettext_lazy("คำสั่งที่กำลังจะสิ้นผล ผู้ที่พ้นหน้าที่ และเรื่องที่จะไม่มีเจ้าของ")
    columns = (
        Column(
            "person",
            gettext_lazy("บุคลากร"),
            "person.name",
            link=lambda row: reverse("offices:ending-detail", args=[row.uuid]),
        ),
        Column("what", gettext_lazy("ฐานะ"), ending.what),
        _OFFICE,
        _LAST,
        _LEFT,
        _STAGE,
        Column("follows", gettext_lazy("ผู้รับช่วงในวันถัดไป")),
        Column("matters", gettext_lazy("เรื่องที่ค้าง"), lambda row: matters.in_words(row.matters)),
        _ORDER,
    )
    empty = gettext_lazy("ไม่มีการแต่งตั้งที่ใกล้สิ้นสุด")

    def rows(self) -> QuerySet[Any]:
        return ending.seen(ending.assignments(self.actor.as_of, self.setting.value[-1]), self.actor)


class CardList(_Ending):
    """Statutory cards that end soon."""

    title = gettext_lazy("บัตรพนักงานเจ้าหน้าที่ที่ใกล้หมดอายุ")
    lead = gettext_lazy("เมื่อบัตรหมดอายุ เจ้าของบัตรเข้าตรวจตามกฎหมายนั้นไม่ได้")
    columns = (
        _PERSON,
        Column("act", gettext_lazy("ตามกฎหมาย"), lambda row: row.get_act_display(), sort="act"),
        Column("number", gettext_lazy("เลขที่บัตร"), kind="code"),
        _OFFICE,
        _LAST,
        _LEFT,
        _STAGE,
        _IN_HAND,
        _ORDER,
    )
    empty = gettext_lazy("ไม่มีบัตรที่ใกล้หมดอายุ")

    def rows(self) -> QuerySet[Any]:
        return ending.seen(ending.cards(self.actor.as_of, self.setting.value[-1]), self.actor)


class PlacementList(_Ending):
    """Secondments, rotations and shadowing that end soon, where no assignment to a group says so."""

    title = gettext_lazy("การช่วยราชการและเรียนรู้งานที่ใกล้สิ้นสุด")
    lead = gettext_lazy("ผู้ที่มาปฏิบัติงานโดยไม่อยู่ในกลุ่มใด และจะกลับไปยังที่เดิมเมื่อพ้นวันสุดท้าย")
    columns = (
        _PERSON,
        Column("what", gettext_lazy("ฐานะ"), ending.what),
        _OFFICE,
        _LAST,
        _LEFT,
        _STAGE,
        _IN_HAND,
        _ORDER,
    )
    empty = gettext_lazy("ไม่มีการช่วยราชการหรือเรียนรู้งานที่ใกล้สิ้นสุด")

    def rows(self) -> QuerySet[Any]:
        return ending.seen(ending.placements(self.actor.as_of, self.setting.value[-1]), self.actor)


class EndingDetail(DetailScreen):
    """One assignment: when it ends, who follows, and everything that waits for its holder."""

    policy = directory_readers
    template_name = "offices/absences/ending_detail.html"
    help_title = gettext_lazy("การแต่งตั้งที่จะสิ้นสุด")
    help_words = ("ending",)
    history = False
    groups = (
        Fields(
            gettext_lazy("การแต่งตั้ง"),
            (
                _PERSON,
                Column("what", gettext_lazy("ฐานะ"), worded),
                Column("office", gettext_lazy("สำนักงาน"), "office.short_th"),
                Column("valid", gettext_lazy("ช่วงเวลา"), lambda row: in_words(row.valid)),
                Column(
                    "order",
                    gettext_lazy("คำสั่ง"),
                    "order.reference",
                    link=lambda row: reverse("offices:order-detail", args=[row.order.uuid]),
                ),
            ),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return ending.held(self.actor)

    def get_title(self) -> Any:
        return f"{self.row.person.name}: {self.row.get_kind_display()}"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(EndingList.title, self.here(reverse("offices:ending-list")))]

    def states(self, row: Any) -> Sequence[Any]:
        if row.valid.upper is None:
            return ()
        counts = list(ending_days(self.actor.as_of).value)
        near = stage(ending.left(row, self.actor.as_of), counts)
        return (word("ending", near),) if near and row.valid.upper > self.actor.as_of else ()

    def context(self, **extra: Any) -> dict[str, Any]:
        row, day = self.row, self.actor.as_of
        counted = matters.of([row], day)[row.pk]
        return super().context(
            matters=Table(
                [Column("label", _("เรื่อง")), Column("count", _("จำนวน"), kind="integer")],
                counted,
                caption=_("เรื่องที่รอผู้ดำรงฐานะนี้"),
            ),
            named=self._named(counted),
            waiting=Table(
                [Column("title", _("งาน")), Column("count", _("จำนวน"), kind="integer")],
                self._worklist(),
                caption=_("งานที่รอดำเนินการของบุคคลนี้"),
            ),
            **extra,
        )

    def _named(self, heaps: Sequence[matters.Matters]) -> list[tuple[str, Table]]:
        """The first matters of each heap by name, those this reader may open."""
        found = []
        for heap in heaps:
            titles = list(heap.titles(self.actor))
            if titles:
                said = heap.label
                if heap.count > len(titles):
                    said = _("%(what)s: %(shown)s จาก %(count)s เรื่อง") % {
                        "what": heap.label, "shown": len(titles), "count": heap.count,
                    }  # fmt: skip
                title = Column("text", _("เรื่อง"), link=lambda one: self.here(one.url) if one.url else None)
                found.append((said, Table([title], titles, caption=said)))
        return found

    def _worklist(self) -> list[worklist.Waiting]:
        """What waits for the person today, within the reader's own scope; only how many of what."""
        user = self.row.person.user
        return worklist.of(actor_of(user, self.actor.as_of)) if user is not None else []
