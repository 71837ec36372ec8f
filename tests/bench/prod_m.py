"""A month of PROD-M from a file: ``python -m tests.bench.prod_m [lines] [--profile]``.

Makes a database of its own (11 provinces, 4 products a factory, the month before already reported
by every tenth factory) and takes a file of 100,000 lines through preview and apply: guard, reader,
rules, plan, versions, facts and figures. Base of the ratio: COPY of the same lines from memory
into the same table with its indexes and keys.
"""

from __future__ import annotations

import io
import os
import sys
import time
from datetime import date
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")

PROVINCES, PRODUCTS_EACH = 11, 4
PERIOD, BEFORE = date(2026, 1, 1), date(2025, 12, 1)
SEED = """
INSERT INTO offices_province (code, name_th, name_en, region, suffix, source)
SELECT (10 + n)::text, 'จังหวัด ' || n, n, '-', 'ก' || n, 'bench' FROM generate_series(1, {provinces}) n;
INSERT INTO offices_district (code, province_id, name_th, name_en, source)
SELECT p.code || lpad(n::text, 2, '0'), p.code, n, n, 'bench' FROM offices_province p, generate_series(1, 8) n;
INSERT INTO offices_office (uuid, code, kind, province_id, name_th, name_en, short_th)
SELECT gen_random_uuid(), code, 'provincial', code, name_th, name_en, name_th FROM offices_province;
INSERT INTO factories_factory (uuid, province_id, district_id, number14, name, operator_name, activity, tsic,
    status, source_status, in_estate, estate_name, old_number, house_no, moo, soi, road, subdistrict, postcode,
    telephone, coordinate_source, licensed_capacity_unit, sort_key, search_key, version, created_at)
SELECT gen_random_uuid(), p, p || lpad((1 + n % 8)::text, 2, '0'), lpad(n::text, 14, '0'), n, '', '', '',
    'operating', '', false, '', '', '', '', '', '', '', '', '', '', '', '', '', 1, now()
FROM generate_series(1, {factories}) n, LATERAL (SELECT (11 + n % {provinces})::text AS p) p;
INSERT INTO reporting_obligedfactory (form_id, factory_id, province_id, valid, source)
SELECT 'PROD-M', id, province_id, '[2020-01-01,)', 'bench' FROM factories_factory;
"""


def the_file(factories: int, every: int = 1) -> bytes:
    """A good file with a few of the usual faults (one line in two hundred breaks a rule)."""
    from reporting.models import Product

    products = list(Product.objects.order_by("code").values_list("code", "unit"))
    head = (
        "factory_no,factory_name,operating_state,workers,work_days,product,unit,capacity,produced,"
        "shipped_dom_qty,shipped_dom_value,shipped_exp_qty,shipped_exp_value,stock_open,stock_close\n"
    )
    lines = [head]
    for factory in range(1, factories + 1, every):
        for nth in range(PRODUCTS_EACH):
            code, unit = products[(factory * 7 + nth * 11) % len(products)]
            produced = 1000 + (factory * 37 + nth * 101) % 9000
            shipped = produced - 10
            capacity = produced * 2 if (factory + nth) % 200 else produced // 2
            lines.append(
                f"{factory:014},โรงงาน {factory},ดำเนินการ,{10 + factory % 90},26,{code},{unit},{capacity}.5,"
                f"{produced}.25,{shipped}.25,{shipped * 1900}.50,10,{19000 + factory}.75,500.125,500.125\n"
            )
    return "".join(lines).encode()


def run(actor: Any, data: bytes, period: date) -> dict[str, float]:
    """Receive, preview and apply; seconds of each."""
    from portal.intake import services
    from portal.models import Batch

    upload = services.Upload("bench.csv", io.BytesIO(data))
    took = {}
    began = time.perf_counter()
    batch = services.receive(
        actor=actor, handler_code="PROD-M", upload=upload, params={"period": str(period)}
    )
    took["receive"] = time.perf_counter() - began
    began = time.perf_counter()
    counts = services.preview(batch_uuid=batch.uuid)
    took["preview"] = time.perf_counter() - began
    batch = Batch.objects.get(pk=batch.pk)
    began = time.perf_counter()
    applied = services.carry_out(actor=actor, batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
    took["apply"] = time.perf_counter() - began
    shown = {key: counts[key] for key in ("new", "changed", "same", "refused", "findings")}
    print(f"  {period:%Y-%m}: {shown} → {applied}")
    return took


def bare_copy() -> tuple[int, float]:
    """COPY of the applied product lines into the same table again (rolled back)."""
    from django.db import connection, transaction

    held = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY (SELECT l.submission_id, 'bench', l.line_key, l.unit, l.payload FROM reporting_submissionline l "
            "JOIN reporting_submission s ON s.id = l.submission_id "
            f"WHERE l.section = 'product' AND s.period = '{PERIOD}') TO STDOUT",
            held,
        )
        best = float("inf")
        for _ in range(3):
            held.seek(0)
            with transaction.atomic():
                began = time.perf_counter()
                cursor.copy_expert(
                    "COPY reporting_submissionline (submission_id, section, line_key, unit, payload) FROM STDIN",
                    held,
                )
                rows = cursor.rowcount
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                best = min(best, time.perf_counter() - began)
                transaction.set_rollback(True)
    return rows, best


def profile() -> None:
    """Print every statement that takes longer than 50 ms."""
    from django.db import connection

    def watch(execute: Any, statement: str, *args: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(statement, *args)
        finally:
            took = time.perf_counter() - began
            if took > 0.05:
                print(f"    {took:6.2f} s  {' '.join(str(statement).split())[:110]}")

    connection.execute_wrappers.append(watch)


def measure(lines: int) -> None:
    from django.db import connection

    from offices.models import Office
    from portal import sql
    from portal.actors import Actor, Capacity
    from portal.models import User
    from portal.scope import NATION, nation
    from reporting.services.reference import load_products, sync_forms

    factories = lines // PRODUCTS_EACH
    with nation("bench"):
        sync_forms()
        load_products()
        sql.script(SEED.format(provinces=PROVINCES, factories=factories))
        office = Office.objects.order_by("id")[0]
        user = User.objects.create_user(email="bench@demo.invalid", password="x")
        capacity = Capacity(1, "k", "CENTRAL_ADMIN", office.pk, "", "ผู้ดูแลระบบส่วนกลาง", "-")
        actor = Actor(user, date(2026, 2, 5), None, "bench", (capacity,), None, NATION)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        run(actor, the_file(factories, 10), BEFORE)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        if "--profile" in sys.argv:
            profile()
        data = the_file(factories)
        took = run(actor, data, PERIOD)
        rows, base = bare_copy()
        again = run(actor, data.replace(b",26,", b",25,"), PERIOD)
    total = sum(took.values())
    print(f"{rows:,} lines of {factories:,} factories, file {len(data) / 2**20:.1f} MB")
    print(f"bare COPY of the lines              {base:7.2f} s")
    for name, seconds in took.items():
        print(f"{name:35s} {seconds:7.2f} s")
    print(f"file to figures                     {total:7.2f} s  {total / base:5.2f} ×  (limit 10 ×)")
    print(
        f"every report corrected              {sum(again.values()):7.2f} s  {sum(again.values()) / base:5.2f} ×"
    )


def main() -> None:
    import django
    from django.db import connection

    django.setup()
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        measure(next((int(arg) for arg in sys.argv[1:] if arg.isdigit()), 100_000))
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
