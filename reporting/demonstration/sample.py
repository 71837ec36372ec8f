"""A month's file as an office would get it: most rows good, a few with the usual faults."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from factories.models import Factory
from portal.intake.handlers import get_handler
from portal.sheets.writer import write_xlsx
from reporting.demonstration.reports import FORM, Report


def rows(reports: Sequence[Report], period: date) -> list[dict[str, Any]]:
    """Reports as rows of the form's sheet."""
    factories = Factory.objects.in_bulk([report.factory for report in reports])
    return [
        {
            "factory_no": factories[report.factory].number14 or factories[report.factory].old_number,
            "factory_name": factories[report.factory].name,
            "period": period,
            **report.header,
            "product": product,
            "unit": unit,
            **line,
        }
        for report in reports
        for product, unit, line in report.lines
    ]


def write_file(reports: Sequence[Report], period: date, path: Path) -> int:
    """Write the workbook; the last factory's unit is unknown and another has sold more than it had."""
    made = rows(reports, period)
    made[-1] |= {"unit": "ลัง", "factor": None}
    made[-2] |= {"stock_close": made[-2]["stock_close"] + 500}
    path.parent.mkdir(parents=True, exist_ok=True)
    spec = get_handler(FORM).spec({"period": period.isoformat()})
    return write_xlsx(spec, made, path, meta={"period": f"{period:%Y-%m}"})
