"""The founding act: the first central administrators, from an order issued outside the portal.

It works only while no assignment exists at all; afterwards administrators appoint administrators, by an
order that one enters and another confirms. So the first are at least two.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _

from offices.models import AppointmentOrder, Assignment, AssignmentKind, Office, Person
from offices.reference import CENTRE
from offices.services.people import email_faults, explaining_transaction
from offices.services.rules import Fault, period, refuse
from portal import audit, sql
from portal.calendar import be_year
from portal.models import User
from portal.problems import Conflict, Invalid
from portal.scans import store_scan
from portal.scope import nation

TITLE = "แต่งตั้งผู้ดูแลระบบส่วนกลาง"
PASSWORD_BYTES = 12
FEWEST = 2  # one enters an order of the centre, another confirms it


@dataclass(frozen=True)
class Founder:
    """One person of the founding order."""

    title_th: str
    first_th: str
    last_th: str
    email: str


def found_centre(
    *,
    issuer: str,
    number: str,
    signed_on: date,
    scan: tuple[str, IO[bytes]],
    founders: Sequence[Founder],
    today: date,
) -> list[tuple[Person, str]]:
    """Enter the order, its scan and the first central administrators; head the audit.

    Gives each person with the first password of the account, to be shown once. Raises Conflict when
    any assignment exists, Invalid with every fault at once.
    """
    with nation("founding the centre"), audit.context(None), explaining_transaction():
        # nobody else founds or appoints until this transaction ends
        sql.execute("LOCK TABLE offices_assignment IN SHARE ROW EXCLUSIVE MODE")
        if Assignment.objects.exists():
            raise Conflict(
                _("ระบบมีการแต่งตั้งอยู่แล้ว คำสั่งนี้ใช้ได้ครั้งเดียวเมื่อเริ่มระบบ"),
                mend=_("ให้ผู้ดูแลระบบส่วนกลางคนหนึ่งบันทึกคำสั่งจากภายนอกในหน้า บุคลากร › ร่างคำสั่ง แล้วให้อีกคนยืนยัน"),
            )
        centre = Office.objects.filter(code=CENTRE).first()
        if centre is None:
            raise Invalid(_("ยังไม่มีข้อมูลอ้างอิง โปรดสั่ง manage.py load_reference ก่อน"))
        refuse(_faults(issuer, number, signed_on, founders, today))
        order = AppointmentOrder.objects.create(
            issuer=issuer.strip(),
            number=number.strip(),
            year_be=be_year(signed_on),
            title=TITLE,
            signed_on=signed_on,
            valid=period(signed_on, None),
            office=centre,
            scan=store_scan(name=scan[0], content=scan[1], office_id=None, user=None),
        )
        audit.record(
            None,
            "centre.founded",
            order,
            reference=order.reference,
            scan_sha256=order.scan.sha256 if order.scan else "",
            administrators=len(founders),
        )
        return [_appoint(order, centre, founder) for founder in founders]


def _faults(
    issuer: str, number: str, signed_on: date, founders: Sequence[Founder], today: date
) -> list[Fault]:
    faults: list[Fault] = [
        (name, _("ต้องระบุ %(name)s") % {"name": label})
        for name, label, value in (("issuer", _("ผู้ออกคำสั่ง"), issuer), ("number", _("เลขที่คำสั่ง"), number))
        if not value.strip()
    ]
    if signed_on > today:
        faults.append(("signed_on", _("คำสั่งยังไม่ได้ลงนาม: วันที่ลงนามอยู่ในอนาคต")))
    if len(founders) < FEWEST:
        faults.append(
            (
                "person",
                _(
                    "มีผู้ดูแลระบบส่วนกลาง %(count)d คน ต้องมีอย่างน้อย %(fewest)d คน "
                    "เพราะคำสั่งของส่วนกลางมีผลเมื่อคนหนึ่งบันทึกและอีกคนยืนยัน ให้ระบุ --person ให้ครบทุกคน"
                )
                % {"count": len(founders), "fewest": FEWEST},
            )
        )
    for founder in founders:
        if not (founder.title_th and founder.first_th and founder.last_th):
            faults.append(("person", _("“%(email)s” ต้องมีคำนำหน้า ชื่อ และนามสกุล") % {"email": founder.email}))
        faults += email_faults(founder.email)
    addresses = [founder.email.strip().lower() for founder in founders]
    faults += [
        ("email", _("อีเมล %(email)s ซ้ำกัน") % {"email": address})
        for address in sorted(set(addresses))
        if addresses.count(address) > 1
    ]
    return faults


def _appoint(order: AppointmentOrder, centre: Office, founder: Founder) -> tuple[Person, str]:
    person = Person.objects.create(
        title_th=founder.title_th,
        first_th=founder.first_th,
        last_th=founder.last_th,
        employment=Person.Employment.CIVIL_SERVANT,
    )
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    person.user = User.objects.create_user(email=founder.email, password=password)
    EmailAddress.objects.create(user=person.user, email=person.user.email, verified=True, primary=True)
    person.save(update_fields=["user"])
    made = Assignment.objects.create(
        person=person, kind=AssignmentKind.CENTRAL_ADMIN, office=centre, valid=order.valid, order=order
    )
    audit.record(None, "assignment.made", made, kind=made.kind, order=order.reference)
    return person, password
