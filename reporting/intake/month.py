"""A month of reports from a sheet: one row for each line of each factory.

A report is a factory's rows together. A blocking finding in any of them refuses the whole report,
so that nothing is half reported, while other factories' reports come in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms as django_forms
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import Office
from portal import calendar, sql
from portal.actors import Actor
from portal.intake.handlers import IntakeError, IntakeHandler, StalePlan
from portal.models import Batch
from portal.sheets.spec import SheetSpec
from reporting import forms, policies
from reporting.forms import FormDeclaration
from reporting.forms.columns import json_object, json_value
from reporting.forms.due import due_at
from reporting.models import FormVersion, Product, Submission
from reporting.rules import check, context, rules_of, thresholds
from reporting.selectors.sheets import current_rows
from reporting.services import obligations
from reporting.services.submissions import MANY, TABLES, VERSIONS, Writing, line_payload, write_versions

MONTHS_BACK = 36


class PeriodForm(django_forms.Form):
    """Which month or year the file reports; one class for each form."""

    newest: ClassVar[FormDeclaration]
    period = django_forms.ChoiceField(label=gettext_lazy("งวดที่รายงาน"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["period"]
        assert isinstance(field, django_forms.ChoiceField)
        periods = self.newest.over(calendar.today(), MONTHS_BACK)
        field.choices = [(period.isoformat(), self.newest.shown(period)) for period in periods]


class MonthHandler(IntakeHandler):
    """The sheet of one form, whose version follows from the month."""

    help = gettext_lazy("หนึ่งแถวต่อหนึ่งผลิตภัณฑ์ของโรงงาน ดาวน์โหลดแบบฟอร์มที่เติมรายชื่อโรงงานไว้แล้วได้ที่หน้าของงวด")
    policy = policies.report_writers
    params_form = PeriodForm

    def __init__(self, code: str) -> None:
        self.code = code  # type: ignore[misc]
        newest = forms.versions(code)[-1]
        self.title = f"{code} {newest.name_th}"  # type: ignore[misc]
        self.params_form = type("PeriodForm", (PeriodForm,), {"newest": newest})  # type: ignore
        if newest.lines is None:
            self.help = newest.help  # type: ignore

    def clean_params(
        self, *, actor: Actor, office_id: int | None, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        try:
            period = calendar.parse_period(params.get("period"))
            form = forms.declaration(self.code, period)
        except (calendar.DateError, forms.NoForm):
            raise IntakeError(_("ไม่รู้จักงวดที่เลือก โปรดเลือกเดือนจากรายการ")) from None
        if not form.begins(period) or (form.period == "year" and form.end(period) >= actor.as_of):
            raise IntakeError(_("ปีที่เลือกยังไม่จบ หรือไม่ใช่ปี โปรดเลือกปีจากรายการ"))
        return {"period": period.isoformat(), "channel": params.get("channel", Submission.Channel.FILE)}

    def form(self, params: Mapping[str, Any]) -> FormDeclaration:
        """The declaration that holds for the month of a batch."""
        return forms.declaration(self.code, self.period_of(params))

    def period_of(self, params: Mapping[str, Any]) -> date:
        """The period in a batch's parameters; without one the last that is over."""
        if "period" in params:
            return date.fromisoformat(params["period"])
        return forms.versions(self.code)[-1].over(calendar.today(), 1)[0]

    def spec(self, params: Mapping[str, Any]) -> SheetSpec:
        form = self.form(params)
        if form.lines is None:
            return form.sheet()
        products = (
            Product.objects.filter(valid__contains=self.period_of(params))
            .annotate(others=ArrayAgg("units__unit", filter=Q(units__isnull=False), default=[]))
            .order_by("code")
            .values_list("code", "name_th", "unit", "others")
        )
        rows = list(products)
        units = dict.fromkeys(unit for _code, _name, own, others in rows for unit in (own, *others))
        return form.sheet([(code, name) for code, name, _own, _others in rows], units)

    def lock_key(self, batch: Batch) -> str:
        return f"{self.code}:{batch.params['period']}"

    def get_ready(self, batch: Batch) -> None:
        province = province_of(batch)
        # The many that owe by facts are brought up to date for the file's own province only.
        bound = [province] if province and self.form(batch.params).owed_by else None
        obligations.generate(form=self.code, period=self.period_of(batch.params), provinces=bound)

    def plan(self, batch: Batch) -> None:
        period, form = self.period_of(batch.params), self.form(batch.params)
        province = province_of(batch)
        due = due_at(form, period)
        context.build(context.Asked(form, period, province, batch.created_at, due))
        check.run(rules_of(form), self.spec(batch.params), thresholds.on(period))
        _refuse_reports()
        sql.execute(_plan(form), {"batch": batch.pk})

    def apply(self, batch: Batch, actor: Actor) -> dict[str, int]:
        period, form = self.period_of(batch.params), self.form(batch.params)
        params = {
            "batch": batch.pk,
            "form": self.code,
            "period": period,
            "version": FormVersion.objects.get(form_id=self.code, version=form.version).pk,
            "received": form.received,
            "province": province_of(batch),
            "open_states": list(context.OPEN_STATES),
        }
        sql.script(VERSIONS)
        reports = sql.execute(_take(form), params)
        sql.script(f"ANALYZE stage_version; SET LOCAL enable_nestloop = {'off' if reports > MANY else 'on'}")
        _demand_fresh(reports, params)
        sql.script(_lines(form, batch.pk))
        lines = sql.rows("SELECT coalesce(sum(lines), 0)::bigint FROM stage_version")[0][0]
        writing = Writing(form, period, batch.created_at, batch.params["channel"], batch, actor)
        written = write_versions(writing)
        return {"reports": written, "lines": lines}

    def undo_plan(self, batch: Batch) -> tuple[int, int]:
        params = self._undo_params(batch) | {
            "message": _("รายงานของโรงงานนี้ถูกแก้ภายหลัง หรืออยู่ในชุดที่เสนอแล้ว จึงไม่ถอนคืน"),
            "mend": _("ถ้าต้องการถอน ให้แก้ที่หน้ารายงานของโรงงาน หรือขอเปิดแก้ไขชุดรายงานก่อน"),
        }
        sql.rows(
            _LOCK_CASES.format(
                reports="SELECT factory_id FROM reporting_submission WHERE batch_id = %(batch)s"
            ),
            params,
        )
        kept = sql.execute(_UNDO_KEPT, params)
        return sql.rows(f"SELECT count(*) {_UNTOUCHED}", params)[0][0], kept

    def undo(self, batch: Batch, actor: Actor) -> None:
        period, form = self.period_of(batch.params), self.form(batch.params)
        params = self._undo_params(batch)
        sql.script(TABLES)
        sql.execute(_UNDO_VERSIONS, params)
        sql.execute(_UNDO_LINES, params)
        write_versions(Writing(form, period, calendar.now(), Submission.Channel.OFFICER, batch, actor))

    def _undo_params(self, batch: Batch) -> dict[str, Any]:
        return {
            "batch": batch.pk,
            "form": self.code,
            "period": self.period_of(batch.params),
            "received": self.form(batch.params).received,
            "open_states": list(context.OPEN_STATES),
        }

    def export_rows(
        self, actor: Actor, params: Mapping[str, Any], only: QuerySet[Any] | None = None
    ) -> Iterable[Mapping[str, Any]]:
        return current_rows(form=self.form(params), period=self.period_of(params), only=only)


