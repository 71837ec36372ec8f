"""Taking a batch of factories back, where nobody has touched the factory since."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from factories.intake.facts import FIELDS
from factories.intake.write import NAMED_BY, keys_sql
from factories.services import states
from portal import sql
from portal.models import Batch

# A factory of this batch is untouched when its version is the one the batch gave it, counting two more
# for each later batch that changed it and was taken back: batches come off one after another.
_MEANT = """
    WITH undone_later AS (
        SELECT l.target_id, 2 * count(*) AS steps
        FROM portal_batch b JOIN portal_batchrow l ON l.batch_id = b.id AND l.action = 'changed'
        WHERE b.state = 'undone' AND b.applied_at > %(applied_at)s
          AND b.params->>'handler' LIKE 'factories.%%'
          AND NOT EXISTS (SELECT FROM portal_batchfinding k
                          WHERE k.batch_id = b.id AND k.row_no = l.row_no AND k.code = 'undo_kept')
        GROUP BY l.target_id
    )
    SELECT r.row_no, r.key, r.action, r.diff, r.data->'replaced' AS replaced, f.id,
           f.version = coalesce(u.steps, 0) + CASE r.action WHEN 'new' THEN 1 ELSE r.base_version + 1 END
               AS untouched
    FROM portal_batchrow r
    LEFT JOIN factories_factory f ON CASE r.action
        WHEN 'changed' THEN f.id = r.target_id
        WHEN 'new' THEN f.id = coalesce(
            (SELECT a.id FROM factories_factory a WHERE a.number14 = r.data->>'number14'),
            (SELECT b.id FROM factories_factory b WHERE b.old_key = r.data->>'old_key')) END
    LEFT JOIN undone_later u ON u.target_id = f.id
    WHERE r.batch_id = %(batch)s AND r.action IN ('new', 'changed')
"""


def undo_plan(batch: Batch) -> tuple[int, int]:
    """How many rows go back and how many stay, each of these with a finding; leaves ``stage_meant`` behind.

    Runs in nation scope.
    """
    params: dict[str, Any] = {"batch": batch.pk, "applied_at": batch.applied_at}
    sql.execute(f"CREATE TEMP TABLE stage_meant ON COMMIT DROP AS {_MEANT}", params)
    for table, column in _referring():
        sql.execute(
            f"""UPDATE stage_meant m SET untouched = false
                WHERE m.action = 'new' AND m.untouched
                  AND EXISTS (SELECT FROM {table} x WHERE x.{column} = m.id)"""
        )
    sql.script("ANALYZE stage_meant")
    return _count_and_tell(params)


def undo(batch: Batch) -> None:
    """Put back what ``undo_plan`` found untouched, in the same transaction."""
    _restore()
    states.begin()
    sql.execute(
        "INSERT INTO stage_touched (factory_id, effective_on) "
        "SELECT id, %(any)s::date FROM stage_meant WHERE untouched AND action = 'changed'",
        {"any": batch.params["as_of"]},
    )
    sql.execute(
        """CREATE TEMP TABLE stage_replaced ON COMMIT DROP AS
           SELECT id AS factory_id, replaced->>'source' AS source, (replaced->>'batch')::bigint AS batch
           FROM stage_meant WHERE untouched AND action = 'changed' AND replaced IS NOT NULL"""
    )
    states.take_back_states(batch.pk)
    sql.execute(
        """DELETE FROM factories_factorystate s USING stage_meant m
           WHERE s.factory_id = m.id AND m.untouched AND m.action = 'new'"""
    )
    sql.execute(
        "DELETE FROM factories_factory f USING stage_meant m "
        "WHERE f.id = m.id AND m.untouched AND m.action = 'new'"
    )


def _referring() -> list[tuple[str, str]]:
    """Tables and columns that point at a factory, besides its own states: whatever they are, a factory
    they need stays. History rows have no foreign key."""
    return [
        (table, column)
        for table, column in sql.rows(
            """SELECT c.conrelid::regclass::text, a.attname
               FROM pg_constraint c
               CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k(own, theirs)
               JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.own
               JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.theirs AND b.attname = 'id'
               WHERE c.contype = 'f' AND c.confrelid = 'factories_factory'::regclass
                 AND c.conparentid = 0 AND c.conrelid <> 'factories_factorystate'::regclass
               GROUP BY 1, 2"""
        )
    ]


def _restore() -> None:
    """Put the old values of untouched factories back. The version grows: history goes on."""
    value = {name: f"(CASE WHEN m.diff ? '{name}' THEN o.{name} ELSE f.{name} END)" for name in FIELDS}
    sort_key, search_key = keys_sql({name: value[name] for name in NAMED_BY})
    sql.execute(
        f"""UPDATE factories_factory f
            SET {", ".join(f"{name} = {expression}" for name, expression in value.items())},
                version = f.version + 1, sort_key = {sort_key}, search_key = {search_key}
            FROM stage_meant m
            CROSS JOIN LATERAL jsonb_populate_record(NULL::factories_factory, (
                SELECT jsonb_object_agg(key, value->0) FROM jsonb_each(m.diff))) o
            WHERE f.id = m.id AND m.untouched AND m.action = 'changed'"""
    )


def _count_and_tell(params: dict[str, Any]) -> tuple[int, int]:
    kept = sql.execute(
        """INSERT INTO portal_batchfinding (batch_id, row_no, "column", header, code, level, found, expected,
                                            message, mend)
           SELECT %(batch)s, row_no, '', '', 'undo_kept', 'warn', key, '', %(message)s, %(mend)s
           FROM stage_meant WHERE untouched IS NOT TRUE ORDER BY row_no""",
        {
            **params,
            "message": _("ถอนคืนแถวนี้ไม่ได้ เพราะมีผู้แก้ไขหรืออ้างถึงโรงงานนี้หลังการนำเข้า ค่าคงเดิม"),
            "mend": _("แก้ที่หน้าโรงงานถ้าจำเป็น"),
        },
    )
    ((undone,),) = sql.rows("SELECT count(*) FROM stage_meant WHERE untouched")
    return undone, kept
