"""What the dashboard shows: completeness, timeliness, value, capacity use, one product's output.

Every number is read in the active scope from obligations (who owed, who reported) and figures
(summary rows), never from single reports; ``rows_behind`` opens the single reports and sums them
by another road, from the payloads of the lines, so that a total can be checked against its list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from factories.models import Factory
from factories.selectors.deciding import Asked
from factories.selectors.owners import Share
from portal import calendar, personal, sql

MONTHS = 13  # the month and the twelve before it: the same month last year is the first point
MISSING_SHOWN = 20


@dataclass(frozen=True)
class Standing:
    """How many reports were owed, came, came in time and are certified; shares in percent or None."""

    owed: int = 0
    reported: int = 0
    on_time: int = 0
    certified: int = 0

    @property
    def missing(self) -> int:
        return self.owed - self.reported

    @property
    def complete_percent(self) -> Decimal | None:
        return percent(self.reported, self.owed)

    @property
    def on_time_percent(self) -> Decimal | None:
        return percent(self.on_time, self.owed)

    @property
    def certified_percent(self) -> Decimal | None:
        return percent(self.certified, self.owed)


@dataclass(frozen=True)
class Money:
    """Shipment value of a month in baht and value-weighted capacity use in percent, both ways."""

    value: Decimal = Decimal(0)
    value_certified: Decimal = Decimal(0)
    util_value: Decimal = Decimal(0)
    util_base: Decimal = Decimal(0)
    util_value_certified: Decimal = Decimal(0)
    util_base_certified: Decimal = Decimal(0)

    @property
    def capacity_use(self) -> Decimal | None:
        return percent(self.util_value, self.util_base)

    @property
    def capacity_use_certified(self) -> Decimal | None:
        return percent(self.util_value_certified, self.util_base_certified)


@dataclass(frozen=True)
class OutputMonth:
    """Output of one product in one month, in its standard unit."""

    period: date
    produced: Decimal
    produced_certified: Decimal


@dataclass
class Dashboard:
    """Everything one page shows, read in few queries."""

    form: str
    period: date
    as_of: datetime | None
    standing: dict[date, Standing]
    by_province: list[tuple[str, str, Standing]]  # code, name, standing of the month
    money: dict[date, Money]
    products: list[dict[str, Any]]
    product: dict[str, Any] | None
    output: list[OutputMonth]
    missing: list[dict[str, Any]] = field(default_factory=list)

    @property
    def now(self) -> Standing:
        return self.standing.get(self.period, Standing())

    @property
    def money_now(self) -> Money:
        return self.money.get(self.period, Money())


def percent(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """``part`` of ``whole`` in percent with one decimal; None where there is no whole."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"))


# Who owed, month by month and province by province, and from these few rows each month's sum.
STANDING = f"""
SELECT (SELECT max(finished_at) FROM reporting_compilerun WHERE form_id = %(form)s) AS as_of,
       m.period, m.province_id, pr.name_th, GROUPING(m.province_id) = 1 AS whole,
       sum(m.owed)::int, sum(m.reported)::int, sum(m.on_time)::int, sum(m.certified)::int
FROM (
    WITH certified AS MATERIALIZED (
        SELECT e.package_id, e.factory_id
        FROM reporting_officepackage p
        JOIN reporting_packageentry e ON e.package_id = p.id AND e.round = p.certified_round
        WHERE p.form_id = %(form)s AND p.period BETWEEN %(first)s AND %(period)s AND p.certified_round > 0
          AND {sql.in_scope("p.province_id")}
    )
    SELECT o.period, o.province_id,
           count(*) FILTER (WHERE o.owed) AS owed,
           count(*) FILTER (WHERE o.owed AND o.current_id IS NOT NULL) AS reported,
           count(*) FILTER (WHERE o.owed AND o.first_submitted_at <= o.due_at) AS on_time,
           count(*) FILTER (WHERE o.owed AND c.factory_id IS NOT NULL) AS certified
    FROM reporting_obligation o
    LEFT JOIN certified c ON c.package_id = o.package_id AND c.factory_id = o.factory_id
    WHERE o.form_id = %(form)s AND o.period BETWEEN %(first)s AND %(period)s
      AND {sql.in_scope("o.province_id")}
    GROUP BY o.period, o.province_id
) m
JOIN offices_province pr ON pr.code = m.province_id
GROUP BY GROUPING SETS ((m.period), (m.period, m.province_id, pr.name_th))
HAVING GROUPING(m.province_id) = 1 OR m.period = %(period)s
ORDER BY m.province_id
"""

