"""People, orders and assignments: what the centre enters from orders issued elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import IO

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from offices.models import (
    AppointmentOrder,
    Assignment,
    AssignmentKind,
    Group,
    InspectionGroup,
    Office,
    Person,
)
from offices.policies import central_admin, demand
from offices.services.rules import (
    Fault,
    NewAssignment,
    assignment_faults,
    explained,
    last_day,
    period,
    refuse,
)
from portal import audit
from portal.actors import Actor
from portal.calendar import be_year
from portal.models import User
from portal.problems import Conflict
from portal.scans import store_scan

PASSWORD_BYTES = 12


@contextmanager
def explaining_transaction() -> Iterator[None]:
    """A transaction whose broken constraints come out as sentences."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise explained(error) from error


def add_person(
    *, actor: Actor, title_th: str, first_th: str, last_th: str, employment: str, position_th: str = ""
) -> Person:
    """Enter somebody who works in an office or the centre. Raises NotAllowed, Invalid."""
    demand(central_admin, actor)
    values = {"title_th": title_th, "first_th": first_th, "last_th": last_th, "position_th": position_th}
    values = {name: " ".join(value.split()) for name, value in values.items()}
    faults: list[Fault] = [
        (name, _("ต้องกรอก")) for name in ("title_th", "first_th", "last_th") if not values[name]
    ]
    if employment not in Person.Employment.values:
        faults.append(("employment", _("ต้องเลือกประเภทบุคลากร")))
    refuse(faults)
    with explaining_transaction():
        person = Person.objects.create(employment=employment, **values)
        audit.record(actor, "person.added", person)
    return person


def link_user(*, actor: Actor, person: Person, email: str) -> str:
    """Give a person an account to sign in with; give its first password, shown once and kept nowhere.

    The account holds no power: that comes from assignments. Raises NotAllowed, Conflict when the
    person has an account already, Invalid for the address.
    """
    demand(central_admin, actor)
    with explaining_transaction():
        person = Person.objects.select_for_update().get(pk=person.pk)
        if person.user_id is not None:
            raise Conflict(_("%(name)sมีบัญชีผู้ใช้อยู่แล้ว") % {"name": f"{person.name} "})
        refuse(list(email_faults(email)))
        password = new_account(person=person, email=email)
        audit.record(actor, "person.account_given", person)
    return password


def email_faults(email: str) -> Iterator[Fault]:
    """What is wrong with an address for a new account."""
    try:
        validate_email(email.strip())
    except ValidationError:
        yield "email", _("“%(email)s” ไม่ใช่อีเมลที่ใช้ได้") % {"email": email.strip()[:80]}
        return
    if User.objects.filter(email__iexact=email.strip()).exists():
        yield "email", _("อีเมล %(email)s มีผู้ใช้งานแล้ว") % {"email": email.strip()}


