"""Rules, their changes and the loads of people as words and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from factories.models import Factory, FactoryType, ResponsibilityRule
from factories.selectors import loads, owners
from factories.services.rule_lines import Line
from offices.models import District, Person
from offices.services.rules import in_words as period_in_words
from portal.screens import Change, Column, Table


def in_force_words(rule: ResponsibilityRule) -> str:
    """The period of a rule: 'ตั้งแต่ 1 ต.ค. 2569'."""
    return period_in_words(rule.valid)


def people(ids: Iterable[int]) -> list[Person]:
    return list(Person.objects.filter(pk__in=set(ids)))


def people_columns(there: set[tuple[int, int]] | None) -> list[Column]:
    """Officer and substitute of a rule; who holds no assignment any more is marked."""

    def named(name: str) -> Any:
        def text(rule: ResponsibilityRule) -> str:
            person: Person = getattr(rule, name)
            if there is None or (rule.office_id, person.pk) in there:
                return person.name
            return _("%(name)s (พ้นหน้าที่แล้ว)") % {"name": person.name}

        return text

    return [
        Column("officer", _("ผู้รับผิดชอบ"), named("officer")),
        Column("substitute", _("ผู้แทน"), named("substitute")),
    ]


def _count(key: str, side: str) -> Any:
    return lambda row: getattr(row, side).get(key, 0)


def load_table(rows: Sequence[loads.Load], *, before: bool, caption: str) -> Table:
    """The load of each person, with ``before`` beside what it will be; sums in the last line."""
    measures = [("factories", _("โรงงาน"))]
    measures += [(str(label), str(label)) for label, _count in owners.burdens()]
    measures += [("substitute", _("เป็นผู้แทน"))]
    columns = [Column("name", _("ชื่อ"))]
    sums: dict[str, int] = {}
    for key, label in measures:
        for side in ("before", "after") if before else ("after",):
            name = f"{key}-{side}"
            shown = _("%(what)s เดิม") % {"what": label} if side == "before" else label
            shown = _("%(what)s ใหม่") % {"what": label} if before and side == "after" else shown
            columns.append(Column(name, shown, _count(key, side), kind="integer"))
            sums[name] = sum(getattr(row, side).get(key, 0) for row in rows)
    return Table(columns, rows, caption=caption, sums=sums, sums_label=_("รวม"))


def line_changes(lines: Iterable[Line]) -> list[Change]:
    """The lines of an act as what was and what becomes."""
    return json_changes([line.as_json() for line in lines])


def json_changes(lines: Sequence[Mapping[str, Any]]) -> list[Change]:
    """The lines of a change set in words; all names in four queries."""
    sides = [side for line in lines for side in (line["before"], line["after"]) if side]

    def known(model: Any, name: str) -> dict[Any, Any]:
        ids = {side[name] for side in sides if side[name]}
        return dict(model.objects.in_bulk(ids)) if ids else {}

    names = {
        "district": known(District, "district_id"),
        "main_type": known(FactoryType, "main_type_id"),
        "factory": known(Factory, "factory_id"),
        "person": {person.pk: person.name for person in people(
            side[name] for side in sides for name in ("officer_id", "substitute_id")
        )},
    }  # fmt: skip

    def rule(side: Mapping[str, Any]) -> str:
        return owners.in_words(
            ResponsibilityRule(
                district=names["district"].get(side["district_id"]),
                main_type=names["main_type"].get(side["main_type_id"]),
                size=side["size"],
                factory=names["factory"].get(side["factory_id"]),
            )
        )

    def held(side: Mapping[str, Any] | None) -> str:
        if side is None:
            return ""
        until = date.fromisoformat(side["until"]) if side["until"] else None
        period = period_in_words(DateRange(date.fromisoformat(side["since"]), until))
        return _("%(officer)s ผู้แทน %(substitute)s %(period)s") % {
            "officer": names["person"].get(side["officer_id"], ""),
            "substitute": names["person"].get(side["substitute_id"], ""),
            "period": period,
        }

    changes: list[Change] = []
    for number, line in enumerate(lines):
        before, after = line["before"], line["after"]
        if number and before is None and _goes_on(lines[number - 1], after):
            old = lines[number - 1]["before"]
            changes[-1] = Change(label=rule(after), after=held(after), before=held(old))
            continue
        changes.append(Change(rule(after or before), after=held(after) or _("ไม่มีกฎนี้"), before=held(before)))
    return changes


def _goes_on(cut: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a rule was cut on the day on which the new one begins for the same factories."""
    names = ("district_id", "main_type_id", "size", "factory_id")
    old = cut["after"]
    return (
        cut["before"] is not None
        and old is not None
        and bool(old["until"] == new["since"])
        and all(old[name] == new[name] for name in names)
    )
