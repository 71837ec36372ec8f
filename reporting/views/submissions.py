"""One report: what stands in it, its versions, what the rules said; and typing one in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from factories.models import Factory
from portal import calendar, thai
from portal.problems import Invalid, NotAllowed
from portal.screens import Action, Column, Crumb, DetailScreen, Drafting, Table
from portal.screens.base import found
from portal.sheets.findings import Finding
from portal.sheets.spec import Column as Field
from portal.standing import Line
from reporting import forms, policies
from reporting.forms import FormDeclaration
from reporting.models import Obligation, Product, Submission
from reporting.selectors import calls as selectors
from reporting.selectors import reports, standing
from reporting.services import entry
from reporting.services.entry import Typed
from reporting.views.calls import COLUMNS as CALLS
from reporting.views.months import OfMonth, home_crumb, may_enter, month_url

LINES_OFFERED = 5
LINES_AT_MOST = 60


def shown(field: Field, value: Any) -> str:
    """A payload's value as its reader sees it."""
    if value is None:
        return "–"
    if field.kind == "choice":
        return dict(field.choices).get(str(value), str(value))
    if field.kind == "bool":
        return _("ใช่") if value else _("ไม่ใช่")
    if field.kind in ("integer", "decimal"):
        return thai.format_number(value)
    if field.kind == "date":
        return calendar.format_date(date.fromisoformat(value))
    return str(value)


class SubmissionDetail(DetailScreen):
    """One version of one report."""

    policy = policies.report_readers
    help_title = gettext_lazy("รายงานของโรงงาน")
    help_words = ("finding",)
    template_name = "reporting/submission_detail.html"
    history = False

    def rows(self) -> QuerySet[Any]:
        return Submission.objects.select_related(
            "factory", "form", "form_version", "submitted_by", "province__office"
        )

    @cached_property
    def form(self) -> FormDeclaration:
        version = self.row.form_version.version
        return next(form for form in forms.versions(self.row.form_id) if form.version == version)

    def get_title(self) -> str:
        return str(self.row.factory.shown_name)

    def crumbs(self) -> Sequence[Crumb]:
        url = self.here(month_url(self.row.form_id, self.row.period))
        return (home_crumb(), Crumb(f"{self.row.form_id} {words_of_month(self.row)}", url))

    def actions(self, row: Submission) -> Sequence[Action]:
        office = getattr(row.province, "office", None)
        actor = self.actor
        if office is None or not may_enter(actor, office.pk, row.form_id):
            return ()
        url = reverse("reporting:submission-add", args=[row.form_id, row.period, row.factory.uuid])
        return (Action(_("แก้ไข (ฉบับใหม่)"), self.here(url)),)

    def context(self, **extra: Any) -> dict[str, Any]:
        row = self.row
        lines = reports.lines_of(row)
        versions = list(reports.versions_of(row))
        obligation = Obligation.objects.filter(
            form_id=row.form_id, factory_id=row.factory_id, period=row.period
        )
        return super().context(
            form=self.form,
            period_name=words_of_month(row),
            header=[
                (field, shown(field, line.payload.get(field.key)))
                for line in lines
                if line.section == self.form.header.code
                for field in self.form.header.columns
            ],
            lines=self._lines(lines),
            versions=self._versions(versions),
            changes=self._changes(versions, lines),
            findings=finding_table(reports.findings_of(row)),
            standing=self._standing(row),
            calls=call_table(obligation.first()),
            is_current=obligation.filter(current_id=row.pk).exists(),
            **extra,
        )

    def _standing(self, row: Submission) -> Line | None:
        office = getattr(row.province, "office", None)
        if office is None:
            return None
        return standing.of_office(form=row.form_id, period=row.period, office=office.pk, actor=self.actor)

    def _lines(self, every: list[reports.Line]) -> Table | None:
        section = self.form.lines
        if section is None:
            return None
        lines = [line for line in every if line.section == section.code]
        key, unit = section.key, section.unit
        fields = [field for field in section.columns if field.key not in (key, unit)]
        columns = [
            Column("name", self.form.column(key).header, lambda line: line.name),
            Column("unit", self.form.column(unit).header, lambda line: line.unit),
            *(
                Column(
                    field.key,
                    field.header,
                    lambda line, field=field: shown(field, line.payload.get(field.key)),  # type: ignore[misc]
                    unit=field.unit if field.unit == "บาท" else "",
                )
                for field in fields
                if any(field.key in line.payload for line in lines)
            ),
        ]
        return Table(columns, lines, caption=section.title, here=self.here, stack=False)

    def _versions(self, versions: list[Any]) -> Table:
        columns = (
            Column(
                "version",
                _("ฉบับที่"),
                kind="integer",
                link=lambda row: reverse("reporting:submission-detail", args=[row.uuid]),
            ),
            Column("submitted_at", _("ส่งเมื่อ"), kind="time"),
            Column("channel", _("ช่องทาง"), lambda row: row.get_channel_display()),
            Column("withdrawn", _("ถอนคืน"), kind="bool"),
        )
        return Table(columns, versions, caption=_("ฉบับทั้งหมด"), here=self.here)

    def _changes(self, versions: list[Any], lines: list[reports.Line]) -> Table | None:
        """What this version changed against the one before it."""
        before = next((one for one in versions if one.version == self.row.version - 1), None)
        if before is None:
            return None
        rows = reports.changes_between(reports.lines_of(before), lines)

        def value(at: int) -> Any:
            return lambda row: shown(self.form.column(row[1]), row[at])

        columns = (
            Column("line", _("บรรทัด"), lambda row: row[0] or self.form.header.title),
            Column("field", _("ช่อง"), lambda row: self.form.column(row[1]).header),
            Column("before", _("เดิม"), value(2)),
            Column("after", _("ใหม่"), value(3)),
        )
        return Table(columns, rows, caption=_("สิ่งที่เปลี่ยนจากฉบับก่อน"), here=self.here)


