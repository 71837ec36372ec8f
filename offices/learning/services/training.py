"""Courses, sessions, and who was there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from offices.learning.policies import (
    HIMSELF_OR_SUPERIORS,
    deciding,
    demand_training,
    keeping_training,
    own_capacity,
    training_keepers,
)
from offices.learning.services.rules import broken, empty, too_long
from offices.models import Office, Person
from offices.models.learning import Attendance, Subject, TrainingCourse, TrainingSession
from offices.services.people import explaining_transaction
from offices.services.rules import Fault, refuse
from portal import audit
from portal.actors import Actor
from portal.calendar import fiscal_year, format_date
from portal.problems import Conflict, NotAllowed
from portal.thai import format_number


def add_course(*, actor: Actor, office: Office, name_th: str, kind: str, subject: str = "") -> TrainingCourse:
    """Enter a course of an office or of the centre. Raises NotAllowed, Invalid."""
    capacity = demand_training(actor, office.pk)
    name_th = " ".join(name_th.split())
    faults = [*empty(name_th=name_th), *too_long(name_th=(name_th, 200))]
    if kind not in TrainingCourse.Kind.values:
        faults.append(("kind", _("ต้องเลือกประเภท")))
    if subject and subject not in Subject.values:
        faults.append(broken("subjectlevel_subject"))
    refuse(faults)
    with explaining_transaction():
        course = TrainingCourse.objects.create(office=office, name_th=name_th, kind=kind, subject=subject)
        audit.record(actor.acting_as(capacity), "course.added", course)
    return course


def add_session(
    *,
    actor: Actor,
    course: TrainingCourse,
    office: Office,
    starts_on: date,
    ends_on: date,
    hours: Decimal,
    place: str = "",
    trainer: str = "",
) -> TrainingSession:
    """Enter a session of a course, held by an office. Raises NotAllowed, Invalid with every fault at once."""
    capacity = demand_training(actor, office.pk)
    place, trainer = " ".join(place.split()), " ".join(trainer.split())
    refuse(
        [
            *_session_faults(starts_on, ends_on, hours),
            *too_long(place=(place, 200), trainer=(trainer, 200)),
        ]
    )
    with explaining_transaction():
        session = TrainingSession.objects.create(
            course=course,
            office=office,
            fiscal_year=fiscal_year(starts_on),
            starts_on=starts_on,
            ends_on=ends_on,
            hours=hours,
            place=place,
            trainer=trainer,
        )
        audit.record(actor.acting_as(capacity), "session.added", session)
    return session


def change_session(
    *,
    actor: Actor,
    session: TrainingSession,
    starts_on: date,
    ends_on: date,
    hours: Decimal,
    place: str,
    trainer: str,
) -> TrainingSession:
    """Change when, where and for how long a session is held; never shorter than somebody was there.
    Raises NotAllowed, Invalid."""
    capacity = demand_training(actor, session.office_id)
    place, trainer = " ".join(place.split()), " ".join(trainer.split())
    faults = [
        *_session_faults(starts_on, ends_on, hours),
        *too_long(place=(place, 200), trainer=(trainer, 200)),
    ]
    with explaining_transaction():
        row = TrainingSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
        if Attendance.objects.filter(session=row, hours__gt=hours).exists():
            faults.append(broken("trainingsession_hours_attended"))
        refuse(faults)
        row.fiscal_year, row.starts_on, row.ends_on = fiscal_year(starts_on), starts_on, ends_on
        row.hours, row.place, row.trainer = hours, place, trainer
        row.save(update_fields=["fiscal_year", "starts_on", "ends_on", "hours", "place", "trainer"])
        audit.record(actor.acting_as(capacity), "session.changed", row)
    return row


def _session_faults(starts_on: date, ends_on: date, hours: Decimal) -> list[Fault]:
    faults = []
    if ends_on < starts_on:
        faults.append(broken("trainingsession_period"))
    elif fiscal_year(starts_on) != fiscal_year(ends_on):
        faults.append(broken("trainingsession_one_year"))
    if not 0 < hours <= 2000:
        faults.append(broken("trainingsession_hours"))
    elif ends_on >= starts_on and hours > 24 * ((ends_on - starts_on).days + 1):
        faults.append(("hours", _("ชั่วโมงมากกว่าที่มีในช่วงวันดังกล่าว")))
    return faults


def enrol(
    *, actor: Actor, session: TrainingSession, person: Person, role: str = Attendance.Role.ATTENDEE
) -> Attendance:
    """Put somebody down for a session: himself, a superior, personnel, or whoever keeps its training.

    Raises NotAllowed; Conflict when he is down already; Invalid for a session that is over and whose keeper
    the actor is not.
    """
    keeper = keeping_training(actor, session.office_id)
    own = own_capacity(actor) if actor.person_id == person.pk else None
    capacity = keeper or own or deciding(actor, person.pk)
    if capacity is None:
        raise NotAllowed(
            _("ผู้ที่ทำรายการนี้ได้: %(people)s หรือ%(keepers)sของหน่วยงานผู้จัด")
            % {"people": HIMSELF_OR_SUPERIORS, "keepers": training_keepers.label}
        )
    faults: list[Fault] = []
    if role not in Attendance.Role.values:
        faults.append(("role", _("ต้องเลือกฐานะ")))
    if keeper is None and session.ends_on < actor.as_of:
        faults.append(("person", _("รุ่นนี้สิ้นสุดแล้วเมื่อ %s ให้ผู้จัดเป็นผู้บันทึก") % format_date(session.ends_on)))
    refuse(faults)
    with explaining_transaction():
        if Attendance.objects.filter(session=session, person=person).exists():
            raise Conflict(_("%(name)s อยู่ในรุ่นนี้แล้ว") % {"name": person.name})
        row = Attendance.objects.create(session=session, person=person, role=role)
        audit.record(actor.acting_as(capacity), "attendance.enrolled", row)
    return row


def record_attendance(
    *,
    actor: Actor,
    attendance: Attendance,
    state: str,
    hours: Decimal,
    role: str,
    result: str,
    expected_version: int,
) -> Attendance:
    """Say whether somebody was there and for how many hours; by whoever keeps the training.

    Raises NotAllowed, Conflict when somebody wrote meanwhile, Invalid with every fault at once.
    """
    with explaining_transaction():
        row = (
            Attendance.objects.select_for_update(of=("self",)).select_related("session").get(pk=attendance.pk)
        )
        capacity = demand_training(actor, row.session.office_id)
        if row.version != expected_version:
            raise Conflict(_("มีผู้แก้ไขรายการนี้หลังจากที่ท่านเปิดหน้า"), mend=_("โปรดเปิดหน้านี้ใหม่แล้วดูก่อนบันทึก"))
        result = " ".join(result.split())
        refuse([*_attendance_faults(row.session, state, hours, role, actor), *too_long(result=(result, 200))])
        row.state, row.hours, row.role, row.result = state, hours, role, result
        row.version += 1
        row.save(update_fields=["state", "hours", "role", "result", "version"])
        audit.record(actor.acting_as(capacity), "attendance.recorded", row)
    return row


def _attendance_faults(
    session: TrainingSession, state: str, hours: Decimal, role: str, actor: Actor
) -> list[Fault]:
    faults: list[Fault] = []
    if state not in Attendance.State.values:
        faults.append(("state", _("ต้องเลือกสถานะ")))
    if role not in Attendance.Role.values:
        faults.append(("role", _("ต้องเลือกฐานะ")))
    if (state == Attendance.State.ATTENDED) != (hours > 0):
        faults.append(broken("attendance_hours_of_those_there"))
    if hours > session.hours:
        faults.append(("hours", _("รุ่นนี้มี %s ชั่วโมง") % format_number(session.hours)))
    if state == Attendance.State.ATTENDED and session.starts_on > actor.as_of:
        faults.append(("state", _("รุ่นนี้ยังไม่เริ่ม บันทึกการเข้าอบรมได้ตั้งแต่ %s") % format_date(session.starts_on)))
    return faults


def remove_attendance(*, actor: Actor, attendance: Attendance) -> None:
    """Take somebody off a session he was only enrolled in. Raises NotAllowed, Conflict."""
    with explaining_transaction():
        row = (
            Attendance.objects.select_for_update(of=("self",))
            .select_related("session", "person")
            .get(pk=attendance.pk)
        )
        own = own_capacity(actor) if actor.person_id == row.person_id else None
        capacity = keeping_training(actor, row.session.office_id) or own or deciding(actor, row.person_id)
        if capacity is None:
            raise NotAllowed(_("ผู้ที่ทำรายการนี้ได้: %s") % HIMSELF_OR_SUPERIORS)
        if row.state != Attendance.State.ENROLLED:
            raise Conflict(_("บันทึกการเข้าอบรมแล้ว จึงถอนชื่อไม่ได้"))
        audit.record(actor.acting_as(capacity), "attendance.removed", row)
        row.delete()
