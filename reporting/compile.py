"""Facts become figures: one cell for each district × factory type × product of a month.

A cell holds two sums of each measure side by side. *Provisional* adds the facts of every factory's
current report (a report taken back adds nothing); *certified* adds the facts of exactly those versions
that a chief has certified. Only sums are kept, so that offices, zones and the nation are sums of cells.

``refresh_cells`` recomputes provinces of one form × period in the transaction that changed them;
``full`` recomputes everything by the same query and says how many cells differed. Each leaves a
row in the ledger (``CompileRun``) with the hash of the cells it saw.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from portal import calendar, jobs, logs, sql
from portal.scope import nation
from reporting.models import CompileRun, Form, FormVersion, Measure

FULL_WORK_MEM = "256MB"  # a full run sorts and joins in memory; refreshes keep the server's setting

# Which versions count, and as what. A version may be current, certified, or both.
_COUNTED = """
    SELECT id, bool_or(current) AS current, bool_or(certified) AS certified FROM (
        SELECT s.id, true AS current, false AS certified
        FROM reporting_obligation o JOIN reporting_submission s ON s.id = o.current_id
        WHERE o.form_id = %(form)s {obligations} AND NOT s.withdrawn
        UNION ALL
        SELECT e.submission_id, false, true
        FROM reporting_officepackage p
        JOIN reporting_packageentry e ON e.package_id = p.id AND e.round = p.certified_round
        WHERE p.form_id = %(form)s {packages} AND p.certified_round > 0
    ) versions GROUP BY id
"""

# One line is one report in its cell: a version has one line for a product, and one header. Each line is
# looked at once, its measures side by side; a cell's few parts, told apart by what their versions count
# as, are added up after that.
_CELLS = """
    SELECT period, province, district, factory_type, product,
           ARRAY[{provisional}]::numeric[] AS provisional,
           ARRAY[{certified}]::numeric[] AS certified,
           ARRAY[{reports}]::int[] AS reports, ARRAY[{reports_certified}]::int[] AS reports_certified
    FROM (
        SELECT {parts} f.period, f.province, f.district, f.factory_type, f.product, c.current, c.certified
        FROM reporting_factrow f JOIN ({counted}) c ON c.id = f.submission_id
        WHERE f.form_code = %(form)s {facts}
        GROUP BY f.period, f.province, f.district, f.factory_type, f.product, c.current, c.certified
    ) part
    GROUP BY period, province, district, factory_type, product
"""
_EVERYTHING = {"obligations": "", "packages": "", "facts": ""}
_A_MONTH = {
    "obligations": "AND o.period = %(period)s AND o.province_id = ANY (%(provinces)s::text[])",
    "packages": "AND p.period = %(period)s AND p.province_id = ANY (%(provinces)s::text[])",
    "facts": "AND f.period = %(period)s AND f.province = ANY (%(provinces)s::text[])",
}

_DIFFERS = """
    (computed.provisional, computed.certified, computed.reports, computed.reports_certified)
    IS DISTINCT FROM (cell.provisional, cell.certified, cell.reports, cell.reports_certified)
"""

# Writes what differs between the sums and the cells of a month's provinces, and counts it. A full join
# can only be hashed or merged: no plan of it is slow, however old the statistics are.
_WRITE = f"""
    WITH computed AS ({{computed}}), differing AS (
        SELECT cell.id, computed.*
        FROM computed
        FULL JOIN (
            SELECT * FROM reporting_cell
            WHERE form_id = %(form)s AND period = %(period)s AND province = ANY (%(provinces)s::text[])
        ) cell
          ON computed.district = cell.district AND computed.factory_type = cell.factory_type
         AND computed.product = cell.product
        WHERE {_DIFFERS}
    ), gone AS (
        DELETE FROM reporting_cell WHERE id IN (SELECT id FROM differing WHERE period IS NULL)
    ), written AS (
        INSERT INTO reporting_cell (form_id, period, province, district, factory_type, product,
            provisional, certified, reports, reports_certified)
        SELECT %(form)s, period, province, district, factory_type, product,
            provisional, certified, reports, reports_certified
        FROM differing WHERE period IS NOT NULL
        ON CONFLICT (form_id, period, district, factory_type, product) DO UPDATE
        SET provisional = excluded.provisional, certified = excluded.certified,
            reports = excluded.reports, reports_certified = excluded.reports_certified
    )
    SELECT count(*) FROM differing
"""

# One cell as a line of text, and all of a province-month in an order that no server's locale changes.
_LINES = """
    string_agg(
        concat_ws('|', cell.district, cell.factory_type, cell.product,
                  cell.provisional, cell.certified, cell.reports, cell.reports_certified),
        E'\\n' ORDER BY cell.district COLLATE "C", cell.factory_type COLLATE "C", cell.product COLLATE "C")
"""
_HASHES = f"""
    SELECT period, province, count(*), encode(sha256(convert_to({_LINES}, 'UTF8')), 'hex')
    FROM reporting_cell cell
    WHERE form_id = %(form)s {{place}}
    GROUP BY period, province ORDER BY period, province
"""

# Everything summed anew beside what stands: hashes of the cells, and where they are not the sums.
_COMPARED = f"""
    SELECT period, province, count(*), encode(sha256(convert_to({_LINES}, 'UTF8')), 'hex'),
           count(*) FILTER (WHERE {_DIFFERS})
    FROM ({{computed}}) computed
    FULL JOIN (SELECT * FROM reporting_cell WHERE form_id = %(form)s) cell
        USING (period, province, district, factory_type, product)
    GROUP BY period, province ORDER BY period, province
