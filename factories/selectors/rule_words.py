"""The lines of a change to the rules in words: what each rule was and what it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from factories.models import Factory, FactoryType, ResponsibilityRule
from factories.selectors import loads, owners
from offices.models import District
from offices.services.rules import in_words as period_in_words


class Said(NamedTuple):
    """One rule of a change: what it speaks of, whose it becomes, whose it was."""

    label: str
    after: str
    before: str


def said(lines: Sequence[Mapping[str, Any]]) -> list[Said]:
    """The lines of a change set in words; all names in four queries."""
    sides = [side for line in lines for side in (line["before"], line["after"]) if side]

    def known(model: Any, name: str) -> dict[Any, Any]:
        ids = {side[name] for side in sides if side[name]}
        return dict(model.objects.in_bulk(ids)) if ids else {}

    names = {
        "district": known(District, "district_id"),
        "main_type": known(FactoryType, "main_type_id"),
        "factory": known(Factory, "factory_id"),
        "person": loads.names(side[name] for side in sides for name in ("officer_id", "substitute_id")),
    }

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

    changes: list[Said] = []
    for number, line in enumerate(lines):
        before, after = line["before"], line["after"]
        if number and before is None and _goes_on(lines[number - 1], after):
            old = lines[number - 1]["before"]
            changes[-1] = Said(label=rule(after), after=held(after), before=held(old))
            continue
        changes.append(Said(rule(after or before), after=held(after) or _("ไม่มีกฎนี้"), before=held(before)))
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
