"""The lines of an act on the rules: what each rule was and becomes, judged and written as one."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from factories.models import ResponsibilityRule
from factories.selectors import loads, owners
from offices.models import Group, Person
from offices.selectors.actors import in_force
from offices.services.rules import Fault, in_words, inside
from portal import calendar
from portal.problems import Invalid

AT_ONCE = 500  # rules of one act: more is a slip of the hand
FIELDS = ("district_id", "main_type_id", "size", "factory_id", "officer_id", "substitute_id")


@dataclass(frozen=True)
class Match:
    """What a rule speaks of: nothing named means every factory of the office."""

    district: str | None = None  # four-digit code
    main_type: str | None = None  # five-digit code of a main type
    size: str = ""
    factory: int | None = None


@dataclass(frozen=True)
class Values:
    """A rule as the lines of a change hold it; ``until`` is the first day on which it no longer holds."""

    uuid: UUID
    since: date
    until: date | None
    match: Match
    officer: int
    substitute: int

    @classmethod
    def of(cls, rule: ResponsibilityRule) -> Values:
        match = Match(rule.district_id, rule.main_type_id, rule.size, rule.factory_id)
        return cls(rule.uuid, rule.valid.lower, rule.valid.upper, match, rule.officer_id, rule.substitute_id)

    @classmethod
    def from_json(cls, known: Mapping[str, Any]) -> Values:
        until = known["until"]
        return cls(
            UUID(known["uuid"]),
            date.fromisoformat(known["since"]),
            date.fromisoformat(until) if until else None,
            Match(*(known[name] for name in FIELDS[:4])),
            known["officer_id"],
            known["substitute_id"],
        )

    def as_json(self) -> dict[str, Any]:
        found = self.match
        values = (found.district, found.main_type, found.size, found.factory, self.officer, self.substitute)
        return {
            "uuid": str(self.uuid),
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            **dict(zip(FIELDS, values, strict=True)),
        }

    def row(self, group: Group, pk: int | None = None) -> ResponsibilityRule:
        return ResponsibilityRule(
            pk=pk,
            uuid=self.uuid,
            office_id=group.office_id,
            group_id=group.pk,
            province_id=group.office.province_id or "",
            valid=DateRange(self.since, self.until),
            district_id=self.match.district,
            main_type_id=self.match.main_type,
            size=self.match.size,
            factory_id=self.match.factory,
            officer_id=self.officer,
            substitute_id=self.substitute,
        )

    def overlaps(self, other: Values) -> bool:
        return (other.until is None or self.since < other.until) and (
            self.until is None or other.since < self.until
        )


@dataclass(frozen=True)
class Line:
    """One rule of a change: what it was and what it becomes; None is "not there"."""

    rule: int | None
    before: Values | None
    after: Values | None

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "before": self.before.as_json() if self.before else None,
            "after": self.after.as_json() if self.after else None,
        }


_SENTENCES = {
    "responsibility_no_tie": gettext_lazy("มีกฎอื่นที่พูดถึงโรงงานชุดเดียวกันในช่วงเวลาเดียวกันอยู่แล้ว"),
    "responsibility_two_people": gettext_lazy("ผู้รับผิดชอบและผู้แทนต้องเป็นคนละคน"),
    "responsibility_has_beginning": gettext_lazy("วันสุดท้ายต้องไม่ก่อนวันเริ่ม"),
    "responsibility_inside_group": gettext_lazy("กฎต้องอยู่ในช่วงที่กลุ่มมีอยู่"),
    "responsibility_seated": gettext_lazy("ผู้รับผิดชอบหรือผู้แทนไม่มีคำสั่งแต่งตั้งในสำนักงานนี้ในวันที่กฎเริ่ม"),
}


def split(
    rules: Iterable[ResponsibilityRule],
    from_day: date,
    faults: list[Fault],
    people: Callable[[Values], tuple[int, int]],
) -> list[Line]:
    """Other people from a day on: a rule that began before is cut there and goes on as a new one."""
    lines = []
    for rule in rules:
        old = Values.of(rule)
        officer, substitute = people(old)
        if old.until is not None and old.until <= from_day:
            faults.append(("from_day", _("กฎ “%(rule)s” สิ้นสุดก่อนวันนั้นอยู่แล้ว") % {"rule": words(old)}))
        elif (officer, substitute) == (old.officer, old.substitute):
            continue
        elif old.since >= from_day:
            lines.append(Line(rule.pk, old, replace(old, officer=officer, substitute=substitute)))
        else:
            lines.append(Line(rule.pk, old, replace(old, until=from_day)))
            new = replace(old, uuid=uuid4(), since=from_day, officer=officer, substitute=substitute)
            lines.append(Line(None, None, new))
    return lines


def people_after(
    pair: tuple[int, int], *, person: Person, to: Person, substitute: Person | None, there: Container[int]
) -> tuple[int, int]:
    """Officer and substitute of a rule after ``to`` took the place of ``person``, as ``reassign`` of
    ``responsibility`` says; ``there`` are the people of the office."""
    officer, second = pair
    if officer != person.pk:
        return officer, substitute.pk if substitute and officer == to.pk else to.pk
    free = second != to.pk and second in there
    return to.pk, second if free or substitute is None else substitute.pk


def ended(rules: Iterable[ResponsibilityRule], from_day: date, faults: list[Fault]) -> list[Line]:
    """Rules that hold no longer from a day on: those that would begin later are taken away."""
    lines = []
    for rule in rules:
        old = Values.of(rule)
        if old.until is not None and old.until <= from_day:
            faults.append(("from_day", _("กฎนี้สิ้นสุดก่อนวันนั้นอยู่แล้ว")))
        else:
            lines.append(Line(rule.pk, old, None if old.since >= from_day else replace(old, until=from_day)))
    return lines


def words(values: Values) -> str:
    row = ResponsibilityRule(
        district_id=values.match.district,
        main_type_id=values.match.main_type,
        size=values.match.size,
        factory_id=values.match.factory,
    )
    return owners.in_words(row)


def line_faults(
    group: Group, rules: Sequence[ResponsibilityRule], lines: Sequence[Line], from_day: date
) -> list[Fault]:
    """What is wrong with the rules as they would be: people, overlaps, too many."""
    faults: list[Fault] = []
    if len(lines) > AT_ONCE:
        return [
            ("", _("ครั้งหนึ่งแก้ได้ไม่เกิน %(most)s กฎ ชุดนี้มี %(count)s") % {"most": AT_ONCE, "count": len(lines)})
        ]
    new = [
        line.after
        for line in lines
        if line.after and (
            line.before is None
            or (line.before.officer, line.before.substitute) != (line.after.officer, line.after.substitute)
        )
    ]  # fmt: skip
    names = loads.names({person for values in new for person in (values.officer, values.substitute)})
    there: dict[date, set[int]] = {}
    for values in new:
        if values.officer == values.substitute:
            faults.append((
                "substitute",
                _("ผู้รับผิดชอบและผู้แทนต้องเป็นคนละคน (กฎ “%(rule)s”) โปรดเลือกผู้แทนคนอื่น") % {"rule": words(values)},
            ))  # fmt: skip
        start = max(values.since, from_day)
        if values.until is not None and values.until <= start:
            continue  # it is over: who was there then is the record's
        if start not in there:
            rows = in_force(start).filter(office=group.office)
            there[start] = set(rows.values_list("person_id", flat=True))
        for name, person in (("officer", values.officer), ("substitute", values.substitute)):
            if person not in there[start]:
                sentence = _("%(name)sไม่มีคำสั่งแต่งตั้งในสำนักงานนี้ในวันที่ %(day)s") % {
                    "name": f"{names.get(person, '')} ", "day": calendar.format_date(start),
                }  # fmt: skip
                faults.append((name, sentence))
    for after in (line.after for line in lines if line.after):
        if not inside(DateRange(after.since, after.until), group.valid):
            said = {"rule": words(after), "life": in_words(group.valid)}
            faults.append(("from_day", _("กฎ “%(rule)s” ต้องอยู่ในช่วงที่กลุ่มมีอยู่ คือ %(life)s") % said))
    touched = {line.rule for line in lines if line.rule}
    standing = [Values.of(rule) for rule in rules if rule.pk not in touched]
    by_match: dict[Match, list[Values]] = {}
    for values in standing:
        by_match.setdefault(values.match, []).append(values)
    for one in (line.after for line in lines if line.after):
        for other in by_match.get(one.match, ()):
            if one.overlaps(other):
                faults.append((
                    "from_day",
                    _("มีกฎ “%(rule)s” ในช่วงเวลาเดียวกันอยู่แล้ว ของ%(name)sตั้งแต่ %(day)s ให้เปลี่ยนหรือสิ้นสุดกฎนั้นแทน") % {
                        "rule": words(one),
                        "name": f"{loads.names({other.officer})[other.officer]} ",
                        "day": calendar.format_date(other.since),
                    },
                ))  # fmt: skip
        by_match.setdefault(one.match, []).append(one)
    return faults


def write(group: Group, lines: Sequence[Line]) -> list[Line]:
    """Take away, change, then add, so that no two rules overlap on the way; give the lines with their ids."""
    try:
        with transaction.atomic():
            gone = [line.rule for line in lines if line.after is None and line.rule]
            ResponsibilityRule.objects.filter(pk__in=gone).delete()
            changed = [
                line.after.row(group, line.rule) for line in lines if line.before and line.after and line.rule
            ]
            # an act only shortens or only lengthens, so that no two rules overlap inside the statement
            ResponsibilityRule.objects.bulk_update(changed, ["valid", "officer", "substitute"])
            fresh = [line for line in lines if line.before is None and line.after]
            rows = [line.after.row(group, line.rule) for line in fresh if line.after]
            made = ResponsibilityRule.objects.bulk_create(rows)
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if name not in _SENTENCES:
            raise
        raise Invalid(str(_SENTENCES[name]), code=name) from error
    numbers = iter(row.pk for row in made)
    return [
        replace(line, rule=next(numbers)) if line.before is None and line.after else line for line in lines
    ]
