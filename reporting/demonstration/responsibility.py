"""Rules of the eleven offices that give every demonstration factory an officer and a substitute."""

from __future__ import annotations

from datetime import date

from factories.services.responsibility import add_rules, newest_change
from factories.services.rule_lines import Match
from offices.demo import DOMAIN, PILOTS, SINCE
from offices.models import District, Group, Person
from offices.selectors.actors import in_force
from portal.actors import Actor, actor_of
from portal.models import User


def make() -> None:
    """By office: everything to the first officer, districts shared out among all, large plants to the head.

    Written by each group's head on the first day of the demonstration, as change sets of their own.
    """
    for code in PILOTS:
        group = Group.objects.select_related("office").get(
            office__code=code, code="FACTORY", valid__contains=SINCE
        )
        head = actor_of(User.objects.get(email=f"head.factory.{code}@{DOMAIN}"), SINCE)
        officers = _officers(group, SINCE)
        _give(head, group, [Match()], officers[0], officers[1])
        districts = District.objects.filter(province_id=code).order_by("code").values_list("code", flat=True)
        for at, officer in enumerate(officers):
            own = [Match(district=district) for district in districts[at :: len(officers)]]
            if own:
                _give(head, group, own, officer, officers[(at + 1) % len(officers)])
        chief_of_group = Person.objects.get(user=head.user)
        _give(head, group, [Match(district=districts[0], size="large")], chief_of_group, officers[0])


def _officers(group: Group, day: date) -> list[Person]:
    rows = in_force(day).filter(group=group, kind="OFFICER").select_related("person").order_by("id")
    return [row.person for row in rows]


def _give(actor: Actor, group: Group, matches: list[Match], officer: Person, substitute: Person) -> None:
    add_rules(
        actor=actor,
        group=group,
        seen=newest_change(group),
        matches=matches,
        officer=officer,
        substitute=substitute,
        from_day=SINCE,
    )