def new_account(*, person: Person, email: str) -> str:
    """Make the account of a person inside the caller's transaction; give its first password."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    person.user = User.objects.create_user(email=email, password=password)
    EmailAddress.objects.create(user=person.user, email=person.user.email, verified=True, primary=True)
    person.save(update_fields=["user"])
    return password


def enter_order(
    *,
    actor: Actor,
    issuer: str,
    number: str,
    title: str,
    signed_on: date,
    starts_on: date,
    ends_on: date | None = None,
    office: Office | None = None,
    scan: tuple[str, IO[bytes]] | None = None,
    reason: str = "",
    assignments: Sequence[NewAssignment] = (),
) -> AppointmentOrder:
    """Enter a signed order with its scan (name, bytes) and the assignments it makes.

    ``starts_on`` and ``ends_on`` are the first and last day on which the order is in force; the
    number's year is the B.E. year of ``signed_on``. An order that begins before it was signed needs
    a reason, which stays in the audit. Raises NotAllowed, Invalid with all faults at once.
    """
    demand(central_admin, actor)
    issuer, number, title = (" ".join(value.split()) for value in (issuer, number, title))
    valid = period(starts_on, ends_on)
    faults: list[Fault] = [
        (name, _("ต้องกรอก"))
        for name, value in (("issuer", issuer), ("number", number), ("title", title))
        if not value
    ]
    faults += order_date_faults(signed_on, starts_on, ends_on, today=actor.as_of)
    if starts_on < signed_on and not reason.strip():
        faults.append(("reason", _("คำสั่งมีผลก่อนวันที่ลงนาม ต้องระบุเหตุผล")))
    if not faults:
        for new in assignments:
            faults += assignment_faults(new, valid)
    refuse(faults)
    with explaining_transaction():
        stored = None
        if scan is not None:
            stored = store_scan(
                name=scan[0], content=scan[1], office_id=office.pk if office else None, user=actor.user
            )
        order = AppointmentOrder.objects.create(
            issuer=issuer,
            number=number,
            year_be=be_year(signed_on),
            title=title,
            signed_on=signed_on,
            valid=valid,
            office=office,
            scan=stored,
            entered_by=actor.user,
        )
        audit.record(actor, "order.entered", order, reason=reason.strip(), reference=order.reference)
        for new in assignments:
            create_assignment(actor, order, new)
    return order


def order_date_faults(
    signed_on: date, starts_on: date, ends_on: date | None, *, today: date
) -> Iterator[Fault]:
    """What is wrong with the dates of an order entered on ``today``."""
    if signed_on > today:
        yield "signed_on", _("คำสั่งยังไม่ได้ลงนาม: วันที่ลงนามอยู่ในอนาคต")
    if ends_on is not None and ends_on < starts_on:
        yield "ends_on", _("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม")


def assign(
    *,
    actor: Actor,
    order: AppointmentOrder,
    person: Person,
    kind: str,
    office: Office,
    starts_on: date,
    last_day: date | None = None,
    group: Group | None = None,
    inspection_group: InspectionGroup | None = None,
) -> Assignment:
    """Enter one more assignment of an order. Raises NotAllowed, Invalid with all faults at once."""
    demand(central_admin, actor)
    new = NewAssignment(person, kind, office, starts_on, last_day, group, inspection_group)
    refuse(list(assignment_faults(new, order.valid)))
    with explaining_transaction():
        return create_assignment(actor, order, new)


def create_assignment(actor: Actor | None, order: AppointmentOrder, new: NewAssignment) -> Assignment:
    assignment = Assignment.objects.create(
        person=new.person,
        kind=new.kind,
        office=new.office,
        group=new.group,
        inspection_group=new.inspection_group,
        valid=new.valid,
        order=order,
    )
    audit.record(actor, "assignment.made", assignment, kind=new.kind, order=order.reference)
    return assignment


def end_assignment(*, actor: Actor, assignment: Assignment, last_day_on: date, reason: str) -> Assignment:
    """Let an assignment end after a day; what was done under it stays as it was.

    Raises NotAllowed; Invalid for a missing reason, a day before its beginning or after its end;
    Conflict when nobody would be left as central administrator.
    """
    demand(central_admin, actor)
    with explaining_transaction():
        row = Assignment.objects.select_for_update().get(pk=assignment.pk)
        faults: list[Fault] = []
        if not reason.strip():
            faults.append(("reason", _("ต้องระบุเหตุผล")))
        if last_day_on < row.valid.lower:
            faults.append(("last_day_on", _("วันสุดท้ายต้องไม่ก่อนวันเริ่มของการแต่งตั้ง")))
        until = last_day(row.valid)
        if until is not None and last_day_on >= until:
            faults.append(("last_day_on", _("การแต่งตั้งนี้สิ้นสุดอยู่แล้วในวันนั้นหรือก่อนนั้น")))
        refuse(faults)
        if row.kind == AssignmentKind.CENTRAL_ADMIN:
            _keep_an_administrator(row, after=last_day_on + timedelta(days=1))
        row.valid = period(row.valid.lower, last_day_on)
        row.save(update_fields=["valid"])
        audit.record(actor, "assignment.ended", row, reason=reason.strip(), last_day=last_day_on.isoformat())
    return row


def _keep_an_administrator(row: Assignment, *, after: date) -> None:
    # every administrator's row is locked, so that two cannot end each other at the same moment
    others = Assignment.objects.select_for_update().filter(kind=AssignmentKind.CENTRAL_ADMIN)
    if not any(other.pk != row.pk and after in other.valid for other in others.order_by("pk")):
        raise Conflict(
            _("ต้องมีผู้ดูแลระบบส่วนกลางอย่างน้อยหนึ่งคนเสมอ"), mend=_("แต่งตั้งผู้ดูแลระบบคนใหม่ก่อน แล้วจึงสิ้นสุดคนเดิม")
        )