def call_table(obligation: Any) -> Table | None:
    """The calls about one report, or nothing where there was none."""
    rows = list(selectors.followed(obligation)) if obligation is not None else []
    return Table(CALLS, rows, caption=_("การติดตาม")) if rows else None


def words_of_month(row: Submission) -> str:
    """The month or year of a report in words."""
    return forms.declaration(row.form_id, row.period).shown(row.period)


def finding_table(findings: Sequence[Any]) -> Table | None:
    """Findings with where, what was found and expected, and how to mend it."""
    if not findings:
        return None
    columns = (
        Column("level", _("ระดับ"), kind="state", group="finding"),
        Column("row_no", _("แถว"), kind="integer"),
        Column(
            "column", _("ช่อง"), lambda row: getattr(row, "header", "") or getattr(row, "column_header", "")
        ),
        Column("message", _("สิ่งที่พบ")),
        Column("found", _("พบ")),
        Column("expected", _("ที่ควรเป็น")),
        Column("mend", _("วิธีแก้")),
        Column("code", _("กฎ"), kind="code"),
    )
    return Table(columns, findings, caption=_("ผลการตรวจ"))


def _widget(field: Field, *, line: int | None, choices: Sequence[tuple[str, str]]) -> django_forms.Field:
    """A form field for a column. Reading is the sheet's business, so every field takes text."""
    label = field.header + (f" ({field.unit})" if field.unit == "บาท" or field.unit in ("คน", "วัน") else "")
    widget: django_forms.Widget
    if choices:
        widget = django_forms.Select(choices=[("", "–"), *choices])
    elif field.kind == "bool":
        widget = django_forms.Select(choices=[("", "–"), ("true", _("ใช่")), ("false", _("ไม่ใช่"))])
    else:
        numeric = field.kind in ("integer", "decimal")
        widget = django_forms.TextInput(attrs={"inputmode": "decimal"} if numeric else {})
    hint = "" if line else field.help
    return django_forms.CharField(label=label, required=False, widget=widget, help_text=hint, max_length=2000)


