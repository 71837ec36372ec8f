"""Whose is it: which rule decides for a factory on a date, and therefore its officer and substitute.

The rule is the most specific of those that fit, in the order of ``KINDS``; a constraint keeps two rules
of one kind from fitting the same factory at the same time, so that the answer is one and never a matter
of chance. What a factory is (district, type, workers) is what the register says now; the date chooses
among the rules and the people. A rule whose officer holds no assignment in the office that day leaves
its factories without an owner: they are a gap to be shown, and no lesser rule steps in silently.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import itemgetter, or_
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from factories.dated import size_bounds
from factories.models import Factory, FactoryStatus, ResponsibilityRule
from offices.models import AssignmentKind
from offices.models.people import OFFICE_KINDS
from offices.selectors.actors import in_force
from portal import scope
from portal.actors import Actor

# The dimensions a rule of each kind names, the most specific kind first.
KINDS: tuple[tuple[str, ...], ...] = (
    ("factory",),
    ("district", "type", "size"),
    ("district", "type"),
    ("district", "size"),
    ("type", "size"),
    ("district",),
    ("type",),
    ("size",),
    (),
)


class Fact(NamedTuple):
    """What the rules ask of a factory; ``size`` is '' where its workers are unknown."""

    factory: int
    province: str
    district: str | None
    main_type: str | None
    size: str


def _naming(kind: tuple[str, ...]) -> Callable[[Fact], Key]:
    """What the rules of a kind name, told of a factory: asked of every factory of an office at once."""
    places = {"factory": 0, "district": 2, "type": 3, "size": 4}
    if len(kind) > 1:
        return itemgetter(*(places[name] for name in kind))
    return (lambda fact: (fact[places[kind[0]]],)) if kind else (lambda fact: ())


Key = tuple[Any, ...]
_NAMED = [_naming(kind) for kind in KINDS]


class Held(NamedTuple):
    """One factory in one group: the rule that decides and its people; None where no rule fits."""

    factory: int
    group: int
    office: int
    rule: int | None
    officer: int | None
    substitute: int | None


class Asked(NamedTuple):
    """What a factory must tell for the rules to decide."""

    pk: int
    province_id: str
    district_id: str | None
    main_type_id: str | None
    workers: int | None
    status: str


Book = dict[int, dict[Key, Any]]  # by place in KINDS: what the rules of that kind name → the rule


def book_of(rules: Iterable[Any]) -> Book:
    """The rules of one group on one day, ready to be asked. The constraint keeps each key to one rule."""
    book: Book = {}
    for rule in rules:
        values = {
            "factory": rule.factory_id,
            "district": rule.district_id,
            "type": rule.main_type_id,
            "size": rule.size,
        }
        kind = kind_of(rule)
        book.setdefault(kind, {})[tuple(values[name] for name in KINDS[kind])] = rule
    return dict(sorted(book.items()))


def decide(book: Book, fact: Fact) -> Any:
    """The rule that decides for a factory: of the first kind that has one for it; None when none fits."""
    for kind, rules in book.items():
        rule = rules.get(_NAMED[kind](fact))
        if rule is not None:
            return rule
    return None


def facts(factories: Iterable[Any], bounds: Sequence[int]) -> Iterator[Fact]:
    """What the rules ask of factories; ``bounds`` are the largest numbers of workers of a small and of a
    medium one."""
    small, medium = bounds
    for row in factories:
        if row.workers is None:
            size = ""
        else:
            size = "small" if row.workers <= small else "medium" if row.workers <= medium else "large"
        code = row.main_type_id
        yield Fact(row.pk, row.province_id, row.district_id, code and f"{code[:3]}00", size)


def asked(rows: Any) -> Iterable[Any]:
    """Only what the rules ask, of a queryset of factories."""
    return map(Asked._make, rows.order_by().values_list(*Asked._fields))


@dataclass(frozen=True)
class Rules:
    """The rules of a day, read once and ready to be asked; by province (group id, office id, book)."""

    books: Mapping[str, Sequence[tuple[int, int, Book]]]
    bounds: Sequence[int]
    absent: Collection[int] = ()  # rules whose officer is not there, where that was asked
    officer: int | None = None
    substitute: int | None = None

    def held(self, factories: Iterable[Any] | None = None, *, live: bool = False) -> list[Held]:
        """For each factory and each group with rules: the rule that decides.

        Of factories already read, without a query, or (``None``) of all in the active scope; ``live``
        leaves out those struck off the register. Where the rules were read for an officer or a
        substitute, only what his rules decide.
        """
        if not self.books:
            return []
        if factories is None:
            factories = asked(Factory.objects.filter(province__in=set(self.books)))
        if live:
            factories = (row for row in factories if row.status != FactoryStatus.DEREGISTERED)
        found = []
        for fact in facts(factories, self.bounds):
            for number, office, book in self.books.get(fact.province, ()):
                rule = decide(book, fact)
                if self.officer is not None and (rule is None or rule.officer_id != self.officer):
                    continue
                if self.substitute is not None and (rule is None or rule.substitute_id != self.substitute):
                    continue
                found.append(
                    Held(fact.factory, number, office, rule.pk, rule.officer_id, rule.substitute_id)
                    if rule is not None
                    else Held(fact.factory, number, office, None, None, None)
                )
        return found


def rules_of(
    *,
    day: date,
    group: str = "",
    groups: Iterable[int] | None = None,
    seats: Iterable[str] | None = None,
    provinces: Collection[str] | None = None,
    officer: int | None = None,
    substitute: int | None = None,
    absent: bool = False,
) -> Rules:
    """The rules of the active scope that day: one query.

    Narrowed by the group's code, by groups' ids, by ``seats`` ("office id:group code"), by provinces, by
    the rule's officer or substitute. ``absent`` also asks whose officer holds no assignment in the office
    that day.
    """
    rows: Any = ResponsibilityRule.objects.filter(valid__contains=day).annotate(bounds=size_bounds(day))
    if absent:
        rows = rows.annotate(present=_there("officer", day))
    if group:
        rows = rows.filter(group__code=group)
    if groups is not None:
        rows = rows.filter(group__in=groups)
    if seats is not None:
        pairs = [seat.split(":") for seat in seats]
        rows = rows.filter(_any(Q(office=office, group__code=code) for office, code in pairs))
    if provinces is not None:
        rows = rows.filter(province__in=provinces)
    for name, person in (("officer", officer), ("substitute", substitute)):
        if person is not None:  # the others of the same group decide beside theirs
            theirs = ResponsibilityRule.objects.filter(**{name: person, "valid__contains": day})
            rows = rows.filter(group__in=theirs.values("group"))
    books: dict[str, list[tuple[int, int, Book]]] = {}
    by_group: dict[tuple[str, int, int], list[Any]] = {}
    bounds: Sequence[int] = (0, 0)
    away = set()
    for rule in rows:
        bounds = rule.bounds
        if absent and not rule.present:
            away.add(rule.pk)
        by_group.setdefault((rule.province_id, rule.group_id, rule.office_id), []).append(rule)
    for (province, number, office), own in sorted(by_group.items()):
        books.setdefault(province, []).append((number, office, book_of(own)))
    return Rules(books, bounds, away, officer, substitute)


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def seated(day: date) -> set[tuple[int, int]]:
    """(office id, person id) of everybody who holds an assignment in an office of the scope that day."""
    rows = in_force(day).filter(kind__in=OFFICE_KINDS)
    offices = scope.current().offices
    if offices is not None:
        rows = rows.filter(office__in=offices)
    return set(rows.values_list("office_id", "person_id"))


def _there(name: str, day: date) -> Exists:
    """Whether a rule's officer or substitute holds an assignment in its office that day."""
    return Exists(
        in_force(day).filter(kind__in=OFFICE_KINDS, office=OuterRef("office"), person=OuterRef(name))
    )


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
    shown: Any = rules(deciding).annotate(substitute_present=_there("substitute", day))
    if not in_full:
        shown = ResponsibilityRule.objects.select_related("officer").filter(pk__in=deciding)
    shown = shown.annotate(present=_there("officer", day))
    known = {rule.pk: rule for rule in shown}
    found: dict[int, list[Owner]] = {}
    for one in held:
        if one.rule is not None:
            rule = known[one.rule]
            owner = Owner(rule, rule.present, in_full and rule.substitute_present)
            found.setdefault(one.factory, []).append(owner)
    return found


def kind_of(rule: Any) -> int:
    """The place of a rule's kind in ``KINDS``: the smaller, the earlier it decides."""
    named = {
        "factory": rule.factory_id,
        "district": rule.district_id,
        "type": rule.main_type_id,
        "size": rule.size,
    }
    return KINDS.index(tuple(name for name, value in named.items() if value))


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
