"""Made-up staff for the demonstration: eleven pilot offices, inspectors, the centre.

Every name is put together from short lists and belongs to nobody. All accounts end in
``demo.invalid``, share one password and have TOTP secrets made from their address, so that the
same demonstration can be signed in to on every machine. ``manage.py demo_signins`` prints them
and refuses outside the demonstration.
"""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from offices.models import (
    AppointmentOrder,
    Assignment,
    AssignmentKind,
    Group,
    InspectionGroup,
    InspectionGroupZone,
    InspectionZone,
    Office,
    Person,
    Placement,
    PlacementKind,
)
from offices.reference import CENTRE
from offices.staffing.demo import create_posts
from portal.actors import Actor, actor_of
from portal.calendar import be_year, fiscal_year, fiscal_year_range
from portal.models import User

DOMAIN = "demo.invalid"
PASSWORD = "saraban-demo-2569"  # of every demonstration account, on purpose
PILOTS = ("11", "12", "13", "14", "19", "20", "21", "24", "25", "73", "74")
OUTSIDER = "71"  # an office that is no pilot: its chief must see nothing of the others
HEAD_IS_NOT_ASSISTANT = "19"  # here endorsing and screening are two people's acts
VACANT_HEAD = ("73", "PROMO")  # its head retired at the end of the last fiscal year
SINCE = date(2023, 10, 1)
ISSUER = "สำนักงานปลัดกระทรวงอุตสาหกรรม"
# Zones of each inspection group; the ministry's own grouping is not public.
ZONE_SETS = ((0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10, 11), (12, 13, 14, 15), (16, 17, 18))

_TITLES = ("นาย", "นาง", "นางสาว")
_FIRST = ("กมล", "ขวัญ", "จิรา", "ชลธี", "ณัฐ", "ดารา", "ทิพา", "ธารา", "นภา", "ปรีดา", "พิมล", "ภูผา", "มานี", "รวี",
          "วารี", "ศิลา", "สายชล", "อรุณ", "อิงฟ้า", "เมฆา")  # fmt: skip
_LAST_HEAD = ("ทอง", "เพชร", "แก้ว", "ศรี", "ไพร", "ธาร", "ฟ้า", "ดาว", "บัว", "จันทร์")
_LAST_TAIL = ("สมมติ", "ตัวอย่าง", "สาธิต", "จำลอง", "ทดลอง")
_POSITIONS = {
    "ADMIN": "นักจัดการงานทั่วไป",
    "POLICY": "นักวิเคราะห์นโยบายและแผน",
    "FACTORY": "วิศวกร",
    "MINING": "วิศวกรเหมืองแร่",
    "PROMO": "นักวิชาการอุตสาหกรรม",
}
_EMPLOYMENT = ("civil_servant", "civil_servant", "civil_servant", "government_employee", "contract")


@dataclass(frozen=True)
class SignIn:
    """A demonstration account. ``role`` and ``office`` are Thai; ``kind`` an AssignmentKind."""

    kind: str
    role: str
    office: str
    name: str
    email: str
    secret: str
    password: str = PASSWORD


@dataclass(frozen=True)
class _Seat:
    """Somebody to be made: address, position, employment, and what he is assigned to."""

    email: str
    position: str
    office: Office
    seats: tuple[tuple[str, Group | None, InspectionGroup | None], ...]
    employment: str = "civil_servant"
    until: date | None = None  # first day on which he is no longer there


def totp_secret(email: str) -> str:
    """The TOTP secret of a demonstration account, the same on every machine."""
    return base64.b32encode(hashlib.sha1(f"portal demonstration {email}".encode()).digest()).decode()


def create_staff(*, rng: random.Random, today: date) -> list[SignIn]:
    """Make the staff of the pilots, one outsider's chief, five inspectors and two administrators.

    Needs the reference data and runs inside ``portal.scope.nation``; the same ``rng`` makes the
    same people. Assignments begin on 1 October 2566. Gives every account.
    """
    offices = {office.code: office for office in Office.objects.select_related("province")}
    groups: dict[str, dict[str, Group]] = {}
    for group in Group.objects.filter(valid__contains=today).select_related("office").order_by("id"):
        groups.setdefault(group.office.code, {})[group.code] = group
    with transaction.atomic():
        seats = [seat for code in PILOTS for seat in _office(rng, offices[code], groups[code], today)]
        seats.append(
            _Seat(f"chief.{OUTSIDER}", "นักบริหาร", offices[OUTSIDER], ((AssignmentKind.CHIEF, None, None),))
        )
        seats += _centre(offices[CENTRE])
        people = _people(rng, seats)
        _assignments(seats, people)
        create_posts(today)
    return signins()


