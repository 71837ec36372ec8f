"""Lists of matters that go from one person to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import HandOver, Office, Person
from offices.models.people import OFFICE_KINDS
from offices.policies import office_or_centre
from offices.selectors.actors import in_force
from offices.selectors.org import visible_offices
from offices.staffing import matters
from offices.staffing.selectors import history
from offices.staffing.services import handover as services
from offices.staffing.views.shared import person_url
from portal.actors import Actor
from portal.fields import ThaiDateField
from portal.screens import (
    Action,
    ActScreen,
    Change,
    Column,
    Crumb,
    DetailScreen,
    EditScreen,
    Fields,
    ListScreen,
    Related,
)
from portal.screens.base import found
from portal.words import GROUPS, word


def of_handover(row: HandOver) -> str:
    return reverse("offices:handover-detail", args=[row.uuid])


def rows_seen(actor: Actor) -> QuerySet[Any]:
    """Lists of the active scope."""
    return HandOver.objects.select_related("office", "leaver", "taker", "superior", "order").annotate(
        count=Count("items")
    )


class HandOverFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("สถานะ"), choices=[(one.code, one) for one in GROUPS["handover"]]
    )

    class Meta:
        model = HandOver
        fields = ["state"]


class HandOverList(ListScreen):
    """Every list of the reader's offices."""

    policy = office_or_centre
    title = gettext_lazy("ส่งมอบงาน")
    lead = gettext_lazy("เรื่องค้างของผู้ที่ย้ายหรือพ้นจากหน้าที่ ไปเป็นของผู้รับมอบเมื่อทั้งสองฝ่ายลงนาม")
    columns = (
        Column("leaver", gettext_lazy("ผู้ส่งมอบ"), "leaver.name", link=of_handover),
        Column("taker", gettext_lazy("ผู้รับมอบ"), "taker.name"),
        Column("state", gettext_lazy("สถานะ"), kind="state", sort="state", group="handover"),
        Column("office", gettext_lazy("สำนักงาน"), "office.short_th", sort="office__code"),
        Column("count", gettext_lazy("เรื่อง"), kind="integer"),
        Column("from_day", gettext_lazy("ตั้งแต่วันที่"), kind="date", sort="from_day"),
        Column("made_at", gettext_lazy("จัดทำเมื่อ"), kind="time", sort="made_at"),
    )
    order = ("-made_at",)
    search = ("leaver__first_th", "leaver__last_th", "taker__first_th", "taker__last_th")
    filterset_class = HandOverFilter
    empty_hint = gettext_lazy("เปิดประวัติของบุคลากรที่จะส่งมอบ แล้วเลือก “ทำบัญชีส่งมอบงาน”")

    def rows(self) -> QuerySet[Any]:
        return rows_seen(self.actor)