def province_of(batch: Batch) -> str | None:
    """The province a batch may touch; None for a file of the centre."""
    if batch.office_id is None:
        return None
    return Office.objects.get(pk=batch.office_id).province_id


# --- Plan ----------------------------------------------------------------------------------------


def _refuse_reports() -> None:
    """Make ``stage_refused``, and tell the innocent rows of a refused report why they wait."""
    sql.script(
        """CREATE TEMP TABLE stage_refused ON COMMIT DROP AS
           SELECT c.report, min(c.row_no) AS row_no FROM stage_checked c
           JOIN stage_finding f ON f.row_no = c.row_no AND f.level = 'block' GROUP BY c.report;
           ANALYZE stage_refused"""
    )
    sql.execute(
        """INSERT INTO stage_finding (row_no, "column", header, code, level, found, expected, message, mend)
           SELECT c.row_no, '', '', 'REPORT', 'info', %(row)s || ' ' || r.row_no, '', %(message)s, %(mend)s
           FROM stage_checked c JOIN stage_refused r ON r.report = c.report
           WHERE NOT EXISTS (SELECT FROM stage_finding f WHERE f.row_no = c.row_no AND f.level = 'block')""",
        {
            "row": _("แถว"),
            "message": _("แถวนี้รออยู่ เพราะอีกแถวของโรงงานเดียวกันมีข้อที่ต้องแก้"),
            "mend": _("แก้แถวที่ระบุ แล้วส่งใหม่ รายงานของโรงงานจะเข้าพร้อมกันทั้งฉบับ"),
        },
    )


