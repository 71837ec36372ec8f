"""Entering, replacing and cancelling absences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.absences import cover, forms, policies, selectors, services
from offices.absences.views.detail import WithCover
from offices.absences.views.lists import AbsenceList, AbsenceMine, absence_url
from offices.models import Absence, Person
from portal.actors import Actor
from portal.problems import Conflict
from portal.screens import (
    ActScreen,
    Change,
    Crumb,
    EditScreen,
    Screen,
)
from portal.screens.base import found
from portal.words import word


class AbsenceAdd(WithCover, EditScreen):
    """Entering an absence: first the form, then who would act, then one press."""

    policy = policies.persons
    template_name = "offices/absences/add.html"
    title = gettext_lazy("บันทึกการลาหรือไปราชการ")
    lead = gettext_lazy("บันทึกครั้งเดียวพอ ผู้ปฏิบัติแทนเป็นไปตามคำสั่งที่มีอยู่ และตรวจได้ก่อนบันทึก")
    form_class: Any = forms.AbsenceForm
    confirm = True
    done = gettext_lazy("บันทึกแล้ว")
    instead_of: Absence | None = None

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(AbsenceMine.title, self.here(reverse("offices:absence-mine")))]

    @cached_property
    def people(self) -> QuerySet[Person] | None:
        """Whose absences may be entered; None: only his own."""
        if not (policies.keeps_nation(self.actor) or policies.kept_offices(self.actor)):
            return None
        return policies.kept_people(self.actor).order_by("first_th", "last_th", "id")

    def form_kwargs(self) -> dict[str, Any]:
        return {"people": self.people, "late": self.people is not None}

    def initial(self) -> dict[str, Any]:
        asked = None
        if self.people is not None and (key := self._asked()) is not None:
            asked = self.people.filter(uuid=key).first()
        return {"person": asked.pk if asked else self.actor.person_id, "starts_on": self.actor.as_of}

    def _asked(self) -> UUID | None:
        """The person whom the address names, if it names one."""
        try:
            return UUID(self.query.get("person", ""))
        except ValueError:
            return None

    def entry(self, data: Mapping[str, Any]) -> services.Entry:
        """What the form says."""
        person = data.get("person") or Person.objects.get(user=self.actor.user_id)
        return services.Entry(
            person=person,
            kind=data["kind"],
            starts_on=data["starts_on"],
            last_day=data["last_day"] or data["starts_on"],
            from_noon=data["from_noon"],
            until_noon=data["until_noon"],
            reason=data.get("reason", ""),
        )

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        entry = self.entry(data)
        told = [
            Change(_("ผู้ที่ไม่อยู่"), entry.person.name),
            Change(_("ประเภท"), Absence.Kind(entry.kind).label),
            Change(_("ช่วงเวลา"), self._period(entry)),
        ]
        if self.instead_of is not None:
            old = self.instead_of
            told[1:] = [
                Change(_("ประเภท"), Absence.Kind(entry.kind).label, old.get_kind_display()),
                Change(_("ช่วงเวลา"), self._period(entry), self._period(old)),
            ]
        return told

    @staticmethod
    def _period(entry: services.Entry | Absence) -> str:
        return " · ".join(filter(None, (selectors.period_words(entry), selectors.half_words(entry))))

    def rehearsed(self, data: dict[str, Any]) -> list[cover.Line]:
        return services.rehearse(actor=self.actor, entry=self.entry(data))

    def context(self, *, confirming: bool = False, **extra: Any) -> dict[str, Any]:
        told = self.cover_context(self.rehearsed(self.form.cleaned_data)) if confirming else {}
        self.submit = _("บันทึก") if confirming else _("ดูผู้ปฏิบัติแทนก่อนบันทึก")
        return super().context(confirming=confirming, **told, **extra)

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return absence_url(services.enter(actor=actor, entry=self.entry(data)))


class OfAbsence(Screen):
    """Screens under one absence that still stands."""

    policy = policies.persons

    @cached_property
    def absence(self) -> Any:
        return found(selectors.readable(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        row = self.absence
        return [
            Crumb(AbsenceList.title, self.here(reverse("offices:absence-list"))),
            Crumb(f"{row.get_kind_display()}: {row.person.name}", self.here(absence_url(row))),
        ]


class AbsenceEdit(OfAbsence, AbsenceAdd):
    """Another absence in the place of one that is cancelled, in one step."""

    title = gettext_lazy("แก้การลาหรือไปราชการ")
    lead = gettext_lazy("รายการเดิมถูกยกเลิกพร้อมเหตุผล และบันทึกรายการใหม่แทนในครั้งเดียว")
    form_class = forms.ReplaceForm

    @property
    def instead_of(self) -> Absence:  # type: ignore[override]
        return self.absence

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        policies.demand_right(self.actor, self.absence.person)
        if self.absence.cancelled_at is not None:
            raise Conflict(_("รายการนี้ยกเลิกไปแล้ว"), mend=_("บันทึกรายการใหม่"))
        return super().get(request, *args, **kwargs)

    def form_kwargs(self) -> dict[str, Any]:
        return {"people": None, "late": False}

    def initial(self) -> dict[str, Any]:
        row = self.absence
        return {
            "kind": row.kind,
            "starts_on": row.valid.lower,
            "last_day": row.last_day,
            "from_noon": row.from_noon,
            "until_noon": row.until_noon,
        }

    def entry(self, data: Mapping[str, Any]) -> services.Entry:
        return super().entry({**data, "person": self.absence.person})

    def rehearsed(self, data: dict[str, Any]) -> list[cover.Line]:
        return services.rehearse(
            actor=self.actor, entry=self.entry(data), instead_of=self.absence, why=data["why"]
        )

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return absence_url(
            services.replace(actor=actor, absence=self.absence, entry=self.entry(data), why=data["why"])
        )


class AbsenceCancel(OfAbsence, ActScreen):
    """Cancelling: the entry stays, with the reason."""

    title = gettext_lazy("ยกเลิกการลาหรือไปราชการ")
    lead = gettext_lazy("รายการยังอยู่ในประวัติ ผู้ปฏิบัติแทนพ้นหน้าที่ทันที")
    form_class = forms.CancelForm
    submit = gettext_lazy("ยกเลิกรายการ")
    danger = True
    done = gettext_lazy("ยกเลิกแล้ว")

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        row = self.absence
        return (
            Change(_("บุคลากร"), row.person.name),
            Change(_("ช่วงเวลา"), selectors.period_words(row)),
            Change(_("สถานะ"), word("absence", "cancelled").label, word("absence", row.state).label),
        )

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return absence_url(services.cancel(actor=actor, absence=self.absence, reason=data["reason"]))
