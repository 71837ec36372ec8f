"""The staged rows of one batch: temporary tables that live as long as the preview's transaction."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal import sql
from portal.models import Batch
from portal.sheets.findings import Finding, Level
from portal.sheets.reader import ReadTable
from portal.sheets.spec import SheetSpec

FINDINGS_KEPT = 1_000
"""How many findings of one rule are kept row by row; the totals count all of them."""

_TYPES = {"integer": "bigint", "decimal": "numeric", "date": "date", "period": "date", "bool": "boolean"}
_FINDING = '(row_no, "column", header, code, level, found, expected, message, mend)'


def clear() -> None:
    """Drop what an earlier batch of the same transaction left behind (tables named ``stage…``)."""
    tables = sql.rows(
        "SELECT string_agg(format('pg_temp.%%I', relname), ', ') FROM pg_class "
        "WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r' AND relname LIKE 'stage%%'"
    )[0][0]
    if tables:
        sql.script(f"DROP TABLE {tables}")


def prepare() -> None:
    """Make this transaction fit for set operations over many rows.

    A sample of some thousand rows says enough about a table that lives for one transaction.
    """
    clear()
    sql.script("SET LOCAL work_mem = '128MB'; SET LOCAL default_statistics_target = 20")


def create(spec: SheetSpec) -> None:
    """Make the empty tables ``stage`` and ``stage_finding``, dropped at the end of the transaction."""
    prepare()
    columns = "".join(f', "{c.key}" {_TYPES.get(c.kind, "text")}' for c in spec.columns)
    sql.script(
        f"CREATE TEMP TABLE stage (row_no integer NOT NULL{columns}) ON COMMIT DROP;"
        f'CREATE TEMP TABLE stage_finding (row_no integer, "column" text NOT NULL, header text NOT NULL, '
        f"code text NOT NULL, level text NOT NULL, found text NOT NULL, expected text NOT NULL, "
        f"message text NOT NULL, mend text NOT NULL) ON COMMIT DROP;"
    )


def load(table: ReadTable, spec: SheetSpec, *, lenient: frozenset[str] = frozenset()) -> None:
    """COPY the reader's rows into ``stage`` and keep its findings; a blocking one in a lenient
    column is a warning."""
    with table.path.open("rb") as stream:
        sql.copy_in("stage", ["row_no", *(f'"{key}"' for key in spec.keys)], stream)
    sql.script("ANALYZE stage")
    given = Counter(finding.code for finding in table.findings)
    blocking = {finding.code for finding in table.findings if finding.level == "block"}
    unlisted = {code: total - given[code] for code, total in table.counts.items() if total > given[code]}
    findings = list(table.findings)
    for code, total in unlisted.items():
        # Rows whose blocking finding was not handed over could slip in, so the file waits.
        level: Level = "block" if code in blocking or not given[code] else "info"
        findings.append(
            Finding(
                code="too_many_findings",
                level=level,
                message=_("ไฟล์มีข้อที่พบมากเกินจะแสดง (รหัส %(code)s อีก %(total)s แห่ง)")
                % {"code": code, "total": f"{total:,}"},
                mend=_("แก้ข้อที่แสดงไว้ก่อน แล้วส่งใหม่"),
            )
        )
    add(findings, lenient)


def add(findings: Iterable[Finding], lenient: frozenset[str] = frozenset()) -> None:
    """Keep findings in ``stage_finding``; a blocking one in a lenient column is a warning."""
    rows = [
        (
            f.row_no, f.column or "", f.column_header, f.code,
            "warn" if f.level == "block" and f.row_no is not None and f.column in lenient else f.level,
            f.found[:500], f.expected, f.message, f.mend,
        )
        for f in findings
    ]  # fmt: skip
    names = ("row_no", "col", "header", "code", "level", "found", "expected", "message", "mend")
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        values = ", ".join(
            "(" + ", ".join(f"%({name}{i})s{'::integer' if name == 'row_no' else ''}" for name in names) + ")"
            for i in range(len(part))
        )
        params = {
            f"{name}{i}": value for i, row in enumerate(part) for name, value in zip(names, row, strict=True)
        }
        sql.execute(f"INSERT INTO stage_finding {_FINDING} VALUES {values}", params)


def unread() -> dict[int, list[str]]:
    """The columns of each row in which the reader found something blocking: their values are not known."""
    return dict(
        sql.rows(
            """SELECT row_no, array_agg(DISTINCT "column") FROM stage_finding
               WHERE level = 'block' AND row_no IS NOT NULL AND "column" <> '' GROUP BY row_no"""
        )
    )


def find(
    *,
    code: str,
    level: str,
    message: Any,
    where: str,
    spec: SheetSpec,
    column: str = "",
    found: str = "NULL",
    expected: Any = "",
    mend: Any = "",
    source: str = "stage s",
    params: dict[str, Any] | None = None,
) -> int:
    """Add a finding for each row of ``source`` for which the SQL condition ``where`` is true.

    ``found`` is an SQL expression, too; message, expected and mend are Thai texts. ``source`` names
    its rows ``s`` and has a column ``row_no``. Gives how many were found.
    """
    header = str(spec.column(column).header) if column and column in spec.keys else ""
    return sql.execute(
        f"INSERT INTO stage_finding {_FINDING} "
        f"SELECT s.row_no, %(f_column)s, %(f_header)s, %(f_code)s, %(f_level)s, "
        f"left(coalesce(({found})::text, ''), 500), %(f_expected)s, %(f_message)s, %(f_mend)s "
        f"FROM {source} WHERE {where}",
        {
            "f_column": column,
            "f_header": header,
            "f_code": code,
            "f_level": level,
            "f_expected": str(expected),
            "f_message": str(message),
            "f_mend": str(mend),
            **(params or {}),
        },
    )


@dataclass(frozen=True)
class Rule:
    """A finding to look for, in the terms of ``find``."""

    code: str
    level: str
    where: str
    message: Any
    column: str = ""
    found: str = "NULL"
    expected: Any = ""
    mend: Any = ""


def find_all(
    rules: Sequence[Rule], *, spec: SheetSpec, source: str = "stage s", params: dict[str, Any] | None = None
) -> int:
    """``find`` for many rules in one pass over ``source``, which ends with its FROM clause or with a
    condition that all of them share."""
    if not rules:
        return 0
    values: dict[str, Any] = dict(params or {})
    said = []
    for nth, rule in enumerate(rules):
        header = str(spec.column(rule.column).header) if rule.column and rule.column in spec.keys else ""
        words = (rule.column, header, rule.code, rule.level, rule.expected, rule.message, rule.mend)
        values |= {f"f{nth}_{i}": str(word) for i, word in enumerate(words)}
        said.append(f"(x.f{nth}, " + ", ".join(f"%(f{nth}_{i})s" for i in range(len(words))) + ")")
    found = ", ".join(
        f"CASE WHEN {rule.where} THEN left(coalesce(({rule.found})::text, ''), 500) END AS f{nth}"
        for nth, rule in enumerate(rules)
    )
    return sql.execute(
        f"""INSERT INTO stage_finding {_FINDING}
            SELECT x.row_no, r."column", r.header, r.code, r.level, r.found, r.expected, r.message, r.mend
            FROM (SELECT s.row_no, {found} FROM {source} OFFSET 0) AS x
            CROSS JOIN LATERAL (VALUES {", ".join(said)})
                AS r (found, "column", header, code, level, expected, message, mend)
            WHERE num_nonnulls({", ".join(f"x.f{nth}" for nth in range(len(rules)))}) > 0
              AND r.found IS NOT NULL""",
        values,
    )


def say_headings(headings: Mapping[str, str]) -> None:
    """Findings of a file with headings of its own name them too: "ยอดผลิต (ปริมาณผลิต)"."""
    sql.execute(
        """UPDATE stage_finding f SET header = h.value || coalesce(' (' || nullif(f.header, '') || ')', '')
           FROM jsonb_each_text(%(headings)s::jsonb) h WHERE h.key = f."column" AND h.value <> f.header""",
        {"headings": json.dumps(headings)},
    )


def file_level_blocks() -> list[str]:
    """Messages of blocking findings about the file as a whole."""
    return [
        " ".join(part for part in row if part)
        for row in sql.rows(
            "SELECT header, message, mend FROM stage_finding WHERE row_no IS NULL AND level = 'block'"
        )
    ]


def keep_findings(batch: Batch) -> dict[str, Any]:
    """Move findings into BatchFinding, at most FINDINGS_KEPT of each rule; give the true totals:
    ``{"findings": {"block": n, …}, "rules": [{"code", "level", "header", "total"}, …]}``."""
    sql.execute(
        f"""INSERT INTO portal_batchfinding (batch_id, row_no, "column", header, code, level, found, expected,
                                             message, mend)
            SELECT %(batch)s, row_no, left("column", 60), left(header, 200), left(code, 40), level, found,
                   expected, message, mend
            FROM (SELECT *, row_number() OVER (PARTITION BY code, "column", level ORDER BY row_no) AS nth
                  FROM stage_finding) AS numbered
            WHERE nth <= {FINDINGS_KEPT}
            ORDER BY row_no NULLS FIRST""",
        {"batch": batch.pk},
    )
    rules = sql.dicts(
        """SELECT code, level, "column", max(header) AS header, count(*) AS total FROM stage_finding
           GROUP BY code, level, "column"
           ORDER BY array_position(ARRAY['block', 'warn', 'info'], level), code, "column\""""
    )
    levels = {"block": 0, "warn": 0, "info": 0}
    for rule in rules:
        levels[rule["level"]] += rule["total"]
    return {"findings": levels, "rules": rules}


