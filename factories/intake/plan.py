"""The plan of a sheet of factories: what each row would do, and everything worth saying about it.

Steps, each one statement over all rows: normalise → find the factory → compare → findings → BatchRow.
A row never empties a value, never moves an officer's coordinates unless an officer sent it, and
touches nothing outside the batch's province.
"""

from __future__ import annotations

from typing import Any

from factories.intake.facts import DATED, FIELDS, STANDING, Mapping, is_text, place_key
from factories.intake.findings import report
from offices.models import Office
from portal import sql
from portal.models import Batch
from portal.sheets.spec import SheetSpec


def plan(batch: Batch, spec: SheetSpec, mapping: Mapping) -> None:
    """Write the batch's plan from ``stage``. Runs inside the preview's transaction."""
    province = None
    if batch.office_id is not None:
        province = Office.objects.values_list("province_id", flat=True).get(pk=batch.office_id)
    params: dict[str, Any] = {
        "batch": batch.pk,
        "province": province,
        "as_of": batch.params["as_of"],
        "source": mapping.coordinates,
    }
    _normalise(mapping, params)
    _match(params)
    _compare(mapping, params)
    report(batch, spec, mapping, params)
    _write_plan(params)


def _normalise(mapping: Mapping, params: dict[str, Any]) -> None:
    """``stage_factory``: one typed row for each row of the sheet, unknown as NULL."""
    places = f"""
        CREATE TEMP TABLE stage_province ON COMMIT DROP AS
        SELECT code, {place_key("name_th")} AS key FROM offices_province;
        INSERT INTO stage_province SELECT code, 'กรุงเทพ' FROM offices_province WHERE code = '10';
        CREATE TEMP TABLE stage_district ON COMMIT DROP AS
        SELECT d.code, d.province_id, {place_key("d.name_th")} AS key FROM offices_district d;
        INSERT INTO stage_district
        SELECT d.code, d.province_id, 'เมือง' FROM offices_district d JOIN offices_province p
            ON p.code = d.province_id AND d.name_th = 'เมือง' || p.name_th;
        CREATE TEMP TABLE stage_where ON COMMIT DROP AS
        SELECT w.province, w.district, p.code AS province_id, d.code AS district_id
        FROM (SELECT DISTINCT coalesce(province, '') AS province, coalesce(district, '') AS district
              FROM stage) AS w
        LEFT JOIN stage_province p ON p.key = {place_key("w.province")}
        LEFT JOIN stage_district d ON d.key = {place_key("w.district")} AND d.province_id = p.code;
    """
    sql.script(places)
    plain = {**DATED, **STANDING}
    columns = ",\n".join(
        f"{_unknown(name, mapping.fields.get(name, 'NULL'), kind)} AS {name}"
        for name, kind in plain.items()
        if name not in ("district_id", "main_type_id")
    )
    sql.execute(
        f"""
        CREATE TEMP TABLE stage_factory ON COMMIT DROP AS
        SELECT t.*,
               CASE WHEN clean14 ~ '^[0-9]{{14}}$' THEN clean14 END AS number14,
               raw_old AS old_number,
               w.province_id,
               w.district_id,
               own.code AS main_type_id,
               CASE WHEN raw_lat BETWEEN 5 AND 21 AND raw_lng BETWEEN 95 AND 106 THEN 'right'
                    WHEN raw_lng BETWEEN 5 AND 21 AND raw_lat BETWEEN 95 AND 106 THEN 'swapped'
                    WHEN raw_lat IS NULL AND raw_lng IS NULL THEN 'none'
                    WHEN raw_lat IS NULL OR raw_lng IS NULL THEN 'half'
                    WHEN raw_lat = 0 AND raw_lng = 0 THEN 'zero'
                    WHEN abs(raw_lat) > 1000 AND abs(raw_lng) > 1000 THEN 'utm'
                    ELSE 'abroad' END AS place
        FROM (
            SELECT s.row_no,
                   {mapping.number14} AS raw14,
                   regexp_replace({mapping.number14}, '[\\s-]', '', 'g') AS clean14,
                   s.old_number AS raw_old,
                   factories_old_number_key(s.old_number) AS old_key,
                   s.province AS raw_province, s.district AS raw_district,
                   {mapping.fields.get("main_type_id", "NULL::text")} AS raw_type,
                   s.lat AS raw_lat, s.lng AS raw_lng,
                   {mapping.version} AS sheet_version,
                   coalesce(least({mapping.dated_by}, %(as_of)s::date), %(as_of)s::date) AS as_of,
                   {columns}
            FROM stage s OFFSET 0
        ) t
        JOIN stage_where w
            ON w.province = coalesce(t.raw_province, '') AND w.district = coalesce(t.raw_district, '')
        LEFT JOIN factories_factorytype own ON own.code = t.raw_type
        """,
        params,
    )
    sql.script("ANALYZE stage_factory (row_no, number14, old_key, province_id)")


