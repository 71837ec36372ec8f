"""The dated list of factories that owe a form. It alone decides who owes; a type of factory never does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms as django_forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import calendar, sql
from portal.actors import Actor
from portal.intake import stage
from portal.intake.handlers import IntakeError, IntakeHandler, StalePlan
from portal.models import Batch
from portal.sheets.spec import Column, SheetSpec
from reporting import forms, policies
from reporting.forms.base import IDENTITY
from reporting.intake.month import province_of
from reporting.rules.context import match_factories
from reporting.services import obligations


class SourceForm(django_forms.Form):
    """Where the list comes from."""

    source = django_forms.CharField(
        label=gettext_lazy("ที่มาของบัญชี"),
        help_text=gettext_lazy("เช่น หนังสือ สศอ. ที่ อก 0811/123 ลงวันที่ 5 มกราคม 2569"),
        max_length=300,
    )


class ObligedHandler(IntakeHandler):
    """Rows say from which month (and to which) a factory owes the form."""

    help = gettext_lazy("หนึ่งแถวต่อหนึ่งโรงงาน ระบุเดือนแรกที่ต้องรายงาน และเดือนสุดท้ายถ้ามี")
    policy = policies.report_writers
    params_form = SourceForm

    def __init__(self, form: str) -> None:
        self.form = form
        self.code = f"obliged.{form}"  # type: ignore[misc]
        self.title = f"บัญชีผู้มีหน้าที่รายงาน {form}"  # type: ignore[misc]

    def clean_params(
        self, *, actor: Actor, office_id: int | None, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        source = str(params.get("source") or "").strip()
        if not source:
            raise IntakeError(_("โปรดระบุที่มาของบัญชี เช่น เลขที่หนังสือและวันที่"))
        return {"source": source[:300]}

    def spec(self, params: Mapping[str, Any]) -> SheetSpec:
        number, name, _period = IDENTITY
        return SheetSpec(
            code=self.code,
            title=self.title,
            sheet_name="obliged",
            columns=(
                Column(number.key, number.header, number.aliases, "identifier", True, help=number.help,
                       example=number.example),
                Column(name.key, name.header, name.aliases, max_length=300, help=name.help),
                Column("valid_from", "ตั้งแต่เดือน", ("เริ่ม", "valid_from"), "period", True, example="01/2569"),
                Column("valid_to", "ถึงเดือน", ("สิ้นสุด", "valid_to"), "period",
                       help="เดือนสุดท้ายที่ต้องรายงาน เว้นว่างถ้าไม่มีกำหนด"),
                Column("source", "ที่มา", ("แหล่งที่มา", "source"), max_length=300,
                       help="เว้นว่างถ้าใช้ที่มาของทั้งบัญชี"),
            ),
        )  # fmt: skip

    def plan(self, batch: Batch) -> None:
        spec = self.spec(batch.params)
        match_factories(province_of(batch))
        params = {"form": self.form, "source": batch.params["source"], "batch": batch.pk}
        sql.execute(_LISTED, params)
        rows = "stage_listed s"
        stage.find(
            code="FAC01", level="block", column="factory_no", spec=spec, source=rows, found="s.factory_no",
            where="s.factory_no IS NOT NULL AND s.found_id IS NULL", message=_("ไม่พบโรงงานนี้ในทะเบียน"),
            mend=_("ตรวจเลขทะเบียน (14 หลักหรือเลขเดิม) หรือนำเข้าทะเบียนก่อน"),
        )  # fmt: skip
        stage.find(
            code="FAC02", level="block", column="factory_no", spec=spec, source=rows, found="s.factory_no",
            where="s.found_id IS NOT NULL AND s.factory_id IS NULL",
            message=_("โรงงานนี้อยู่ในทะเบียนของจังหวัดอื่น"), mend=_("ลบแถวนี้ ให้สำนักงานของจังหวัดนั้นเป็นผู้ส่ง"),
        )  # fmt: skip
        stage.find(
            code="OBL01", level="block", column="valid_to", spec=spec, source=rows,
            found="to_char(s.valid_to, 'MM/') || (extract(year FROM s.valid_to) + 543)",
            where="s.valid_to < s.valid_from", message=_("เดือนสุดท้ายอยู่ก่อนเดือนแรก"), mend=_("สลับหรือแก้เดือนให้ถูก"),
        )  # fmt: skip
        stage.find(
            code="OBL02", level="block", column="valid_from", spec=spec, source=rows,
            found="'แถว ' || s.other_row", where="s.other_row IS NOT NULL",
            message=_("ช่วงเดือนซ้อนกับอีกแถวของโรงงานเดียวกันในไฟล์"),
            mend=_("รวมเป็นแถวเดียว หรือแก้ช่วงเดือนไม่ให้ซ้อนกัน"),
        )  # fmt: skip
        stage.find(
            code="OBL03", level="block", column="valid_from", spec=spec, source=rows, found="s.in_the_way",
            where="s.in_the_way IS NOT NULL", message=_("ช่วงเดือนซ้อนกับที่บันทึกไว้แล้วของโรงงานนี้"),
            mend=_("ใช้เดือนแรกตามที่บันทึกไว้เพื่อแก้ช่วงเดิม หรือเริ่มหลังช่วงเดิมสิ้นสุด"),
        )  # fmt: skip
        sql.execute(_PLAN, params)

    def apply(self, batch: Batch, actor: Actor) -> dict[str, int]:
        params = {"form": self.form, "batch": batch.pk}
        expected = sum(batch.counts[action] for action in ("new", "changed"))
        if sql.rows(_FRESH, params)[0][0] != expected:
            raise StalePlan(_("บัญชีเปลี่ยนไปหลังการตรวจครั้งนี้ ระบบจึงตรวจไฟล์ให้ใหม่ โปรดดูผลก่อนยืนยัน"))
        changed = sql.execute(_CHANGE, params)
        added = sql.execute(_ADD, params)
        return {"new": added, "changed": changed, "obligations": self._follow(batch)}

    def undo_plan(self, batch: Batch) -> tuple[int, int]:
        params = {
            "form": self.form,
            "batch": batch.pk,
            "message": _("แถวนี้ถูกแก้ภายหลัง จึงไม่ถอนคืน"),
            "mend": _("แก้ด้วยการนำเข้าบัญชีใหม่"),
        }
        kept = sql.execute(_UNDO_KEPT, params)
        written = sum(batch.counts["applied"][name] for name in ("new", "changed"))
        return written - kept, kept

    def undo(self, batch: Batch, actor: Actor) -> None:
        params = {"form": self.form, "batch": batch.pk}
        sql.execute(_UNDO_CHANGE, params)
        sql.execute(_UNDO_ADD, params)
        self._follow(batch)

    def export_rows(
        self, actor: Actor, params: Mapping[str, Any], only: QuerySet[Any] | None = None
    ) -> Iterable[Mapping[str, Any]]:
        return sql.dicts(_EXPORT, {"form": self.form, "only": sql.ids(only)})

    def _follow(self, batch: Batch) -> int:
        """Obligations of every month the batch touches, up to now."""
        ((since,),) = sql.rows(
            "SELECT min((data->>'valid_from')::date) FROM portal_batchrow "
            "WHERE batch_id = %(batch)s AND action IN ('new', 'changed')",
            {"batch": batch.pk},
        )
        if since is None:
            return 0
        earliest: date = forms.versions(self.form)[0].valid_from
        return obligations.regenerate(form=self.form, since=max(since, earliest), today=calendar.today())


# The month after the last one closes the range; a list's month "to" is its last.
_RANGE = "daterange({0}.valid_from, ({0}.valid_to + interval '1 month')::date)"
_UPPER = "daterange((data->>'valid_from')::date, ((data->>'valid_to')::date + interval '1 month')::date)"

_LISTED = f"""
CREATE TEMP TABLE stage_listed ON COMMIT DROP AS
WITH given AS (
    SELECT s.row_no, s.factory_no, s.valid_from, s.valid_to, coalesce(s.source, %(source)s) AS source,
           m.found_id, m.factory_id,
           CASE WHEN s.valid_to IS NULL OR s.valid_to >= s.valid_from THEN {_RANGE.format("s")} END AS valid
    FROM stage s LEFT JOIN stage_factory m ON m.written = s.factory_no
)
SELECT g.*, o.id AS obliged_id, o.valid AS was, o.source AS was_source,
       (SELECT min(t.row_no) FROM given t
        WHERE t.factory_id = g.factory_id AND t.row_no <> g.row_no AND t.valid && g.valid) AS other_row,
       (SELECT min(to_char(lower(t.valid), 'MM/') || (extract(year FROM lower(t.valid)) + 543))
        FROM reporting_obligedfactory t
        WHERE t.form_id = %(form)s AND t.factory_id = g.factory_id AND t.valid && g.valid
          AND lower(t.valid) <> g.valid_from
          AND NOT EXISTS (SELECT FROM given x WHERE x.factory_id = t.factory_id
                          AND x.valid_from = lower(t.valid) AND NOT x.valid && g.valid)) AS in_the_way
