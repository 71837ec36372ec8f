"""A registry feed with history, and what django-import-export takes for the same table.

A file in the layout of the ministry's feed goes through preview and apply, once with new factories and
once with every factory changed; history triggers record each. Base: COPY of the same factories from
memory into the same, emptied table with its indexes and keys, history triggers off.
django-import-export writes a sample of new factories in its default mode, row by row, history on,
without rules, states, plan or findings.
"""

from __future__ import annotations

import csv
import io
import time
from typing import Any

from tests.bench import ground
from tests.bench.ground import Result

LIMIT, TIMES_SLOWER, SAMPLE = 15, 8, 2_000
TYPES = ("9(6)", "34(4)", "53(1)", "64(2)", "58(1)", "3(4)", "14", "92")
NOUNS = ("ลานมันสำปะหลัง", "โรงสีข้าว", "โรงงานผลิตภัณฑ์พลาสติก", "ผลิตชิ้นส่วนโลหะ", "คอนกรีตผสมเสร็จ")


def the_file(rows: int, changed: bool = False) -> bytes:
    """Made-up factories with the columns and the blanks of the real feed."""
    from portal.identifiers import make_factory_number
    from tests.factories.world import feed_row

    buffer = io.StringIO()
    row = feed_row(1)
    writer = csv.DictWriter(buffer, list(row))
    writer.writeheader()
    for n in range(rows):
        writer.writerow(
            row
            | {
                "DISPFACREG": f"จ3-{TYPES[n % 8]}-{1 + n // 400}/{20 + n // 8 % 50:02}ปจ",
                "FID": make_factory_number(
                    issuer=2, province="25", running=n % 100_000, year=2500 + n // 100_000
                ),
                "FNAME": " " if n % 11 == 0 else f"{NOUNS[n % 5]} สมมติ {n}",
                "ONAME": f"บริษัท สมมติการช่าง {n} จำกัด",
                "TOTAL_WORKER": str(1 + n % 400 + changed),
                "HP": f"{5 + n % 1500}.5",
                "LAT": "" if n % 3 == 0 else f"13.{60000 + n % 30000}",
                "LNG": "" if n % 3 == 0 else f"101.{40000 + n % 50000}",
                "LAST_UPDATE": "2026-10-13 02:31:07.000" if changed else "2026-08-13 02:31:07.000",
            }
        )
    return buffer.getvalue().encode()


def bare_copy() -> tuple[int, float]:
    """COPY of the factories into their own, emptied table, history off (rolled back); the best of three."""
    from django.db import connection, transaction

    held = io.BytesIO()
    best = float("inf")
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY factories_factory TO STDOUT", held)
        for _attempt in range(3):
            held.seek(0)
            with transaction.atomic():
                cursor.execute("TRUNCATE factories_factory CASCADE")
                cursor.execute("ALTER TABLE factories_factory DISABLE TRIGGER USER")
                began = time.perf_counter()
                cursor.copy_expert("COPY factories_factory FROM STDIN", held)
                rows = cursor.rowcount
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                best = min(best, time.perf_counter() - began)
                transaction.set_rollback(True)
    return rows, best


def by_import_export(sample: int) -> float:
    """Seconds django-import-export takes for the last factories, removed and given to it as CSV (rolled back)."""
    from django.db import connection, transaction
    from import_export.resources import ModelResource
    from tablib import Dataset

    from factories.models import Factory
    from portal import audit

    class FactoryResource(ModelResource):
        class Meta:
            model = Factory
            import_id_fields = ("number14",)
            exclude = ("id", "created_at")

    held = io.BytesIO()
    given = [field for field in Factory._meta.concrete_fields if field.name not in ("id", "created_at")]
    columns = ", ".join(field.column for field in given)
    with connection.cursor() as cursor, transaction.atomic(), audit.context(None):
        query = f"SELECT {columns} FROM factories_factory ORDER BY id LIMIT {sample}"
        cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)", held)
        cursor.execute("TRUNCATE factories_factory CASCADE")
        _columns, _newline, lines = held.getvalue().decode().partition("\n")
        text = ",".join(field.name for field in given) + "\n" + lines
        began = time.perf_counter()
        result = FactoryResource().import_data(Dataset().load(text, format="csv"), raise_errors=True)
        seconds = time.perf_counter() - began
        assert result.totals["new"] == sample, result.totals
        transaction.set_rollback(True)
    return seconds


def measure(rows: int) -> list[Result]:
    from factories.selectors import projection_mismatches

    results: list[Result] = []
    with ground.database():
        actor: Any = ground.centre()
        new = sum(ground.through_intake(actor, "factories.feed", "new.csv", the_file(rows)).values())
        count, base = bare_copy()
        ground.say(f"base: COPY of {count:,} factories {base:.2f} s, history off")
        ground.vacuum()
        again = the_file(rows, changed=True)
        changed = sum(ground.through_intake(actor, "factories.feed", "changed.csv", again).values())
        assert projection_mismatches() == []
        sample = min(SAMPLE, count)
        theirs = by_import_export(sample)
    ground.say(
        f"django-import-export {sample / theirs:,.0f} rows/s on {sample:,} rows, the portal {count / new:,.0f} rows/s"
    )
    results.append(ground.ratio(f"Registry feed, {count:,} new factories with history", new, base, LIMIT))
    results.append(ground.ratio(f"Registry feed, {count:,} factories changed", changed, base, LIMIT))
    # Brought to the same number of rows, so that the two times stand beside each other.
    results.append(
        ground.ratio(
            f"django-import-export, default mode, {sample:,} rows (ours as base)",
            theirs, new * sample / count, TIMES_SLOWER, at_least=True,
        )
    )  # fmt: skip
    return results
