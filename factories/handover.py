"""Whose factories are, as matters that go from one person to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.translation import gettext as _

from factories.models import ResponsibilityChange, ResponsibilityRule
from factories.services import responsibility
from offices.models import AssignmentKind, Group, HandOver, Office, Person
from offices.selectors.actors import in_force
from offices.staffing.matters import Matter
from portal.actors import Actor
from portal.problems import Conflict


def _head(group: Group, day: date, *, but: set[int]) -> Person | None:
    """Who heads the group on a day, if it is none of these."""
    heads = in_force(day).filter(group=group, kind=AssignmentKind.GROUP_HEAD).exclude(person__in=but)
    first = heads.select_related("person").order_by("acting_rank", "pk").first()
    return first.person if first else None


class Responsibility:
    """The rules by which factories are somebody's, as officer or as substitute."""

    code = "factories.responsibility"

    def find(self, person: Person, office: Office, day: date) -> list[Matter]:
        """The rules that name him on a day or later."""
        rows = ResponsibilityRule.objects.filter(
            Q(officer=person) | Q(substitute=person), office=office, valid__overlap=DateRange(day, None)
        ).select_related("group", "district", "main_type", "factory")
        return [
            Matter(
                self.code,
                str(rule.uuid),
                _("ความรับผิดชอบโรงงาน: %s") % rule.covers,
                _("ผู้รับผิดชอบ") if rule.officer_id == person.pk else _("ผู้แทน"),
                str(rule.group),
            )
            for rule in rows.order_by("group", "pk")
        ]

    def move(self, handover: HandOver, keys: Sequence[str], actor: Actor) -> list[Any]:
        """One change set for each group; the signed list is the authority for it. Where who takes over is one
        of the two people of a rule already, the head of the group stands in for him.
        """
        rules = ResponsibilityRule.objects.filter(uuid__in=list(keys)).select_related("group")
        groups: dict[Any, list[ResponsibilityRule]] = {}
        for rule in rules:
            if handover.leaver_id in (rule.officer_id, rule.substitute_id):
                groups.setdefault(rule.group, []).append(rule)
        made, day = [], max(handover.from_day, actor.as_of)
        for group, mine in sorted(groups.items(), key=lambda pair: pair[0].pk):
            outcome = responsibility.reassign(
                actor=actor,
                group=group,
                seen=responsibility.newest_change(group),
                person=handover.leaver,
                to=handover.taker,
                from_day=day,
                substitute=_head(group, day, but={handover.leaver_id, handover.taker_id}),
                rules=[rule.uuid for rule in mine],
                signed_for=True,
            )
            assert outcome.change is not None
            made.append(outcome.change.pk)
        return made

    def undo(self, handover: HandOver, moved: Sequence[Any], actor: Actor) -> None:
        """Each change set put back, or none: the service says which later change stands in the way."""
        for change in ResponsibilityChange.objects.filter(pk__in=list(moved)).order_by("-pk"):
            if actor.as_of > change.from_day:
                raise Conflict(_("ความรับผิดชอบโรงงานมีผลไปแล้วตั้งแต่วันก่อน จึงถอนคืนไม่ได้ ให้ทำบัญชีส่งมอบกลับ"))
            responsibility.undo(
                actor=actor, change=change, seen=responsibility.newest_change(change.group), signed_for=True
            )
