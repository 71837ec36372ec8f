"""Who owed, who reported, in time or late, who is missing: counted from obligations only.

Shares lie in 0–100 % by construction: only owed reports are counted, above and below the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from portal import sql
from reporting import forms

By = Literal["office", "district", "type"]


@dataclass(frozen=True)
class Completeness:
    """Counts of one office, district or type (``key`` its code, ``label`` its Thai name) in a month.

    ``free`` are reports nobody asked for: kept, compiled, and not counted in the shares.
    """

    key: str
    label: str
    owed: int
    reported: int
    on_time: int
    late: int
    missing: int
    free: int

    @property
    def percent(self) -> Decimal | None:
        """Reported of owed in percent, one decimal; None where nothing was owed."""
        return share(self.reported, self.owed)


def share(part: int, whole: int) -> Decimal | None:
    """A part of a whole in percent, one decimal; None where the whole is nought."""
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1")) if whole else None


_COUNTS = """
       count(*) FILTER (WHERE o.owed) AS owed,
       count(*) FILTER (WHERE o.owed AND o.current_id IS NOT NULL) AS reported,
       count(*) FILTER (WHERE o.owed AND o.first_submitted_at <= o.due_at) AS on_time,
       count(*) FILTER (WHERE o.owed AND o.first_submitted_at > o.due_at) AS late,
       count(*) FILTER (WHERE o.owed AND o.current_id IS NULL) AS missing,
       count(*) FILTER (WHERE NOT o.owed AND o.current_id IS NOT NULL) AS free
"""
_FROM = """
FROM reporting_obligation o
JOIN factories_factory f ON f.id = o.factory_id AND f.province_id = o.province_id
"""
_GROUPS: dict[By, tuple[str, str, str]] = {
    "office": ("p.code", "coalesce(x.short_th, p.name_th)",
               "JOIN offices_province p ON p.code = o.province_id "
               "LEFT JOIN offices_office x ON x.province_id = p.code"),
    "district": ("coalesce(d.code, o.province_id || '00')", "coalesce(d.name_th, '')",
                 "LEFT JOIN offices_district d ON d.code = f.district_id"),
    "type": ("coalesce(t.code, '00000')", "coalesce(t.display_no || ' ' || t.name_th, '')",
             "LEFT JOIN factories_factorytype t ON t.code = f.main_type_id"),
}  # fmt: skip


def completeness(*, form: str, period: date, by: By = "office") -> list[Completeness]:
    """Counts of one month in the active scope, by office, district or factory type."""
    key, label, joins = _GROUPS[by]
    rows = sql.rows(
        f"SELECT {key}, {label}, {_COUNTS} {_FROM} {joins} WHERE o.form_id = %(form)s "
        f"AND o.period = %(period)s AND {sql.in_scope('o.province_id')} GROUP BY 1, 2 ORDER BY 1",
        {"form": form, "period": period},
    )
    return [Completeness(*row) for row in rows]


def by_month(*, form: str, months: Sequence[date]) -> dict[date, Completeness]:
    """Counts of each month in the active scope, everything together; absent where nothing is known."""
    rows = sql.rows(
        f"SELECT o.period, {_COUNTS} FROM reporting_obligation o WHERE o.form_id = %(form)s "
        f"AND o.period = ANY(%(months)s) AND {sql.in_scope('o.province_id')} GROUP BY 1",
        {"form": form, "months": list(months)},
    )
    return {period: Completeness("", "", *counts) for period, *counts in rows}


def owed_of(*, form: str, period: date) -> dict[int, bool]:
    """Every factory of the active scope that owes a period's report, and whether it has reported."""
    rows = sql.rows(
        "SELECT o.factory_id, o.current_id IS NOT NULL FROM reporting_obligation o "
        "WHERE o.form_id = %(form)s AND o.period = %(period)s AND o.owed "
        f"AND {sql.in_scope('o.province_id')}",
        {"form": form, "period": period},
    )
    return dict(rows)


def reports_owed(day: date) -> dict[int, int]:
    """How many reports each factory of the active scope owes of the newest periods over by a day."""
    newest = [(code, next(iter(forms.versions(code)[-1].over(day, 1)), None)) for code in forms.codes()]
    rows = sql.rows(
        "SELECT o.factory_id, count(*) FROM reporting_obligation o "
        "JOIN unnest(%(forms)s::text[], %(periods)s::date[]) AS n(form, period) "
        "ON o.form_id = n.form AND o.period = n.period "
        f"WHERE o.owed AND {sql.in_scope('o.province_id')} GROUP BY 1",
        {"forms": [code for code, _period in newest], "periods": [period for _code, period in newest]},
    )
    return dict(rows)
