"""Whose is it: the rule that decides for a factory (``deciding``), and so its officer and his substitute.

The date chooses among the rules and the people. A rule whose officer holds no assignment in the office that
day leaves its factories without an owner: they are a gap to be shown, and no lesser rule steps in silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from factories.models import Factory, ResponsibilityRule
from factories.selectors.deciding import Rules, rules_of, there_is
from offices.models import AssignmentKind
from offices.models.people import OFFICE_KINDS
from offices.selectors.actors import in_force
from portal import scope
from portal.actors import Actor


def seated(day: date) -> set[tuple[int, int]]:
    """(office id, person id) of everybody who holds an assignment in an office of the scope that day."""
    rows = in_force(day).filter(kind__in=OFFICE_KINDS)
    offices = scope.current().offices
    if offices is not None:
        rows = rows.filter(office__in=offices)
    return set(rows.values_list("office_id", "person_id"))


@dataclass(frozen=True)
class Owner:
    """Whose a factory is in one group. ``present`` and ``substitute_present`` (asked only in full): they
    hold an assignment in the office that day; without its officer the factory has no owner."""

    rule: ResponsibilityRule
    present: bool
    substitute_present: bool

    @property
    def name(self) -> str:
        """The officer's name, or that there is none and why."""
        if self.present:
            return self.rule.officer.name
        return _("ไม่มี (%(name)s พ้นหน้าที่แล้ว)") % {"name": self.rule.officer.name}


def rules(ids: Iterable[int] | None = None) -> Any:
    """Rules of the active scope with everything their words need."""
    found = ResponsibilityRule.objects.select_related(
        "office", "group", "district", "main_type", "factory", "officer", "substitute"
    )
    return found if ids is None else found.filter(pk__in=set(ids))


def owners(
    *, day: date, factories: Iterable[Any], group: str = "", in_full: bool = False
) -> dict[int, list[Owner]]:
    """Whose these factories are on a day, one owner a group; a factory that no rule fits is absent.

    With the officer's name alone, or ``in_full``: with all that the words of a rule need. Two queries
    whatever their number.
    """
    known_factories = list(factories)
    provinces = {one.province_id for one in known_factories}
    held = rules_of(day=day, group=group, provinces=provinces).held(known_factories)
    deciding = {one.rule for one in held if one.rule is not None}
    shown: Any = rules(deciding).annotate(substitute_present=there_is("substitute", day))
    if not in_full:
        shown = ResponsibilityRule.objects.select_related("officer").filter(pk__in=deciding)
    shown = shown.annotate(present=there_is("officer", day))
    known = {rule.pk: rule for rule in shown}
    found: dict[int, list[Owner]] = {}
    for one in held:
        if one.rule is not None:
            rule = known[one.rule]
            owner = Owner(rule, rule.present, in_full and rule.substitute_present)
            found.setdefault(one.factory, []).append(owner)
    return found


def in_words(rule: ResponsibilityRule) -> str:
    """What a rule speaks of: "อำเภอกบินทร์บุรี · ลำดับประเภท 9 · ขนาดใหญ่"."""
    if rule.factory is not None:
        return _("โรงงาน %(name)s") % {"name": rule.factory.shown_name}
    parts = []
    if rule.district is not None:
        parts.append(_("อำเภอ%(name)s") % {"name": rule.district.name_th})
    if rule.main_type is not None:
        parts.append(_("ลำดับประเภท %(number)s") % {"number": rule.main_type.main_no})
    if rule.size:
        parts.append(str(rule.get_size_display()))
    return " · ".join(parts) or _("ทุกโรงงาน")


def register_burden(label: Any, count: Callable[[date], Mapping[int, int]]) -> None:
    """Let an app above say how much work a factory is: factory id → how many on a day, in the scope."""
    _burdens.setdefault(str(getattr(count, "__qualname__", label)), (label, count))


_burdens: dict[str, tuple[Any, Callable[[date], Mapping[int, int]]]] = {}


def burdens() -> list[tuple[Any, Callable[[date], Mapping[int, int]]]]:
    """What else is counted beside the factories themselves."""
    return list(_burdens.values())


# --- Whose list: mine, those I stand in for, my group's, all ------------------------------------------------

MINE, SUBSTITUTE, GROUP, NOBODY, ALL = "mine", "substitute", "group", "nobody", "all"


def seats_of(actor: Actor, group: str = "") -> list[str]:
    """The groups an actor sits in, as ``matched`` takes them; only this group's code when one is given."""
    return sorted(
        {
            f"{capacity.office_id}:{capacity.group_code}"
            for capacity in actor.capacities
            if capacity.group_code and group in ("", capacity.group_code)
        }
    )


