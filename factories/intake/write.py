"""From the plan into the registry."""

from __future__ import annotations

from django.utils.translation import gettext as _

from factories.intake.facts import FIELDS, is_text
from factories.models import FactoryStatus
from factories.services import states
from portal import calendar, sql
from portal.intake.handlers import StalePlan
from portal.models import Batch

MANY = 500
"""From how many factories on a plan may not look each up by itself."""

NAMED_BY = ("name", "operator_name", "activity", "number14", "old_number")
"""The fields that order and find a factory."""

VALUES = "portal_batchrow r CROSS JOIN LATERAL jsonb_populate_record(NULL::factories_factory, r.data) v"


# Stands between the words of a search key while they are folded together: no name holds it and the
# fold leaves it alone.
_BETWEEN = "U&'\\E000'"


def keys_sql(value: dict[str, str]) -> tuple[str, str]:
    """SQL of sort and search key over the expressions of the fields in NAMED_BY."""
    shown = ", ".join(f"nullif({value[name]}, '')" for name in NAMED_BY)
    found = ", ".join(value[name] for name in ("name", "operator_name", "number14", "old_number"))
    return (
        f"left(portal_thai_sort_key(coalesce({shown})), 400)",
        f"replace(portal_thai_search_key(concat_ws({_BETWEEN}, {found})), {_BETWEEN}, ' ')",
    )


def write(batch: Batch, source: str) -> dict[str, int]:
    """Carry out the plan. Gives ``new``, ``changed`` and ``states``. Raises StalePlan, having written
    nothing. Runs in nation scope with the context of history set."""
    params = {"batch": batch.pk, "now": calendar.now()}
    _refuse_stale(params)
    states.begin()
    # A registry that was empty a moment ago would be planned for as if it still were.
    many = batch.counts["new"] + batch.counts["changed"] > MANY
    sql.script(f"SET LOCAL enable_nestloop = {'off' if many else 'on'}")
    changed = _update(params)
    new = _insert(params)
    recorded = states.record_states(source=source, batch_id=batch.pk)
    sql.script("SET LOCAL enable_nestloop = on")
    return {"new": new, "changed": changed, "states": recorded}


def _refuse_stale(params: dict[str, object]) -> None:
    sql.execute(
        """SELECT f.id FROM factories_factory f JOIN portal_batchrow r ON r.target_id = f.id
           WHERE r.batch_id = %(batch)s AND r.action = 'changed' ORDER BY f.id FOR UPDATE OF f""",
        params,
    )
    ((stale,),) = sql.rows(
        """SELECT count(*) FROM portal_batchrow r LEFT JOIN factories_factory f ON f.id = r.target_id
           WHERE r.batch_id = %(batch)s AND r.action = 'changed'
             AND f.version IS DISTINCT FROM r.base_version""",
        params,
    )
    ((taken,),) = sql.rows(
        """SELECT count(*) FROM portal_batchrow r
           LEFT JOIN factories_factory a ON a.number14 = r.data->>'number14'
           LEFT JOIN factories_factory b ON b.old_key = r.data->>'old_key'
           WHERE r.batch_id = %(batch)s AND r.action = 'new' AND (a.id IS NOT NULL OR b.id IS NOT NULL)""",
        params,
    )
    if stale or taken:
        raise StalePlan(
            _(
                "ทะเบียนเปลี่ยนไปหลังการตรวจไฟล์ (%(rows)s แถว) ระบบจึงยังไม่นำเข้า "
                "และกำลังตรวจไฟล์เดิมใหม่กับข้อมูลปัจจุบัน โปรดดูผลแล้วยืนยันอีกครั้ง"
            )
            % {"rows": f"{stale + taken:,}"}
        )


def _update(params: dict[str, object]) -> int:
    merged = {name: f"coalesce(v.{name}, f.{name})" for name in FIELDS}
    values = ", ".join(f"{name} = {value}" for name, value in merged.items())
    renamed = f"num_nonnulls({', '.join(f'v.{name}' for name in NAMED_BY)}) > 0"
    sort_key, search_key = keys_sql(merged)
    count = sql.execute(
        f"""UPDATE factories_factory f
            SET {values}, version = f.version + 1,
                sort_key = CASE WHEN {renamed} THEN {sort_key} ELSE f.sort_key END,
                search_key = CASE WHEN {renamed} THEN {search_key} ELSE f.search_key END
            FROM {VALUES}
            WHERE r.batch_id = %(batch)s AND r.action = 'changed' AND f.id = r.target_id""",
        params,
    )
    sql.execute(
        """INSERT INTO stage_touched (factory_id, effective_on)
           SELECT r.target_id, (r.data->>'as_of')::date FROM portal_batchrow r
           WHERE r.batch_id = %(batch)s AND r.action = 'changed'""",
        params,
    )
    return count


def _insert(params: dict[str, object]) -> int:
    values = {name: f"coalesce(v.{name}, '')" if is_text(name) else f"v.{name}" for name in FIELDS}
    values["status"] = f"coalesce(v.status, '{FactoryStatus.OPERATING}')"
    values["in_estate"] = "coalesce(v.in_estate, false)"
    sort_key, search_key = keys_sql(values)
    # The rows are copied with their new ids: the plan's table has no statistics yet, and a join with
    # it may be planned as if it held a handful of rows.
    sql.execute(
        """CREATE TEMP TABLE stage_new ON COMMIT DROP AS
           SELECT nextval((SELECT pg_get_serial_sequence('factories_factory', 'id')::regclass)) AS id, data
           FROM portal_batchrow WHERE batch_id = %(batch)s AND action = 'new' ORDER BY row_no""",
        params,
    )
    count = sql.execute(
        f"""INSERT INTO factories_factory (id, uuid, created_at, version, province_id, {", ".join(FIELDS)},
                                           sort_key, search_key)
            SELECT n.id, gen_random_uuid(), %(now)s, 1, v.province_id, {", ".join(values.values())},
                   {sort_key}, {search_key}
            FROM stage_new n CROSS JOIN LATERAL jsonb_populate_record(NULL::factories_factory, n.data) v""",
        params,
    )
    sql.execute(
        """INSERT INTO stage_touched (factory_id, effective_on)
           SELECT id, (data->>'as_of')::date FROM stage_new"""
    )
    return count
