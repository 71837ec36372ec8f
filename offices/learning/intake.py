"""Training in bulk through the house's intake: preview, apply, undo.

A row names a person by first and last name, and by the address of his account where the name is not enough.
Courses and sessions that are not there yet come with the rows; a session that is there keeps its own days
and hours, and a row that says otherwise is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.learning import policies
from offices.learning.sheets import TRAINING
from offices.models import Assignment, Office
from offices.models.learning import Attendance, Subject, TrainingCourse
from offices.reference import CENTRE
from portal import sql
from portal.actors import Actor
from portal.intake import stage
from portal.intake.handlers import IntakeHandler, StalePlan
from portal.models import Batch
from portal.sheets.spec import SheetSpec


class TrainingHandler(IntakeHandler):
    """Sessions with the people in them, of one office or, from the centre, of the nation."""

    code = TRAINING.code
    title = TRAINING.title
    help = gettext_lazy("หนึ่งแถวต่อหนึ่งคนในหนึ่งรุ่น ระบุคนด้วยชื่อและนามสกุล หลักสูตรและรุ่นใหม่จะเพิ่มให้")
    policy = policies.training_keepers
    field_labels: ClassVar[Mapping[str, Any]] = {
        "course": gettext_lazy("หลักสูตร"),
        "starts_on": gettext_lazy("วันเริ่ม"),
        "role": gettext_lazy("ฐานะ"),
        "state": gettext_lazy("สถานะ"),
        "hours": gettext_lazy("ชั่วโมง"),
        "result": gettext_lazy("ผลหรือวุฒิบัตร"),
    }
    value_labels: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "role": dict(Attendance.Role.choices),
        "state": dict(Attendance.State.choices),
        "subject": dict(Subject.choices),
        "kind": dict(TrainingCourse.Kind.choices),
    }

    def spec(self, params: Mapping[str, Any]) -> SheetSpec:
        return TRAINING

    def clean_params(
        self, *, actor: Actor, office_id: int | None, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        """``as_of``: the day of sending, after which nobody can have attended."""
        return {"as_of": actor.as_of.isoformat()}

    def plan(self, batch: Batch) -> None:
        office = _office(batch)
        people = None
        if batch.office_id is not None:
            held = Assignment.objects.filter(office=batch.office_id)
            people = list(held.values_list("person_id", flat=True).distinct())
        params = {
            "batch": batch.pk,
            "office": office.pk,
            "people": people,
            "as_of": batch.params["as_of"],
        }
        sql.execute(_PEOPLE, params)
        sql.execute(_ROWS, params)
        stage.find_all(_rules(office), spec=TRAINING, source="stage_training s", params=params)
        sql.execute(_PLAN, params)

    def apply(self, batch: Batch, actor: Actor) -> dict[str, int]:
        params = {"batch": batch.pk, "office": _office(batch).pk}
        ((stale,),) = sql.rows(_STALE, params)
        if stale:
            raise StalePlan(
                _("การอบรมเปลี่ยนไปหลังการตรวจไฟล์ (%s แถว) ระบบจึงตรวจไฟล์ให้ใหม่ โปรดดูผลก่อนยืนยัน") % f"{stale:,}"
            )
        courses = sql.execute(_ADD_COURSES, params)
        sessions = sql.execute(_ADD_SESSIONS, params)
        new = sql.execute(_ADD, params)
        changed = sql.execute(_CHANGE, params)
        return {"new": new, "changed": changed, "courses": courses, "sessions": sessions}

    def undo_plan(self, batch: Batch) -> tuple[int, int]:
        params = {
            "batch": batch.pk,
            "office": _office(batch).pk,
            "message": _("แถวนี้ถูกแก้ภายหลัง จึงไม่ถอนคืน"),
            "mend": _("แก้ที่หน้าของรุ่นถ้าจำเป็น"),
        }
        sql.execute(f"CREATE TEMP TABLE stage_meant ON COMMIT DROP AS {_MEANT}", params)
        kept = sql.execute(_UNDO_KEPT, params)
        ((undone,),) = sql.rows("SELECT count(*) FROM stage_meant WHERE untouched")
        return undone, kept

    def undo(self, batch: Batch, actor: Actor) -> None:
        params = {"batch": batch.pk}
        sql.execute(_UNDO_CHANGE, params)
        sql.execute(_UNDO_ADD, params)
        sql.execute(_UNDO_SESSIONS, params)
        sql.execute(_UNDO_COURSES, params)

    def export_rows(
        self, actor: Actor, params: Mapping[str, Any], only: QuerySet[Any] | None = None
    ) -> Iterable[Mapping[str, Any]]:
        from offices.learning.selectors.training import attendances

        rows = attendances(actor).filter(session__office__in=policies.training_offices(actor))
        if only is not None:
            rows = rows.filter(pk__in=only.order_by().values("pk"))
        for row in rows.select_related("person__user").order_by("session__starts_on", "session_id", "id"):
            session, course, person = row.session, row.session.course, row.person
            yield {
                "course": course.name_th,
                "subject": course.subject or None,
                "kind": course.kind,
                "starts_on": session.starts_on,
                "ends_on": session.ends_on,
                "session_hours": session.hours,
                "place": session.place,
                "trainer": session.trainer,
                "first_th": person.first_th,
                "last_th": person.last_th,
                "email": person.user.email if person.user else "",
                "role": row.role,
                "hours": None if row.state == Attendance.State.ENROLLED else row.hours,
                "result": row.result,
            }


def _office(batch: Batch) -> Office:
    """The office in whose name the sessions are: the batch's, or the centre's."""
    if batch.office_id is not None:
        return Office.objects.get(pk=batch.office_id)
    return Office.objects.get(code=CENTRE)


def _rules(office: Office) -> list[stage.Rule]:
    """What keeps a row from being taken."""
    return [
        stage.Rule(
            "TRN01", "block", "s.found = 0", _("ไม่พบบุคคลชื่อนี้"), "first_th",
            "concat_ws(' ', s.first_th, s.last_th, s.email)",
            expected=_("บุคลากรที่เคยหรือกำลังปฏิบัติหน้าที่ใน%s") % office.short_th,
            mend=_("ตรวจตัวสะกด ไม่ใส่คำนำหน้า หรือให้ผู้ดูแลระบบส่วนกลางเพิ่มบุคลากรก่อน"),
        ),
        stage.Rule(
            "TRN02", "block", "s.found > 1", _("มีหลายคนชื่อนี้"), "first_th",
            "concat_ws(' ', s.first_th, s.last_th)", mend=_("ใส่อีเมลบัญชีผู้ใช้ของคนที่หมายถึง"),
        ),
        stage.Rule(
            "TRN03", "block", "s.ends_on < s.starts_on", _("วันสิ้นสุดอยู่ก่อนวันเริ่ม"), "ends_on",
            "to_char(s.ends_on, 'DD/MM/') || (extract(year FROM s.ends_on) + 543)", mend=_("สลับหรือแก้วันที่ให้ถูก"),
        ),
        stage.Rule(
            "TRN04", "block",
            "s.ends_on >= s.starts_on AND offices_fiscal_year(s.starts_on) <> offices_fiscal_year(s.ends_on)",
            _("รุ่นคาบเกี่ยวสองปีงบประมาณ"), "ends_on",
            "offices_fiscal_year(s.starts_on) || '–' || offices_fiscal_year(s.ends_on)",
            mend=_("แยกเป็นสองรุ่น รุ่นแรกสิ้นสุด 30 กันยายน"),
        ),
        stage.Rule(
            "TRN05", "block", "s.session_hours <= 0", _("รุ่นต้องมีชั่วโมง"), "session_hours", "s.session_hours",
            mend=_("ใส่จำนวนชั่วโมงของทั้งรุ่น"),
        ),
        stage.Rule(
            "TRN06", "block", "s.hours > s.session_hours", _("ชั่วโมงที่เข้ามากกว่าชั่วโมงของรุ่น"), "hours", "s.hours",
            mend=_("แก้ชั่วโมงให้ไม่เกินชั่วโมงของรุ่น"),
        ),
        stage.Rule(
            "TRN07", "block", "s.other_row IS NOT NULL", _("คนเดียวกันอยู่ในรุ่นเดียวกันสองแถว"), "first_th",
            "s.other_row", expected=_("หนึ่งคนหนึ่งแถวในรุ่นหนึ่ง"), mend=_("ลบแถวที่ซ้ำ"),
        ),
        stage.Rule(
            "TRN08", "block", "s.differs IS NOT NULL", _("แถวของรุ่นเดียวกันบอกวันสิ้นสุดหรือชั่วโมงของรุ่นไม่ตรงกัน"),
            "session_hours", "s.differs", mend=_("แก้ให้ตรงกันทุกแถวของรุ่น"),
        ),
        stage.Rule(
            "TRN09", "block",
            "s.session_id IS NOT NULL AND (s.known_ends_on, s.known_hours) <> (s.ends_on, s.session_hours)",
            _("รุ่นนี้มีในระบบแล้ว แต่วันสิ้นสุดหรือชั่วโมงต่างไป"), "session_hours",
            "s.session_hours",
            expected=_("ตามที่บันทึกไว้ในระบบ"),
            mend=_("แก้ไฟล์ให้ตรงกับระบบ หรือแก้รุ่นในระบบก่อน"),
        ),
        stage.Rule(
            "TRN10", "block", "s.hours IS NOT NULL AND s.starts_on > %(as_of)s::date",
            _("รุ่นยังไม่เริ่ม จึงยังไม่มีชั่วโมงที่เข้า"), "hours", "s.hours",
            mend=_("เว้นช่องชั่วโมงที่เข้าไว้ คือลงทะเบียน"),
        ),
        stage.Rule(
            "TRN11", "warn",
            "s.course_id IS NOT NULL AND (s.known_subject, s.known_kind) "
            "<> (coalesce(s.subject, s.known_subject), coalesce(s.kind, s.known_kind))",
            _("หลักสูตรนี้มีในระบบแล้วด้วยด้านหรือประเภทอื่น ระบบใช้ค่าเดิม"), "subject",
            "concat_ws(' ', s.subject, s.kind)", mend=_("แก้ที่หลักสูตรถ้าค่าเดิมไม่ถูก"),
        ),
    ]  # fmt: skip


_PEOPLE = """
CREATE TEMP TABLE stage_person ON COMMIT DROP AS
SELECT p.id, regexp_replace(btrim(p.first_th), '\\s+', ' ', 'g') AS first_th,
       regexp_replace(btrim(p.last_th), '\\s+', ' ', 'g') AS last_th, lower(u.email) AS email
