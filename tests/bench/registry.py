"""A registry feed with history: ``python -m tests.bench.registry [rows] [--profile]``.

Makes a database of its own and takes a file in the layout of Factory_Data through preview and
apply, once with new factories and once with every factory changed. Base of the ratio: COPY of the
same factories from memory into the same table with its indexes and keys, without history.
"""

from __future__ import annotations

import csv
import io
import os
import sys
import time
from datetime import date
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")

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


def run(actor: Any, data: bytes) -> dict[str, float]:
    """Receive, preview and apply; seconds of each."""
    from portal.intake import services
    from portal.models import Batch

    took = {}
    began = time.perf_counter()
    batch = services.receive(
        actor=actor, handler_code="factories.feed", upload=services.Upload("bench.csv", io.BytesIO(data))
    )
    took["receive"] = time.perf_counter() - began
    began = time.perf_counter()
    counts = services.preview(batch_uuid=batch.uuid)
    took["preview"] = time.perf_counter() - began
    batch = Batch.objects.get(pk=batch.pk)
    began = time.perf_counter()
    applied = services.carry_out(actor=actor, batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
    took["apply"] = time.perf_counter() - began
    print(f"  { {k: counts[k] for k in ('new', 'changed', 'same', 'refused', 'findings')} } → {applied}")
    return took


def bare_copy() -> tuple[int, float]:
    """COPY of the factories into their own, emptied table, history off (rolled back)."""
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


def measure(rows: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from factories.selectors import projection_mismatches
    from portal.actors import Actor, Capacity
    from portal.models import User
    from portal.scope import NATION, nation
    from tests.bench.prod_m import profile

    call_command("load_reference", verbosity=0, stdout=io.StringIO())
    with nation("bench"):
        user = User.objects.create_user(email="bench@demo.invalid", password="x")
        capacity = Capacity(1, "k", "CENTRAL_ADMIN", None, "", "ผู้ดูแลระบบส่วนกลาง", "-")
        actor = Actor(user, date(2026, 11, 22), None, "bench", (capacity,), None, NATION)
        if "--profile" in sys.argv:
            profile()
        new = run(actor, the_file(rows))
        count, base = bare_copy()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        changed = run(actor, the_file(rows, changed=True))
        assert projection_mismatches() == []
    print(f"{count:,} factories; bare COPY {base:.2f} s")
    for title, took in (("new", new), ("every one changed", changed)):
        parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in took.items())
        total = sum(took.values())
        print(f"{title:20s} {total:6.2f} s  {total / base:5.2f} ×  (limit 15 ×)   {parts}")


def main() -> None:
    import django
    from django.db import connection
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    rows = int(next((word for word in sys.argv[1:] if word.isdigit()), "100000"))
    old_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        measure(rows)
    finally:
        connection.creation.destroy_test_db(old_name, verbosity=0)


if __name__ == "__main__":
    main()
