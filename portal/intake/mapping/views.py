"""The mapping of one batch, and the mappings that were agreed upon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import words
from portal.access import anybody_assigned
from portal.actors import Actor
from portal.intake import selectors as intake
from portal.intake import services as intake_services
from portal.intake.acts import BatchAct
from portal.intake.handlers import IntakeError, get_handler
from portal.intake.mapping import page, selectors, services
from portal.intake.mapping.services import Choice, field_name
from portal.intake.views import list_crumb
from portal.models import Batch, BatchLayout, ColumnMapping
from portal.problems import Invalid, NotAllowed, Problem
from portal.screens import Action, ActScreen, Change, Column, Crumb, DetailScreen, Fields, ListScreen
from portal.screens.base import found
from portal.screens.columns import Table
from portal.screens.detail import Related
from portal.sheets.spec import SheetSpec


class MappingScreen(BatchAct):
    """Which column of the file is which: guesses to be confirmed, one row for each column."""

    help_words = ("guess",)
    title = gettext_lazy("จับคู่คอลัมน์")
    lead = gettext_lazy("บอกว่าแต่ละคอลัมน์ของไฟล์คือข้อมูลใด ระบบจำไว้ใช้กับไฟล์ที่มีหัวคอลัมน์เดียวกันครั้งหน้า")
    template_name = "portal/intake/mapping.html"
    submit = gettext_lazy("ใช้การจับคู่นี้ แล้วตรวจไฟล์")
    done = gettext_lazy("จับคู่แล้ว กำลังตรวจไฟล์ ยังไม่มีอะไรถูกเขียนลงระบบ")

    def admitted(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # what is sent too late is told by the service, unless the file was never asked about at all
        told = request.method == "GET" or not BatchLayout.objects.filter(batch=self.row).exists()
        if told and self.row.state != Batch.State.MAPPING:
            raise Problem(
                _("ไฟล์นี้ไม่ได้รอการจับคู่คอลัมน์ (สถานะ: %s)") % words.word("batch", self.row.state),
                mend=_("เปิดหน้าของไฟล์ ถ้าต้องการเปลี่ยน ให้กด “จับคู่คอลัมน์ใหม่”"),
            )
        return super().admitted(request, *args, **kwargs)

    @cached_property
    def spec(self) -> SheetSpec:
        return intake_services.handler_of(self.row).spec(self.row.params)

    @cached_property
    def layout(self) -> page.Layout:
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        sheet, row = asked.get("sheet"), asked.get("row", "")
        at = int(row) if row.isdecimal() and len(row) < 4 else None
        return page.layout_of(self.row, self.spec, sheet=sheet, row=at)

    @property
    def form_class(self) -> type[forms.BaseForm]:  # type: ignore[override]
        choices = _choices(self.spec)
        fields: dict[str, forms.Field] = {
            # The service says all reasons at once, of a choice that does not exist as well.
            field_name(column.position): forms.CharField(
                label=_("คอลัมน์ “%s”") % column.label,
                required=False,
                widget=forms.Select(choices=choices),
            )
            for column in self.layout.columns
        }
        fields["name"] = forms.CharField(
            label=_("ชื่อของการจับคู่นี้"),
            required=False,
            help_text=_("เช่น ไฟล์จาก i-Single Form ชื่อเดิมหมายถึงรุ่นใหม่ของการจับคู่เดิม"),
        )
        return type("MappingForm", (forms.Form,), fields)

    def initial(self) -> dict[str, Any]:
        proposed = self.layout.proposed
        fields = {field_name(c.position): proposed.get(c.position, "") for c in self.layout.columns}
        return fields | {"name": self.layout.name}

    @property
    def chosen(self) -> dict[int, str]:
        """Position → key as the page shows it now."""
        if not self.form.is_bound:
            return self.layout.proposed
        fields = ((c.position, field_name(c.position)) for c in self.layout.columns)
        return {position: self.request.POST.get(name, "") for position, name in fields}

    def choice(self, data: Mapping[str, Any]) -> Choice:
        columns = {c.position: data.get(field_name(c.position), "") for c in self.layout.columns}
        return Choice(self.layout.head.name, self.layout.row, columns, data.get("name", ""))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "look" in request.POST and self.form.is_valid():
            try:
                choice = self.choice(self.form.cleaned_data)
                services.keep_draft(actor=self.acting(), batch_uuid=self.row.uuid, choice=choice)
            except Problem as problem:
                self._add(Invalid(problem.message, mend=problem.mend))
                return self.render(status=422)
            return self.render()
        return super().post(request, *args, **kwargs)

    def act(self, data: dict[str, Any], actor: Actor) -> None:
        services.agree(actor=actor, batch_uuid=self.row.uuid, choice=self.choice(data))

    def context(self, **extra: Any) -> dict[str, Any]:
        if self.row.state != Batch.State.MAPPING:  # sent twice, or somebody else was first
            raise Problem(_("ไฟล์นี้จับคู่คอลัมน์ไปแล้ว"), mend=_("เปิดหน้าของไฟล์เพื่อดูผลการตรวจ"))
        layout, chosen = self.layout, self.chosen
        lines = layout.lines(chosen)
        columns, rows = layout.first_rows(chosen)
        return super().context(
            layout=layout,
            why=self.row.layout.why,
            lines=[(line, self.form[field_name(line.position)]) for line in lines],
            lacking=[services.any_of(group) for group in layout.lacking(chosen)],
            expected=[services.described(column) for column in layout.expected_but(chosen)],
            first_rows=_preview(columns, rows) if columns else None,
            names=selectors.names(self.row.params["handler"], self.row.office_id),
            **extra,
        )


def _choices(spec: SheetSpec) -> list[tuple[str, Any]]:
    """The columns of the sheet under the titles of their sections, what is needed marked."""

    def option(column: Any) -> tuple[str, str]:
        unit = f" ({column.unit})" if column.unit else ""
        needed = _(" – จำเป็น") if column.required else ""
        return column.key, f"{column.header}{unit}{needed}"

    plain = [option(column) for column in spec.columns if not column.section]
    sections: list[tuple[str, Any]] = [
        (str(section.title), [option(c) for c in spec.columns if c.section == section.code])
        for section in spec.sections
    ]
    return [("", _("ไม่ใช้")), *plain, *(section for section in sections if section[1])]


def _preview(columns: Sequence[Any], rows: list[dict[str, Any]]) -> Table:
    """The first rows as they will be read."""

    def value(key: str) -> Any:
        def told(row: Mapping[str, Any]) -> str:
            reads = row[key]
            if reads is None:
                return ""
            if reads.wrong:
                return _("%(found)s – อ่านไม่ได้") % {"found": reads.found}
            return reads.understood or reads.found

        return told

    shown = [Column("row_no", _("แถว"), value="row_no", kind="integer")]
    shown += [Column(column.key, str(column.header), value=value(column.key)) for column in columns]
    return Table(shown, rows, caption=_("แถวแรก ๆ ตามที่จะอ่าน"), stack=False)


class BatchRemap(BatchAct):
    title = gettext_lazy("จับคู่คอลัมน์ใหม่")
    lead = gettext_lazy("ทิ้งผลการตรวจ แล้วเลือกใหม่ว่าแต่ละคอลัมน์ของไฟล์คือข้อมูลใด ยังไม่มีอะไรถูกเขียนลงระบบ")
    submit = gettext_lazy("จับคู่คอลัมน์ใหม่")
    done = ""

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        try:
            batch = services.ask_again(actor=actor, batch_uuid=self.row.uuid)
        except IntakeError as error:
            raise Invalid(error.message, mend=error.mend) from error
        name = "batch-mapping" if batch.state == Batch.State.MAPPING else "batch-detail"
        return reverse(f"intake:{name}", args=[batch.uuid])


# --- What was agreed -----------------------------------------------------------------------------


def mapping_crumb() -> Crumb:
    return Crumb(_("การจับคู่คอลัมน์"), reverse("intake:mapping-list"))


def _sheet_of(mapping: ColumnMapping) -> str:
    try:
        return str(get_handler(mapping.handler).title)
    except KeyError:
        return mapping.handler


def _state_of(mapping: ColumnMapping) -> str:
    return "used" if mapping.latest_headings else "retired"  # type: ignore[attr-defined]


class MappingList(ListScreen):
    """The mappings by which files of this office are known."""

    policy = anybody_assigned
    title = gettext_lazy("การจับคู่คอลัมน์")
    lead = gettext_lazy("ไฟล์ที่มีหัวคอลัมน์ตรงกับที่จำไว้ ระบบอ่านให้เองโดยไม่ถามอีก")
    columns = (
        Column(
            "name",
            gettext_lazy("ชื่อ"),
            sort="name",
            link=lambda mapping: reverse("intake:mapping-detail", args=[mapping.uuid]),
        ),
        Column("sheet", gettext_lazy("ตาราง"), value=_sheet_of, sort="handler"),
        Column("state", gettext_lazy("สถานะ"), value=_state_of, kind="state", group="mapping"),
        Column("latest", gettext_lazy("รุ่น"), kind="integer"),
        Column("headings", gettext_lazy("คอลัมน์"), value=lambda m: len(m.latest_headings), kind="integer"),
        Column("latest_by", gettext_lazy("โดย")),
        Column("latest_at", gettext_lazy("เมื่อ"), kind="time", sort="latest_at"),
    )
    order = ("handler", "name")
    search = ("name",)
    empty = gettext_lazy("ยังไม่มีการจับคู่ที่จำไว้")
    empty_hint = gettext_lazy("เมื่อส่งไฟล์ที่หัวคอลัมน์ไม่ตรงกับแบบฟอร์ม ระบบจะให้จับคู่ครั้งเดียวแล้วจำไว้ที่นี่")

    def crumbs(self) -> tuple[Crumb, ...]:
        return (list_crumb(),)

    def rows(self) -> QuerySet[ColumnMapping]:
        return selectors.mappings()


class MappingDetail(DetailScreen):
    """One mapping: what stands for what, its versions, and the files it read."""

    policy = anybody_assigned
    help_title = gettext_lazy("การจับคู่คอลัมน์ของไฟล์")
    help_words = ("mapping",)
    groups = (
        Fields(
            gettext_lazy("การจับคู่"),
            (
                Column("sheet", gettext_lazy("ตาราง"), value=_sheet_of),
                Column("latest", gettext_lazy("รุ่นล่าสุด"), kind="integer"),
                Column("latest_by", gettext_lazy("โดย")),
                Column("latest_at", gettext_lazy("เมื่อ"), kind="time"),
            ),
        ),
    )

    def rows(self) -> QuerySet[ColumnMapping]:
        return selectors.mappings()

    def crumbs(self) -> tuple[Crumb, ...]:
        return (list_crumb(), mapping_crumb())

    def states(self, row: ColumnMapping) -> Sequence[Any]:
        return [words.word("mapping", _state_of(row))]

    @property
    def related(self) -> Sequence[Related]:  # type: ignore[override]
        return (
            Related(
                gettext_lazy("หัวคอลัมน์ของรุ่นล่าสุด"),
                (
                    Column("heading", gettext_lazy("หัวคอลัมน์ในไฟล์")),
                    Column("field", gettext_lazy("ข้อมูลของเรา")),
                ),
                self.headings,
                limit=300,
                empty=gettext_lazy("เลิกใช้แล้ว"),
            ),
            Related(
                gettext_lazy("รุ่น"),
                (
                    Column("number", gettext_lazy("รุ่น"), kind="integer"),
                    Column("count", gettext_lazy("คอลัมน์"), value=lambda v: len(v.headings), kind="integer"),
                    Column("created_by_name", gettext_lazy("โดย")),
                    Column("created_at", gettext_lazy("เมื่อ"), kind="time"),
                ),
                lambda mapping: mapping.versions.order_by("-number"),
            ),
            Related(
                gettext_lazy("ไฟล์ที่อ่านด้วยการจับคู่นี้"),
                (
                    Column(
                        "file",
                        gettext_lazy("ไฟล์"),
                        value="file.name",
                        link=lambda batch: reverse("intake:batch-detail", args=[batch.uuid]),
                    ),
                    Column("version", gettext_lazy("รุ่น"), value="mapping.number", kind="integer"),
                    Column("state", gettext_lazy("สถานะ"), kind="state", group="batch"),
                    Column("created_at", gettext_lazy("ส่งเมื่อ"), kind="time"),
                ),
                lambda mapping: intake.batches().filter(mapping__mapping=mapping),
                empty=gettext_lazy("ยังไม่มีไฟล์ที่อ่านด้วยการจับคู่นี้"),
            ),
        )

    @staticmethod
    def headings(mapping: ColumnMapping) -> list[dict[str, str]]:
        """The latest version: heading of the file and what it is taken for."""
        version = mapping.versions.order_by("-number")[0]
        try:
            spec = get_handler(mapping.handler).spec({})
            names = {column.key: str(column.header) for column in spec.columns}
        except KeyError:
            names = {}
        names[""] = _("ไม่ใช้")
        return [
            {"heading": label, "field": names.get(version.columns.get(label, ""), "")}
            for label in version.headings
        ]

    def actions(self, row: ColumnMapping) -> Sequence[Action]:
        if _state_of(row) == "retired":
            return ()
        handler = get_handler(row.handler)
        refused = ""
        if not intake_services.may(self.actor, handler.policy, row.office_id):
            refused = _("ทำได้เฉพาะ: %s ของหน่วยงานนี้") % handler.policy.label
        url = self.here(reverse("intake:mapping-retire", args=[row.uuid]))
        return (Action(_("เลิกใช้…"), url, refused=refused),)


class MappingRetire(ActScreen):
    """From now on the portal asks again."""

    policy = anybody_assigned
    title = gettext_lazy("เลิกใช้การจับคู่คอลัมน์")
    lead = gettext_lazy("ไฟล์ที่ส่งต่อจากนี้จะถูกถามใหม่ ไฟล์ที่อ่านไปแล้วยังบอกได้ว่าอ่านด้วยการจับคู่ใด")
    submit = gettext_lazy("เลิกใช้")
    done = gettext_lazy("เลิกใช้แล้ว")

    @cached_property
    def row(self) -> ColumnMapping:
        return found(selectors.mappings().filter(uuid=self.kwargs["uuid"]).first())

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.kwargs = kwargs
        if request.user.is_authenticated:
            self.policy = get_handler(self.row.handler).policy
        return super().dispatch(request, *args, **kwargs)

    def crumbs(self) -> tuple[Crumb, ...]:
        url = self.here(reverse("intake:mapping-detail", args=[self.row.uuid]))
        return (list_crumb(), mapping_crumb(), Crumb(self.row.name, url))

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        states = [words.word("mapping", code).label for code in ("used", "retired")]
        return [Change(self.row.name, states[1], states[0])]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        try:
            services.retire(actor=actor, mapping_uuid=self.row.uuid)
        except (IntakeError, NotAllowed) as error:
            raise Invalid(error.message) from error
        return reverse("intake:mapping-detail", args=[self.row.uuid])