"""
_OF_MONTH = "AND period = %(period)s AND province = ANY (%(provinces)s::text[])"


def cells_sql(form: str, where: Mapping[str, str] = _EVERYTHING) -> str:
    """The query that sums a form's facts into cells, its measures in their positions."""
    positions = range(1, Measure.objects.filter(form_id=form).count() + 1)
    lists = {
        "provisional": "coalesce(sum(sum{n}) FILTER (WHERE current), 0)",
        "certified": "coalesce(sum(sum{n}) FILTER (WHERE certified), 0)",
        "reports": "coalesce(sum(n{n}) FILTER (WHERE current), 0)",
        "reports_certified": "coalesce(sum(n{n}) FILTER (WHERE certified), 0)",
    }
    return _CELLS.format(
        counted=_COUNTED.format(**where),
        facts=where["facts"],
        parts="".join(f"sum(f.measured[{n}]) AS sum{n}, count(f.measured[{n}]) AS n{n}, " for n in positions),
        **{name: ", ".join(one.format(n=n) for n in positions) for name, one in lists.items()},
    )


def hold(*, form: str, period: date, provinces: Iterable[str]) -> None:
    """Take the reports of a form's period in some provinces until the end of the transaction.

    Whoever writes obligations, versions or rounds holds their place first: rows are written in the
    order a plan happens to give, and without this two writers could wait for each other's rows. Places
    are held side by side; a full compilation waits for all of them.
    """
    sql.share("figures", form)
    sql.lock_all(("figures", form, period.isoformat(), province) for province in provinces)


def refresh_cells(*, form: str, period: date, provinces: Sequence[str], cause: str = "") -> int:
    """Recompute the cells of a form's period in some provinces; give how many were written or removed.

    Call it after the last write of the transaction that changed submissions or certified a package.
    A whole province-month is recomputed, not single cells: it is one index range (a few thousand
    facts in the largest province), and what did not change is not written. Refreshes of the same
    place wait for one another until the end of the transaction, so that none is lost.
    """
    started = calendar.now()
    provinces = sorted(provinces)
    place = {"form": form, "period": period, "provinces": provinces}
    with nation("compile a month of a province"), transaction.atomic():
        hold(form=form, period=period, provinces=provinces)
        changed = int(sql.rows(_WRITE.format(computed=cells_sql(form, _A_MONTH)), place)[0][0])
        hashes = sql.rows(_HASHES.format(place=_OF_MONTH), place)
        _record(
            CompileRun.Kind.INCREMENTAL, form, cause, started, hashes,
            periods=[period], provinces=provinces, changed=changed,
        )  # fmt: skip
    return changed


def full(*, form: str, cause: str) -> CompileRun:
    """Recompute every cell of a form from its facts; the ledger's row says what differed (normally 0).

    ``inputs["changed"]`` counts cells that were not as the refreshes had left them. Repeating it on
    unchanged reports gives the same ``cells_sha256``. Raises Form.DoesNotExist for an unknown form.
    """
    started = calendar.now()
    Form.objects.get(pk=form)
    with nation("compile a form"), transaction.atomic():
        sql.lock("figures", form)
        sql.script(f"SET LOCAL work_mem = '{FULL_WORK_MEM}'")
        compared = sql.rows(_COMPARED.format(computed=cells_sql(form)), {"form": form})
        wrong = [(period, province) for period, province, *_rest, differing in compared if differing]
        write = _WRITE.format(computed=cells_sql(form, _A_MONTH))
        for period, province in wrong:
            sql.rows(write, {"form": form, "period": period, "provinces": [province]})
        hashes = (
            sql.rows(_HASHES.format(place=""), {"form": form}) if wrong else [row[:4] for row in compared]
        )
        changed = sum(row[4] for row in compared)
        return _record(
            CompileRun.Kind.FULL, form, cause, started, hashes,
            periods=sorted({row[0] for row in hashes}), provinces=sorted({row[1] for row in hashes}),
            changed=changed,
        )  # fmt: skip


def cells_sha256(hashes: Iterable[tuple[Any, ...]]) -> str:
    """The hash of many province-months from theirs: (period, province, cells, sha256), in order."""
    text = "".join(f"{period} {province} {digest}\n" for period, province, _cells, digest in hashes)
    return hashlib.sha256(text.encode()).hexdigest()


def _record(
    kind: str, form: str, cause: str, started: datetime, hashes: list[tuple[Any, ...]], *,
    periods: list[date], provinces: list[str], changed: int,
) -> CompileRun:  # fmt: skip
    versions = FormVersion.objects.filter(form_id=form).order_by("version")
    return CompileRun.objects.create(
        kind=kind,
        form_id=form,
        cause=cause[:200],
        inputs={
            "periods": [period.isoformat() for period in periods],
            "provinces": provinces,
            "changed": changed,
        },
        form_versions={str(version.version): version.declaration_sha256 for version in versions},
        cells=sum(row[2] for row in hashes),
        cells_sha256=cells_sha256(hashes),
        started_at=started,
        finished_at=calendar.now(),
        job_id=logs.job_id.get() or "",
    )


@jobs.job("reporting.compile_full")
def compile_full(context: jobs.JobContext) -> dict[str, Any]:
    """The job: args {"form": code, "cause": sentence}; gives the run's cells, hash and differences."""
    run = full(form=context.args["form"], cause=context.args["cause"])
    changed = run.inputs["changed"]
    return {"run": str(run.uuid), "cells": run.cells, "sha256": run.cells_sha256, "changed": changed}