# The cells are looked at once, their measures side by side, and added up by month and product; beside
# the month's sums the output of the product asked for, or else of the one of highest value. Cells
# without a product hold what is said of the whole factory.
FIGURES = f"""
SELECT figures.*, p.name_th, p.name_en, p.unit, p.verified, p.source FROM (
WITH at AS (
    SELECT max(position) FILTER (WHERE name = 'shipped_value') AS value,
           max(position) FILTER (WHERE name = 'util_value') AS util_value,
           max(position) FILTER (WHERE name = 'util_base') AS util_base
    FROM reporting_measure WHERE form_id = %(form)s
), sums AS (
    SELECT c.period, c.product,
           sum(c.provisional[at.value]) AS value,
           sum(c.certified[at.value]) AS value_certified,
           sum(c.provisional[at.util_value]) AS util_value,
           sum(c.certified[at.util_value]) AS util_value_certified,
           sum(c.provisional[at.util_base]) AS util_base,
           sum(c.certified[at.util_base]) AS util_base_certified,
           sum(c.reports[at.value] + c.reports_certified[at.value]) AS reports
    FROM reporting_cell c CROSS JOIN at
    WHERE c.form_id = %(form)s AND c.period BETWEEN %(first)s AND %(period)s AND c.product <> ''
      AND {sql.in_scope("c.province")}
    GROUP BY c.period, c.product
), chosen AS (
    SELECT product FROM sums WHERE period = %(period)s AND reports > 0
    ORDER BY product = %(product)s DESC, value DESC, product LIMIT 1
), output AS (
    SELECT period, product, sum(provisional) AS produced, sum(certified) AS produced_certified
    FROM reporting_figure
    WHERE form_id = %(form)s AND period BETWEEN %(first)s AND %(period)s AND measure = 'produced'
      AND product = (SELECT product FROM chosen) AND {sql.in_scope("province")}
    GROUP BY period, product
)
SELECT sums.*, output.produced, output.produced_certified FROM sums LEFT JOIN output USING (period, product)
) figures
LEFT JOIN reporting_product p ON p.code = figures.product
ORDER BY figures.value DESC, figures.product, figures.period
"""

MISSING = f"""
SELECT f.uuid, f.name, f.operator_name, f.activity, f.number14, f.old_number, f.telephone,
       pr.name_th AS province, o.due_at,
       f.id AS pk, f.province_id, f.district_id, f.main_type_id, f.workers, f.status
FROM reporting_obligation o
JOIN factories_factory f ON f.id = o.factory_id AND f.province_id = o.province_id
JOIN offices_province pr ON pr.code = o.province_id
WHERE o.form_id = %(form)s AND o.period = %(period)s AND o.owed AND o.current_id IS NULL
  AND {sql.in_scope("o.province_id")}
ORDER BY o.province_id, f.sort_key, f.id
LIMIT %(limit)s
"""


def _missing(params: dict[str, Any], share: Share | None) -> list[dict[str, Any]]:
    """The first factories that have not reported, with the telephone number to call.

    Somebody's share is told from all that are missing, not from all that there are: they are fewer.
    """
    rows = sql.dicts(MISSING, {**params, "limit": None if share else MISSING_SHOWN})
    if share is not None:
        own = set(share.of(Asked(*(row[name] for name in Asked._fields)) for row in rows))
        rows = [row for row in rows if row["pk"] in own][:MISSING_SHOWN]
    called = [row["uuid"] for row in rows if row["telephone"]]
    personal.seen(Factory, {"telephone"}, len(called), called)
    return rows