FROM offices_person p LEFT JOIN portal_user u ON u.id = p.user_id
WHERE %(people)s::bigint[] IS NULL OR p.id = ANY(%(people)s::bigint[])
"""

_ROWS = """
CREATE TEMP TABLE stage_training ON COMMIT DROP AS
WITH named AS (
    SELECT s.row_no, regexp_replace(s.course, '\\s+', ' ', 'g') AS course, s.subject, s.kind,
           s.starts_on, s.ends_on, s.session_hours, coalesce(s.place, '') AS place,
           coalesce(s.trainer, '') AS trainer,
           s.first_th, s.last_th, s.email, coalesce(s.role, 'attendee') AS role, s.hours,
           coalesce(s.result, '') AS result,
           CASE WHEN s.hours IS NULL THEN 'enrolled' WHEN s.hours > 0 THEN 'attended' ELSE 'absent'
           END AS state,
           m.found, m.person_id
    FROM stage s
    CROSS JOIN LATERAL (
        SELECT count(*) AS found, min(p.id) AS person_id FROM stage_person p
        WHERE p.first_th = regexp_replace(s.first_th, '\\s+', ' ', 'g')
          AND p.last_th = regexp_replace(s.last_th, '\\s+', ' ', 'g')
          AND (s.email IS NULL OR p.email = lower(s.email))
    ) AS m
)
SELECT n.*, c.id AS course_id, c.subject AS known_subject, c.kind AS known_kind,
       t.id AS session_id, t.ends_on AS known_ends_on, t.hours AS known_hours,
       a.id AS attendance_id, a.version, a.role AS was_role, a.state AS was_state, a.hours AS was_hours,
       a.result AS was_result,
       CASE WHEN n.found = 1 AND count(*) OVER mine > 1 THEN
            CASE WHEN min(n.row_no) OVER mine = n.row_no THEN max(n.row_no) OVER mine
                 ELSE min(n.row_no) OVER mine END END AS other_row,
       CASE WHEN min(n.ends_on) OVER same <> max(n.ends_on) OVER same
              OR min(n.session_hours) OVER same <> max(n.session_hours) OVER same
            THEN concat_ws(' ', to_char(n.ends_on, 'DD/MM'), n.session_hours) END AS differs
