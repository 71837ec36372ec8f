"""Making the next seal, and telling the world outside its hash."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _

from portal import calendar, sql
from portal.models import Seal
from portal.scope import nation
from portal.seals.tables import Sealed, fixed_session, hashed_rows, key_sql, sealed_tables

logger = logging.getLogger(__name__)

PART_ROWS = 50_000  # more rows of one table make several parts

PARTS_SQL = """
    SELECT p.seal_id, p.table_name, to_json(p.columns), p.first_id, p.last_id, p.row_count, p.ids::text,
           encode(sha256(p.hashes), 'hex')
    FROM portal_sealpart p WHERE p.seal_id BETWEEN %(first)s AND %(last)s
    ORDER BY p.seal_id, p.table_name COLLATE "C", p.first_id"""


def latest() -> Seal | None:
    """The head of the chain."""
    return Seal.objects.order_by("-seq").first()


def seal() -> Seal | None:
    """Seal what has been committed since the last seal; None when there is nothing.

    One transaction: killed in the middle it leaves nothing. One at a time: who comes second waits, and
    finds the work done.
    """
    with nation("seal the audit"), transaction.atomic():
        sql.lock("seal")
        last = latest()
        cluster, from_xid = _server("pg_snapshot_xmin(pg_current_snapshot())")
        seq = last.seq + 1 if last else 1
        before = last.tables if last else {}
        settled = _settled(cluster, from_xid)
        # The parts are written first; their seal follows, and the foreign key looks at commit.
        with fixed_session():
            state = {
                one.table: _seal_table(one, seq, before.get(one.table, {}), settled.get(one.table, {}))
                for one in sealed_tables()
            }
        parts = sql.rows(PARTS_SQL, {"first": seq, "last": seq})
        if not parts:
            return None
        made = Seal(
            seq=seq,
            at=calendar.now(),
            previous=last.hash if last else "",
            cluster=cluster,
            from_xid=from_xid,
            to_xid=_server("pg_snapshot_xmax(pg_current_snapshot())")[1],
            row_count=sum(part[5] for part in parts),
            tables={**before, **state},
        )
        made.hash = link_hash(vars(made), [part[1:] for part in parts])
        made.save(force_insert=True)
    logger.info("sealed %s rows, seal %s, head %s", made.row_count, made.seq, made.hash)
    return made


def link_hash(link: Mapping[str, Any], parts: list[Any]) -> str:
    """The hash of a seal from its own columns and (table, columns, first, last, rows, ids, SHA-256 of
    the rows' hashes) of its parts."""
    at: datetime = link["at"]
    names = ("seq", "previous", "cluster", "from_xid", "to_xid", "row_count", "tables")
    content = {name: link[name] for name in names} | {"at": at.astimezone(UTC).isoformat(), "parts": parts}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _server(xid: str) -> tuple[str, int]:
    ((cluster, number),) = sql.rows(
        f"SELECT (SELECT system_identifier::text FROM pg_control_system()), ({xid})::text::bigint"
    )
    return cluster, number


def _settled(cluster: str, from_xid: int) -> dict[str, Any]:
    """How far the tables had grown at the latest seal whose ids are all decided by now."""
    grace = (
        Seal.objects.exclude(cluster=cluster) | Seal.objects.filter(cluster=cluster, to_xid__lte=from_xid)
    ).order_by("-seq")
    seq = grace.values_list("seq", flat=True).first()
    before = Seal.objects.filter(seq=seq - 1).first() if seq else None
    return before.tables if before else {}


def _seal_table(
    one: Sealed, seq: int, before: Mapping[str, int], settled: Mapping[str, int]
) -> dict[str, int]:
    """Write the parts of a table; give its new ``high`` and ``floor``."""
    floor = before.get("floor", 0)
    key = key_sql(one)
    new = hashed_rows(
        one,
        one.columns,
        f"""{key} > %(floor)s AND NOT {key}::bigint <@ (
                SELECT coalesce(range_agg(p.ids), '{{}}') FROM portal_sealpart p
                WHERE p.table_name = %(table)s AND p.last_id > %(floor)s)""",
    )
    sql.execute(
        f"""INSERT INTO portal_sealpart
                (seal_id, table_name, columns, first_id, last_id, row_count, ids, hashes)
            SELECT %(seq)s, %(table)s, %(columns)s::varchar[], min(key), max(key), count(*),
                   range_agg(int8range(key, key, '[]')), string_agg(hash, ''::bytea ORDER BY key)
            FROM (SELECT key, hash, (row_number() OVER (ORDER BY key) - 1) / %(size)s AS chunk
                  FROM ({new}) AS new) AS cut
            GROUP BY chunk""",
        {
            "seq": seq,
            "table": one.table,
            "columns": list(one.columns),
            "floor": floor,
            "size": PART_ROWS,
        },
    )
    ((high,),) = sql.rows(
        """SELECT coalesce(max(last_id), 0) FROM portal_sealpart
           WHERE table_name = %(table)s AND seal_id = %(seq)s""",
        {"table": one.table, "seq": seq},
    )
    return {
        "high": max(high, before.get("high", 0)),
        "floor": max(floor, settled.get("high", 0)),
    }


def announce(made: Seal) -> None:
    """Mail the head to the addresses of the settings; a post office that is away is logged, no more.

    The next head covers this one, so that a lost mail loses an hour of certainty and no row.
    """
    to = settings.SEAL_MAIL_TO
    if not to:
        return
    when = f"{calendar.format_date_th(made.at)} {calendar.format_time_th(made.at)}"
    body = _(
        "ผนึกลำดับที่ %(seq)s เมื่อ %(when)s\nจำนวนแถวที่ผนึก %(rows)s\nค่าแฮช %(head)s\n\n"
        "โปรดเก็บจดหมายนี้ไว้นอกระบบ ตรวจสอบด้วยคำสั่ง\nmanage.py verify_audit --head %(head)s\n"
    ) % {"seq": made.seq, "when": when, "rows": made.row_count, "head": made.hash}
    try:
        send_mail(_("ผนึกบันทึกการใช้งาน ลำดับที่ %s") % made.seq, body, settings.SEAL_MAIL_FROM, to)
    except OSError:  # what smtplib and sockets raise
        logger.exception("the head of seal %s was not mailed", made.seq)
