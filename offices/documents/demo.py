"""Made-up documents of one office for the demonstration: an order, the one in its place, one from outside."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from offices.demo import DOMAIN, ISSUER
from offices.documents import services
from offices.documents.content import Signatory
from offices.documents.kinds import APPOINTMENT_ORDER
from offices.models import Assignment, AssignmentKind, Office
from offices.selectors.titles import post_titles
from portal.actors import Actor, actor_of
from portal.calendar import format_date_th
from portal.models import User
from portal.pdf import render_pdf

OFFICE = "25"


def write(*, today: date) -> None:
    """Write them inside nation scope, signed by the office's chief in the weeks before today.

    Raises PaperUnavailable where no PDF can be drawn.
    """
    office = Office.objects.get(code=OFFICE)
    first_day, second_day = today - timedelta(days=35), today - timedelta(days=7)
    people = _people(office, today)
    first = _order(office, first_day, "มอบหมายหน้าที่ผู้รับผิดชอบการรายงาน", first_day, people[:5])
    second = _order(office, second_day, "มอบหมายหน้าที่ผู้รับผิดชอบการรายงาน (แก้ไขเพิ่มเติม)", today, people)
    services.supersede(
        actor=_chief(second_day), document=first, by=second, since=second_day, reason="ปรับปรุงรายชื่อผู้รับผิดชอบ"
    )
    subject = "แต่งตั้งคณะทำงานพัฒนาระบบรายงาน"
    scan = BytesIO(render_pdf(f"<h1>{subject}</h1><p>เอกสารสมมติของระบบสาธิต</p>", title=subject))
    services.enter_outside(
        actor=_chief(second_day),
        kind=APPOINTMENT_ORDER,
        office=office,
        issuer=ISSUER,
        reference="ที่ 512/2569",
        signed_on=first_day,
        subject=subject,
        scan=("คำสั่งจากภายนอก.pdf", scan),
    )


def _chief(day: date) -> Actor:
    return actor_of(User.objects.get(email=f"chief.{OFFICE}@{DOMAIN}"), day)


def _people(office: Office, day: date) -> list[list[str]]:
    rows = Assignment.objects.filter(office=office, kind=AssignmentKind.OFFICER, valid__contains=day)
    titles = post_titles(rows.values_list("person", flat=True), day)
    return [
        [str(number), row.person.name, titles[row.person_id]]
        for number, row in enumerate(rows.select_related("person").order_by("id"), start=1)
    ]


def _order(office: Office, day: date, subject: str, since: date, people: list[list[str]]) -> Any:
    chief = _chief(day)
    seat = chief.capacities[0]
    return services.issue(
        actor=chief,
        kind=APPOINTMENT_ORDER,
        office=office,
        signed_on=day,
        subject=subject,
        content={
            "paragraphs": [
                f"เพื่อให้การรวบรวมรายงานของโรงงานในพื้นที่เป็นไปด้วยความเรียบร้อย {office.name_th}"
                "จึงมอบหมายให้ข้าราชการและเจ้าหน้าที่ตามบัญชีแนบท้ายเป็นผู้รับผิดชอบ",
                f"ทั้งนี้ ตั้งแต่วันที่ {format_date_th(since, 'long')} เป็นต้นไป",
            ],
            "annex": {"title": "บัญชีผู้รับผิดชอบ", "columns": ["ลำดับ", "ชื่อ", "ตำแหน่ง"], "rows": people},
        },
        signatory=Signatory(
            name=chief.name, position=seat.label, authority=seat.order_ref, assignment=seat.key
        ),
    )