FROM named n
LEFT JOIN offices_trainingcourse c ON c.office_id = %(office)s AND c.name_th = n.course
LEFT JOIN offices_trainingsession t ON t.course_id = c.id AND t.starts_on = n.starts_on
LEFT JOIN offices_attendance a ON a.session_id = t.id AND a.person_id = n.person_id AND n.found = 1
WINDOW mine AS (PARTITION BY n.person_id, n.found, n.course, n.starts_on),
       same AS (PARTITION BY n.course, n.starts_on)
"""

_SAME = """(s.was_role, s.was_state, s.was_hours, s.was_result)
           = (s.role, s.state, coalesce(s.hours, 0)::numeric(5,1), s.result)"""

_PLAN = f"""
INSERT INTO portal_batchrow (batch_id, row_no, key, action, data, diff, target_id, base_version)
SELECT %(batch)s, s.row_no,
       left(concat_ws(' ', s.first_th, s.last_th, to_char(s.starts_on, 'YYYY-MM-DD'), s.course), 200),
       CASE WHEN s.attendance_id IS NULL THEN 'new' WHEN {_SAME} THEN 'same' ELSE 'changed' END,
       jsonb_build_object(
           'course', s.course, 'subject', coalesce(s.known_subject, s.subject, ''),
           'kind', coalesce(s.known_kind, s.kind, 'course'), 'starts_on', s.starts_on, 'ends_on', s.ends_on,
           'session_hours', s.session_hours, 'place', s.place, 'trainer', s.trainer, 'person', s.person_id,
           'role', s.role, 'state', s.state, 'hours', coalesce(s.hours, 0)::numeric(5,1), 'result', s.result),
       CASE WHEN s.attendance_id IS NOT NULL AND NOT {_SAME} THEN jsonb_strip_nulls(jsonb_build_object(
           'role', CASE WHEN s.was_role <> s.role THEN jsonb_build_array(s.was_role, s.role) END,
           'state', CASE WHEN s.was_state <> s.state THEN jsonb_build_array(s.was_state, s.state) END,
           'hours', CASE WHEN s.was_hours <> coalesce(s.hours, 0)
                    THEN jsonb_build_array(s.was_hours, coalesce(s.hours, 0)::numeric(5,1)) END,
           'result', CASE WHEN s.was_result <> s.result
                     THEN jsonb_build_array(s.was_result, s.result) END)) END,
       s.attendance_id, s.version