class HandOverDetail(DetailScreen):
    """One list: what it holds, who signed, what may be done."""

    policy = office_or_centre
    help_title = gettext_lazy("บัญชีส่งมอบงาน")
    help_words = ("handover",)
    groups = (
        Fields(
            gettext_lazy("บัญชี"),
            (
                Column(
                    "leaver", gettext_lazy("ผู้ส่งมอบ"), "leaver.name", link=lambda row: person_url(row.leaver)
                ),
                Column("taker", gettext_lazy("ผู้รับมอบ"), "taker.name", link=lambda row: person_url(row.taker)),
                Column("office", gettext_lazy("สำนักงาน"), "office.name_th"),
                Column("from_day", gettext_lazy("ส่งมอบตั้งแต่วันที่"), kind="date"),
                Column("leaver_signed_at", gettext_lazy("ผู้ส่งมอบลงนามเมื่อ"), kind="time"),
                Column("taker_signed_at", gettext_lazy("ผู้รับมอบลงนามเมื่อ"), kind="time"),
                Column(
                    "superior",
                    gettext_lazy("ผู้บังคับบัญชาลงนามแทน"),
                    lambda row: f"{row.superior.name} {row.superior_as}" if row.superior else "",
                ),
                Column("reason", gettext_lazy("เหตุผล")),
                Column("closed_at", gettext_lazy("เสร็จเมื่อ"), kind="time"),
            ),
        ),
    )
    related = (
        Related(
            gettext_lazy("เรื่องในบัญชี"),
            (
                Column("nth", gettext_lazy("ที่"), "item.nth", kind="integer"),
                Column("what", gettext_lazy("เรื่อง"), "item.what"),
                Column("kind", gettext_lazy("ประเภท"), "item.kind"),
                Column("state", gettext_lazy("ค้างอยู่ที่"), lambda row: row.item.state),
                Column("goes_to", gettext_lazy("ไปเป็นของ"), "goes_to"),
            ),
            matters.going,
            limit=500,
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return rows_seen(self.actor)

    def get_title(self) -> Any:
        return _("ส่งมอบงานจาก %(leaver)s ถึง %(taker)s") % {
            "leaver": self.row.leaver.name,
            "taker": self.row.taker.name,
        }

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(HandOverList.title, self.here(reverse("offices:handover-list"))),)

    def states(self, row: Any) -> Sequence[Any]:
        return (word("handover", row.state),)

    def actions(self, row: Any) -> Sequence[Action]:
        def act(label: Any, name: str, *, primary: bool = False) -> Action:
            return Action(
                label, self.here(reverse(f"offices:handover-{name}", args=[row.uuid])), primary=primary
            )

        me, made = self.actor.person_id, []
        if row.state == HandOver.State.OPEN:
            unsigned = (me == row.leaver_id and not row.leaver_signed_at) or (
                me == row.taker_id and not row.taker_signed_at
            )
            if unsigned:
                made.append(act(_("ลงนามบัญชีส่งมอบ"), "sign", primary=True))
            elif services.superior_of(self.actor, row) is not None:
                made.append(act(_("ลงนามแทนผู้ที่พ้นไปแล้ว"), "superior"))
        if services.is_concerned(self.actor, row):
            if row.state == HandOver.State.OPEN:
                made.append(act(_("ยกเลิกบัญชี"), "withdraw"))
            elif row.state == HandOver.State.MOVED:
                made.append(act(_("ถอนคืนการส่งมอบ"), "undo"))
        return made


class NewForm(forms.Form):
    """To whom, from when, and which matters."""

    taker = forms.ModelChoiceField(label=gettext_lazy("ผู้รับมอบ"), queryset=Person.objects.none())
    from_day = ThaiDateField(label=gettext_lazy("ส่งมอบตั้งแต่วันที่"))
    items = forms.MultipleChoiceField(label=gettext_lazy("เรื่อง"), widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, people: QuerySet[Person], found: Sequence[matters.Matter], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taker"].queryset = people  # type: ignore[attr-defined]
        self.fields["items"].choices = [  # type: ignore[attr-defined]
            (f"{one.source}|{one.key}", " · ".join(filter(None, (one.what, one.kind, one.state))))
            for one in found
        ]
        if not found:
            self.fields["items"].help_text = _("ไม่มีเรื่องค้างในสำนักงานนี้ จึงไม่มีสิ่งที่ต้องส่งมอบ")


class HandOverAdd(EditScreen):
    """What somebody has in hand in an office, and to whom it goes."""

    policy = office_or_centre
    help_title = gettext_lazy("ทำบัญชีส่งมอบงาน")
    form_class = NewForm
    submit = gettext_lazy("ทำบัญชีส่งมอบ")
    done = gettext_lazy("ทำบัญชีส่งมอบแล้ว รอทั้งสองฝ่ายลงนาม")

    @cached_property
    def place(self) -> Office:
        return found(visible_offices().filter(uuid=self.kwargs["office"]).first())

    @cached_property
    def leaver(self) -> Person:
        self.place  # noqa: B018  (an address of no office is none, whoever the person)
        return found(history.seen_people().filter(uuid=self.kwargs["person"]).first())

    @cached_property
    def office(self) -> Office:
        return found(self.place if services.may_draft(self.actor, self.place, self.leaver) else None)

    def get_title(self) -> Any:
        return _("ส่งมอบงานของ %(who)s ใน %(office)s") % {
            "who": self.leaver.name,
            "office": self.office.short_th,
        }

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(HandOverList.title, self.here(reverse("offices:handover-list"))),
            Crumb(self.leaver.name, self.here(person_url(self.leaver))),
        )

    @cached_property
    def day(self) -> date:
        """From when: the day the link names (``?from=2026-12-01``) if it is to come, else today."""
        try:
            asked = date.fromisoformat(self.request.GET.get("from", ""))
        except ValueError:
            asked = self.actor.as_of
        return max(asked, self.actor.as_of)

    @cached_property
    def found(self) -> list[matters.Matter]:
        return matters.found(self.leaver, self.office, self.day)

    def form_kwargs(self) -> dict[str, Any]:
        there = in_force(self.day).filter(office=self.office, kind__in=OFFICE_KINDS)
        people = Person.objects.filter(pk__in=there.values("person")).exclude(pk=self.leaver.pk)
        return {"people": people.order_by("first_th", "last_th"), "found": self.found}

    def initial(self) -> dict[str, Any]:
        return {
            "from_day": self.day,
            "items": [f"{one.source}|{one.key}" for one in self.found],
        }

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        parts = (one.partition("|") for one in data["items"])
        keys = {(source, key) for source, _bar, key in parts}
        made = services.draft(
            actor=actor,
            office=self.office,
            leaver=self.leaver,
            taker=data["taker"],
            from_day=data["from_day"],
            keys=keys,
        )
        return of_handover(made)


class VersionForm(forms.Form):
    """The list as the reader saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(VersionForm):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("เหตุผล"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )


class OneHandOver(ActScreen):
    """An act on one list."""

    policy = office_or_centre
    form_class: type[VersionForm] = ReasonForm

    @cached_property
    def row(self) -> HandOver:
        return found(rows_seen(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(HandOverList.title, self.here(reverse("offices:handover-list"))),
            Crumb(self.row.leaver.name, self.here(of_handover(self.row))),
        )

    def initial(self) -> dict[str, Any]:
        return {"version": self.row.version}

    def moved(self) -> list[Change]:
        """Whose each matter will be."""
        return [
            Change(item.what, whose, self.row.leaver.name)
            for item, whose in matters.goes_to(self.row, self.actor.as_of)
        ]


class HandOverSign(OneHandOver):
    title = gettext_lazy("ลงนามบัญชีส่งมอบ")
    form_class = VersionForm
    submit = gettext_lazy("ลงนาม")
    done = gettext_lazy("ลงนามแล้ว")

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        row = self.row
        leaves = self.actor.person_id == row.leaver_id
        other = row.taker_signed_at if leaves else row.leaver_signed_at
        if other:
            return self.moved()
        return [Change(_("ลายมือชื่อ"), _("ลงนามแล้ว รออีกฝ่าย"), _("ยังไม่ลงนาม"))]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.sign(actor=actor, handover=self.row, expected_version=data["version"])
        return of_handover(self.row)


class HandOverSuperior(OneHandOver):
    title = gettext_lazy("ลงนามแทนผู้ที่พ้นไปแล้ว")
    submit = gettext_lazy("ลงนามแทน")
    done = gettext_lazy("ส่งมอบแล้ว")

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return self.moved()

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.sign_as_superior(
            actor=actor, handover=self.row, expected_version=data["version"], reason=data["reason"]
        )
        return of_handover(self.row)


class HandOverWithdraw(OneHandOver):
    title = gettext_lazy("ยกเลิกบัญชี")
    submit = gettext_lazy("ยกเลิกบัญชี")
    done = gettext_lazy("ยกเลิกบัญชีส่งมอบแล้ว")
    danger = True

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [
            Change(_("สถานะ"), word("handover", "withdrawn").label, word("handover", self.row.state).label)
        ]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.withdraw(
            actor=actor, handover=self.row, expected_version=data["version"], reason=data["reason"]
        )
        return of_handover(self.row)


class HandOverUndo(OneHandOver):
    title = gettext_lazy("ถอนคืนการส่งมอบ")
    submit = gettext_lazy("ถอนคืน")
    done = gettext_lazy("คืนเรื่องให้ผู้ส่งมอบแล้ว")
    danger = True

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        one, other = self.row.leaver.name, self.row.taker.name
        return [Change(item.what, one, other) for item in self.row.items.order_by("nth")]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.undo(actor=actor, handover=self.row, expected_version=data["version"], reason=data["reason"])
        return of_handover(self.row)


def awaiting(actor: Actor) -> QuerySet[Any]:
    """Lists that wait for this person's signature."""
    return rows_seen(actor).filter(
        Q(leaver=actor.person_id, leaver_signed_at__isnull=True)
        | Q(taker=actor.person_id, taker_signed_at__isnull=True),
        state=HandOver.State.OPEN,
    )
