"""A small world of staffing: the one of learning, with posts, their holders and orders."""

from __future__ import annotations

from datetime import date
from typing import Any

from offices.models import (
    AppointmentOrder,
    Case,
    Group,
    Incumbency,
    Office,
    Person,
    PositionLine,
    Post,
    Retirement,
)
from offices.services.cases import open_case
from offices.workflow import sync_workflows
from portal.scope import nation
from tests.learning import world as learning
from tests.offices import flow, make

DAY = learning.DAY  # 20 November 2026, fiscal year 2570
SINCE = date(2025, 10, 1)


class World(learning.World):
    """Adds ``world.post("chief")`` and the groups of both offices."""

    def __init__(self) -> None:
        super().__init__()
        with nation("test"):
            lines()
            sync_workflows()
            make.group(self.here, "PROMO")
            make.group(self.centre, "ADMIN")
            make.group(self.there, "ADMIN")
            self.order = order("ที่ให้ตำแหน่ง", "77", SINCE, office=self.here)
            self.posts: dict[str, Post] = {}
            for nth, (name, code, leads) in enumerate(
                (
                    ("chief", "", "office"),
                    ("head", "FACTORY", "group"),
                    ("officer", "FACTORY", ""),
                    ("second", "FACTORY", ""),
                    ("empty", "PROMO", ""),
                ),
                start=1,
            ):
                group = Group.objects.get(office=self.here, code=code) if code else None
                self.posts[name] = post(str(100 + nth), self.here, group=group, leads=leads)
                if name != "empty":
                    hold(self.person(name), self.posts[name], self.order)

    def post(self, name: str) -> Post:
        return self.posts[name]

    def open_case(self, who: str, title: str) -> Case:
        """A case that somebody opened in his office's factory group."""
        group = Group.objects.get(office=self.here, code="FACTORY")
        return open_case(
            actor=self.actor(who), case_type=flow.FLOW.case_type, office=self.here, group=group, title=title
        )


def lines() -> None:
    for code, name, levels in (
        ("3-1", "วิศวกร", ["ปฏิบัติการ", "ชำนาญการ", "ชำนาญการพิเศษ"]),
        ("1-1", "อำนวยการ", ["สูง"]),
    ):
        PositionLine.objects.get_or_create(
            code=code,
            defaults={
                "type": "ACAD" if code == "3-1" else "MGR", "name_th": name, "name_en": code,
                "levels": levels, "source": "test",
            },
        )  # fmt: skip


def order(title: str, number: str, day: date, **values: Any) -> AppointmentOrder:
    return AppointmentOrder.objects.create(
        issuer="สำนักงานปลัดกระทรวงอุตสาหกรรม", number=number, year_be=day.year + 543, title=title,
        signed_on=day, valid=make.span(day), **values,
    )  # fmt: skip


def post(number: str, office: Office, **values: Any) -> Post:
    given: dict[str, Any] = {"level": "ชำนาญการ", "valid": make.EVER, "line_id": "3-1"} | values
    return Post.objects.create(number=number, office=office, **given)


def hold(
    person: Person, held: Post, by: AppointmentOrder, start: date = SINCE, end: date | None = None
) -> Incumbency:
    return Incumbency.objects.create(person=person, post=held, valid=make.span(start, end), order=by)


def retires(person: Person, year: int) -> Retirement:
    return Retirement.objects.create(person=person, fiscal_year=year, source="ประกาศ 1/2569", noted_on=DAY)