FROM stage_training s
WHERE s.found = 1 AND s.ends_on >= s.starts_on
"""

# The rows of the plan with what stands for them now.
_NOW = """
    FROM portal_batchrow r
    LEFT JOIN offices_trainingcourse c ON c.office_id = %(office)s AND c.name_th = r.data->>'course'
    LEFT JOIN offices_trainingsession t ON t.course_id = c.id AND t.starts_on = (r.data->>'starts_on')::date
    LEFT JOIN offices_attendance a ON a.session_id = t.id AND a.person_id = (r.data->>'person')::bigint
    WHERE r.batch_id = %(batch)s AND r.action IN ('new', 'changed')
"""

_STALE = f"""
SELECT count(*) {_NOW} AND (
    r.action = 'new' AND a.id IS NOT NULL
    OR r.action = 'changed' AND a.version IS DISTINCT FROM r.base_version
    OR t.id IS NOT NULL
       AND (t.ends_on, t.hours) <> ((r.data->>'ends_on')::date, (r.data->>'session_hours')::numeric))
"""

_ADD_COURSES = f"""
INSERT INTO offices_trainingcourse (uuid, office_id, name_th, kind, subject, batch_id)
SELECT DISTINCT ON (r.data->>'course') gen_random_uuid(), %(office)s, r.data->>'course', r.data->>'kind',
       r.data->>'subject', %(batch)s
{_NOW} AND c.id IS NULL
ORDER BY r.data->>'course', r.row_no
"""

_ADD_SESSIONS = f"""
INSERT INTO offices_trainingsession (uuid, course_id, office_id, fiscal_year, starts_on, ends_on, hours,
                                     place, trainer, batch_id)
