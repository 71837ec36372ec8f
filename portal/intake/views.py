"""Pages of the intake, the same for every sheet; the acts on a batch are in portal.intake.acts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import jobs, standing, words
from portal.access import anybody_assigned
from portal.actors import Actor
from portal.intake import selectors, services
from portal.intake.handlers import IntakeError, IntakeHandler, get_handler, handlers_for
from portal.models import Batch, BatchFinding, BatchRow, Job
from portal.problems import Invalid, NotAllowed
from portal.screens import Action, Column, Crumb, DetailScreen, EditScreen, ListScreen
from portal.screens.base import found

ACTIONS = tuple(BatchRow.Action.values)
_OPEN = (Batch.State.RECEIVED, Batch.State.MAPPING, Batch.State.PREVIEWED, Batch.State.APPLIED)


def list_crumb() -> Crumb:
    return Crumb(_("นำเข้าข้อมูล"), reverse("intake:batch-list"))


def handler_or_404(code: str) -> IntakeHandler:
    try:
        return get_handler(code)
    except KeyError:
        return found(None)


class BatchFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=gettext_lazy("สถานะ"), choices=Batch.State.choices)

    class Meta:
        model = Batch
        fields = ["state"]


def title_of(batch: Batch) -> str:
    """The sheet's name; its code where no handler knows it any more."""
    try:
        return str(services.handler_of(batch).title)
    except KeyError:
        return batch.spec_code


class BatchList(ListScreen):
    policy = anybody_assigned
    title = gettext_lazy("นำเข้าข้อมูล")
    lead = gettext_lazy("ไฟล์ทุกไฟล์ผ่านการตรวจก่อน แล้วจึงยืนยัน และถอนคืนได้")
    columns = (
        Column(
            "sheet",
            gettext_lazy("ตาราง"),
            value=title_of,
            link=lambda batch: reverse("intake:batch-detail", args=[batch.uuid]),
        ),
        Column("file", gettext_lazy("ไฟล์"), value="file.name"),
        Column("state", gettext_lazy("สถานะ"), kind="state", sort="state", group="batch"),
        Column("rows", gettext_lazy("แถว"), value=lambda b: b.counts.get("rows"), kind="integer"),
        Column("refused", gettext_lazy("ไม่รับ"), value=lambda b: b.counts.get("refused"), kind="integer"),
        Column("created_at", gettext_lazy("ส่งเมื่อ"), kind="time", sort="created_at"),
        Column("applied_at", gettext_lazy("นำเข้าเมื่อ"), kind="time", sort="applied_at"),
    )
    order = ("-created_at",)
    search = ("file__name",)
    filterset_class = BatchFilter
    empty = gettext_lazy("ยังไม่มีการนำเข้า")
    empty_hint = gettext_lazy("เลือกตารางที่ต้องการนำเข้าจากปุ่มด้านบน")

    def rows(self) -> QuerySet[Batch]:
        return selectors.batches()

    def buttons(self) -> Sequence[Action]:
        sheets = [
            Action(handler.title, self.here(reverse("intake:batch-import", args=[handler.code])))
            for handler in handlers_for(self.actor)
            if not handler.sent_from_elsewhere
        ]
        return [*sheets, Action(_("การจับคู่คอลัมน์"), self.here(reverse("intake:mapping-list")))]


