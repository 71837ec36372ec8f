"""Whose factories are, as matters that go from one person to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.translation import gettext as _

from factories.models import ResponsibilityChange, ResponsibilityRule
from factories.selectors import loads, owners
from factories.services import responsibility
from factories.services.rule_lines import people_after
from offices.models import AssignmentKind, Group, HandOver, Office, Person
from offices.selectors.actors import in_force
from offices.staffing.matters import Matter, Seat
from portal.actors import Actor
from portal.problems import Conflict


def _stands_in(handover: HandOver, group: Group, day: date) -> Person | None:
    """Who heads the group on a day, if it is neither of the two."""
    heads = in_force(day).filter(group=group, kind=AssignmentKind.GROUP_HEAD)
    heads = heads.exclude(person__in=[handover.leaver_id, handover.taker_id])
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

    def count(self, seats: Collection[Seat]) -> Mapping[Seat, int]:
        people = [seat.person_id for seat in seats]
        rules = ResponsibilityRule.objects.filter(
            Q(officer__in=people) | Q(substitute__in=people), office__in=[seat.office_id for seat in seats]
        ).values_list("officer", "substitute", "office", "valid")
        names: dict[tuple[int, int], list[date | None]] = defaultdict(list)
        for officer, substitute, office, valid in rules:
            for person in {officer, substitute}:
                names[person, office].append(valid.upper)
        return {
            seat: sum(1 for end in names[seat.person_id, seat.office_id] if end is None or end > seat.day)
            for seat in seats
        }

    def goes_to(self, handover: HandOver, keys: Sequence[str], day: date) -> Mapping[str, str]:
        """Both people of each rule afterwards."""
        there = {person for office, person in owners.seated(day) if office == handover.office_id}
        found: dict[str, tuple[int, int]] = {}
        for group, rules in self._of_leaver(handover, keys).items():
            head = _stands_in(handover, group, day)
            for rule in rules:
                found[str(rule.uuid)] = people_after(
                    (rule.officer_id, rule.substitute_id),
                    person=handover.leaver, to=handover.taker, substitute=head, there=there,
                )  # fmt: skip
        names = loads.names({person for pair in found.values() for person in pair})
        return {
            key: _("%(officer)s ผู้แทน %(substitute)s")
            % {"officer": names[officer], "substitute": names[substitute]}
            for key, (officer, substitute) in found.items()
        }

    def _of_leaver(self, handover: HandOver, keys: Sequence[str]) -> dict[Group, list[ResponsibilityRule]]:
        """Those of the rules that still name who hands over, by group."""
        groups: dict[Group, list[ResponsibilityRule]] = {}
        for rule in ResponsibilityRule.objects.filter(uuid__in=list(keys)).select_related("group"):
            if handover.leaver_id in (rule.officer_id, rule.substitute_id):
                groups.setdefault(rule.group, []).append(rule)
        return groups

    def move(self, handover: HandOver, keys: Sequence[str], actor: Actor) -> list[Any]:
        """One change set for each group; the signed list is the authority for it. Where who takes over is one
        of the two people of a rule already, the head of the group stands in for him.
        """
        groups = self._of_leaver(handover, keys)
        made, day = [], max(handover.from_day, actor.as_of)
        for group, mine in sorted(groups.items(), key=lambda pair: pair[0].pk):
            outcome = responsibility.reassign(
                actor=actor,
                group=group,
                seen=responsibility.newest_change(group),
                person=handover.leaver,
                to=handover.taker,
                from_day=day,
                substitute=_stands_in(handover, group, day),
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
