"""Which rule decides for a factory on a date: the most specific of those that fit, in the order of ``KINDS``.

A constraint keeps two rules of one kind from fitting the same factory at the same time, so that the answer
is one and never a matter of chance. What a factory is (district, type, workers) is what the register says
now; the date chooses among the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import itemgetter, or_
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, Value

from factories.dated import size_bounds
from factories.models import Factory, FactoryStatus, ResponsibilityRule
from offices.models.people import OFFICE_KINDS
from offices.selectors.actors import in_force

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


class Ruling(NamedTuple):
    """A rule as far as deciding needs it: there are hundreds, and they are read with every list."""

    pk: int
    province_id: str
    group_id: int
    office_id: int
    district_id: str | None
    main_type_id: str | None
    size: str
    factory_id: int | None
    officer_id: int
    substitute_id: int


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
    rows: Any = ResponsibilityRule.objects.filter(valid__contains=day)
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
    there = there_is("officer", day) if absent else Value(True)
    for *fields, sizes, present in rows.values_list(*Ruling._fields, size_bounds(day), there):
        rule, bounds = Ruling(*fields), sizes
        if not present:
            away.add(rule.pk)
        by_group.setdefault((rule.province_id, rule.group_id, rule.office_id), []).append(rule)
    for (province, number, office), own in sorted(by_group.items()):
        books.setdefault(province, []).append((number, office, book_of(own)))
    return Rules(books, bounds, away, officer, substitute)


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def there_is(name: str, day: date) -> Exists:
    """Whether a rule's officer or substitute holds an assignment in its office that day."""
    return Exists(
        in_force(day).filter(kind__in=OFFICE_KINDS, office=OuterRef("office"), person=OuterRef(name))
    )


def kind_of(rule: Any) -> int:
    """The place of a rule's kind in ``KINDS``: the smaller, the earlier it decides."""
    named = {
        "factory": rule.factory_id,
        "district": rule.district_id,
        "type": rule.main_type_id,
        "size": rule.size,
    }
    return KINDS.index(tuple(name for name, value in named.items() if value))
