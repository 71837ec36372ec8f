"""Following up late reports: the list with contacts, the call list for a phone, the list for the post."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms as django_forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from factories.addresses import address_of
from factories.models import Factory
from offices.models import District
from portal import audit, calendar, scope
from portal.pdf import render_pdf
from portal.places import with_place
from portal.problems import Conflict, Invalid
from portal.screens import Action, Column, Crumb, ListScreen, Related, Screen, Table
from portal.screens.export import rows_answer
from portal.words import word
from reporting import forms, policies
from reporting.models import FollowUp, Obligation
from reporting.selectors import calls as selectors
from reporting.services import calls

PAPER_FACTORIES = 200  # what a request may draw; a workbook takes them all
TAPS = ("will_report", "no_answer", "already_reported", "wrong_number", "closed")

COLUMNS = (
    Column("at", gettext_lazy("เมื่อ"), kind="time"),
    Column("outcome", gettext_lazy("ผลการโทร"), kind="state", group="follow_up"),
    Column("again_on", gettext_lazy("โทรอีกครั้ง"), kind="date"),
    Column("who", gettext_lazy("ผู้โทร"), "actor_name"),
    Column("capacity", gettext_lazy("ฐานะ")),
)
PANEL = Related(
    gettext_lazy("การติดตามรายงาน"),
    COLUMNS,
    rows=selectors.of_factory,
    empty=gettext_lazy("ยังไม่เคยโทรติดตาม"),
)
"""The calls on the page of a factory."""


def period_of(row: Obligation) -> str:
    """A report by its form and period, as one says it."""
    return f"{row.form_id} {forms.declaration(row.form_id, row.period).shown(row.period)}"


# --- the list ------------------------------------------------------------------------------------


def _districts(request: Any) -> QuerySet[District]:
    provinces = scope.current().provinces
    rows = District.objects.order_by("code")
    return rows if provinces is None else rows.filter(province_id__in=provinces)


class ReminderFilter(django_filters.FilterSet):
    form = django_filters.ChoiceFilter(label=gettext_lazy("แบบรายงาน"), field_name="form_id")
    district = django_filters.ModelChoiceFilter(
        label=gettext_lazy("อำเภอ"), queryset=_districts, field_name="factory__district"
    )
    outcome = django_filters.ChoiceFilter(
        label=gettext_lazy("ผลการโทรล่าสุด"),
        choices=[
            ("none", gettext_lazy("ยังไม่เคยโทร")),
            *(one for one in FollowUp.Outcome.choices if one[0] != FollowUp.Outcome.TAKEN_BACK),
        ],
        method="by_outcome",
    )
    reach = django_filters.ChoiceFilter(
        label=gettext_lazy("โทรศัพท์"),
        choices=[("yes", gettext_lazy("มีเลขที่ใช้ได้")), ("no", gettext_lazy("ไม่มีเลขที่ใช้ได้"))],
        method="by_reach",
    )

    class Meta:
        model = Obligation
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["form"].extra["choices"] = [(code, code) for code in forms.codes()]

    def by_outcome(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(outcome=None) if value == "none" else rows.filter(outcome=value)

    def by_reach(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        reached = Q(telephone__isnull=False) | Q(on_register=True)
        return rows.filter(reached) if value == "yes" else rows.exclude(reached)


class ReminderList(ListScreen):
    """Every late report still worth following up, with whom to reach and what the last call came to."""

    policy = policies.report_writers
    title = gettext_lazy("ติดตามรายงานที่ค้าง")
    lead = gettext_lazy("รายงานที่พ้นกำหนดและยังไม่ได้รับ พร้อมช่องทางติดต่อ การเปิดดูและส่งออกถูกบันทึกไว้")
    order = ("due_at", "province_id", "factory__sort_key")
    search = ("factory__search_key", "factory__number14", "factory__old_number")
    search_hint = gettext_lazy("ชื่อหรือเลขทะเบียนโรงงาน")
    filterset_class = ReminderFilter
    empty = gettext_lazy("ไม่มีรายงานที่พ้นกำหนด")
    empty_hint = gettext_lazy("เมื่อพ้นวันครบกำหนด โรงงานที่ยังไม่รายงานจะแสดงที่นี่")

    @cached_property
    def now(self) -> datetime.datetime:
        return calendar.now()

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        today = self.actor.as_of

        def days(row: Any) -> int:
            return (today - calendar.local_date(row.due_at)).days

        return (
            Column(
                "name", _("โรงงาน"), "factory.shown_name", sort="factory__sort_key",
                link=lambda row: reverse("factories:factory-detail", args=[row.factory.uuid]),
            ),
            Column(
                "report", _("รายงาน"), period_of, sort="form_id",
                link=lambda row: reverse(
                    "reporting:submission-add", args=[row.form_id, row.period, row.factory.uuid]
                ),
            ),
            Column("due", _("ครบกำหนด"), "due_at", kind="date", sort="due_at"),
            Column("days", _("ค้าง"), days, kind="integer", unit=_("วัน")),
            Column("telephone", _("โทรศัพท์"), lambda row: row.telephone or row.factory.telephone,
                   kind="code"),
            Column("role", _("หน้าที่ของผู้รับ"), "role"),
            Column("outcome", _("ผลการโทรล่าสุด"), kind="state", group="follow_up"),
            Column("called", _("โทรเมื่อ"), "called_at", kind="date", sort="called_at"),
            Column("again", _("โทรอีกครั้ง"), "again_on", kind="date", sort="again_on"),
            Column("district", _("อำเภอ"), "factory.district.name_th", sort="factory__district_id"),
            Column("number", _("เลขทะเบียน"), lambda row: row.factory.number14 or row.factory.old_number,
                   kind="code"),
            Column("email", _("อีเมล"), "email"),
        )  # fmt: skip

    def rows(self) -> QuerySet[Any]:
        return selectors.reminders(now=self.now)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        audit.record(self.actor, "contacts.listed", rows=self.totals["rows"])
        return answer

    def buttons(self) -> Sequence[Action]:
        query = self.request.GET.urlencode()
        paper = reverse("reporting:reminder-export", args=["pdf"])
        book = reverse("reporting:reminder-export", args=["xlsx"])
        return (
            Action(_("โทรทีละราย"), self.here(reverse("reporting:call-list")), primary=True),
            Action(_("รายชื่อส่งไปรษณีย์ (PDF)"), f"{paper}?{query}"),
            Action(_("รายชื่อส่งไปรษณีย์ (XLSX)"), f"{book}?{query}"),
        )


# --- the list for the post -------------------------------------------------------------------------


class ReminderPaper(ReminderList):
    """One line for each factory: its address and what it owes; narrowed as the list was."""

    title = gettext_lazy("รายชื่อโรงงานที่ค้างรายงาน สำหรับส่งไปรษณีย์")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = self.kwargs["kind"]
        lines = self.lines()
        audit.record(self.actor, "contacts.listed", rows=len(lines), kind=kind)
        if kind == "pdf":
            if len(lines) > PAPER_FACTORIES:
                messages.error(
                    request,
                    _("มี %(count)s โรงงาน มากเกินกว่าจะพิมพ์ทีเดียว (ไม่เกิน %(limit)s) กรองทีละอำเภอ หรือใช้ XLSX")
                    % {"count": f"{len(lines):,}", "limit": f"{PAPER_FACTORIES:,}"},
                )
                return redirect(f"{reverse('reporting:reminder-list')}?{request.GET.urlencode()}")
            return self.pdf(lines)
        if kind == "xlsx":
            columns = (
                Column("no", _("ลำดับ"), kind="integer"),
                Column("number", _("เลขทะเบียน"), kind="code"),
                Column("name", _("โรงงาน")),
                Column("operator", _("ผู้ประกอบกิจการ")),
                Column("address", _("ที่อยู่")),
                Column("postcode", _("รหัสไปรษณีย์"), kind="code"),
                Column("owes", _("รายงานที่ค้าง")),
            )
            return rows_answer(str(self.title), "xlsx", columns, lines)
        return redirect(self.here(reverse("reporting:reminder-list")))

    def lines(self) -> list[dict[str, Any]]:
        """A line for each factory, in the order of their districts and names."""
        found: dict[int, dict[str, Any]] = {}
        rows = self.found.order_by(
            "province_id", "factory__district_id", "factory__sort_key", "factory_id", "due_at", "form_id"
        )
        for row in rows:
            factory: Factory = row.factory
            line = found.setdefault(
                factory.pk,
                {
                    "number": factory.number14 or factory.old_number,
                    "name": factory.shown_name,
                    "operator": factory.operator_name if factory.operator_name != factory.shown_name else "",
                    "address": row.post or address_of(factory),
                    "postcode": factory.postcode,
                    "reports": [],
                },
            )
            due = calendar.format_date(row.due_at)
            line["reports"].append(_("%(report)s ครบกำหนด %(due)s") % {"report": period_of(row), "due": due})
        for number, line in enumerate(found.values(), start=1):
            line |= {"no": number, "owes": "; ".join(line["reports"])}
        return list(found.values())

    def pdf(self, lines: list[dict[str, Any]]) -> HttpResponse:
        html = render_to_string(
            "pdf/reminders.html",
            {"title": self.title, "lines": lines, "as_of": self.now, "filters": self.active_filters()},
        )
        name = f"reminders-{self.actor.as_of.isoformat()}.pdf"
        return HttpResponse(
            render_pdf(html, title=str(self.title)),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


# --- the call list -----------------------------------------------------------------------------------


class CallForm(django_forms.Form):
    """One press: which factory, what came of it, and the day of a call-back."""

    factory = django_forms.UUIDField()
    outcome = django_forms.CharField(max_length=16)
    call_back_on = django_forms.DateField(required=False)


class CallScreen(Screen):
    """One late factory at a time, on a telephone: the number, one tap for the outcome, the next one."""

    policy = policies.report_writers
    help_words = ("follow_up",)
    title = gettext_lazy("โทรติดตาม")
    template_name = "reporting/call.html"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("ติดตามรายงานที่ค้าง"), self.here(reverse("reporting:reminder-list"))),)

    @cached_property
    def now(self) -> datetime.datetime:
        return calendar.now()

    @cached_property
    def code(self) -> str:
        """The form the list is narrowed to, or ''."""
        wanted = self.request.POST.get("form") or self.request.GET.get("form") or ""
        return wanted if wanted in forms.codes() else ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        claim = selectors.claim_of(self.actor, self.now)
        last = selectors.last_of(self.actor, self.now)
        shown: dict[str, Any] = {
            "form_code": claim.form if claim else self.code,
            "form_codes": [(code, forms.versions(code)[-1].name_th) for code in forms.codes()],
            "last": last,
            "last_word": word("follow_up", last.outcome) if last else None,
        }
        if claim is None:
            provinces = calls.provinces_of(self.actor)
            shown["waiting"] = selectors.waiting(
                actor=self.actor, now=self.now, form=self.code, provinces=provinces
            )
            shown["unreachable"] = selectors.without_number(now=self.now, form=self.code)
        else:
            shown |= self._claimed(claim)
            audit.record(self.actor, "contact.read", factory=str(claim.factory.uuid), why="call")
        return self.render(**shown)

    def _claimed(self, claim: Any) -> dict[str, Any]:
        factory = claim.factory
        today = self.actor.as_of
        late = [
            (period_of(one), one.due_at, (today - calendar.local_date(one.due_at)).days)
            for one in selectors.late_of(factory, now=self.now, form=claim.form)
        ]
        before = list(selectors.of_factory(factory)[:3])
        return {
            "claim": claim,
            "factory": factory,
            "address": address_of(factory),
            "late": late,
            "telephone": selectors.telephone_of(factory),
            "taps": [word("follow_up", code) for code in TAPS],
            "tomorrow": today + datetime.timedelta(days=1),
            "today": today,
            "before": Table(COLUMNS[:3], before, caption=_("โทรครั้งก่อน"), here=self.here) if before else None,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = request.POST.get("act", "")
        after = None
        try:
            if act == "take_back":
                calls.take_back(actor=self.actor, follow_up_uuid=self._uuid("follow_up"), now=self.now)
                messages.success(request, _("ย้อนผลการโทรแล้ว โรงงานนี้กลับมาอยู่ตรงหน้า"))
                return self._back()
            if act == "leave":
                calls.leave(actor=self.actor)
                return self._back()
            if act == "skip":
                claim = selectors.claim_of(self.actor, self.now)
                after = claim.factory_id if claim else None
            elif act != "start":
                made = self._record()
                messages.success(
                    request,
                    _("บันทึกแล้ว: %(factory)s – %(outcome)s")
                    % {"factory": made.factory.shown_name, "outcome": word("follow_up", made.outcome)},
                )
        except Conflict as problem:
            messages.error(request, f"{problem.message} {problem.mend}")
        except Invalid as problem:
            messages.error(request, problem.message)
            return self._back()
        claim = calls.claim_next(actor=self.actor, now=self.now, form=self.code, after=after)
        if claim is None:
            messages.info(request, _("ไม่มีโรงงานที่ต้องโทรแล้วในตอนนี้"))
        return self._back()

    def _record(self) -> FollowUp:
        form = CallForm(self.request.POST)
        if not form.is_valid():
            raise Invalid(_("โปรดเลือกผลการโทร และวันที่ถ้านัดโทรกลับ"))
        data = form.cleaned_data
        return calls.record(
            actor=self.actor,
            factory_uuid=data["factory"],
            outcome=data["outcome"],
            call_back_on=data["call_back_on"] if data["outcome"] == "call_back" else None,
            now=self.now,
        )

    def _uuid(self, name: str) -> Any:
        field = django_forms.UUIDField()
        try:
            return field.clean(self.request.POST.get(name))
        except django_forms.ValidationError:
            raise Invalid(_("ไม่พบผลการโทรที่จะย้อน")) from None

    def _back(self) -> HttpResponse:
        url = reverse("reporting:call-list")
        return redirect(with_place(f"{url}?form={self.code}" if self.code else url, self.request))