def works_in_an_office(actor: Actor) -> bool:
    """Whether "mine" can mean anything to this reader."""
    return actor.person_id is not None and bool(actor.holding(OFFICE_KINDS))


@dataclass(frozen=True)
class Share:
    """The factories that are somebody's by the rules of a day; or nobody's: no rule fits, or its officer
    is not there."""

    rules: Rules
    offices: frozenset[int | None] | None = None  # only what these offices' rules decide
    nobody: bool = False

    @property
    def named(self) -> bool:
        """Whether any rule speaks of it at all."""
        return bool(self.rules.books)

    def of(self, factories: Iterable[Any] | None = None) -> list[int]:
        """The ids of those among factories already read, or (``None``) in the active scope."""
        if self.nobody:
            held = self.rules.held(factories, live=True)
            return sorted({one.factory for one in held if one.rule is None or one.rule in self.rules.absent})
        return sorted(
            {
                one.factory
                for one in self.rules.held(factories)
                if one.rule is not None and (self.offices is None or one.office in self.offices)
            }
        )


def share_of(actor: Actor, whose: str, *, group: str = "") -> Share | None:
    """What is the actor's (``MINE``), what he stands in for, his group's, or nobody's; None for all.

    ``group`` narrows to the rules of that group's code. One query.
    """
    day = actor.as_of
    if whose == ALL:
        return None
    if whose == NOBODY:
        return Share(rules_of(day=day, group=group, absent=True), nobody=True)
    if not works_in_an_office(actor):
        return Share(Rules({}, (0, 0)))
    if whose == GROUP:
        return Share(rules_of(day=day, seats=seats_of(actor, group)))
    me = actor.person_id
    rules = rules_of(
        day=day,
        group=group,
        officer=me if whose == MINE else None,
        substitute=me if whose == SUBSTITUTE else None,
    )
    return Share(rules, frozenset(capacity.office_id for capacity in actor.holding(OFFICE_KINDS)))


def start_of(actor: Actor, group: str) -> str:
    """Where this reader's lists start: the head and the assistant of the group answer for all of it, and
    everybody else for his own."""
    leads = actor.holding([AssignmentKind.GROUP_HEAD, AssignmentKind.ASSISTANT])
    return GROUP if any(capacity.group_code == group for capacity in leads) else MINE


def shares(actor: Actor, *, group: str) -> dict[str, set[int]]:
    """``MINE``, ``SUBSTITUTE`` and ``GROUP`` by the rules of one group's code, read at once."""
    me = actor.person_id
    offices = {capacity.office_id for capacity in actor.holding(OFFICE_KINDS)}
    sat_in = {seat.split(":")[0] for seat in seats_of(actor, group)}
    held = [
        one for one in rules_of(day=actor.as_of, group=group).held() if one.rule and one.office in offices
    ]
    return {
        MINE: {one.factory for one in held if one.officer == me},
        SUBSTITUTE: {one.factory for one in held if one.substitute == me},
        GROUP: {one.factory for one in held if str(one.office) in sat_in},
    }


def gaps(*, day: date, group: str = "", groups: Iterable[int] | None = None) -> list[int]:
    """Factories that a group with rules leaves without an officer: no rule fits, or its officer left."""
    return Share(rules_of(day=day, group=group, groups=groups, absent=True), nobody=True).of()


def why(owner: Owner, factory: Factory) -> str:
    """Why the rule decides for this factory, in words."""
    rule = owner.rule
    if rule.factory_id is not None:
        return _("เพราะกฎนี้ระบุชื่อโรงงานนี้ ซึ่งใช้ก่อนกฎอื่นทั้งหมด")
    parts = []
    if rule.district is not None:
        parts.append(_("อยู่อำเภอ%(name)s") % {"name": rule.district.name_th})
    if rule.main_type is not None:
        parts.append(_("เป็นประเภทลำดับ %(number)s") % {"number": rule.main_type.main_no})
    if rule.size:
        parts.append(_("มีคนงาน %(workers)s คน จึงเป็น%(size)s") % {
            "workers": factory.workers, "size": rule.get_size_display(),
        })  # fmt: skip
    if not parts:
        return _("เพราะไม่มีกฎใดที่เจาะจงกว่า จึงใช้กฎสำหรับทุกโรงงาน")
    return _("เพราะโรงงานนี้%(facts)s และไม่มีกฎที่เจาะจงกว่า") % {"facts": " ".join(parts)}
