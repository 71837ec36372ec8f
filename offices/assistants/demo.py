"""Made-up nominations and a review of the demonstration's offices, one for each that a page should show.

Saraburi, whose factory group has no assistant, has nominated an officer and waits for the inspector; Prachin
Buri drafts a nomination that a rule forbids, since the group has an assistant, and has sent a review.
"""

from __future__ import annotations

from datetime import date, timedelta

from offices.assistants import dated, effects, eligibility, services, terms
from offices.demo import DOMAIN
from offices.models import Assignment, AssignmentKind, Group, Nomination, Office, Person
from portal import calendar
from portal.actors import Actor, actor_of
from portal.models import User


def write(*, today: date) -> None:
    """Write it all inside nation scope, for the pilots' staff of ``offices.demo``."""
    nomination = _nominate("19", "officer.19", today)
    failing = [
        line.code
        for line in eligibility.lines(effects.asked(nomination), today=today)
        if not line.passed and not line.binding
    ]
    chief = _actor("chief.19", today)
    with chief.scope.active():
        services.send(
            actor=chief,
            nomination=nomination,
            overrides=dict.fromkeys(failing, "ทำงานด้านนี้จริงมากว่าห้าปี มีผลงานประกอบ"),
            expected_version=nomination.case.version,
        )
    _nominate("25", "officer.25", today)
    _review(today)


def _actor(name: str, today: date) -> Actor:
    return actor_of(User.objects.get(email=f"{name}@{DOMAIN}"), today)


def _nominate(code: str, name: str, today: date) -> Nomination:
    office = Office.objects.get(code=code)
    chief, first = _actor(f"chief.{code}", today), calendar.add_months(calendar.month_start(today), 1)
    wish = services.Wish(
        person=Person.objects.get(user__email=f"{name}@{DOMAIN}"),
        group=Group.objects.select_related("office").get(
            office=office, code=Group.Code.FACTORY, valid__contains=today
        ),
        starts_on=first,
        last_day=calendar.add_months(first, 12) - timedelta(days=1),
        reasons="รู้งานโรงงานดี และเรียนรู้งานเหมืองแร่กับกลุ่มข้างเคียงแล้ว",
    )
    with chief.scope.active():
        return services.nominate(actor=chief, wish=wish)


def _review(today: date) -> None:
    """Of Prachin Buri's first stretch, late, as the chief sent it."""
    chief = _actor("chief.25", today)
    appointment = (
        Assignment.objects.filter(office__code="25", kind=AssignmentKind.ASSISTANT, group__code="POLICY")
        .select_related("office", "group", "person")
        .get()
    )
    stretch = next(terms.stretches(appointment.valid.lower, appointment.valid.upper, dated.Intervals()))
    if stretch.due >= today:
        return  # of a demonstration set so early nothing is due
    with chief.scope.active():
        review = services.open_review(
            actor=chief,
            appointment=appointment,
            assessment="กลั่นกรองชุดรายงานตรงเวลา ให้ข้อคิดเห็นข้ามกลุ่มได้ ควรออกตรวจเหมืองเพิ่ม",
            outcome="continue",
        )
        services.act(actor=chief, case_id=review.case_id, name="send", expected_version=1)