def _unknown(name: str, expression: str, kind: str) -> str:
    """A field's value, typed, with empty text as NULL: in a sheet both mean "not said". The reader has
    trimmed it."""
    if kind == "text":
        return f"nullif(({expression})::text, '')"
    return f"({expression})::{kind}"


def _match(params: dict[str, Any]) -> None:
    """``stage_match``: the factory a row means, or why none can be named."""
    sql.execute(
        """
        CREATE TEMP TABLE stage_match ON COMMIT DROP AS
        WITH met AS (
            SELECT n.row_no, n.number14, n.old_key, n.province_id, n.as_of,
                   a.id AS by14, b.id AS by_old, coalesce(a.id, b.id) AS target_id,
                   coalesce(a.province_id, b.province_id) AS target_province,
                   b.number14 AS old_has14,
                   CASE WHEN a.id IS NULL THEN b.version ELSE a.version END AS version
            FROM stage_factory n
            LEFT JOIN factories_factory a ON a.number14 = n.number14
            LEFT JOIN factories_factory b ON b.old_key = n.old_key
        ), first_of AS (
            SELECT *,
                   min(row_no) OVER (PARTITION BY coalesce(target_id, -row_no)) AS first_target,
                   min(row_no) OVER (PARTITION BY coalesce(number14, row_no::text)) AS first14,
                   min(row_no) OVER (PARTITION BY coalesce(old_key, row_no::text)) AS first_old
            FROM met
        )
        SELECT row_no, target_id, version, as_of, target_province,
               least(first_target, first14, first_old) AS first_row,
               CASE
                   WHEN number14 IS NULL AND old_key IS NULL THEN 'no_number'
                   WHEN province_id IS NULL THEN 'province_unknown'
                   WHEN %(province)s IS NOT NULL AND province_id <> %(province)s THEN 'outside'
                   WHEN %(province)s IS NOT NULL AND target_province <> %(province)s THEN 'outside'
                   WHEN by14 <> by_old THEN 'two_factories'
                   WHEN by14 IS NULL AND old_has14 <> number14 THEN 'other_number'
                   WHEN target_province <> province_id THEN 'moved'
                   WHEN least(first_target, first14, first_old) < row_no THEN 'repeated'
               END AS problem
        FROM first_of
        """,
        params,
    )
    sql.script("ANALYZE stage_match (row_no, target_id, problem)")


