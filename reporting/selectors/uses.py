"""What was made with the dated settings of the figures' spine, for the facts' pages.

Each answer counts in the active scope. Where no row keeps the value it was made with, it says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Max, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from offices.models import AssignmentKind, CaseEvent
from portal import calendar
from portal.dated import place_of
from portal.facts import Use
from portal.models import Batch, BatchFinding
from reporting.models import CompileRun, Edition, Obligation, OfficePackage
from reporting.rules.thresholds import PREFIX
from reporting.workflow import PACKAGE

# A threshold by the rule that asks it, as the codes of findings name it.
_RULE = {"stock": "V03", "opening": "V04", "capacity": "V06", "change": "V10"}


def _office_code(place: str) -> str:
    return place.removeprefix(place_of(""))


def _months(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    names = [calendar.format_date(day, "month_short") for day in (first, last)]
    return names[0] if first == last else f"{names[0]} – {names[1]}"


def _month(day: date) -> date:
    """The first month whose figures a value from this day on concerns."""
    start = calendar.month_start(day)
    return start if start == day else calendar.add_months(start, 1)


def due_day(key: str, place: str, since: date) -> Iterator[Use]:
    """Obligations keep the due day they were made with; findings of lateness follow from it."""
    form = key.partition(":")[2]
    rows = Obligation.objects.filter(form_id=form, period__gte=_month(since))
    found = rows.aggregate(first=Min("period"), last=Max("period"))
    count = rows.count()
    yield Use(
        _("ภาระการรายงาน %(form)s งวด %(months)s")
        % {"form": form, "months": _months(found["first"], found["last"])},
        count,
        reverse("reporting:form-list"),
        note=_("คงวันครบกำหนดเดิมที่บันทึกไว้ ค่าใหม่ใช้กับงวดที่ยังไม่สร้างภาระ"),
    )
    batches = Batch.objects.filter(spec_code=form, params__period__gte=_month(since).isoformat())
    late = BatchFinding.objects.filter(code="V28", batch__in=batches)
    yield Use(_("ข้อที่พบว่ารายงานล่าช้า (V28)"), late.count(), reverse("intake:batch-list"))


def owed_by_facts(key: str, place: str, since: date) -> Iterator[Use]:
    """Who owes follows the settings again whenever the obligations are refreshed."""
    form = key.partition(":")[2]
    rows = Obligation.objects.filter(form_id=form, period__gte=_month(since), owed=True)
    found = rows.aggregate(first=Min("period"), last=Max("period"))
    yield Use(
        _("ภาระการรายงาน %(form)s งวด %(months)s")
        % {"form": form, "months": _months(found["first"], found["last"])},
        rows.count(),
        reverse("reporting:form-list"),
        note=_("คงเดิมจนกว่าจะปรับปรุงรายชื่อผู้มีหน้าที่รายงานของงวดนั้น"),
    )


def office_role(key: str, place: str, since: date) -> Iterator[Use]:
    """Packages exist because offices certify; editions come from them."""
    form, month = key.partition(":")[2], _month(since)
    packages = OfficePackage.objects.filter(form_id=form, period__gte=month)
    editions = Edition.objects.filter(form_id=form, period__gte=month, level=Edition.Level.OFFICE)
    if place:
        packages = packages.filter(office__code=_office_code(place))
        editions = editions.filter(office__code=_office_code(place))
    mine = packages.values("pk")
    yield Use(_("ชุดรายงานที่เปิดไว้"), packages.count(), reverse("reporting:package-list"))
    yield Use(
        _("ฉบับที่รับรองของสำนักงาน"),
        editions.filter(package__in=mine).count(),
        reverse("reporting:edition-list"),
        note=_("ฉบับที่ตรึงไว้แล้วไม่เปลี่ยน"),
    )
    if place:
        return
    runs = CompileRun.objects.filter(form_id=form, finished_at__gte=calendar.start_of_day(since))
    yield Use(
        _("การประมวลผลของแบบนี้"), runs.count(), known=False,
        note=_("บัญชีการประมวลผลไม่ได้บันทึกค่าตั้งที่ใช้"),
    )  # fmt: skip


def package_group(key: str, place: str, since: date) -> Iterator[Use]:
    """A package keeps the group it was opened for."""
    rows = OfficePackage.objects.filter(case__created_at__gte=calendar.start_of_day(since))
    if place:
        rows = rows.filter(office__code=_office_code(place))
    yield Use(
        _("ชุดรายงานที่เปิดตั้งแต่วันนั้น"), rows.count(), reverse("reporting:package-list"),
        note=_("คงกลุ่มเจ้าของเดิม ค่าใหม่ใช้กับชุดที่เปิดภายหลัง"),
    )  # fmt: skip


def threshold(key: str, place: str, since: date) -> Iterator[Use]:
    """Findings were written with the threshold of their month."""
    code = _RULE[key.removeprefix(PREFIX).partition("_")[0]]
    batches = Batch.objects.filter(params__period__gte=_month(since).isoformat())
    rows = BatchFinding.objects.filter(code=code, batch__in=batches)
    yield Use(
        _("ข้อที่พบตามกฎ %s") % code, rows.count(), reverse("intake:batch-list"),
        note=_("ข้อที่พบแล้วคงไว้ตามเดิม ค่าใหม่ใช้กับไฟล์ที่ตรวจภายหลัง"),
    )  # fmt: skip


def assistants(key: str, place: str, since: date) -> Iterator[Use]:
    """Packages screened by an assistant."""
    rows = CaseEvent.objects.filter(
        case__case_type_id=PACKAGE, role=AssignmentKind.ASSISTANT, at__gte=calendar.start_of_day(since)
    )
    if place:
        rows = rows.filter(office__code=_office_code(place))
    yield Use(
        _("ชุดรายงานที่ผู้ช่วยอุตสาหกรรมจังหวัดกลั่นกรอง"),
        rows.values("case_id").distinct().count(),
        reverse("reporting:package-list"),
    )