def _plan(form: FormDeclaration) -> str:
    """One BatchRow for each row: the values by column, and per row what they change. A line's ``factor``
    is the one that is used."""
    values = {"factory_no": "c.factory_no"} | {
        column.key: json_value(column, "c.x" if column.key == "factor" else f"c.{column.key}")
        for section in form.sections
        for column in section.columns
    }
    called = f"concat_ws(' ', c.factory_no, c.{form.lines.key})" if form.lines else "c.factory_no"
    return f"""
    INSERT INTO portal_batchrow (batch_id, row_no, key, action, data, diff, target_id, base_version)
    SELECT %(batch)s, c.row_no, left({called}, 200),
           CASE WHEN r.report IS NOT NULL OR c.factory_id IS NULL THEN 'refused'
                WHEN c.current_version = 0 THEN 'new' WHEN c.changes = 0 THEN 'same' ELSE 'changed' END,
           {json_object(values)},
           CASE WHEN c.changes > 0 THEN (
               SELECT jsonb_object_agg(k.key, jsonb_build_array(k.old -> k.key, k.new -> k.key)) FROM (
                   SELECT coalesce(c.was, '{{}}')
                              || CASE WHEN c.is_first THEN c.was_header ELSE '{{}}' END AS old,
                          coalesce(c.line, '{{}}')
                              || CASE WHEN c.is_first THEN c.header ELSE '{{}}' END AS new
               ) b CROSS JOIN LATERAL (
                   SELECT jsonb_object_keys(b.old || b.new), b.old, b.new
               ) k(key, old, new)
               WHERE k.old -> k.key IS DISTINCT FROM k.new -> k.key
           ) END,
           c.factory_id, c.base_version
    FROM stage_checked c LEFT JOIN stage_refused r ON r.report = c.report
    """


# --- Apply ---------------------------------------------------------------------------------------

_TAKE = """
INSERT INTO stage_version (factory_id, version, form_version_id, received, row_no, lines)
SELECT target_id, max(base_version) + 1, %(version)s, {received}, min(row_no), {lines}
FROM portal_batchrow
WHERE batch_id = %(batch)s AND action IN ('new', 'changed') GROUP BY target_id ORDER BY min(row_no)
"""

# Held until the end of the transaction: nobody moves a package while its reports are corrected.
_LOCK_CASES = """
SELECT k.id FROM reporting_obligation o
JOIN reporting_officepackage p ON p.id = o.package_id JOIN offices_case k ON k.id = p.case_id
WHERE o.form_id = %(form)s AND o.period = %(period)s AND o.factory_id IN ({reports})
FOR SHARE OF k
"""

_FRESH = """
SELECT count(*) FROM stage_version v
JOIN factories_factory f ON f.id = v.factory_id
     AND (%(province)s::text IS NULL OR f.province_id = %(province)s)
LEFT JOIN reporting_obligation o
     ON o.form_id = %(form)s AND o.factory_id = v.factory_id AND o.period = %(period)s
LEFT JOIN reporting_officepackage p ON p.id = o.package_id
LEFT JOIN offices_case k ON k.id = p.case_id
WHERE (k.id IS NULL OR k.state = ANY (%(open_states)s))
  AND v.version = 1 + coalesce((SELECT max(s.version) FROM reporting_submission s
                                WHERE s.form_id = %(form)s AND s.factory_id = v.factory_id
                                  AND s.period = %(period)s), 0)
"""


