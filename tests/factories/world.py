"""Files of invented factories with the quirks of the real ones, and the way they come in."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import call_command

from factories.models import Factory
from offices.models import Group, InspectionZone, Office
from offices.selectors.actors import resolve
from portal.actors import Actor
from portal.identifiers import make_factory_number
from portal.intake import services
from portal.intake.services import Upload
from portal.models import Batch, BatchFinding, User
from portal.scope import nation
from tests.offices import make

TODAY = date(2026, 11, 22)


def number14(running: int, *, province: str = "25", issuer: int = 2) -> str:
    return make_factory_number(issuer=issuer, province=province, running=90000 + running, year=2569)


def old_number(running: int, suffix: str = "ปจ") -> str:
    return f"จ3-9(6)-{900 + running}/69{suffix}"


def feed_row(running: int = 1, **changes: str) -> dict[str, str]:
    """A good row of the feed: a cassava yard that does not exist."""
    row = {
        "FACREG": f'="009063{running:03}69ปจ"',
        "DISPFACREG": old_number(running),
        "FID": number14(running),
        "FACTYPE": "3",
        "FNAME": f"ลานมันสมมติ {running}",
        "ONAME": f"บริษัท สมมติ {running} จำกัด",
        "OBJECT": "ทำมันเส้น",
        "FADDR": "1",
        "FMOO": "2",
        "FSOI": " ",
        "FROAD": "-",
        "FTUMNAME": "วังท่าช้าง",
        "FAMPNAME": "กบินทร์บุรี",
        "FPROVNAME": "ปราจีนบุรี",
        "FZIPCODE": "25110",
        "TOTAL_CAP": "1500000.00",
        "TOTAL_WORKER": "12",
        "HP": "290.0",
        "LAT": "13.61891",
        "LNG": "101.8843",
        "ISIC_CODE": "10621",
        "ESTATE": "OUT",
        "ESTATE_NAME_TH": "",
        "INDUSTRIAL_ZONE_NAME": "",
        "FFLAG": "1",
        "LAST_UPDATE": "2026-08-13 02:31:07.000",
    }
    return row | changes


def export_row(running: int = 1, **changes: str) -> dict[str, str]:
    """The same plant as the department exports it."""
    row = {
        "FID": str(10_000 + running),
        "เลขทะเบียน": old_number(running),
        "ประเภท": "00906",
        "ISIC": "10621",
        "จำพวก": "3",
        "ชื่อโรงงาน": f"ลานมันสมมติ {running}",
        "ผู้ประกอบก": f"บริษัท สมมติ {running} จำกัด",
        "ประกอบกิจก": "ทำมันเส้น",
        "กำลังผลิต": "500.0",
        "หน่วย": "ตัน/ปี",
        "เลขที่": "1",
        "หมู่": "2",
        "ซอย": " ",
        "ถนน": "-",
        "ตำบล": "วังท่าช้าง",
        "อำเภอ": "กบินทร์บุรี",
        "จังหวัด": "ปราจีนบุรี",
        "ไปรษณีย์": "25110",
        "โทรศัพท์": " ",
        "แรงม้า": "290.0",
        "เงินลงทุนค": "500000.0",
        "ค่าอาคาร": "300000.0",
        "ค่าเครื่อง": "600000.0",
        "ทุนหมุนเวี": "100000.0",
        "ช่างฝีมือช": "2.0",
        "คนงานชาย": "5.0",
        "ช่างฝีมือห": "1.0",
        "คนงานหญิง": "4.0",
        "วันที่ใบอน": "39797.0",
        "พื้นที่โรง": "30008.0",
        "พื้นที่อาค": "576.0",
        "ละติจูด": "13.61891",
        "ลองติจูด": "101.8843",
    }
    # Python writes ำ in a keyword as two characters.
    return row | {key.replace("\u0e4d\u0e32", "\u0e33"): value for key, value in changes.items()}


def as_csv(*rows: Mapping[str, str]) -> bytes:
    """Rows as a file in UTF-8 with a mark, as the department writes it."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return ("\ufeff" + buffer.getvalue()).encode()


@dataclass
class People:
    officer: Actor
    centre: Actor
    inspector: Actor
    stranger: Actor  # an officer of another office
    office: Office
    other: Office


def make_people() -> People:
    with nation("test"):
        office, other = Office.objects.get(code="25"), Office.objects.get(code="19")

        def member(kind: str, place: Office, **values: Any) -> Actor:
            user = make.user()
            if kind == "OFFICER":
                values["group"] = Group.objects.get(office=place, code="FACTORY")
            make.assign(make.person(user=user), kind, place, **values)
            return resolve(user, TODAY)

        own = InspectionZone.objects.get(members__province_id="25", members__valid__contains=TODAY)
        return People(
            officer=member("OFFICER", office),
            centre=member("CENTRAL_ADMIN", make.centre()),
            inspector=member("INSPECTOR", make.centre(), inspection_group=make.inspection_group(own)),
            stranger=member("OFFICER", other),
            office=office,
            other=other,
        )


def receive(actor: Actor, handler: str, data: bytes, *, name: str = "f.csv", **params: Any) -> Batch:
    """Receive, as the page does."""
    office_id = None if actor.scope.is_nation else actor.capacities[0].office_id
    with actor.scope.active():
        return services.receive(
            actor=actor, handler_code=handler, upload=Upload(name, io.BytesIO(data)), office_id=office_id,
            params=params,
        )  # fmt: skip


def send(actor: Actor, handler: str, data: bytes, **more: Any) -> Batch:
    """Receive and preview, as the page and its job do."""
    batch = receive(actor, handler, data, **more)
    services.preview(batch_uuid=batch.uuid)
    return fresh(batch)


def bring(actor: Actor, handler: str, data: bytes, **more: Any) -> Batch:
    """Send and apply."""
    batch = send(actor, handler, data, **more)
    assert batch.state == Batch.State.PREVIEWED, (batch.refusal, batch.counts)
    services.carry_out(actor=actor, batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
    return fresh(batch)


def fresh(batch: Batch) -> Batch:
    with nation("test"):
        return Batch.objects.get(pk=batch.pk)


def codes(batch: Batch, level: str = "") -> dict[str, int]:
    """Findings of a batch: code → how many."""
    return {
        rule["code"]: rule["total"] for rule in batch.counts["rules"] if not level or rule["level"] == level
    }


def finding(batch: Batch, code: str) -> BatchFinding:
    return BatchFinding.objects.filter(batch=batch, code=code).order_by("row_no")[0]


def actor_of(user: User) -> Actor:
    return resolve(user, TODAY)


def real(folder: Path, name: str) -> bytes:
    return (folder / name).read_bytes()


def with_telephones(day: date, mark: str) -> None:
    """A month of the demonstration, in every factory a telephone number: the mark with the factory's id."""
    call_command("load_reference", stdout=io.StringIO())
    call_command("load_demo", scale="tiny", months=1, today=day, stdout=io.StringIO())
    with nation("test"):
        for row in Factory.objects.all():
            Factory.objects.filter(pk=row.pk).update(telephone=mark.format(row.pk))
