"""The PDF of an edition: head, totals, and the detail for as many lines as paper is good for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string

from portal import thai
from portal.pdf import render_pdf
from reporting.editions import paper, rows
from reporting.models import Edition

# Drawing takes some seven milliseconds a line and memory with it; the workbook has every row.
DETAIL_LINES = 400
COLUMNS = ("produced", "shipped_qty", "shipped_value")


def render(edition: Edition) -> bytes:
    """The PDF's bytes."""
    title = rows.title(edition)
    lines = _detail(edition)
    html = render_to_string(
        "pdf/edition.html",
        {
            "title": title,
            "facts": [(label, _shown(value)) for label, value in paper.facts(edition)],
            "totals": paper.totals(edition),
            "lines": lines[:DETAIL_LINES],
            "left_out": max(0, len(lines) - DETAIL_LINES),
        },
    )
    return render_pdf(html, title=title)


def _detail(edition: Edition) -> list[dict[str, Any]]:
    """One line for each office × district × type × product, with the measures of ``COLUMNS``."""
    known = paper.names(edition)
    lines: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows.read(edition):
        if row["measure"] not in COLUMNS:
            continue
        key = (row["office"], row["district"], row["factory_type"], row["product"])
        product, unit = known.product(row["product"])
        line = lines.setdefault(
            key,
            {
                "office": known.offices.get(row["office"], row["office"]),
                "district": known.district(row["district"]),
                "type": known.type(row["factory_type"]),
                "product": product,
                "unit": unit,
                **dict.fromkeys(COLUMNS),
            },
        )
        line[row["measure"]] = row["value"]
    return list(lines.values())


def _shown(value: Any) -> str:
    return thai.format_number(value) if isinstance(value, int | Decimal) else str(value)
