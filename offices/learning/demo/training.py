"""Training, shadowing and rotation of the demonstration."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from offices.learning.demo.houses import House, first_officer, head
from offices.models import Office
from offices.models.learning import Attendance, Stint, StintDay, TrainingCourse, TrainingSession
from offices.reference import CENTRE
from portal import calendar
from portal.calendar import fiscal_year, fiscal_year_range

COURSES = (
    ("การตรวจโรงงานเบื้องต้น", "factories", "course"),
    ("การจัดทำแผนพัฒนาอุตสาหกรรมจังหวัด", "policy", "seminar"),
    ("พื้นฐานเหมืองแร่และการฟื้นฟูพื้นที่", "mining", "study_visit"),
    ("การให้คำปรึกษาผู้ประกอบการ", "promotion", "course"),
    ("การรับรองผลิตภัณฑ์ชุมชน", "standards", "online"),
)


def write_training(rng: random.Random, houses: Iterable[House], today: date) -> None:
    """The centre's courses, held once last year, once lately and once soon; people of every office."""
    centre = Office.objects.get(code=CENTRE)
    courses = TrainingCourse.objects.bulk_create(
        TrainingCourse(office=centre, name_th=name, subject=subject, kind=kind)
        for name, subject, kind in COURSES
    )
    sessions = []
    for number, course in enumerate(courses):
        for days in (-330 + 9 * number, -28 + 3 * number, 30 + 7 * number):
            day = today + timedelta(days=days)
            ends = min(day + timedelta(days=1), fiscal_year_range(fiscal_year(day))[1])
            sessions.append(
                TrainingSession(
                    course=course,
                    office=centre,
                    fiscal_year=fiscal_year(day),
                    starts_on=day,
                    ends_on=ends,
                    hours=Decimal(6) * ((ends - day).days + 1),
                    place="ห้องประชุมส่วนกลางและระบบทางไกล",
                    trainer="วิทยากรของกรมที่เกี่ยวข้อง",
                )
            )
    sessions = TrainingSession.objects.bulk_create(sessions)
    rows = []
    for house in houses:
        share = 0.25 if house.office.code in ("73", "24") else 0.55
        for person in house.members():
            for session in sessions:
                if rng.random() > share:
                    continue
                over = session.ends_on < today
                state = Attendance.State.ENROLLED if not over else Attendance.State.ATTENDED
                if over and rng.random() < 0.05:
                    state = Attendance.State.ABSENT
                there = state == Attendance.State.ATTENDED
                rows.append(
                    Attendance(
                        session=session,
                        person=person,
                        state=state,
                        hours=session.hours if there else Decimal(0),
                    )
                )
    Attendance.objects.bulk_create(rows)


def write_stints(houses: Mapping[str, House], today: date) -> None:
    """Nonthaburi's officer follows Saraburi's mining head; in Prachin Buri one follows within the office."""
    _shadow(houses["12"], houses["19"], "mining", today, days=3, waiting=1)
    _shadow(houses["25"], houses["25"], "mining", today, days=2, waiting=1)
    learner = first_officer(houses["25"], "POLICY")
    host = head(houses["25"], "FACTORY")
    Stint.objects.create(
        person=learner,
        kind=Stint.Kind.ROTATION,
        subject="factories",
        host_office=houses["25"].office,
        host=host,
        starts_on=today + timedelta(days=30),
        ends_on=today + timedelta(days=120),
        planned_days=60,
        purpose="หมุนเวียนไปกลุ่มโรงงานเพื่อเตรียมเป็นผู้ช่วยอุตสาหกรรมจังหวัด",
    )


def _shadow(home: House, away: House, subject: str, today: date, *, days: int, waiting: int) -> None:
    learner, host = first_officer(home, "FACTORY"), head(away, "MINING")
    stint = Stint.objects.create(
        person=learner,
        kind=Stint.Kind.SHADOW,
        subject=subject,
        host_office=away.office,
        host=host,
        starts_on=today - timedelta(days=20),
        ends_on=today + timedelta(days=20),
        planned_days=5,
        purpose="เรียนรู้การตรวจเหมืองหินและการคำนวณค่าภาคหลวง",
        state=Stint.State.AGREED,
    )
    for number in range(days + waiting):
        signed: dict[str, Any] = {}
        if number < days:
            signed = {
                "state": StintDay.State.CERTIFIED,
                "signed_by": host,
                "signed_name": host.name,
                "signed_as": f"หัวหน้ากลุ่ม {away.office.short_th}",
                "signed_at": calendar.start_of_day(today - timedelta(days=10)),
            }
        StintDay.objects.create(
            stint=stint,
            person=learner,
            day=today - timedelta(days=18 - 2 * number),
            hours=Decimal(6),
            activities="ตามไปตรวจหน้าเหมืองและอ่านรายงานการผลิต",
            reflection="เข้าใจขั้นตอนการตรวจและข้อที่มักพบ",
            **signed,
        )
