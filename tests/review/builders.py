"""A small world for the tests of review: two offices, their people, a form, factories and reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from factories.models import Factory
from offices.models import (
    AppointmentOrder,
    Assignment,
    Case,
    Group,
    InspectionZone,
    Office,
    Person,
    Placement,
    Province,
    ZoneProvince,
)
from offices.workflow import sync_workflows
from portal import calendar
from portal.actors import Actor, Capacity
from portal.models import Batch, DatedSetting, User
from portal.scope import NATION, Scope, nation
from reporting.forms.prod_m_v1 import DECLARATION
from reporting.models import (
    FactRow,
    Form,
    FormVersion,
    Measure,
    Obligation,
    OfficePackage,
    PackageEntry,
    Product,
    Submission,
    SubmissionLine,
)
from reporting.services import packages

FORM = "PROD-M"
MEASURES = [measure.name for measure in DECLARATION.measures]
MONTH = date(2026, 10, 1)
TODAY = date(2026, 11, 22)
ALWAYS = DateRange(date(2020, 1, 1), None)
PROVINCES = {"19": ("สระบุรี", "สบ", 1), "25": ("ปราจีนบุรี", "ปจ", 9)}
PRODUCTS = {"P-CEMENT": ("ปูนซีเมนต์", "ตัน"), "P-RICE": ("ข้าวสาร", "ตัน"), "P-BLOCK": ("อิฐบล็อก", "ก้อน")}


@dataclass
class Place:
    """An office with its groups and province."""

    office: Office
    province: Province
    groups: dict[str, Group] = field(default_factory=dict)


@dataclass
class World:
    """What ``build`` made; methods add people, factories and reports."""

    places: dict[str, Place]
    centre: Office
    order: AppointmentOrder
    version: FormVersion
    people: int = 0
    factories: int = 0

    def person(self, name: str = "") -> Person:
        self.people += 1
        name = name or f"ทดสอบ{self.people}"
        user = User.objects.create_user(f"u{self.people}@example.go.th")
        return Person.objects.create(
            user=user,
            title_th="นาย",
            first_th=name,
            last_th="ตัวอย่าง",
            employment=Person.Employment.CIVIL_SERVANT,
            position_th="นักวิชาการ",
        )

    def assign(
        self,
        kind: str,
        code: str = "25",
        group: str = "",
        person: Person | None = None,
        valid: DateRange = ALWAYS,
        powers: Sequence[str] = (),
    ) -> Actor:
        """Give a person (a new one by default) a capacity; the actor holds all he has by now."""
        person = person or self.person()
        place = self.places.get(code)
        if kind == "ASSISTANT" and place and not Placement.objects.filter(person=person).exists():
            Placement.objects.create(
                person=person, office=place.office, kind="home", valid=ALWAYS, order=self.order
            )
        Assignment.objects.create(
            person=person,
            kind=kind,
            office=place.office if place else self.centre,
            group=place.groups[group] if place and group else None,
            valid=valid,
            order=self.order,
            powers=list(powers),
        )
        return self.actor(person)

    def actor(self, person: Person, as_of: date = TODAY) -> Actor:
        held = Assignment.objects.filter(person=person, valid__contains=as_of).select_related(
            "office", "group", "order"
        )
        capacities = tuple(
            Capacity(
                assignment_id=row.pk,
                key=str(row.uuid),
                kind=row.kind,
                office_id=row.office_id,
                group_code=row.group.code if row.group else "",
                label=f"{row.get_kind_display()} {row.office}",
                order_ref=row.order.reference,
                powers=tuple(row.powers),
            )
            for row in held.order_by("id")
        )
        scope = Scope()
        for row in held:
            scope = scope.union(
                NATION
                if row.kind == "CENTRAL_ADMIN"
                else Scope(frozenset({row.office.province_id}), frozenset({row.office_id}), None)
            )
        return Actor(
            user=person.user,
            as_of=as_of,
            person_id=person.pk,
            name=person.name,
            capacities=capacities,
            scope=scope,
        )

    def factory(self, code: str = "25") -> Factory:
        self.factories += 1
        with nation("test"):
            return Factory.objects.create(
                province_id=code,
                number14=f"1{code}9{self.factories:010}",
                name=f"โรงงานทดสอบ {self.factories}",
            )

    def owe(self, factory: Factory, period: date = MONTH, owed: bool = True) -> Obligation:
        with nation("test"):
            return Obligation.objects.get_or_create(
                form_id=FORM,
                factory=factory,
                period=period,
                defaults={
                    "province_id": factory.province_id,
                    "owed": owed,
                    "reason": "บัญชีทดสอบ",
                    "due_at": calendar.end_of_day(calendar.due_on(period, 10)),
                },
            )[0]

    def report(
        self,
        factory: Factory,
        lines: Mapping[str, Mapping[str, object]] | None = None,
        *,
        period: date = MONTH,
        district: str = "",
        factory_type: str = "00000",
        withdrawn: bool = False,
        at: datetime | None = None,
        owed: bool = True,
        batch: Batch | None = None,
        remark: str = "",
    ) -> Submission:
        """A new current version. ``lines``: product → measure → value; "" is the header."""
        with nation("test"):
            obligation = self.owe(factory, period, owed)
            at = at or obligation.due_at - timedelta(days=1)
            version = Submission.objects.filter(form_id=FORM, factory=factory, period=period).count() + 1
            submission = Submission.objects.create(
                form_version=self.version,
                form_id=FORM,
                factory=factory,
                province_id=factory.province_id,
                period=period,
                version=version,
                channel="file",
                submitted_at=at,
                due_at=obligation.due_at,
                withdrawn=withdrawn,
                batch=batch,
            )
            for product, measures in (lines or {}).items():
                line = SubmissionLine.objects.create(
                    submission=submission,
                    section="product" if product else "header",
                    line_key=product,
                    payload={key: str(value) for key, value in measures.items()}
                    | ({"remark": remark} if remark else {}),
                )
                FactRow.objects.create(
                    line=line,
                    submission_id=submission.pk,
                    form_code=FORM,
                    period=period,
                    province=factory.province_id,
                    district=district or factory.province_id + "00",
                    factory_type=factory_type,
                    product=product,
                    measured=[
                        Decimal(str(measures[name])) if name in measures else None for name in MEASURES
                    ],
                )
            obligation.current = submission
            obligation.first_submitted_at = obligation.first_submitted_at or at
            obligation.save()
            return submission


def build(codes: Sequence[str] = ("19", "25")) -> World:
    """Offices with groups, their zones, and the form with its products."""
    places = {}
    for code in codes:
        name, suffix, zone = PROVINCES[code]
        province, _ = Province.objects.get_or_create(
            code=code,
            defaults={"name_th": name, "name_en": code, "region": "-", "suffix": suffix, "source": "ทดสอบ"},
        )
        office, _ = Office.objects.get_or_create(
            code=code,
            defaults={
                "kind": "provincial",
                "province": province,
                "name_th": f"สำนักงานอุตสาหกรรมจังหวัด{name}",
                "name_en": code,
                "short_th": f"สอจ.{name}",
            },
        )
        groups = {
            group: Group.objects.get_or_create(
                office=office, code=group, defaults={"name_th": group, "valid": ALWAYS}
            )[0]
            for group in ("POLICY", "FACTORY")
        }
        places[code] = Place(office, province, groups)
        row, _ = InspectionZone.objects.get_or_create(
            number=zone, defaults={"name_th": f"เขต {zone}", "cluster_th": "-", "source": "ทดสอบ"}
        )
        ZoneProvince.objects.get_or_create(zone=row, province=province, defaults={"valid": ALWAYS})
    centre, _ = Office.objects.get_or_create(
        code="OPS",
        defaults={"kind": "central", "name_th": "ส่วนกลาง", "name_en": "Centre", "short_th": "ส่วนกลาง"},
    )
    order = AppointmentOrder.objects.create(
        issuer="ทดสอบ", number="1", year_be=2563, title="แต่งตั้ง", signed_on=date(2020, 1, 1), valid=ALWAYS
    )
    form, _ = Form.objects.get_or_create(
        code=FORM, defaults={"name_th": "รายงานการผลิตรายเดือน", "name_en": "Monthly production"}
    )
    version, _ = FormVersion.objects.get_or_create(
        form=form, version=1, defaults={"valid": ALWAYS, "declaration_sha256": "a" * 64}
    )
    for position, measure in enumerate(MEASURES, 1):
        Measure.objects.get_or_create(form=form, position=position, defaults={"name": measure})
    for code, (name, unit) in PRODUCTS.items():
        Product.objects.get_or_create(
            code=code,
            defaults={"name_th": name, "name_en": code, "unit": unit, "valid": ALWAYS, "source": "ทดสอบ"},
        )
    sync_workflows()
    return World(places, centre, order, version)


def enable_assistants(*codes: str) -> None:
    """The assistant scheme is on in these offices."""
    for code in codes:
        DatedSetting.objects.create(
            key="offices.assistant_enabled", place=f"office:{code}", value=True, valid=ALWAYS, source="ทดสอบ"
        )


@dataclass
class Review:
    """One package and shorthand for acting on it as somebody, always with the version just read."""

    package: OfficePackage

    @property
    def case(self) -> Case:
        with nation("test"):
            return Case.objects.select_related("office", "group").get(pk=self.package.case_id)

    def act(self, actor: Actor, name: str, *, version: int | None = None, **more: Any) -> Case:
        with actor.scope.active():
            return packages.act(
                actor=actor,
                package=self.package.uuid,
                name=name,
                expected_version=self.case.version if version is None else version,
                **more,
            )

    def entries(self) -> dict[int, list[int]]:
        """round → submission ids"""
        found: dict[int, list[int]] = {}
        for entry in PackageEntry.objects.filter(package=self.package).order_by("round", "submission_id"):
            found.setdefault(entry.round, []).append(entry.submission_id)
        return found

    def refresh(self) -> OfficePackage:
        with nation("test"):
            self.package.refresh_from_db()
        return self.package


def review(actor: Actor, world: World, code: str = "25", period: date = MONTH) -> Review:
    with actor.scope.active():
        return Review(
            packages.open_package(actor=actor, form=FORM, period=period, office=world.places[code].office)
        )
