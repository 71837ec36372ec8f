"""Computing the whole chain again, and naming what is not as it was sealed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import sql
from portal.models import Seal
from portal.scope import nation
from portal.seals.chain import PARTS_SQL, latest, link_hash
from portal.seals.tables import Sealed, fixed_session, hashed_rows, key_sql, sealed_tables

SHOWN = 200  # faults named for one table; the rest are counted
_HASH = 32
_STEP = 5000  # seals looked at together
MIN_HEAD = 16  # hexadecimal digits of a head that somebody typed from paper


@dataclass(frozen=True)
class Fault:
    """What is wrong: ``kind`` is changed, removed, inserted, schema, seal or head."""

    kind: str
    text: str
    table: str = ""
    row: int | None = None
    seal: int | None = None


@dataclass
class Report:
    """What was looked at, and the faults found; ``unsealed`` rows wait for the next seal."""

    seals: int = 0
    rows: int = 0
    unsealed: int = 0
    head: str = ""
    faults: list[Fault] = field(default_factory=list)


def verify(*, heads: Sequence[str] = ()) -> Report:
    """Compare every sealed row and every seal with the chain, and the chain with heads kept outside.

    ``heads`` are hashes or their beginnings as printed (spaces and hyphens do not count).
    """
    with nation("verify the audit"), transaction.atomic():
        last = latest()
        report = Report(seals=last.seq if last else 0, head=last.hash if last else "")
        report.faults += _heads(heads)
        report.faults += _chain()
        with fixed_session():
            known = {one.table: one for one in sealed_tables()}
            for table in sorted({*known, *(last.tables if last else {})}):
                _table(report, table, known.get(table), last)
        ((report.rows,),) = sql.rows("SELECT coalesce(sum(row_count), 0)::bigint FROM portal_sealpart")
    return report


def _heads(heads: Sequence[str]) -> Iterator[Fault]:
    for head in heads:
        wanted = "".join(head.split()).replace("-", "").lower()
        if len(wanted) < MIN_HEAD or not set(wanted) <= set("0123456789abcdef"):
            yield Fault("head", _("ค่าแฮช “%s” ไม่ใช่เลขฐานสิบหกอย่างน้อย 16 หลัก") % head)
        elif not Seal.objects.filter(hash__startswith=wanted).exists():
            yield Fault(
                "head",
                _("ไม่พบค่าแฮช “%s” ในห่วงโซ่: ผนึกท้าย ๆ ถูกตัดทิ้ง หรือห่วงโซ่ถูกทำขึ้นใหม่หลังพิมพ์หรือส่งค่านี้") % head,
            )


def _chain() -> Iterator[Fault]:
    """Seals in their order: numbers without a gap, each naming the one before, each hash as computed."""
    names = ("seq", "at", "previous", "hash", "cluster", "from_xid", "to_xid", "row_count", "tables")
    expected, previous = 1, ""
    while links := list(Seal.objects.filter(seq__gte=expected).order_by("seq").values(*names)[:_STEP]):
        parts: dict[int, list[Any]] = {}
        for seq, *part in sql.rows(PARTS_SQL, {"first": links[0]["seq"], "last": links[-1]["seq"]}):
            parts.setdefault(seq, []).append(part)
        for link in links:
            seq = link["seq"]
            if seq != expected:
                yield Fault(
                    "seal", _("ผนึกลำดับที่ %(a)s ถึง %(b)s หายไป") % {"a": expected, "b": seq - 1}, seal=expected
                )
            elif link["previous"] != previous:
                yield Fault("seal", _("ผนึกลำดับที่ %s ไม่ต่อจากผนึกก่อนหน้า") % seq, seal=seq)
            if link_hash(link, parts.get(seq, [])) != link["hash"]:
                yield Fault("seal", _("ผนึกลำดับที่ %s ถูกแก้ไข") % seq, seal=seq)
            expected, previous = seq + 1, link["hash"]


def _table(report: Report, table: str, one: Sealed | None, last: Seal | None) -> None:
    variants = [
        tuple(columns)
        for (columns,) in sql.rows(
            "SELECT DISTINCT columns FROM portal_sealpart WHERE table_name = %(table)s", {"table": table}
        )
    ]
    present = {
        name
        for (name,) in sql.rows(
            """SELECT attname::text FROM pg_attribute
               WHERE attrelid = to_regclass(quote_ident(%(table)s)) AND attnum > 0 AND NOT attisdropped""",
            {"table": table},
        )
    }
    if one is None or not present:
        if variants:
            report.faults.append(Fault("schema", _("ไม่พบตาราง %s ที่เคยผนึกไว้") % table, table))
        return
    faults: list[Fault] = []
    for columns in variants:
        gone = sorted({name.partition(".")[0] for name in columns} - present)
        if gone:
            names = ", ".join(gone)
            text = _("ตาราง %(table)s ไม่มีช่อง %(names)s ที่เคยผนึกไว้") % {"table": table, "names": names}
            report.faults.append(Fault("schema", text, table))
            continue
        for part in _different(one, columns):
            faults += _rows_of_part(one, columns, part)
    faults += _inserted(report, one, (last.tables if last else {}).get(table, {}))
    report.faults += faults[:SHOWN]
    if len(faults) > SHOWN:
        more = _("ตาราง %(table)s: มีอีก %(count)s รายการ") % {"table": table, "count": len(faults) - SHOWN}
        report.faults.append(Fault("changed", more, table))


def _different(one: Sealed, columns: Sequence[str]) -> list[int]:
    """Ids of the parts whose rows do not give the hashes that were sealed: one query for all parts."""
    hashed = hashed_rows(one, columns, f"{key_sql(one)} BETWEEN lower(r.one) AND upper(r.one) - 1")
    return [
        part
        for (part,) in sql.rows(
            f"""WITH now AS (
                    SELECT r.part, string_agg(h.hash, ''::bytea ORDER BY h.key) AS hashes
                    FROM (SELECT p.id AS part, unnest(p.ids) AS one FROM portal_sealpart p
                          WHERE p.table_name = %(table)s AND p.columns = %(columns)s::varchar[]) r
                    CROSS JOIN LATERAL ({hashed}) h
                    GROUP BY r.part)
                SELECT p.id FROM portal_sealpart p LEFT JOIN now ON now.part = p.id
                WHERE p.table_name = %(table)s AND p.columns = %(columns)s::varchar[]
                  AND now.hashes IS DISTINCT FROM p.hashes
                ORDER BY p.id""",
            {"table": one.table, "columns": list(columns)},
        )
    ]


def _rows_of_part(one: Sealed, columns: Sequence[str], part: int) -> Iterator[Fault]:
    """Which rows of a part differ."""
    ((seal, hashes, count),) = sql.rows(
        "SELECT seal_id, hashes, row_count FROM portal_sealpart WHERE id = %(part)s", {"part": part}
    )
    hashes = bytes(hashes)
    ids = [
        key
        for (key,) in sql.rows(
            """SELECT generate_series(lower(r), upper(r) - 1)
               FROM portal_sealpart p, unnest(p.ids) r WHERE p.id = %(part)s ORDER BY 1""",
            {"part": part},
        )
    ]
    if len(hashes) != _HASH * count or len(ids) != count:
        yield Fault("seal", _("ส่วนของผนึกลำดับที่ %s ถูกแก้ไข") % seal, one.table, seal=seal)
        return
    where = f"{key_sql(one)}::bigint <@ (SELECT ids FROM portal_sealpart WHERE id = %(part)s)"
    now = dict(
        sql.rows(
            hashed_rows(
                one,
                columns,
                f"{key_sql(one)} BETWEEN %(first)s AND %(last)s AND {where}",
            ),
            {"part": part, "first": ids[0], "last": ids[-1]},
        )
    )
    for at, key in enumerate(ids):
        if key not in now:
            text = _("ตาราง %(table)s แถว %(row)s ถูกลบหลังผนึกลำดับที่ %(seal)s")
            yield _row_fault("removed", text, one, key, seal)
        elif bytes(now[key]) != hashes[_HASH * at : _HASH * (at + 1)]:
            text = _("ตาราง %(table)s แถว %(row)s ถูกแก้ไขหลังผนึกลำดับที่ %(seal)s")
            yield _row_fault("changed", text, one, key, seal)


def _inserted(report: Report, one: Sealed, state: dict[str, int]) -> list[Fault]:
    """Rows in no seal: below the floor somebody put them there, above it they wait."""
    floor = state.get("floor", 0)
    key = key_sql(one)
    ((waiting, strays),) = sql.rows(
        f"""SELECT count(*) FILTER (WHERE {key} > %(floor)s),
                   array_agg({key} ORDER BY {key}) FILTER (WHERE {key} <= %(floor)s)
            FROM "{one.table}" t
            WHERE NOT {key}::bigint <@ (SELECT coalesce(range_agg(p.ids), '{{}}') FROM portal_sealpart p
                                WHERE p.table_name = %(table)s)""",
        {"table": one.table, "floor": floor},
    )
    report.unsealed += waiting
    text = _("ตาราง %(table)s แถว %(row)s ถูกแทรกเข้ามาภายหลัง ไม่อยู่ในผนึกใด")
    return [_row_fault("inserted", text, one, row, None) for row in strays or ()]


def _row_fault(kind: str, text: str, one: Sealed, row: int, seal: int | None) -> Fault:
    return Fault(kind, text % {"table": one.table, "row": row, "seal": seal}, one.table, row, seal)