class UploadScreen(EditScreen):
    """A file, whose office, and what the sheet cannot say."""

    policy = anybody_assigned
    help_title = gettext_lazy("ส่งไฟล์นำเข้า")
    template_name = "portal/intake/upload.html"
    submit = gettext_lazy("ส่งไฟล์ไปตรวจ")
    done = gettext_lazy("รับไฟล์แล้ว กำลังตรวจ ยังไม่มีอะไรถูกเขียนลงระบบ")

    @cached_property
    def handler(self) -> IntakeHandler:
        return handler_or_404(self.kwargs["code"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.kwargs = kwargs
        self.policy = self.handler.policy
        return super().dispatch(request, *args, **kwargs)

    def get_title(self) -> Any:
        return self.handler.title

    def crumbs(self) -> tuple[Crumb, ...]:
        return (list_crumb(),)

    @cached_property
    def offices(self) -> list[tuple[str, str]]:
        """(office id or '' for the nation, label): where this reader may bring this sheet in."""
        offices = [
            (str(place.office_id), place.label)
            for place in self.request.places
            if place.office_id is not None and services.may(self.actor, self.handler.policy, place.office_id)
        ]
        if self.actor.scope.is_nation:
            offices.insert(0, ("", _("ทั้งประเทศ")))
        return offices

    @property
    def form_class(self) -> type[forms.BaseForm]:  # type: ignore[override]
        office = forms.ChoiceField(label=_("ในนามของ"), choices=self.offices, required=False)
        if len(self.offices) == 1:
            office.widget = forms.HiddenInput()
        file = forms.FileField(
            label=_("ไฟล์ (.xlsx หรือ .csv)"),
            allow_empty_file=True,  # the guard says it better
            widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        )
        fields = {"office": office, **self.handler.params_form.base_fields, "file": file}
        return type("UploadForm", (self.handler.params_form,), fields)

    def initial(self) -> dict[str, Any]:
        place = self.request.place
        given = {key: value for key, value in self.request.GET.items() if key != "office"}
        first = self.offices[0][0] if self.offices else ""
        return given | {"office": str(place.office_id) if place and place.office_id else first}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        file, office = data.pop("file"), data.pop("office")
        params = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
        try:
            batch = services.receive(
                actor=actor,
                handler_code=self.handler.code,
                upload=services.Upload(file.name, file),
                office_id=int(office) if office else None,
                params=params,
            )
        except (IntakeError, NotAllowed) as error:
            raise Invalid(error.message) from error
        return reverse("intake:batch-detail", args=[batch.uuid])

    def context(self, **extra: Any) -> dict[str, Any]:
        code = self.handler.code
        return super().context(
            handler=self.handler,
            xlsx_url=self.here(reverse("intake:sheet-export", args=[code])),
            csv_url=self.here(reverse("intake:sheet-export-csv", args=[code])),
            **extra,
        )


class BatchScreen(DetailScreen):
    """One batch: how far it is, what it would do, everything found, what may be done next."""

    policy = anybody_assigned
    help_title = gettext_lazy("ชุดนำเข้า")
    help_words = ("batch", "row", "finding", "job")
    template_name = "portal/intake/batch.html"
    history = False
    job: Job | None  # its newest

    def rows(self) -> QuerySet[Batch]:
        return selectors.batches()

    def get_title(self) -> str:
        return title_of(self.row)

    def crumbs(self) -> tuple[Crumb, ...]:
        return (list_crumb(),)

    def states(self, row: Batch) -> Sequence[Any]:
        return [words.word("batch", row.state)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Before the batch: a job that ended after the batch was read would leave its work on the page as
        # not done, and the page would not ask again.
        job = self.job = selectors.latest_job(kwargs["uuid"])
        if self.row and request.headers.get("HX-Request"):
            if job is None or job.state in (Job.State.DONE, Job.State.FAILED):
                return HttpResponse(headers={"HX-Refresh": "true"})
            return render(request, "parts/_progress.html", self.progress(job))
        return super().get(request, *args, **kwargs)

    @staticmethod
    def progress(job: Job) -> dict[str, Any]:
        done, total = jobs.progress_of(job)
        return {"job": job, "done": done, "total": total, "share": 100 * done // total if total else None}

    def actions(self, row: Batch) -> Sequence[Action]:
        mapped = row.state == Batch.State.REFUSED and row.mapping_id is not None
        if row.state == Batch.State.UNDONE or (row.state == Batch.State.REFUSED and not mapped):
            return ()
        handler = services.handler_of(row)
        refused = ""
        if not services.may(self.actor, handler.policy, row.office_id):
            refused = _("ทำได้เฉพาะ: %s ของหน่วยงานนี้") % handler.policy.label

        def act(label: str, name: str, *, primary: bool = False) -> Action:
            url = self.here(reverse(f"intake:batch-{name}", args=[row.uuid]))
            return Action(label, url, primary=primary, refused=refused)

        if row.state == Batch.State.PREVIEWED:
            return (
                act(_("นำเข้า…"), "apply", primary=True),
                act(_("ตรวจใหม่…"), "again"),
                act(_("จับคู่คอลัมน์ใหม่…"), "remap"),
                act(_("ยกเลิก…"), "discard"),
            )
        if mapped:
            return (act(_("จับคู่คอลัมน์ใหม่…"), "remap"),)
        if row.state == Batch.State.MAPPING:
            return (act(_("จับคู่คอลัมน์…"), "mapping", primary=True), act(_("ยกเลิก…"), "discard"))
        if row.state == Batch.State.DISCARDED:
            refused = refused or services.lost(row, self.actor.as_of)
            return (act(_("กู้คืน…"), "restore"),)
        if row.state == Batch.State.APPLIED:
            return (act(_("ถอนคืน…"), "undo"),) if handler.can_undo else ()
        return (act(_("ยกเลิก…"), "discard"),)

    def context(self, **extra: Any) -> dict[str, Any]:
        row = self.row
        job = self.job
        live = job is not None and job.state in (Job.State.QUEUED, Job.State.RUNNING)
        failed = job is not None and job.state == Job.State.FAILED
        rows_url = reverse("intake:batch-rows", args=[row.uuid])
        return super().context(
            **(self.progress(job) if job and (live or failed) else {}),
            tiles=[
                (words.word("row", action), row.counts[action], self.here(f"{rows_url}?action={action}"))
                for action in ACTIONS
                if action in row.counts
            ],
            findings=selectors.findings_by_rule(row),
            levels=[
                (words.word("finding", level), total)
                for level in BatchFinding.Level.values
                if (total := row.counts.get("findings", {}).get(level))
            ],
            kept=selectors.kept_after_undo(row),
            asked=row.layout.why if row.state == Batch.State.MAPPING else "",
            mapping_url=self.mapping_url(row),
            marked_url=self.here(reverse("intake:batch-marked", args=[row.uuid])),
            handler=services.handler_of(row),
            standing=standing.of_batch(row, self.actor),
            **extra,
        )

    def mapping_url(self, row: Batch) -> str:
        """The page of the mapping that read the batch, when the reader may see it."""
        mapping = row.mapping.mapping if row.mapping else None
        if mapping is None or (mapping.office_id is None and not self.actor.scope.is_nation):
            return ""
        return self.here(reverse("intake:mapping-detail", args=[mapping.uuid]))


class RowFilter(django_filters.FilterSet):
    action = django_filters.ChoiceFilter(label=gettext_lazy("ผล"), choices=BatchRow.Action.choices)

    class Meta:
        model = BatchRow
        fields = ["action"]


class BatchRows(ListScreen):
    """The plan, row by row: what each would write."""

    policy = anybody_assigned
    title = gettext_lazy("ผลการตรวจทีละแถว")
    order = ("row_no",)
    search = ("key",)
    filterset_class = RowFilter
    exports = ("csv",)

    @cached_property
    def batch(self) -> Batch:
        return found(selectors.batches().filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> tuple[Crumb, ...]:
        here = self.here(reverse("intake:batch-detail", args=[self.batch.uuid]))
        return (list_crumb(), Crumb(title_of(self.batch), here))

    @cached_property
    def handler(self) -> IntakeHandler:
        return services.handler_of(self.batch)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Field of the plan → its name for the reader."""
        spec = self.handler.spec(self.batch.params)
        headings = {column.key: str(column.header) for column in spec.columns}
        return headings | {key: str(label) for key, label in self.handler.field_labels.items()}

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        return (
            Column("row_no", _("แถว"), kind="integer", sort="row_no"),
            Column("key", _("เลขอ้างอิง"), kind="code"),
            Column("action", _("ผล"), kind="state", group="row"),
            Column("diff", _("สิ่งที่จะเขียน"), value=self.told),
        )

    def told(self, row: BatchRow) -> str:
        """What a row writes, in words: "ชื่อโรงงาน: เดิม → ใหม่"."""
        if row.action == BatchRow.Action.CHANGED and row.diff:
            changes = {key: f"{self.shown_value(key, old)} → {self.shown_value(key, new)}"
                       for key, (old, new) in row.diff.items()}  # fmt: skip
        elif row.action == BatchRow.Action.NEW:
            changes = {key: self.shown_value(key, value) for key, value in row.data.items()}
        else:
            return ""
        return " · ".join(
            f"{self.labels[key]}: {text}" for key, text in changes.items() if key in self.labels
        )

    def shown_value(self, key: str, value: Any) -> str:
        labels = self.handler.value_labels.get(key, {})
        return str(labels[value]) if value in labels else _shown(value)

    def rows(self) -> QuerySet[BatchRow]:
        return selectors.rows(self.batch)


def _shown(value: Any) -> str:
    """A JSON value as a reader sees it; numbers without zeros at the end."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("ใช่") if value else _("ไม่ใช่")
    if isinstance(value, dict | list):
        return "…"
    text = str(value)
    return text.rstrip("0").rstrip(".") if isinstance(value, float) and "." in text else text