FROM given g
LEFT JOIN reporting_obligedfactory o
     ON o.form_id = %(form)s AND o.factory_id = g.factory_id AND lower(o.valid) = g.valid_from
"""

_PLAN = """
INSERT INTO portal_batchrow (batch_id, row_no, key, action, data, diff, target_id)
SELECT %(batch)s, l.row_no, left(concat_ws(' ', l.factory_no, to_char(l.valid_from, 'YYYY-MM')), 200),
       CASE WHEN l.factory_id IS NULL OR l.valid IS NULL THEN 'refused' WHEN l.obliged_id IS NULL THEN 'new'
            WHEN l.was = l.valid AND l.was_source = l.source THEN 'same' ELSE 'changed' END,
       jsonb_strip_nulls(jsonb_build_object('factory_no', l.factory_no, 'valid_from', l.valid_from,
           'valid_to', l.valid_to, 'source', l.source)),
       CASE WHEN l.obliged_id IS NOT NULL AND (l.was, l.was_source) <> (l.valid, l.source) THEN
           (CASE WHEN l.was <> l.valid THEN jsonb_build_object('valid_to', jsonb_build_array(
                (upper(l.was) - interval '1 month')::date, l.valid_to)) ELSE '{}' END)
           || (CASE WHEN l.was_source <> l.source THEN jsonb_build_object('source', jsonb_build_array(
                l.was_source, l.source)) ELSE '{}' END) END,
       l.factory_id
