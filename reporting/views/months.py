"""Months of a form: all of them, one of them, who reported in it, and its template."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.db.models import F, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import audit, calendar, sql
from portal.access import Policy
from portal.actors import Actor
from portal.intake import services as intake
from portal.intake.handlers import get_handler
from portal.screens import Action, Column, Crumb, ListScreen, Screen, Table
from portal.sheets.writer import write_template
from reporting import forms, policies
from reporting.forms import FormDeclaration
from reporting.forms.due import due_at, due_with_source
from reporting.models import Obligation, OfficePackage
from reporting.selectors import reports, standing
from reporting.selectors.completeness import Completeness, by_month, completeness
from reporting.selectors.sheets import template_rows
from reporting.services import obligations
from reporting.views.whose import OfOwners

MONTHS_SHOWN = 13
YEARS_SHOWN = 3
NAMES_SHOWN = 20


class MonthConverter:
    """A month in an address: 2026-01."""

    regex = r"\d{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"


def month_url(form: str, period: date) -> str:
    return reverse("reporting:form-detail", args=[form, period])


def home_crumb() -> Crumb:
    return Crumb(_("รายงานรายงวด"), reverse("reporting:form-list"))


class ReportsHome(Screen):
    """Every form by month: how complete, how punctual."""

    policy = policies.report_readers
    title = gettext_lazy("รายงานรายงวด")
    lead = gettext_lazy("ร้อยละนับจากโรงงานที่มีหน้าที่รายงานตามบัญชีของงวดนั้น")
    template_name = "reporting/form_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tables = []
        for code in forms.codes():
            form = forms.versions(code)[-1]
            periods = form.over(self.actor.as_of, MONTHS_SHOWN if form.period == "month" else YEARS_SHOWN)
            if periods:
                obligations.ensure(form=code, period=periods[0], today=self.actor.as_of)
                tables.append(self._table(form, periods))
        return self.render(tables=tables)

    def _table(self, form: FormDeclaration, periods: Sequence[date]) -> tuple[FormDeclaration, Table]:
        counts = by_month(form=form.code, months=periods)
        rows = [(period, counts.get(period, Completeness("", "", 0, 0, 0, 0, 0, 0))) for period in periods]
        columns = (
            Column(
                "period", _("งวด"), lambda row: form.shown(row[0], short=True),
                link=lambda row: month_url(form.code, row[0]),
            ),
            *(_counts(lambda row: row[1])),
            Column("due", _("ครบกำหนด"), lambda row: due_at(form, row[0]), kind="date"),
        )  # fmt: skip
        return form, Table(columns, rows, caption=form.name_th, here=self.here)


def _counts(of: Any) -> tuple[Column, ...]:
    """The columns of completeness."""

    def value(name: str) -> Any:
        return lambda row: getattr(of(row), name)

    return (
        Column("owed", _("ต้องรายงาน"), value("owed"), kind="integer"),
        Column("reported", _("รายงานแล้ว"), value("reported"), kind="integer"),
        Column("percent", _("ครบถ้วน"), value("percent"), kind="percent"),
        Column("on_time", _("ในกำหนด"), value("on_time"), kind="integer"),
        Column("late", _("ล่าช้า"), value("late"), kind="integer"),
        Column("missing", _("ยังไม่รายงาน"), value("missing"), kind="integer"),
        Column("free", _("รายงานเอง"), value("free"), kind="integer", note=_("ไม่มีหน้าที่ แต่รายงานมา")),
    )


class OfMonth:
    """What the pages of one month share: its form and month, and the way back."""

    kwargs: dict[str, Any]
    actor: Any

    @cached_property
    def period(self) -> date:
        period: date = self.kwargs["period"]
        return period

    @cached_property
    def form(self) -> FormDeclaration:
        """The declaration of the month; 404 for a form or month that is not known."""
        try:
            form = forms.declaration(self.kwargs["code"], self.period)
        except forms.NoForm:
            raise Http404 from None
        if not form.begins(self.period):
            raise Http404
        return form

    def month_name(self) -> str:
        return f"{self.form.code} {self.form.shown(self.period)}"


class MonthDetail(OfOwners, OfMonth, Screen):
    """A month of the chosen office, or of everything the reader sees."""

    policy = policies.report_readers
    help_title = gettext_lazy("รายงานของงวด")
    help_words = ("step", "package")
    template_name = "reporting/form_detail.html"
    starts_from_own = True

    def get_title(self) -> str:
        return self.month_name()

    def crumbs(self) -> Sequence[Crumb]:
        return (home_crumb(),)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obligations.ensure(form=self.form.code, period=self.period, today=self.actor.as_of)
        parts = completeness(form=self.form.code, period=self.period, by="office")
        total = _sum(parts)
        asked = [("district", _("ตามอำเภอ")), ("type", _("ตามประเภทโรงงาน"))]
        if len(parts) > 1:
            asked.insert(0, ("office", _("ตามสำนักงาน")))
        due, due_setting = due_with_source(self.form, self.period)
        whose, ids = self.whose
        late = self._late(ids)
        return self.render(
            total=total,
            due=due,
            due_setting=due_setting,
            standing=standing.of_month(form=self.form.code, period=self.period, actor=self.actor),
            actions=self._actions(),
            missing=Table(_who(self.actor), late[:NAMES_SHOWN], caption=_("ยังไม่รายงาน"), here=self.here),
            missing_count=total.missing if ids is None else late.count(),
            missing_url=self._list_url(state="missing"),
            late_url=self._list_url(state="missing", whose=whose),
            whose_links=self.whose_links(),
            reported_url=self._list_url(state="reported"),
            completeness_url=self.here(
                reverse("reporting:completeness-list", args=[self.form.code, self.period])
            ),
            packages=None
            if self.form.status_only
            else OfficePackage.objects.filter(form_id=self.form.code, period=self.period).select_related(
                "case", "office"
            ),
            tables=[(title, self._by(by, parts)) for by, title in asked],
        )

    def _by(self, by: Any, parts: list[Completeness]) -> Table:
        rows = parts if by == "office" else completeness(form=self.form.code, period=self.period, by=by)
        name = Column("label", _("พื้นที่/ประเภท"), lambda row: row.label or _("ไม่ทราบ"))
        return Table((name, *_counts(lambda row: row)), rows, caption=self.month_name(), here=self.here)

    def _list_url(self, **query: str) -> str:
        url = reverse("reporting:obligation-list", args=[self.form.code, self.period])
        return self.here(f"{url}?{urlencode(query)}")

    def _late(self, ids: list[int] | None) -> QuerySet[Any]:
        rows = reports.obligations(form=self.form.code, period=self.period)
        rows = rows.filter(owed=True, current=None)
        if ids is not None:
            rows = rows.filter(sql.among("factory_id", ids))
        return rows.order_by("province_id", "factory__sort_key", "pk")

    def _actions(self) -> list[Action]:
        whole = self.actor
        if not policies.report_writers.test(whole):
            return []
        upload = reverse("intake:batch-import", args=[self.form.code])
        template = reverse("reporting:form-export", args=[self.form.code, self.period])
        refresh = reverse("reporting:obligation-edit", args=[self.form.code, self.period])
        return [
            Action(
                _("นำเข้ารายงานของงวดนี้"),
                self.here(f"{upload}?{urlencode({'period': self.period.isoformat()})}"),
                primary=True,
            ),
            Action(_("ดาวน์โหลดแบบฟอร์ม (เติมรายชื่อแล้ว)"), self.here(template)),
            Action(_("ผู้มีหน้าที่รายงาน"), self.here(refresh)),
        ]


def _sum(parts: Sequence[Completeness]) -> Completeness:
    names = ("owed", "reported", "on_time", "late", "missing", "free")
    return Completeness("", "", *(sum(getattr(part, name) for part in parts) for name in names))


def _number(row: Obligation) -> str:
    return row.factory.number14 or row.factory.old_number


def _report_url(row: Obligation) -> str:
    """The report, or where it is typed in."""
    if row.current is not None:
        return reverse("reporting:submission-detail", args=[row.current.uuid])
    return reverse("reporting:submission-add", args=[row.form_id, row.period, row.factory.uuid])


def _read_url(row: Obligation) -> str:
    """The report; for whoever types none in, the factory where there is none."""
    return _report_url(row) if row.current else reverse("factories:factory-detail", args=[row.factory.uuid])


def _who(actor: Actor) -> tuple[Column, ...]:
    """The columns that say who owes; the number leads on as far as this reader may go."""
    link = _report_url if policies.report_writers.test(actor) else _read_url
    return (
        Column("number", _("เลขทะเบียน"), _number, kind="code", link=link),
        Column("name", _("โรงงาน"), lambda row: row.factory.shown_name, sort="factory__sort_key"),
        Column("district", _("อำเภอ"), "factory.district.name_th", sort="factory__district__name_th"),
        Column("province", _("จังหวัด"), "province.name_th", sort="province_id"),
        Column("telephone", _("โทรศัพท์"), "factory.telephone"),
    )


class ObligationFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("การรายงาน"),
        method="by_state",
        choices=[
            ("missing", gettext_lazy("ยังไม่รายงาน")),
            ("reported", gettext_lazy("รายงานแล้ว")),
            ("late", gettext_lazy("รายงานล่าช้า")),
            ("free", gettext_lazy("รายงานเอง (ไม่มีหน้าที่)")),
        ],
    )

    class Meta:
        model = Obligation
        fields: list[str] = []

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(
            {
                "missing": Q(owed=True, current=None),
                "reported": Q(current__isnull=False),
                "late": Q(current__isnull=False, first_submitted_at__gt=F("due_at")),
                "free": Q(owed=False, current__isnull=False),
            }[value]
        )


class ObligationList(OfOwners, OfMonth, ListScreen):
    """Every factory that owes or gave a report of the month."""

    policy: Policy = policies.report_readers
    help_title = gettext_lazy("รายชื่อโรงงานของงวด")
    order = ("province_id", "factory__sort_key")
    search = ("factory__search_key", "factory__number14", "factory__old_number")
    filterset_class = ObligationFilter
    empty = gettext_lazy("ยังไม่มีโรงงานในงวดนี้")
    empty_hint = gettext_lazy("นำเข้าบัญชีผู้มีหน้าที่รายงานก่อน")

    def get_title(self) -> str:
        return _("รายชื่อโรงงาน %s") % self.month_name()

    def crumbs(self) -> Sequence[Crumb]:
        return (home_crumb(), Crumb(self.month_name(), self.here(month_url(self.form.code, self.period))))

    @property
    def sheet(self) -> tuple[str, dict[str, Any]]:  # type: ignore[override]
        return self.form.code, {"period": self.period.isoformat()}

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        now = calendar.now()
        return (
            *_who(self.actor),
            Column("owner", _("ผู้รับผิดชอบ"), lambda row: self.owner_of(row.factory_id)),
            Column(
                "state",
                _("การรายงาน"),
                lambda row: reports.state_of(row, now),
                kind="state",
                group="obligation",
            ),
            Column("owed", _("มีหน้าที่"), kind="bool", sort="owed"),
            Column("version", _("ฉบับที่"), "current.version", kind="integer"),
            Column("first", _("รายงานเมื่อ"), "first_submitted_at", kind="time", sort="first_submitted_at"),
            Column("due", _("ครบกำหนด"), "due_at", kind="date", sort="due_at"),
        )

    def rows(self) -> QuerySet[Any]:
        ids = self.whose[1]
        rows = reports.obligations(form=self.form.code, period=self.period)
        return rows if ids is None else rows.filter(sql.among("factory_id", ids))

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(whose_links=self.whose_links(), **extra)

    def prepare(self, rows: Sequence[Any]) -> None:
        self.owned_by([row.factory for row in rows])


class ObligedList(ListScreen):
    """Who owes a form, since when, and which list says so."""

    policy = policies.report_readers
    title = gettext_lazy("บัญชีผู้มีหน้าที่รายงาน")
    lead = gettext_lazy("หน้าที่รายงานมาจากบัญชีที่นำเข้าเท่านั้น ไม่ได้มาจากประเภทโรงงาน")
    order = ("province_id", "factory__sort_key")
    search = ("factory__search_key", "factory__number14", "factory__old_number")
    empty = gettext_lazy("ยังไม่มีบัญชี")
    empty_hint = gettext_lazy("นำเข้าบัญชีผู้มีหน้าที่รายงานเพื่อให้ระบบนับความครบถ้วนได้")
    columns = (
        Column("number", gettext_lazy("เลขทะเบียน"), _number, kind="code"),
        Column("name", gettext_lazy("โรงงาน"), lambda row: row.factory.shown_name, sort="factory__sort_key"),
        Column("province", gettext_lazy("จังหวัด"), "province.name_th", sort="province_id"),
        Column("since", gettext_lazy("ตั้งแต่งวด"), lambda row: row.valid.lower, kind="month"),
        Column(
            "until",
            gettext_lazy("ถึงงวด"),
            lambda row: calendar.add_months(row.valid.upper, -1) if row.valid.upper else None,
            kind="month",
        ),
        Column("source", gettext_lazy("ที่มา")),
    )

    def crumbs(self) -> Sequence[Crumb]:
        return (home_crumb(),)

    def rows(self) -> QuerySet[Any]:
        known = forms.versions(self.kwargs["code"])
        if not known or known[-1].owed_by:
            raise Http404
        return reports.obliged(form=self.kwargs["code"])

    @property
    def sheet(self) -> tuple[str, dict[str, Any]]:  # type: ignore[override]
        return f"obliged.{self.kwargs['code']}", {}

    def buttons(self) -> Sequence[Action]:
        handler = get_handler(f"obliged.{self.kwargs['code']}")
        if not handler.policy.test(self.actor):
            return ()
        url = self.here(reverse("intake:batch-import", args=[handler.code]))
        return (Action(_("นำเข้าบัญชี"), url, primary=True),)


class MonthTemplate(OfMonth, Screen):
    """The sheet of a month with the factories that have not reported, and what is known of them."""

    policy = policies.report_writers
    help_title = gettext_lazy("แบบกรอกของงวด")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obligations.ensure(form=self.form.code, period=self.period, today=self.actor.as_of)
        spec = get_handler(self.form.code).spec({"period": self.period.isoformat()})
        with tempfile.NamedTemporaryFile(prefix="portal-template-", delete=False) as file:
            path = Path(file.name)
        try:
            rows = list(template_rows(form=self.form, period=self.period))
            write_template(spec, path, prefilled_rows=rows)
            stream = path.open("rb")
        finally:
            path.unlink()
        audit.record(self.actor, "template.downloaded", form=self.form.code, rows=len(rows))
        return FileResponse(stream, as_attachment=True, filename=f"{self.form.code} {self.period:%Y-%m}.xlsx")  # type: ignore[return-value]


def may_enter(actor: Any, office_id: int, code: str) -> bool:
    """Whether this reader may type in reports for an office."""
    return intake.may(actor, get_handler(code).policy, office_id)
