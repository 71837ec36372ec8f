"""Opening a package and acting on it. The acts themselves are data in ``reporting.workflow``."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from offices.models import Case, Group, Office
from offices.policies import may_work_in
from offices.services.cases import case_transition, open_case
from portal import calendar, sql, worklist
from portal.actors import Actor
from portal.problems import Conflict, Invalid, NotAllowed
from reporting.dated import certifies, package_group
from reporting.models import Form, OfficePackage
from reporting.services import rounds
from reporting.workflow import PACKAGE


def open_package(*, actor: Actor, form: str, period: date, office: Office) -> OfficePackage:
    """The package of a form, month and office that takes reports now; asking twice gives the same.

    The first is the month's own. Once it is certified, reports that came later get a supplement;
    without such reports the newest package is given as it is.

    Raises NotAllowed for those who do not work in the office; Conflict where the office only
    follows this form up; Invalid for a month that has not begun or an office without a province.
    """
    if not may_work_in(actor, office.pk):
        raise NotAllowed(_("เฉพาะบุคลากรของ%s") % office.name_th)
    if office.province_id is None or period.day != 1 or period > actor.as_of:
        raise Invalid(_("งวดนี้ยังไม่เริ่ม จึงยังไม่มีรายงานให้รวบรวม"))
    if not certifies(form, period, office.code):
        raise Conflict(_("สำนักงานติดตามรายงานแบบนี้แต่ไม่ได้รับรอง จึงไม่มีชุดรายงาน"), mend=_("ตัวเลขแสดงตามที่รายงาน"))
    with transaction.atomic():
        sql.lock("package", form, period.isoformat(), office.pk)
        newest = (
            OfficePackage.objects.select_related("case", "office", "form")
            .filter(form_id=form, period=period, office=office)
            .order_by("-sequence")
            .first()
        )
        if newest is not None:
            late = newest.certified_round > 0 and rounds.unpackaged(form, period, office.province_id).exists()
            if not late:
                return newest
        sequence = newest.sequence + 1 if newest else 0
        case = open_case(
            actor=actor,
            case_type=PACKAGE,
            office=office,
            group=_group(office, actor.as_of),
            title=_title(Form.objects.get(pk=form), period, office, sequence),
        )
        return OfficePackage.objects.create(
            case=case,
            office=office,
            province_id=office.province_id,
            form_id=form,
            period=period,
            sequence=sequence,
        )


def act(
    *,
    actor: Actor,
    package: UUID,
    name: str,
    expected_version: int,
    reason: str = "",
    opinion: str = "",
    seen_one_person: bool = False,
    capacity: str | None = None,
) -> Case:
    """Do one act of the workflow on a package, found by its public id in the active scope.

    ``opinion`` is a key of ``workflow.OPINIONS`` and counts for acts that screen; ``reason`` is then
    its text. ``seen_one_person``: the chief has seen that one person endorsed and screened.

    Raises what ``case_transition`` raises, and OfficePackage.DoesNotExist outside the scope.
    """
    row = OfficePackage.objects.only("case_id").get(uuid=package)
    data: dict[str, Any] = {}
    if opinion:
        data |= {"opinion": opinion, "comment": reason.strip()}
    if seen_one_person:
        data["seen_one_person"] = True
    case = case_transition(
        case_id=row.case_id,
        name=name,
        actor=actor,
        expected_version=expected_version,
        reason=reason,
        data=data,
        capacity=capacity,
    )
    worklist.forget(actor.user_id)
    return case


def _group(office: Office, day: date) -> Group:
    """The group that owns the packages of an office on a day."""
    code = package_group(office.code, day)
    group = Group.objects.filter(office=office, code=code, valid__contains=day).first()
    if group is None:
        raise Invalid(_("%(office)sไม่มีกลุ่ม %(group)s ในวันนี้") % {"office": office.name_th, "group": code})
    return group


def _title(form: Form, period: date, office: Office, sequence: int) -> str:
    """A title is kept, so it is Thai whatever language the page that opens the package is read in."""
    title = f"{form.code} {form.name_th} {calendar.format_date_th(period, 'month')} {office.short_th}"
    return f"{title} เพิ่มเติมครั้งที่ {sequence}" if sequence else title