SELECT DISTINCT ON (c.id, r.data->>'starts_on') gen_random_uuid(), c.id, %(office)s,
       offices_fiscal_year((r.data->>'starts_on')::date), (r.data->>'starts_on')::date,
       (r.data->>'ends_on')::date, (r.data->>'session_hours')::numeric, r.data->>'place', r.data->>'trainer',
       %(batch)s
{_NOW} AND t.id IS NULL
ORDER BY c.id, r.data->>'starts_on', r.row_no
"""

_ADD = f"""
INSERT INTO offices_attendance (uuid, session_id, person_id, role, state, hours, result, version, batch_id)
SELECT gen_random_uuid(), t.id, (r.data->>'person')::bigint, r.data->>'role', r.data->>'state',
       (r.data->>'hours')::numeric, r.data->>'result', 1, %(batch)s
{_NOW} AND r.action = 'new' ORDER BY r.row_no
"""

_CHANGE = """
UPDATE offices_attendance a
SET role = r.data->>'role', state = r.data->>'state', hours = (r.data->>'hours')::numeric,
    result = r.data->>'result', version = a.version + 1
FROM portal_batchrow r
WHERE r.batch_id = %(batch)s AND r.action = 'changed' AND a.id = r.target_id
"""

_MEANT = f"""
SELECT r.row_no, r.key, r.action, r.diff, a.id,
       coalesce((a.role, a.state, a.hours, a.result) = (r.data->>'role', r.data->>'state',
                (r.data->>'hours')::numeric, r.data->>'result')
                AND (r.action = 'changed' OR a.batch_id = %(batch)s), false) AS untouched
{_NOW}
"""

_UNDO_KEPT = """
INSERT INTO portal_batchfinding
    (batch_id, row_no, "column", header, code, level, found, expected, message, mend)
SELECT %(batch)s, row_no, '', '', 'undo_kept', 'warn', key, '', %(message)s, %(mend)s
FROM stage_meant WHERE NOT untouched ORDER BY row_no
"""

_UNDO_CHANGE = """
UPDATE offices_attendance a
SET role = coalesce(m.diff->'role'->>0, a.role), state = coalesce(m.diff->'state'->>0, a.state),
    hours = coalesce((m.diff->'hours'->>0)::numeric, a.hours),
    result = coalesce(m.diff->'result'->>0, a.result),
    version = a.version + 1
FROM stage_meant m
WHERE m.untouched AND m.action = 'changed' AND a.id = m.id
"""

_UNDO_ADD = """
DELETE FROM offices_attendance a USING stage_meant m WHERE m.untouched AND m.action = 'new' AND a.id = m.id
"""

_UNDO_SESSIONS = """
DELETE FROM offices_trainingsession t WHERE t.batch_id = %(batch)s
   AND NOT EXISTS (SELECT FROM offices_attendance a WHERE a.session_id = t.id)
"""

_UNDO_COURSES = """
DELETE FROM offices_trainingcourse c WHERE c.batch_id = %(batch)s
   AND NOT EXISTS (SELECT FROM offices_trainingsession t WHERE t.course_id = c.id)
"""
