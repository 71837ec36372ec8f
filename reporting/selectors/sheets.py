"""Rows for templates and exports: what an office would type, in the columns of the form's sheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from json import loads
from typing import Any

from django.db.models import QuerySet

from portal import sql
from reporting.forms import FormDeclaration

_CURRENT = f"""
SELECT coalesce(f.number14, f.old_number) AS factory_no,
       coalesce(nullif(f.name, ''), f.operator_name) AS name,
       l.line_key, l.payload, h.payload AS header
FROM reporting_obligation o
JOIN factories_factory f ON f.id = o.factory_id AND f.province_id = o.province_id
JOIN reporting_submissionline h ON h.submission_id = o.current_id AND h.section = 'header'
LEFT JOIN reporting_submissionline l ON l.submission_id = o.current_id AND l.section = %(section)s
WHERE o.form_id = %(form)s AND o.period = %(period)s AND {sql.in_scope("o.province_id")}
  AND (%(only)s::bigint[] IS NULL OR o.id = ANY(%(only)s))
ORDER BY o.province_id, f.sort_key, f.id, l.line_key
"""

_TEMPLATE = f"""
SELECT coalesce(f.number14, f.old_number) AS factory_no,
       coalesce(nullif(f.name, ''), f.operator_name) AS name,
       l.line_key, l.payload
FROM reporting_obligation o
JOIN factories_factory f ON f.id = o.factory_id AND f.province_id = o.province_id
LEFT JOIN reporting_obligation b
     ON b.form_id = o.form_id AND b.factory_id = o.factory_id AND b.period = %(previous)s
LEFT JOIN reporting_submissionline l ON l.submission_id = b.current_id AND l.section = %(section)s
WHERE o.form_id = %(form)s AND o.period = %(period)s AND o.owed AND o.current_id IS NULL
  AND {sql.in_scope("o.province_id")}
ORDER BY o.province_id, f.sort_key, f.id, l.line_key
"""


def _params(form: FormDeclaration, period: date) -> dict[str, Any]:
    return {
        "form": form.code,
        "period": period,
        "previous": form.earlier(period),
        "section": form.lines.code if form.lines else "",
    }


def from_json(text: str | None) -> dict[str, Any]:
    """A payload as the database gives it, its numbers as Decimal and never float."""
    return loads(text, parse_float=Decimal) if text else {}


def _who(form: FormDeclaration, period: date, row: dict[str, Any]) -> dict[str, Any]:
    """The columns of a row that say who reports, and for which month."""
    who = {"factory_no": row["factory_no"], "factory_name": row["name"], "period": period}
    return {column.key: who[column.key] for column in form.identity}


def current_rows(
    *, form: FormDeclaration, period: date, only: QuerySet[Any] | None = None
) -> Iterator[dict[str, Any]]:
    """Every current report of the active scope, or of these obligations only, as rows of the sheet;
    they import unchanged."""
    for row in sql.dicts(_CURRENT, _params(form, period) | {"only": sql.ids(only)}):
        named = {form.lines.key: row["line_key"]} if form.lines and row["line_key"] else {}
        yield _who(form, period, row) | from_json(row["header"]) | named | from_json(row["payload"])


def template_rows(*, form: FormDeclaration, period: date) -> Iterator[dict[str, Any]]:
    """The factories that have not reported yet, with the products, units and capacity they reported
    last month and its closing stock as the opening stock."""
    lines = form.lines
    kept = [key for key in ("unit", "factor", "capacity") if lines and key in lines.keys]
    for row in sql.dicts(_TEMPLATE, _params(form, period)):
        payload = from_json(row["payload"])
        yield {
            **_who(form, period, row),
            **({lines.key: row["line_key"]} if lines and row["line_key"] else {}),
            **{key: payload[key] for key in kept if key in payload},
            **({"stock_open": payload["stock_close"]} if "stock_close" in payload else {}),
        }
