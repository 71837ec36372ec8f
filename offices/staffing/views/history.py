"""Who held what, and who could do what, on a day: of a person, of a post, of an office."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import Office, Person, Post
from offices.policies import directory_readers
from offices.selectors.org import visible_offices
from offices.services.rules import in_words
from offices.staffing.policies import personnel
from offices.staffing.selectors import history
from offices.staffing.services.handover import may_draft
from offices.staffing.views.shared import OnDay, order_url, person_url, post_url
from portal.calendar import format_date
from portal.screens import Action, Column, Crumb, Table
from portal.screens.base import found


class OnThatDay(OnDay):
    """What the three pages share."""

    policy = directory_readers
    template_name = "offices/staffing/history.html"
    help_words = ("held", "assignment")

    def facts(self) -> list[history.Fact]:
        """What held on the day."""
        raise NotImplementedError

    def past(self) -> list[history.Fact]:
        """The timeline; none for an office, which has too many."""
        return []

    def powers(self) -> Table | None:
        """Who could sign what; of an office only."""
        return None

    def links(self) -> Sequence[Action]:
        return ()

    def columns(self, *, group: str) -> list[Column]:
        return [
            Column("who", _("ชื่อ"), "person.name", link=lambda row: self.that_day(person_url(row.person))),
            Column("what", _("เป็นอะไร"), link=self._post_of),
            Column("office", _("สำนักงาน"), "office.short_th"),
            Column("valid", _("ช่วงเวลา"), lambda row: in_words(row.valid), kind="period"),
            Column("state", _("สถานะ"), kind="state", group=group),
            Column("note", _("หมายเหตุ")),
            Column("order", _("ตามคำสั่ง"), "order.reference", link=lambda row: order_url(row.order)),
            Column("signed_on", _("ลงวันที่"), "order.signed_on", kind="date"),
        ]

    def _post_of(self, fact: history.Fact) -> str | None:
        post = getattr(fact.row, "post", None)
        return self.that_day(post_url(post)) if post is not None else None

    def context(self, **extra: Any) -> dict[str, Any]:
        facts, past = self.facts(), self.past()
        return super().context(
            facts=facts,
            table=Table(
                self.columns(group="held"),
                facts,
                caption=_("สิ่งที่คำสั่งให้ไว้ในวันที่ %s") % format_date(self.day),
                here=self.here,
            ),
            past=Table(self.columns(group="assignment"), past, caption=_("ลำดับเวลา"), here=self.here)
            if past
            else None,
            powers=self.powers(),
            buttons=self.links(),
            **extra,
        )


class PersonHistory(OnThatDay):
    """What somebody held and could do on a day, and what he has been."""

    help_title = gettext_lazy("ประวัติของบุคลากร")

    @cached_property
    def person(self) -> Person:
        return found(history.seen_people().filter(uuid=self.kwargs["uuid"]).first())

    def get_title(self) -> Any:
        return _("ประวัติของ %s") % self.person.name

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("บุคลากร"), self.here(reverse("offices:person-list")))]

    def links(self) -> Sequence[Action]:
        """A list of what he has in hand, in each office in which the reader may make one."""
        theirs = history.offices_of(self.person)
        own = [Action(_("ข้อมูลบุคลากร"), self.here(reverse("offices:person-detail", args=[self.person.uuid])))]
        if personnel.test(self.actor):
            url = self.here(reverse("offices:retirement-edit", args=[self.person.uuid]))
            own.append(Action(_("ปีเกษียณ"), url))
        return own + [
            Action(
                _("ทำบัญชีส่งมอบงานใน %s") % office.short_th,
                self.here(reverse("offices:handover-add", args=[office.uuid, self.person.uuid])),
            )
            for office in theirs
            if may_draft(self.actor, office, self.person)
        ]

    def facts(self) -> list[history.Fact]:
        return history.on_day(self.day, person=self.person)

    def past(self) -> list[history.Fact]:
        return history.timeline(self.day, person=self.person)


class PostHistory(OnThatDay):
    """Who held a post on a day, and who has held it."""

    help_title = gettext_lazy("ประวัติของตำแหน่ง")

    @cached_property
    def post_row(self) -> Post:
        return found(history.seen_posts().filter(uuid=self.kwargs["uuid"]).first())

    def get_title(self) -> Any:
        return _("ประวัติของตำแหน่ง %s") % self.post_row

    @property
    def lead(self) -> Any:
        post = self.post_row
        return " · ".join(
            filter(None, (post.office.short_th, str(post.group or ""), _("มีอยู่ %s") % in_words(post.valid)))
        )

    def links(self) -> Sequence[Action]:
        if not personnel.test(self.actor):
            return ()
        row = self.post_row
        return (
            Action(_("แก้ตำแหน่งที่บันทึกผิด"), self.here(reverse("offices:post-edit", args=[row.uuid]))),
            Action(
                _("ยุบตำแหน่ง"),
                self.here(reverse("offices:post-end", args=[row.uuid])),
                refused=_("ตำแหน่งนี้มีวันสิ้นสุดแล้ว") if row.valid.upper else "",
            ),
        )

    def facts(self) -> list[history.Fact]:
        return history.on_day(self.day, post=self.post_row)

    def past(self) -> list[history.Fact]:
        return history.timeline(self.day, post=self.post_row)


class OfficeHistory(OnThatDay):
    """Who held what in an office on a day, and who could sign what."""

    help_title = gettext_lazy("ใครทำอะไรได้ในวันนั้น")

    @cached_property
    def office(self) -> Office:
        return found(visible_offices().filter(uuid=self.kwargs["uuid"]).select_related("province").first())

    def get_title(self) -> Any:
        return _("ใครทำอะไรได้ใน %s") % self.office.short_th

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(_("สำนักงาน"), self.here(reverse("offices:office-list"))),
            Crumb(self.office.short_th, self.here(reverse("offices:office-detail", args=[self.office.uuid]))),
        ]

    def facts(self) -> list[history.Fact]:
        return history.on_day(self.day, office=self.office)

    def powers(self) -> Table | None:
        found = history.signatories(self.office, self.day)
        if not found:
            return None
        return Table(
            [
                Column("power", _("อำนาจ"), lambda row: row[0]),
                Column(
                    "who",
                    _("ผู้ใช้อำนาจได้ ตามลำดับ"),
                    lambda row: (
                        ", ".join(one.assignment.person.name for one in row[1].candidates) or _("ไม่มีผู้ใด")
                    ),
                ),
                Column("why", _("เพราะ"), lambda row: " ".join(row[1].reasons)),
            ],
            found,
            caption=_("ผู้มีอำนาจลงนามในวันนั้น"),
        )


__all__ = ["OfficeHistory", "PersonHistory", "PostHistory"]