def refuse_rows(batch: Batch) -> None:
    """Rows with a blocking finding, and rows the handler planned nothing for, are refused.

    A handler plans a row of ``stage`` once at most: where there are as many of both, none is left out.
    """
    sql.execute(
        """INSERT INTO portal_batchrow (batch_id, row_no, key, action, data)
           SELECT %(batch)s, row_no, '', 'refused', '{}' FROM (
               SELECT row_no FROM stage
               WHERE (SELECT count(*) FROM stage)
                     <> (SELECT count(*) FROM portal_batchrow WHERE batch_id = %(batch)s)
               UNION SELECT row_no FROM stage_finding WHERE level = 'block' AND row_no IS NOT NULL
           ) AS every
           WHERE NOT EXISTS (SELECT FROM portal_batchrow r
                             WHERE r.batch_id = %(batch)s AND r.row_no = every.row_no)""",
        {"batch": batch.pk},
    )
    sql.execute(
        """UPDATE portal_batchrow r SET action = 'refused'
           FROM (SELECT DISTINCT row_no FROM stage_finding WHERE level = 'block') AS f
           WHERE r.batch_id = %(batch)s AND r.row_no = f.row_no AND r.action <> 'refused'""",
        {"batch": batch.pk},
    )


_ACTIONS = ("new", "changed", "same", "refused")
# Bars and line ends part the values, none of which holds any. PostgreSQL hashes what a row would write
# faster than it writes it as text; two seeds make 128 bits of it.
_HASHED = "jsonb_hash_extended(data, 1) || '|' || jsonb_hash_extended(data, 2)"
_SEAL = f"""
SELECT {", ".join(f"coalesce(sum({action}), 0)::int" for action in _ACTIONS)},
       encode(sha256(coalesce(string_agg(hash, '' ORDER BY thousand), '')), 'hex')
FROM (SELECT row_no / 1000 AS thousand,
             {", ".join(f"count(*) FILTER (WHERE action = '{action}') AS {action}" for action in _ACTIONS)},
             sha256(convert_to(string_agg(
                 row_no || '|' || action || '|' || coalesce(target_id::text, '') || '|'
                 || coalesce(base_version::text, '') || '|' || {_HASHED},
                 E'\\n' ORDER BY row_no), 'UTF8')) AS hash
      FROM portal_batchrow WHERE batch_id = %(batch)s GROUP BY 1) AS hashed
"""


def seal(batch: Batch) -> tuple[dict[str, int], str]:
    """Counts by action, and a SHA-256 over the whole plan in row order, in which a row's values stand as
    their hashes.

    A thousand rows are hashed at a time, so that no single value grows with the file.
    """
    ((*counted, digest),) = sql.rows(_SEAL, {"batch": batch.pk})
    counts = dict(zip(_ACTIONS, counted, strict=True))
    return counts | {"rows": sum(counts.values())}, digest