FROM stage_listed l
"""

_MINE = """
    FROM portal_batchrow r
    LEFT JOIN reporting_obligedfactory o ON o.form_id = %(form)s AND o.factory_id = r.target_id
         AND lower(o.valid) = (r.data->>'valid_from')::date
    WHERE r.batch_id = %(batch)s
"""

_FRESH = f"""
SELECT count(*) {_MINE} AND (
    r.action = 'new' AND o.id IS NULL AND NOT EXISTS (
        SELECT FROM reporting_obligedfactory t WHERE t.form_id = %(form)s AND t.factory_id = r.target_id
           AND t.valid && {_UPPER.replace("data", "r.data")}
           AND NOT EXISTS (SELECT FROM portal_batchrow x
                           WHERE x.batch_id = r.batch_id AND x.action = 'changed'
                           AND x.target_id = t.factory_id AND (x.data->>'valid_from')::date = lower(t.valid)))
    OR r.action = 'changed' AND o.id IS NOT NULL
       AND (NOT r.diff ? 'source' OR o.source = r.diff->'source'->>0)
       AND (NOT r.diff ? 'valid_to'
            OR (upper(o.valid) - interval '1 month')::date
               IS NOT DISTINCT FROM (r.diff->'valid_to'->>0)::date))
"""

_CHANGE = f"""
UPDATE reporting_obligedfactory o SET valid = {_UPPER.replace("data", "r.data")}, source = r.data->>'source',
       batch_id = %(batch)s
FROM portal_batchrow r
WHERE r.batch_id = %(batch)s AND r.action = 'changed' AND o.form_id = %(form)s AND o.factory_id = r.target_id
  AND lower(o.valid) = (r.data->>'valid_from')::date
"""

_ADD = f"""
INSERT INTO reporting_obligedfactory (form_id, factory_id, province_id, valid, source, batch_id)
SELECT %(form)s, f.id, f.province_id, {_UPPER.replace("data", "r.data")}, r.data->>'source', %(batch)s
FROM portal_batchrow r JOIN factories_factory f ON f.id = r.target_id
WHERE r.batch_id = %(batch)s AND r.action = 'new'
"""

_TOUCHED = f"""(o.batch_id IS DISTINCT FROM %(batch)s OR o.source <> r.data->>'source'
                OR o.valid <> {_UPPER.replace("data", "r.data")})"""

_UNDO_KEPT = f"""
INSERT INTO portal_batchfinding
    (batch_id, row_no, "column", header, code, level, found, expected, message, mend)
SELECT %(batch)s, r.row_no, '', '', 'undo_kept', 'warn', r.key, '', %(message)s, %(mend)s
{_MINE} AND r.action IN ('new', 'changed') AND (o.id IS NULL OR {_TOUCHED})
"""

_UNDO_CHANGE = f"""
UPDATE reporting_obligedfactory o
SET source = coalesce(r.diff->'source'->>0, o.source),
    valid = CASE WHEN r.diff ? 'valid_to'
                 THEN daterange(lower(o.valid), ((r.diff->'valid_to'->>0)::date + interval '1 month')::date)
                 ELSE o.valid END
FROM portal_batchrow r
WHERE r.batch_id = %(batch)s AND r.action = 'changed' AND o.form_id = %(form)s AND o.factory_id = r.target_id
  AND lower(o.valid) = (r.data->>'valid_from')::date AND NOT {_TOUCHED}
"""

_UNDO_ADD = f"""
DELETE FROM reporting_obligedfactory o USING portal_batchrow r
WHERE r.batch_id = %(batch)s AND r.action = 'new' AND o.form_id = %(form)s AND o.factory_id = r.target_id
  AND lower(o.valid) = (r.data->>'valid_from')::date AND NOT {_TOUCHED}
"""

_EXPORT = f"""
SELECT coalesce(f.number14, f.old_number) AS factory_no,
       coalesce(nullif(f.name, ''), f.operator_name) AS factory_name, lower(o.valid) AS valid_from,
       (upper(o.valid) - interval '1 month')::date AS valid_to, o.source
FROM reporting_obligedfactory o
JOIN factories_factory f ON f.id = o.factory_id AND f.province_id = o.province_id
WHERE o.form_id = %(form)s AND (%(only)s::bigint[] IS NULL OR o.id = ANY(%(only)s))
  AND {sql.in_scope("o.province_id")}
ORDER BY o.province_id, f.sort_key, f.id, lower(o.valid)
"""