def _compare(mapping: Mapping, params: dict[str, Any]) -> None:
    """``stage_change``: for each good row the values it would write, NULL where it writes nothing.

    A row dated before the open state began is older than what is known: it fills gaps only.
    """
    changes = {name: f"n.{name}" for name in {**DATED, **STANDING}}
    changes["main_type_id"] = "coalesce(n.main_type_id, inferred.code)"
    if not mapping.trusted:
        # Our status is seeded at first sight; a feed's later opinion is a proposal (findings).
        changes["status"] = "CASE WHEN f.id IS NULL THEN n.source_status END"
    expressions = [f"{_change(name, value)} AS {name}" for name, value in changes.items()]
    sql.execute(
        f"""
        CREATE TEMP TABLE stage_change ON COMMIT DROP AS
        SELECT m.row_no, m.target_id, m.version, m.as_of,
               left(coalesce(n.number14, n.old_number), 200) AS shown,
               open.source AS open_source, open.batch_id AS open_batch,
               lower(open.valid) AS open_since,
               CASE WHEN f.id IS NULL OR f.number14 IS NULL THEN n.number14 END AS number14,
               CASE WHEN f.id IS NULL THEN n.old_number
                    WHEN f.old_number = '' OR (f.old_key IS NULL AND n.old_key IS NOT NULL) THEN n.old_number
               END AS old_number,
               CASE WHEN f.id IS NULL OR f.old_key IS NULL THEN n.old_key END AS old_key,
               n.province_id,
               {", ".join(expressions)},
               CASE WHEN moves THEN here.lat END AS lat,
               CASE WHEN moves THEN here.lng END AS lng,
               CASE WHEN moves THEN %(source)s::text END AS coordinate_source
        FROM stage_match m
        JOIN stage_factory n USING (row_no)
        LEFT JOIN factories_factory f ON f.id = m.target_id
        LEFT JOIN factories_factorystate open ON open.factory_id = f.id AND upper_inf(open.valid)
        LEFT JOIN factories_factorytype inferred
            ON inferred.code = CASE WHEN f.main_type_id IS NULL THEN factories_class_of_key(n.old_key) END
        CROSS JOIN LATERAL (
            SELECT CASE n.place WHEN 'right' THEN n.raw_lat WHEN 'swapped' THEN n.raw_lng
                   END::numeric(10,7) AS lat,
                   CASE n.place WHEN 'right' THEN n.raw_lng WHEN 'swapped' THEN n.raw_lat
                   END::numeric(10,7) AS lng,
                   m.as_of < lower(open.valid) AS older
        ) AS here
        CROSS JOIN LATERAL (
            SELECT here.lat IS NOT NULL AND (here.lat, here.lng) IS DISTINCT FROM (f.lat, f.lng)
                   AND (f.lat IS NULL OR here.older IS NOT TRUE)
                   AND (%(source)s = 'officer' OR f.coordinate_source IS DISTINCT FROM 'officer') AS moves
        ) AS pair
        WHERE m.problem IS NULL
        """,
        params,
    )
    sql.script("ANALYZE stage_change (row_no, target_id)")


def _change(name: str, value: str) -> str:
    """The value a row would write into a field, NULL when it would write nothing."""
    unknown = f"f.{name} = ''" if is_text(name) else f"f.{name} IS NULL"
    if name == "in_estate":
        unknown = "false"
    return (
        f"CASE WHEN f.id IS NULL OR ({value} IS DISTINCT FROM f.{name} "
        f"AND ({unknown} OR here.older IS NOT TRUE)) THEN {value} END"
    )


def _write_plan(params: dict[str, Any]) -> None:
    """BatchRow from ``stage_change``: ``data`` holds only what is written, ``diff`` old and new."""
    names = list(FIELDS)
    written = f"num_nonnulls({', '.join(f'c.{name}' for name in names)})"
    values = f"(SELECT c.as_of, c.province_id, {', '.join(f'c.{name}' for name in names)}) v"
    diff = ", ".join(
        f"'{name}', CASE WHEN c.{name} IS NOT NULL THEN jsonb_build_array(f.{name}, c.{name}) END"
        for name in names
    )
    into = (
        "INSERT INTO portal_batchrow (batch_id, row_no, key, action, data, diff, target_id, base_version) "
        "SELECT %(batch)s, c.row_no, c.shown,"
    )
    sql.execute(
        f"""{into} 'new', jsonb_strip_nulls(to_jsonb(v)), NULL, NULL, NULL
            FROM stage_change c CROSS JOIN LATERAL {values} WHERE c.target_id IS NULL""",
        params,
    )
    sql.execute(
        f"""{into} 'same', '{{}}', NULL, c.target_id, c.version
            FROM stage_change c WHERE c.target_id IS NOT NULL AND {written} = 0""",
        params,
    )
    sql.execute(
        f"""{into} 'changed',
                jsonb_strip_nulls(to_jsonb(v) || jsonb_build_object('replaced',
                    CASE WHEN c.open_since >= c.as_of THEN
                    jsonb_build_object('source', c.open_source, 'batch', c.open_batch) END)),
                jsonb_strip_nulls(jsonb_build_object({diff})), c.target_id, c.version
            FROM stage_change c JOIN factories_factory f ON f.id = c.target_id CROSS JOIN LATERAL {values}
            WHERE {written} > 0""",
        params,
    )