def dashboard(*, form: str, period: date, product: str = "", late_of: Share | None = None) -> Dashboard:
    """Read one dashboard in the active scope; ``product`` empty takes the one of highest value.

    ``late_of`` narrows the list of those who have not reported to somebody's factories, and no number.

    Three queries, whatever the size of the place.
    """
    params = {
        "form": form,
        "period": period,
        "first": calendar.add_months(period, 1 - MONTHS),
        "product": product,
    }
    as_of: datetime | None = None
    standing: dict[date, Standing] = {}
    by_province: list[tuple[str, str, Standing]] = []
    for compiled_at, month, province, name, whole, *counts in sql.rows(STANDING, params):
        as_of = compiled_at
        if whole:
            standing[month] = Standing(*counts)
        else:
            by_province.append((province, name, Standing(*counts)))
    figures = sql.dicts(FIGURES, params)
    products = [row for row in figures if row["period"] == period and row["reports"]]
    chosen = next((row for row in products if row["product"] == product), products[0] if products else None)
    return Dashboard(
        form=form,
        period=period,
        as_of=as_of,
        standing=standing,
        by_province=by_province,
        money=_money(figures),
        products=products,
        product=chosen,
        output=[
            OutputMonth(row["period"], row["produced"], row["produced_certified"])
            for row in sorted(figures, key=lambda row: row["period"])
            if row["produced"] is not None
        ],
        missing=_missing(params, late_of),
    )


def _money(rows: list[dict[str, Any]]) -> dict[date, Money]:
    """Each month's sums over its products."""
    months: dict[date, Money] = {}
    for row in rows:
        if row["reports"]:
            known = months.get(row["period"], Money())
            months[row["period"]] = Money(
                *(getattr(known, name) + row[name] for name in Money.__dataclass_fields__)
            )
    return months


BEHIND = f"""
SELECT f.uuid, f.name, f.operator_name, f.activity, f.number14, f.old_number, pr.name_th AS province,
       s.uuid AS submission, s.version, o.first_submitted_at, e.factory_id IS NOT NULL AS certified,
       sum({{measure}}) AS value, count(*) OVER () AS total_rows, sum(sum({{measure}})) OVER () AS total
FROM reporting_obligation o
JOIN reporting_submission s ON s.id = o.current_id AND s.province_id = o.province_id AND NOT s.withdrawn
JOIN reporting_submissionline l ON l.submission_id = s.id AND l.section = 'product'
JOIN factories_factory f ON f.id = o.factory_id AND f.province_id = o.province_id
JOIN offices_province pr ON pr.code = o.province_id
LEFT JOIN reporting_officepackage p ON p.id = o.package_id AND p.certified_round > 0
LEFT JOIN reporting_packageentry e
       ON e.package_id = p.id AND e.round = p.certified_round AND e.factory_id = o.factory_id
WHERE o.form_id = %(form)s AND o.period = %(period)s AND {sql.in_scope("o.province_id")}
  AND (%(product)s = '' OR l.line_key = %(product)s)
GROUP BY f.id, pr.name_th, s.id, o.id, e.factory_id
ORDER BY value DESC NULLS LAST, f.id
LIMIT %(limit)s OFFSET %(offset)s
"""

# What a line of the form says about a measure, read from its payload and not from the facts.
PAYLOAD = {
    "shipped_value": "coalesce((l.payload->>'shipped_dom_value')::numeric, 0)"
    " + coalesce((l.payload->>'shipped_exp_value')::numeric, 0)",
    "produced": "coalesce((l.payload->>'produced')::numeric, 0)"
    " * coalesce((l.payload->>'factor')::numeric, 1)",
}


@dataclass(frozen=True)
class RowsBehind:
    """The single reports behind a total: one page of them, how many there are, and their sum."""

    rows: list[dict[str, Any]]
    count: int
    total: Decimal


def rows_behind(
    *, form: str, period: date, measure: str, product: str = "", limit: int = 50, offset: int = 0
) -> RowsBehind:
    """The reports that make up a total of the dashboard, largest first, with their own sum.

    ``measure`` is a key of PAYLOAD; raises KeyError for another.
    """
    rows = sql.dicts(
        BEHIND.format(measure=PAYLOAD[measure]),
        {
            "form": form,
            "period": period,
            "product": product,
            "limit": limit,
            "offset": offset,
        },
    )
    if not rows:
        return RowsBehind([], 0, Decimal(0))
    return RowsBehind(rows, rows[0]["total_rows"], rows[0]["total"])


def figure_total(*, form: str, period: date, measure: str, product: str = "") -> Decimal:
    """The provisional total of a measure from the figures, to stand beside the sum of its rows."""
    total = sql.rows(
        f"""
        SELECT coalesce(sum(provisional), 0) FROM reporting_figure
        WHERE form_id = %(form)s AND period = %(period)s AND measure = %(measure)s
          AND (%(product)s = '' OR product = %(product)s) AND {sql.in_scope("province")}
        """,
        {"form": form, "period": period, "measure": measure, "product": product},
    )
    return Decimal(total[0][0])
