"""Made-up personal data of one office for the demonstration: numbers of the range that belongs to nobody."""

from __future__ import annotations

from datetime import date, timedelta

from offices.demo import DOMAIN
from offices.models import Office, Person, SupportAccess
from offices.private import services
from portal import calendar
from portal.actors import Actor, actor_of
from portal.identifiers import thirteenth_digit
from portal.models import User

OFFICE = "25"


def card(number: int) -> str:
    """A card number that begins with 0, which no person's does."""
    body = f"0{number:011}"
    return body + thirteenth_digit(body)


def write(*, today: date) -> None:
    """Write them in the name of the first administrator: the fields of the office's people, a few readings,
    and a loan of the office's view that its chief has seen."""
    office = Office.objects.get(code=OFFICE)
    admin, chief = _actor("admin.1", today), _actor(f"chief.{OFFICE}", today)
    people = list(Person.objects.filter(assignments__office=office).distinct().order_by("pk"))
    with admin.scope.active():
        for number, person in enumerate(people, start=1):
            services.write(
                actor=admin,
                person=person,
                values={
                    "national_id": card(number),
                    "birth_date": date(1970 + number, 1 + number % 12, 1 + number),
                    "hire_date": date(1996 + number, 10, 1),
                    "address": f"บ้านเลขที่ 0/{number} หมู่บ้านสมมติ ตำบลตัวอย่าง",
                    "telephone": f"000 000 00{number:02}",
                    "email": f"private{number}@{DOMAIN}",
                    "emergency_contact": f"ญาติสมมติ {number} โทร 000 000 01{number:02}",
                },
            )
        services.reveal(actor=admin, person=people[1], name="birth_date", reason="ตรวจปีที่เกษียณ")
        _lent(office, admin, chief)
    with chief.scope.active():
        services.reveal(actor=chief, person=people[1], name="telephone", reason="ติดต่อนอกเวลาราชการ")


def _actor(name: str, today: date) -> Actor:
    return actor_of(User.objects.get(email=f"{name}@{DOMAIN}"), today)


def _lent(office: Office, admin: Actor, chief: Actor) -> None:
    """A loan of yesterday; the service lends from now on only."""
    start = calendar.now() - timedelta(days=1)
    row = SupportAccess(
        office=office,
        kind="CHIEF",
        user=admin.user,
        person=Person.objects.get(user=admin.user),
        person_name=admin.name,
        order_ref=admin.capacities[0].order_ref,
        reason="ตรวจหน้าที่แสดงไม่ครบ ตามที่สำนักงานแจ้ง",
        starts_at=start,
        ends_at=start + timedelta(minutes=20),
        seen_by=chief.user,
        seen_name=chief.name,
        seen_at=start + timedelta(hours=2),
    )
    row.save()
