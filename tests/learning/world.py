"""A small world of learning: two offices in two zones, an inspector of the first, the centre, reference rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.test import Client

from offices.learning.reference import load_competencies, load_descriptors
from offices.models import Office, Person
from offices.models.learning import (
    Attendance,
    DevelopmentItem,
    DevelopmentPlan,
    PlanAct,
    Stint,
    StintDay,
    SubjectLevel,
    TrainingCourse,
    TrainingSession,
)
from offices.selectors.actors import resolve
from portal import calendar
from portal.actors import Actor
from portal.models import User
from portal.scope import nation
from tests.offices import make
from tests.offices.november import DAY as DAY
from tests.offices.test_pages import signed_in

YEAR = 2570  # its fiscal year
_number = count(1)


class World:
    """``world.actor("chief")``, ``world.person("chief")``, ``world.client("chief")``."""

    def __init__(self, day: date = DAY) -> None:
        self.day = day
        with nation("test"):
            load_competencies()
            load_descriptors()
            self.here, self.there = make.office(), make.office("19", "สระบุรี")
            self.centre = make.centre()
            groups = {code: make.group(self.here, code) for code in ("ADMIN", "POLICY", "FACTORY", "MINING")}
            make.group(self.there, "FACTORY")
            group = make.inspection_group(make.zone(9, "25"))
            make.zone(1, "19")
            self.rows: dict[str, Any] = {}
            for name, kind, place, values in (
                ("chief", "CHIEF", self.here, {}),
                ("there", "CHIEF", self.there, {}),
                ("admin_head", "GROUP_HEAD", self.here, {"group": groups["ADMIN"]}),
                ("head", "GROUP_HEAD", self.here, {"group": groups["FACTORY"]}),
                ("officer", "OFFICER", self.here, {"group": groups["FACTORY"]}),
                ("second", "OFFICER", self.here, {"group": groups["FACTORY"]}),
                ("miner", "OFFICER", self.here, {"group": groups["MINING"]}),
                ("stranger", "OFFICER", self.there, {}),
                ("inspector", "INSPECTOR", self.centre, {"inspection_group": group}),
                ("admin", "CENTRAL_ADMIN", self.centre, {}),
                ("other_admin", "CENTRAL_ADMIN", self.centre, {}),
            ):
                who = make.person(f"คน{name}", user=make.user())
                self.rows[name] = make.assign(who, kind, place, **values)
        self._clients: dict[str, Client] = {}

    def person(self, name: str) -> Person:
        return self.rows[name].person

    def actor(self, name: str, day: date | None = None) -> Actor:
        user = self.person(name).user
        assert isinstance(user, User)
        with nation("test"):
            return resolve(user, day or self.day)

    def client(self, name: str) -> Client:
        if name not in self._clients:
            self._clients[name] = signed_in(self.person(name).user)
        return self._clients[name]


def level(
    person: Person, subject: str, value: int, by: Person, since: date = date(2026, 1, 5)
) -> SubjectLevel:
    return SubjectLevel.objects.create(
        person=person,
        subject=subject,
        level=value,
        since=since,
        basis="assessment",
        evidence="ทดสอบ",
        set_by=by,
        set_by_name=by.name,
        set_as="ทดสอบ",
        set_at=calendar.now(),
    )


def plan(person: Person, state: str = "draft", year: int = YEAR) -> DevelopmentPlan:
    """A plan in a state, with the act that brought it there."""
    row = DevelopmentPlan.objects.create(
        person=person, fiscal_year=year, goal="เป้าหมาย", state=state, state_since=calendar.now()
    )
    PlanAct.objects.create(
        plan=row, name="open", to_state=state, version_after=1, by=person, by_name=person.name, capacity="-",
        at=calendar.start_of_day(date(year - 544, 10, 1)),
    )  # fmt: skip
    return row


def item(row: DevelopmentPlan, **values: Any) -> DevelopmentItem:
    given: dict[str, Any] = {
        "subject": "mining", "topic": "ตรวจเหมือง", "method": "shadowing", "target_level": 2,
        "starts_on": date(row.fiscal_year - 543, 1, 1), "ends_on": date(row.fiscal_year - 543, 3, 31),
        "planned_hours": Decimal(18),
    } | values  # fmt: skip
    return DevelopmentItem.objects.create(plan=row, **given)


def session(office: Office, name: str = "", **values: Any) -> TrainingSession:
    course = TrainingCourse.objects.create(
        office=office, name_th=name or f"หลักสูตร {next(_number)}", subject=values.pop("subject", "factories")
    )
    given: dict[str, Any] = {
        "fiscal_year": YEAR, "starts_on": date(2026, 11, 2), "ends_on": date(2026, 11, 3), "hours": Decimal(12)
    } | values  # fmt: skip
    return TrainingSession.objects.create(course=course, office=office, **given)


def attend(person: Person, of: TrainingSession, hours: Any = 12, role: str = "attendee") -> Attendance:
    return Attendance.objects.create(
        session=of, person=person, state="attended", hours=Decimal(hours), role=role
    )


def stint(person: Person, host: Person, host_office: Office, state: str = "agreed", **values: Any) -> Stint:
    given: dict[str, Any] = {
        "kind": "shadow", "subject": "mining", "starts_on": date(2026, 11, 1), "ends_on": date(2026, 11, 30),
        "planned_days": 5, "purpose": "เรียนรู้", "result": "ทำได้" if state == "closed" else "",
    } | values  # fmt: skip
    return Stint.objects.create(person=person, host=host, host_office=host_office, state=state, **given)


def day(of: Stint, on: date = date(2026, 11, 5), state: str = "logged", hours: Any = 6) -> StintDay:
    signed: dict[str, Any] = {}
    if state != "logged":
        signed = {"signed_by": of.host, "signed_name": of.host.name, "signed_at": calendar.now()}
        signed["reason"] = "ไม่ครบ" if state == "declined" else ""
    return StintDay.objects.create(
        stint=of,
        person=of.person,
        day=on,
        hours=Decimal(hours),
        activities="ตามไปตรวจ",
        state=state,
        **signed,
    )
