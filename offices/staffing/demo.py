"""Posts with numbers for the demonstration staff, a vacant post, somebody seconded, a long acting chief."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from offices.models import (
    AppointmentOrder,
    Assignment,
    AssignmentKind,
    Incumbency,
    Office,
    Person,
    Placement,
    PlacementKind,
    PositionLine,
    Post,
    Retirement,
)
from portal.calendar import add_months, be_year, fiscal_year

ACTING_OFFICE = "26"  # no pilot: nobody has been its chief for a long time
LEVELS = {"office": "สูง", "group": "ชำนาญการพิเศษ", "": "ปฏิบัติการ"}
FIRST_NUMBER = 101


def create_posts(today: date) -> None:
    """Give every civil servant with a home in a provincial office a post, and each office a vacant one."""
    lines = {line.name_th: line for line in PositionLine.objects.all()}
    homes = (
        Placement.objects.filter(kind=PlacementKind.HOME, office__kind=Office.Kind.PROVINCIAL)
        .filter(person__employment=Person.Employment.CIVIL_SERVANT)
        .select_related("person", "office", "group", "order")
        .order_by("office__code", "pk")
    )
    kinds: dict[int, set[str]] = {}
    for person, kind in Assignment.objects.values_list("person_id", "kind"):
        kinds.setdefault(person, set()).add(kind)
    numbers: Counter[str] = Counter()
    posts, held = [], []
    for home in homes:
        mine = kinds.get(home.person_id, set())
        leads = (
            "office" if AssignmentKind.CHIEF in mine else "group" if AssignmentKind.GROUP_HEAD in mine else ""
        )
        name = home.person.position_th.removesuffix(LEVELS["group"])
        line = lines.get(name) or lines["ผู้อำนวยการ" if leads == "office" else "นักวิชาการอุตสาหกรรม"]
        level = LEVELS[leads] if LEVELS[leads] in line.levels else line.levels[0]
        post = Post(
            number=_number(home.office, numbers), office=home.office, group=home.group, line=line,
            level=level, leads=leads, valid=DateRange(home.valid.lower, None),
        )  # fmt: skip
        posts.append(post)
        held.append(Incumbency(person=home.person, post=post, valid=home.valid, order=home.order))
    for office in {home.office_id: home.office for home in homes}.values():
        posts.append(
            Post(number=_number(office, numbers), office=office, line=lines["นักวิชาการอุตสาหกรรม"],
                 level="ปฏิบัติการ", valid=DateRange(homes[0].valid.lower, None))
        )  # fmt: skip
    Post.objects.bulk_create(posts)
    Incumbency.objects.bulk_create(held)
    year = fiscal_year(today)
    Retirement.objects.bulk_create(
        Retirement(person=row.person, fiscal_year=year + nth % 23, source="ตัวอย่างสาธิต", noted_on=today)
        for nth, row in enumerate(held)
        if row.valid.upper is None
    )
    _long_acting(today)


def _number(office: Office, numbers: Counter[str]) -> str:
    numbers[office.code] += 1
    return f"{office.code}{FIRST_NUMBER + numbers[office.code]}"


def _long_acting(today: date) -> None:
    office = Office.objects.get(code=ACTING_OFFICE)
    since = add_months(today.replace(day=1), -9)
    order = AppointmentOrder.objects.create(
        issuer="สำนักงานปลัดกระทรวงอุตสาหกรรม", number="190", year_be=be_year(since), office=office,
        title=f"ให้รักษาราชการแทนอุตสาหกรรมจังหวัด {office.short_th}", signed_on=since,
        valid=DateRange(since, None),
    )  # fmt: skip
    person = Person.objects.create(
        title_th="นาย", first_th="ปรีดา", last_th="ศรีสาธิต", employment=Person.Employment.CIVIL_SERVANT,
        position_th="ผู้อำนวยการเฉพาะด้าน",
    )  # fmt: skip
    valid = DateRange(since, None)
    Placement.objects.create(person=person, office=office, kind=PlacementKind.HOME, valid=valid, order=order)
    Assignment.objects.create(
        person=person,
        kind=AssignmentKind.ACTING_CHIEF,
        office=office,
        valid=valid,
        order=order,
        acting_rank=1,
    )