def _demand_fresh(reports: int, params: dict[str, Any]) -> None:
    """Raises StalePlan when a report was changed, moved or put before the chief since the preview."""
    sql.rows(_LOCK_CASES.format(reports="SELECT factory_id FROM stage_version"), params)
    ((fresh,),) = sql.rows(_FRESH, params)
    if fresh != reports:
        raise StalePlan(
            _("มีรายงาน %(count)s แห่งถูกส่งหรือเสนอไปแล้วหลังจากการตรวจครั้งนี้ ระบบจึงตรวจไฟล์ให้ใหม่ โปรดดูผลก่อนยืนยัน")
            % {"count": reports - fresh}
        )


def _take(form: FormDeclaration) -> str:
    """SQL of ``stage_version`` out of the plan: each report with its first row and how many lines it has."""
    received = "max((data->>%(received)s)::date::timestamp AT TIME ZONE 'Asia/Bangkok')"
    return _TAKE.format(
        received=received if form.received else "NULL::timestamptz",
        lines=f"count(*) FILTER (WHERE data ? '{form.lines.key}')" if form.lines else "0",
    )


def _lines(form: FormDeclaration, batch: int) -> str:
    """SQL of ``stage_line`` as a view of the plan; the header stands in every row of a report.

    The batch is asked for in a SELECT of its own, so that the planner takes it for one of average size:
    of one written a moment ago it knows no row yet.
    """
    parts = []
    for section in form.sections:
        if section.key:
            named = f"r.target_id, '{section.code}', r.data->>'{section.key}', r.data->>'{section.unit}'"
            which = f"r.action IN ('new', 'changed') AND r.data ? '{section.key}'"
        else:
            named = f"v.factory_id, '{section.code}', '', ''"
            which = "r.row_no = v.row_no"
        source = "portal_batchrow r" if section.key else "stage_version v, portal_batchrow r"
        parts.append(
            f"SELECT {named}, {line_payload(form, section.code, 'r.data')} FROM {source} "
            f"WHERE r.batch_id = (SELECT {batch}) AND {which}"
        )
    return (
        "CREATE TEMP VIEW stage_line (factory_id, section, line_key, unit, payload) AS "
        + " UNION ALL ".join(parts)
    )


# --- Undo ----------------------------------------------------------------------------------------

# What this batch wrote, still holds, and lies in no package before the chief.
_UNTOUCHED = """
    FROM reporting_submission s
    JOIN reporting_obligation o ON o.current_id = s.id
    LEFT JOIN reporting_officepackage p ON p.id = o.package_id
    LEFT JOIN offices_case k ON k.id = p.case_id
    WHERE s.batch_id = %(batch)s AND (k.id IS NULL OR k.state = ANY (%(open_states)s))
"""

# The version before is written again as a new one; where there was none, the report is taken back.
_UNDO_VERSIONS = f"""
INSERT INTO stage_version (factory_id, version, form_version_id, withdrawn, received)
SELECT mine.factory_id, mine.version + 1, coalesce(b.form_version_id, mine.form_version_id),
       coalesce(b.withdrawn, true), CASE WHEN %(received)s <> '' AND NOT b.withdrawn THEN b.submitted_at END
FROM (SELECT s.* {_UNTOUCHED}) mine
LEFT JOIN reporting_submission b ON b.form_id = mine.form_id AND b.factory_id = mine.factory_id
     AND b.period = mine.period AND b.version = mine.version - 1
"""

_UNDO_LINES = """
INSERT INTO stage_line (factory_id, section, line_key, unit, payload)
SELECT v.factory_id, l.section, l.line_key, l.unit, l.payload
FROM stage_version v
JOIN reporting_submission b ON b.form_id = %(form)s AND b.factory_id = v.factory_id
     AND b.period = %(period)s AND b.version = v.version - 2
JOIN reporting_submissionline l ON l.submission_id = b.id
WHERE NOT v.withdrawn
"""

_UNDO_KEPT = f"""
INSERT INTO portal_batchfinding
    (batch_id, row_no, "column", header, code, level, found, expected, message, mend)
SELECT %(batch)s, min(r.row_no), '', '', 'undo_kept', 'warn', min(r.key), '', %(message)s, %(mend)s
FROM portal_batchrow r
JOIN reporting_submission w ON w.batch_id = r.batch_id AND w.factory_id = r.target_id
WHERE r.batch_id = %(batch)s AND r.target_id NOT IN (SELECT s.factory_id {_UNTOUCHED})
GROUP BY r.target_id
"""
