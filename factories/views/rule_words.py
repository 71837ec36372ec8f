"""Rules, their changes and the loads of people as words and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from factories.models import ResponsibilityRule
from factories.selectors import loads, owners
from offices.models import Person
from offices.services.rules import in_words as period_in_words
from portal.screens import Column, Table


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