class EntryForm(django_forms.Form):
    """Every column of a declaration, the lines ``lines`` times. Names: header ``h-…``, line ``n-…``."""

    def __init__(self, *args: Any, form: FormDeclaration, lines: int, products: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.declaration, self.count = form, lines
        for field in form.header.columns:
            self.fields[f"h-{field.key}"] = _widget(field, line=None, choices=field.choices)
        self.columns = form.lines.columns if form.lines else ()
        key = form.lines.key if form.lines else ""
        if form.lines is None:
            self.count = lines = 0
        for line in range(1, lines + 1):
            for field in self.columns:
                choices = products if field.key == key else field.choices
                self.fields[f"{line}-{field.key}"] = _widget(field, line=line, choices=choices)

    def header(self) -> list[Any]:
        return [self[f"h-{field.key}"] for field in self.declaration.header.columns]

    def groups(self) -> list[tuple[int, list[Any]]]:
        """(line number, its bound fields)."""
        return [(n, [self[f"{n}-{field.key}"] for field in self.columns]) for n in range(1, self.count + 1)]

    def typed(self) -> tuple[Typed, list[int]]:
        """What was typed, lines without any value left out; and the numbers of the lines kept."""
        data = self.cleaned_data
        header = {field.key: data[f"h-{field.key}"] for field in self.declaration.header.columns}
        lines, numbers = [], []
        for n in range(1, self.count + 1):
            line = {field.key: data[f"{n}-{field.key}"] for field in self.columns}
            if any(value.strip() for value in line.values()):
                lines.append(line)
                numbers.append(n)
        return Typed(header, lines), numbers


class SubmissionAdd(OfMonth, Drafting):
    """A report typed by an officer. Everything that is wrong is told at once, at its field."""

    policy = policies.report_writers
    help_title = gettext_lazy("กรอกรายงานแทนโรงงาน")
    help_words = ("finding",)
    template_name = "reporting/submission_add.html"
    lead = gettext_lazy("กรอกแทนโรงงาน ผ่านกฎเดียวกับการนำเข้าไฟล์")

    @cached_property
    def factory(self) -> Factory:
        return found(Factory.objects.filter(uuid=self.kwargs["uuid"]).first())

    @cached_property
    def obligation(self) -> Any:
        return (
            reports.obligations(form=self.form.code, period=self.period).filter(factory=self.factory).first()
        )

    def get_title(self) -> str:
        return f"{self.factory.shown_name} – {self.month_name()}"

    def crumbs(self) -> Sequence[Crumb]:
        return (home_crumb(), Crumb(self.month_name(), self.here(month_url(self.form.code, self.period))))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and self.policy.test(request.actor):  # type: ignore[attr-defined]
            office = getattr(self.factory.province, "office", None)
            if office is None or not may_enter(request.actor, office.pk, self.form.code):  # type: ignore[attr-defined]
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def initial(self) -> dict[str, Any]:
        """The report that holds, so that a correction starts from it."""
        if self.obligation is None or self.obligation.current is None:
            return {}
        values: dict[str, Any] = {}
        number = 0
        section = self.form.lines
        for line in reports.lines_of(self.obligation.current):
            if section and line.section == section.code:
                number += 1
                values[f"{number}-{section.key}"] = line.key
            prefix = f"{number}-" if section and line.section == section.code else "h-"
            for key, value in line.payload.items():
                plain = str(value).lower() if isinstance(value, bool) else str(value)
                values[prefix + key] = "" if key == "factor" and plain == "1" else plain
        values["lines"] = number
        return values

    def bound(self, data: Any, initial: dict[str, Any]) -> EntryForm:
        wanted = (data or initial).get("lines") or 0
        lines = int(wanted) if str(wanted).isdigit() else 0
        if data is not None and "more" in data:
            lines += LINES_OFFERED
        return EntryForm(
            data,
            initial=initial,
            form=self.form,
            lines=min(max(lines, LINES_OFFERED if data is None else 1), LINES_AT_MOST),
            products=list(
                Product.objects.filter(valid__contains=self.period)
                .order_by("code")
                .values_list("code", "name_th")
            ),
        )

    def opened(self, values: Mapping[str, Any] | None = None) -> EntryForm:
        heads = {name.partition("-")[0] for name in values or ()}
        numbers = [int(head) for head in heads if head.isdecimal() and len(head) < 4]
        initial = self.initial()
        lines = max([initial.get("lines", 0), *numbers])
        return self.bound(None, {**initial, **(values or {}), "lines": lines})

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(entry=self.with_draft(), calls=call_table(self.obligation))

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(**self.draft_context(), **extra)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed_form = self.bound(request.POST, {})
        if "more" in request.POST:
            return self.render(entry=typed_form)
        if not typed_form.is_valid():
            self.keep_sent()
            return self.render(entry=typed_form, status=422)
        typed, numbers = typed_form.typed()
        try:
            report = entry.enter(
                actor=request.actor,  # type: ignore[attr-defined]
                form=self.form.code,
                period=self.period,
                factory=self.factory,
                typed=typed,
                accept_warnings="accept" in request.POST,
            )
        except entry.Refused as refused:
            self.keep_sent()
            self._mark(typed_form, refused.findings, numbers)
            return self.render(
                entry=typed_form,
                problem=refused.message,
                may_accept=refused.may_accept,
                reasons=refused.reasons,
                findings=finding_table(refused.findings),
                status=422,
            )
        except NotAllowed as problem:
            raise self.keeping(problem) from problem
        except Invalid as problem:
            self.keep_sent()
            return self.render(entry=typed_form, problem=problem.message, status=422)
        self.draft_done()
        messages.success(request, _("บันทึกรายงานฉบับที่ %s แล้ว") % report.version)
        return redirect(self.here(reverse("reporting:submission-detail", args=[report.uuid])))

    @staticmethod
    def _mark(form: EntryForm, findings: Sequence[Finding], numbers: Sequence[int]) -> None:
        """Say each blocking finding at its field, too."""
        for finding in findings:
            if finding.level != "block" or not finding.column:
                continue
            line = numbers[finding.row_no - 1] if finding.row_no and finding.row_no <= len(numbers) else 1
            name = next(
                (n for n in (f"h-{finding.column}", f"{line}-{finding.column}") if n in form.fields), None
            )
            form.add_error(name, finding.message)
