"""Small rows for tests: offices, groups, people, orders, assignments."""

from datetime import date
from itertools import count
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from offices.models import (
    AppointmentOrder,
    Assignment,
    Group,
    InspectionGroup,
    InspectionGroupZone,
    InspectionZone,
    Office,
    Person,
    Placement,
    Province,
    ZoneProvince,
)
from portal.models import DatedSetting, User

EVER = DateRange(date(2019, 10, 1), None)
_number = count(1)


def span(start: date | None, end: date | None = None) -> DateRange:
    """[start, end)"""
    return DateRange(start, end)


def office(code: str = "25", name: str = "ปราจีนบุรี") -> Office:
    province, _made = Province.objects.get_or_create(
        code=code,
        defaults={"name_th": name, "name_en": code, "region": "-", "suffix": code, "source": "test"},
    )
    found, _made = Office.objects.get_or_create(
        code=code,
        defaults={
            "kind": Office.Kind.PROVINCIAL,
            "province": province,
            "name_th": f"สำนักงานอุตสาหกรรมจังหวัด{name}",
            "name_en": code,
            "short_th": f"สอจ.{name}",
        },
    )
    return found


def centre() -> Office:
    found, _made = Office.objects.get_or_create(
        code="OPS",
        defaults={
            "kind": "central",
            "name_th": "สำนักงานปลัดกระทรวงอุตสาหกรรม",
            "name_en": "OPS",
            "short_th": "สปอ.",
        },
    )
    return found


def group(place: Office, code: str = "FACTORY", valid: DateRange = EVER) -> Group:
    found, _made = Group.objects.get_or_create(
        office=place, code=code, valid=valid, defaults={"name_th": str(Group.Code(code).label)}
    )
    return found


def zone(number: int, *provinces: str, valid: DateRange = EVER) -> InspectionZone:
    found, _made = InspectionZone.objects.get_or_create(
        number=number, defaults={"name_th": f"เขต {number}", "cluster_th": "-", "source": "test"}
    )
    for code in provinces:
        ZoneProvince.objects.create(zone=found, province_id=code, valid=valid)
    return found


def inspection_group(*zones: InspectionZone, valid: DateRange = EVER) -> InspectionGroup:
    made = InspectionGroup.objects.create(name_th=f"กลุ่มตรวจราชการที่ {next(_number)}", valid=valid)
    for member in zones:
        InspectionGroupZone.objects.create(group=made, zone=member, valid=valid)
    return made


def assistants_on(place: Office, start: date = date(2023, 5, 12), *, value: bool = True) -> None:
    DatedSetting.objects.create(
        key="offices.assistant_enabled",
        place=f"office:{place.code}",
        value=value,
        valid=span(start),
        source="test",
    )


def person(first: str = "", *, user: User | None = None, employment: str = "civil_servant") -> Person:
    number = next(_number)
    return Person.objects.create(
        user=user,
        title_th="นาย",
        first_th=first or f"ทดสอบ{number}",
        last_th="แบบอย่าง",
        employment=employment,
    )


def user(email: str = "") -> User:
    return User.objects.create_user(email=email or f"user{next(_number)}@demo.invalid", password="x")


def order(valid: DateRange = EVER, *, signed_on: date = date(2019, 9, 20), **values: Any) -> AppointmentOrder:
    return AppointmentOrder.objects.create(
        issuer="สปอ.",
        number=str(next(_number)),
        year_be=2562,
        title="แต่งตั้ง",
        signed_on=signed_on,
        valid=valid,
        **values,
    )


def assign(who: Person, kind: str, place: Office, **values: Any) -> Assignment:
    values.setdefault("valid", EVER)
    if "order" not in values:
        values["order"] = order(values["valid"])
    if kind in ("OFFICER", "GROUP_HEAD", "ASSISTANT") and "group" not in values:
        values["group"] = group(place)
    if kind == "ASSISTANT" and not Placement.objects.filter(person=who).exists():
        work_in(who, place, order=values["order"], valid=values["order"].valid)
    return Assignment.objects.create(person=who, kind=kind, office=place, **values)


def work_in(who: Person, place: Office, **values: Any) -> Placement:
    """Place somebody in an office: his home unless another kind is said."""
    values.setdefault("valid", EVER)
    if "order" not in values:
        values["order"] = order(values["valid"])
    return Placement.objects.create(person=who, office=place, **{"kind": "home", **values})
