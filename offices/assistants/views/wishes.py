"""Drafting a nomination and changing the draft."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from offices.assistants import forms, selectors, services
from offices.assistants.views.nominations import NominationList, OfNomination, nomination_url
from offices.models import Group, Nomination, Person
from offices.policies import CHIEF_KINDS, chiefs
from offices.selectors.placements import placements
from offices.services.rules import ASSISTANT_GROUPS
from portal.actors import Actor
from portal.screens import Crumb, EditScreen


class _WishScreen(EditScreen):
    """What drafting and changing share."""

    policy = chiefs
    form_class = forms.NominationForm
    help_title = gettext_lazy("เสนอชื่อผู้ช่วยฯ")

    def offices(self) -> list[int]:
        return [held.office_id for held in self.actor.holding(CHIEF_KINDS) if held.office_id is not None]

    def form_kwargs(self) -> dict[str, Any]:
        day, mine = self.actor.as_of, self.offices()
        placed = placements(day).filter(office__in=mine).values("person")
        groups = Group.objects.filter(office__in=mine, code__in=ASSISTANT_GROUPS, valid__contains=day)
        return {
            "people": Person.objects.filter(pk__in=placed, employment=Person.Employment.CIVIL_SERVANT)
            .exclude(pk=self.actor.person_id or 0)
            .order_by("first_th", "last_th", "id"),
            "groups": groups.select_related("office").order_by("office__code", "code"),
        }

    @staticmethod
    def wish(data: dict[str, Any], renews: Nomination | None = None) -> services.Wish:
        return services.Wish(
            person=data["person"],
            group=data["group"],
            starts_on=data["starts_on"],
            last_day=data["last_day"],
            reasons=data["reasons"],
            renews=renews,
        )


class NominationAdd(_WishScreen):
    """A new nomination; with ``renews`` in the address one that follows another, filled in from it."""

    title = gettext_lazy("เสนอชื่อผู้ช่วยฯ")
    lead = gettext_lazy("บันทึกเป็นร่างก่อน หน้าถัดไปแสดงผลการตรวจคุณสมบัติทุกข้อ")
    submit = gettext_lazy("บันทึกร่าง")
    done = gettext_lazy("บันทึกร่างแล้ว ตรวจคุณสมบัติด้านล่าง แล้วส่งผู้ตรวจราชการ")

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(NominationList.title, self.here(reverse("offices:nomination-list"))),)

    @cached_property
    def renews(self) -> Any:
        asked = self.request.GET.get("renews", "")
        rows = selectors.nominations(self.actor).filter(office__in=self.offices())
        return next((row for row in rows if str(row.uuid) == asked), None) if asked else None

    def initial(self) -> dict[str, Any]:
        row = self.renews
        if row is None:
            return {}
        first, last = services.renewal(row)
        return {
            "person": row.person_id,
            "group": row.group_id,
            "starts_on": first,
            "last_day": last,
            "reasons": row.reasons,
        }

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return nomination_url(services.nominate(actor=actor, wish=self.wish(data, self.renews)))


class NominationEdit(OfNomination, _WishScreen):
    policy = chiefs
    title = gettext_lazy("แก้ไขการเสนอชื่อ")

    def initial(self) -> dict[str, Any]:
        row = self.nomination
        return {"version": row.case.version, "person": row.person_id, "group": row.group_id} | {
            name: getattr(row, name) for name in ("starts_on", "last_day", "reasons")
        }

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.edit(
            actor=actor,
            nomination=self.nomination,
            wish=self.wish(data, self.nomination.renews),
            expected_version=data["version"] or 0,
        )
        return nomination_url(self.nomination)