def _office(rng: random.Random, office: Office, groups: dict[str, Group], today: date) -> Iterator[_Seat]:
    code = office.code
    yield _Seat(f"chief.{code}", "ผู้อำนวยการ", office, ((AssignmentKind.CHIEF, None, None),))
    retired = fiscal_year_range(fiscal_year(today))[0]
    for name, group in groups.items():
        assistant = name == "POLICY" or (name == "FACTORY" and code != HEAD_IS_NOT_ASSISTANT)
        held = [AssignmentKind.GROUP_HEAD, *([AssignmentKind.ASSISTANT] if assistant else [])]
        yield _Seat(
            f"head.{name.lower()}.{code}",
            f"{_POSITIONS[name]}ชำนาญการพิเศษ",
            office,
            tuple((kind, group, None) for kind in held),
            until=retired if (code, name) == VACANT_HEAD else None,
        )
        for number in range(1, rng.randint(2, 3) + 1):
            first = name == "FACTORY" and number == 1
            yield _Seat(
                f"officer.{code}" if first else f"officer{number}.{name.lower()}.{code}",
                _POSITIONS[name],
                office,
                ((AssignmentKind.OFFICER, group, None),),
                employment="civil_servant" if first else rng.choice(_EMPLOYMENT),
            )


def _centre(centre: Office) -> Iterator[_Seat]:
    zones = {zone.number: zone for zone in InspectionZone.objects.all()}
    for number, members in enumerate(ZONE_SETS, start=1):
        group = InspectionGroup.objects.create(
            name_th=f"กลุ่มตรวจราชการที่ {number}", valid=DateRange(SINCE, None)
        )
        InspectionGroupZone.objects.bulk_create(
            InspectionGroupZone(group=group, zone=zones[zone], valid=DateRange(SINCE, None))
            for zone in members
        )
        yield _Seat(
            f"inspector.{number}", "ผู้ตรวจราชการกระทรวง", centre, ((AssignmentKind.INSPECTOR, None, group),)
        )
    for number in (1, 2):
        yield _Seat(
            f"admin.{number}", "นักวิชาการคอมพิวเตอร์", centre, ((AssignmentKind.CENTRAL_ADMIN, None, None),)
        )


def _people(rng: random.Random, seats: Sequence[_Seat]) -> list[Person]:
    password = make_password(PASSWORD)  # once: a slow hash for each of 200 accounts would take a minute
    users = User.objects.bulk_create(
        User(email=f"{seat.email}@{DOMAIN}", password=password) for seat in seats
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    Authenticator.objects.bulk_create(
        Authenticator(
            user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(totp_secret(user.email))}
        )
        for user in users
    )
    return Person.objects.bulk_create(
        Person(
            user=user,
            title_th=rng.choice(_TITLES),
            first_th=rng.choice(_FIRST),
            last_th=rng.choice(_LAST_HEAD) + rng.choice(_LAST_TAIL),
            employment=seat.employment,
            position_th=seat.position,
        )
        for user, seat in zip(users, seats, strict=True)
    )


def _assignments(seats: Sequence[_Seat], people: Sequence[Person]) -> None:
    places = list(dict.fromkeys(seat.office for seat in seats))
    made = AppointmentOrder.objects.bulk_create(
        AppointmentOrder(
            issuer=ISSUER,
            number=str(number),
            year_be=be_year(SINCE),
            title=f"แต่งตั้งผู้ปฏิบัติหน้าที่ {office.name_th}",
            signed_on=SINCE,
            valid=DateRange(SINCE, None),
            office=office,
        )
        for number, office in enumerate(places, start=101)
    )
    orders = {order.office_id: order for order in made}
    Placement.objects.bulk_create(
        Placement(
            person=person,
            office=seat.office,
            group=seat.seats[0][1],
            kind=PlacementKind.HOME,
            valid=DateRange(SINCE, seat.until),
            order=orders[seat.office.pk],
        )
        for person, seat in zip(people, seats, strict=True)
    )
    Assignment.objects.bulk_create(
        Assignment(
            person=person,
            kind=kind,
            office=seat.office,
            group=group,
            inspection_group=inspection_group,
            valid=DateRange(SINCE, seat.until),
            order=orders[seat.office.pk],
        )
        for person, seat in zip(people, seats, strict=True)
        for kind, group, inspection_group in seat.seats
    )


def actor_of_centre(today: date) -> Actor:
    """The first demonstration administrator, in whose name the demonstration's data are written."""
    return actor_of(User.objects.get(email=f"admin.1@{DOMAIN}"), today)


def signins() -> list[SignIn]:
    """Every demonstration account with its first seat, in the order they were made."""
    found: dict[str, SignIn] = {}
    rows = Assignment.objects.filter(person__user__email__endswith=f"@{DOMAIN}")
    for row in rows.select_related("person__user", "office").order_by("id"):
        email = row.person.user.email if row.person.user else ""
        found.setdefault(
            email,
            SignIn(
                kind=row.kind,
                role=str(AssignmentKind(row.kind).label),
                office=row.office.short_th,
                name=row.person.name,
                email=email,
                secret=totp_secret(email),
            ),
        )
    return list(found.values())
