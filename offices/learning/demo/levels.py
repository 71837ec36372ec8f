"""Levels and ratings of the demonstration."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta

from offices.learning.dated import MAIN
from offices.learning.demo.houses import House
from offices.models import AssignmentKind, Person
from offices.models.learning import Assessment, AssessmentLine, Competency, SubjectLevel
from portal import calendar
from portal.calendar import fiscal_year, fiscal_year_range

# What an office's story is, by subject: how many people are at level 3 or more, how many at 2.
STORY: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "25": {"mining": (1, 1), "promotion": (0, 2)},
    "73": {"promotion": (0, 0), "mining": (1, 0)},
    "11": {"promotion": (1, 1)},
    "24": {"policy": (0, 1)},
    "74": {"policy": (1, 0), "promotion": (1, 0)},
    "12": {"promotion": (0, 1)},
}
USUAL = (2, 2)
READY = ("20", "21", "19", "14")  # offices whose assistants are at the level asked for in all subjects


def write_levels(rng: random.Random, house: House, code: str, today: date, admin: Person) -> None:
    """Every person's levels by the story of the office, with what they were before."""
    rows = []
    members = house.members()
    known: dict[int, dict[str, int]] = {person.pk: {} for person in members}
    for subject in MAIN:
        able, near = STORY.get(code, {}).get(subject.value, USUAL)
        # own group first, heads before officers, then the others as the year made them
        order = sorted(
            members,
            key=lambda one, subject=subject: (  # type: ignore[misc]
                house.home(one) != subject.value,
                not house.holds(one, AssignmentKind.GROUP_HEAD),
                one.pk,
            ),
        )
        for number, person in enumerate(order):
            if number < able:
                known[person.pk][subject.value] = 4 if number == 0 and able > 1 else 3
            elif number < able + near:
                known[person.pk][subject.value] = 2
            elif rng.random() < 0.4:
                known[person.pk][subject.value] = 1
    if code in READY:
        for person in members:
            if house.holds(person, AssignmentKind.ASSISTANT):
                for subject in MAIN:
                    known[person.pk][subject.value] = max(known[person.pk].get(subject.value, 0), 3)
    for person in members:
        by = admin if person.pk == house.chief.pk else house.chief
        for name, level in known[person.pk].items():
            first = today - timedelta(days=rng.randint(400, 700))
            if level > 2:
                rows.append(_level(person, name, level - 1, first, by, house))
            rows.append(_level(person, name, level, today - timedelta(days=rng.randint(20, 300)), by, house))
    SubjectLevel.objects.bulk_create(sorted(rows, key=lambda row: row.since))


_EVIDENCE = {
    1: ("training", "ผ่านการอบรมและแบบทดสอบของด้านนี้"),
    2: ("stint", "เรียนรู้จากผู้ปฏิบัติจริงสามวัน และออกพื้นที่สองครั้ง"),
    3: ("work", "จัดทำเรื่องด้วยตนเองห้าเรื่อง พี่เลี้ยงรับรอง"),
    4: ("work", "กลั่นกรองเรื่องของผู้อื่นและชี้ทางแก้ได้"),
    5: ("assessment", "เป็นวิทยากรของกลุ่ม"),
}


def _level(person: Person, subject: str, level: int, since: date, by: Person, house: House) -> SubjectLevel:
    basis, evidence = _EVIDENCE[level]
    return SubjectLevel(
        person=person,
        subject=subject,
        level=level,
        since=since,
        basis=basis,
        evidence=evidence,
        set_by=by,
        set_by_name=by.name,
        set_as=f"อุตสาหกรรมจังหวัด {house.office.short_th}" if by == house.chief else "ผู้ดูแลระบบส่วนกลาง",
        set_at=calendar.start_of_day(since),
    )


def write_ratings(rng: random.Random, house: House, today: date) -> None:
    """Last year's second round, of everybody but the chief: his own word and the chief's."""
    year, at = fiscal_year(today) - 1, calendar.start_of_day(fiscal_year_range(fiscal_year(today) - 1)[1])
    sheets = Assessment.objects.bulk_create(
        Assessment(
            person=person,
            fiscal_year=year,
            half=2,
            kind=kind,
            made_by=by,
            made_by_name=by.name,
            made_as=house.office.short_th,
            made_at=at,
        )
        for person in house.members()
        if person.pk != house.chief.pk
        for kind, by in ((Assessment.Kind.SELF, person), (Assessment.Kind.SUPERVISOR, house.chief))
    )
    competencies = list(Competency.objects.order_by("position"))
    AssessmentLine.objects.bulk_create(
        AssessmentLine(assessment=sheet, competency=one, level=rng.choice((2, 3, 3, 3, 4)))
        for sheet in sheets
        for one in competencies
    )
