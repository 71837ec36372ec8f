"""A month of PROD-M from a file to figures, from CSV and from XLSX.

Eleven provinces, four products a factory, the month before already reported by every tenth factory.
The file goes through preview and apply: guard, reader, rules, plan, versions, facts and figures.
Base: COPY of the same lines (a header and four products a factory) from memory into the same table with its
indexes and keys.
"""

from __future__ import annotations

import csv
import io
import time
from datetime import date
from statistics import median
from typing import Any

from tests.bench import ground
from tests.bench.ground import Result

PRODUCTS_EACH = 4
PERIOD, BEFORE = date(2026, 1, 1), date(2025, 12, 1)
LIMITS = {"csv": 10, "xlsx": 14}
# Factories crowd in few districts and few types, and what a factory makes follows from its type.
TYPES = 30
SEED = """
INSERT INTO factories_factory (uuid, province_id, district_id, main_type_id, number14, name, operator_name, activity,
    tsic, status, source_status, in_estate, estate_name, old_number, house_no, moo, soi, road, subdistrict, postcode,
    telephone, coordinate_source, licensed_capacity_unit, sort_key, search_key, version, created_at)
SELECT gen_random_uuid(), p.code,
    p.districts[1 + floor(power(n * 6113 % 1000 / 1000.0, 2) * cardinality(p.districts))::int], t.code,
    lpad(n::text, 14, '0'), 'โรงงาน ' || n, '', '', '', 'operating', '', false, '', '', '', '', '', '', '', '', '', '',
    '', 'โรงงาน ' || n, 'โรงงาน ' || n, 1, now()
FROM generate_series(1, {factories}) n
JOIN (SELECT (row_number() OVER (ORDER BY province_id)) - 1 AS nth, province_id AS code, array_agg(code) AS districts
      FROM offices_district WHERE province_id BETWEEN '11' AND '21' GROUP BY province_id) p ON p.nth = n % 11
JOIN (SELECT (row_number() OVER (ORDER BY code)) - 1 AS nth, code FROM factories_factorytype) t
  ON t.nth = floor(power(n * 7919 % 1000 / 1000.0, 2) * {types});
INSERT INTO reporting_obligedfactory (form_id, factory_id, province_id, valid, source)
SELECT 'PROD-M', id, province_id, '[2020-01-01,)', 'bench' FROM factories_factory;
"""
HEADINGS = (
    *("factory_no", "factory_name", "operating_state", "workers", "work_days", "product", "unit", "capacity"),
    *("produced", "shipped_dom_qty", "shipped_dom_value", "shipped_exp_qty", "shipped_exp_value"),
    *("stock_open", "stock_close"),
)


def the_lines(factories: int, every: int = 1) -> list[tuple[Any, ...]]:
    """Good lines with a few of the usual faults (one in two hundred breaks a rule)."""
    from reporting.models import Product

    products = list(Product.objects.order_by("code").values_list("code", "unit"))
    lines = []
    for factory in range(1, factories + 1, every):
        kind = int((factory * 7919 % 1000 / 1000) ** 2 * TYPES)
        for nth in range(PRODUCTS_EACH):
            code, unit = products[(kind * 2 + nth) % len(products)]
            produced = 1000 + (factory * 37 + nth * 101) % 9000
            shipped = produced - 10
            capacity = produced * 2 if (factory + nth) % 200 else produced // 2
            lines.append(
                (f"{factory:014}", f"โรงงาน {factory}", "ดำเนินการ", 10 + factory % 90, 26, code, unit,
                 capacity + 0.5, produced + 0.25, shipped + 0.25, shipped * 1900 + 0.5, 10, 19000 + factory + 0.75,
                 500.125, 500.125)
            )  # fmt: skip
    return lines


def as_csv(lines: list[tuple[Any, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows(lines)
    return text.getvalue().encode()


def as_xlsx(lines: list[tuple[Any, ...]]) -> bytes:
    """A workbook as an office would keep it: words as text, numbers as numbers."""
    import xlsxwriter

    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for number, line in enumerate(lines, 1):
            sheet.write_row(number, 0, line)
    return held.getvalue()


def bare_copy() -> float:
    """COPY of the applied lines into the same table again (rolled back); the median of three, as what is
    held against it is the median of its runs."""
    from django.db import connection, transaction

    held = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY (SELECT l.submission_id, 'bench' || l.section, l.line_key, l.unit, l.payload FROM reporting_submissionline l "
            "JOIN reporting_submission s ON s.id = l.submission_id "
            f"WHERE s.period = '{PERIOD}') TO STDOUT",
            held,
        )
        took = []
        for _attempt in range(3):
            held.seek(0)
            with transaction.atomic():
                began = time.perf_counter()
                cursor.copy_expert(
                    "COPY reporting_submissionline (submission_id, section, line_key, unit, payload) FROM STDIN",
                    held,
                )
                rows = cursor.rowcount
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                took.append(time.perf_counter() - began)
                transaction.set_rollback(True)
    ground.say(f"base: COPY of {rows:,} lines, {', '.join(f'{seconds:.2f}' for seconds in took)} s")
    return median(took)


def _measure(kind: str, rows: int) -> Result:
    from portal import sql

    factories = rows // PRODUCTS_EACH
    with ground.database():
        sql.script(SEED.format(factories=factories, types=TYPES))
        actor = ground.centre()
        ground.vacuum()
        before = as_csv(the_lines(factories, 10))
        ground.through_intake(actor, "PROD-M", "before.csv", before, period=str(BEFORE))
        ground.vacuum()
        lines = the_lines(factories)
        data = as_csv(lines) if kind == "csv" else as_xlsx(lines)
        took = ground.through_intake(actor, "PROD-M", f"month.{kind}", data, period=str(PERIOD))
        base = bare_copy()
    what = f"PROD-M, {len(lines):,} lines from {kind.upper()} to figures"
    return ground.ratio(what, sum(took.values()), base, LIMITS[kind])


def measure(rows: int) -> list[Result]:
    return [_measure("csv", rows), _measure("xlsx", rows)]
