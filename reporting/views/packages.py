"""Pages of the office package: the list, opening one, the case itself, and its acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import Office
from offices.policies import figure_readers, may_work_in, office_staff
from offices.selectors import cases
from offices.workflow import Transition
from portal import calendar, thai
from portal.actors import Actor, Capacity
from portal.screens import (
    Action,
    ActScreen,
    Change,
    Column,
    Crumb,
    DetailScreen,
    EditScreen,
    ListScreen,
    Table,
)
from portal.screens.base import found
from portal.words import word
from reporting import workflow
from reporting.dated import CERTIFY, role
from reporting.editions.paper import MEASURES
from reporting.models import OfficePackage
from reporting.policies import package_actors
from reporting.selectors import packages as selectors
from reporting.selectors import standing
from reporting.services import packages

FORM = "PROD-M"
MONTHS_OFFERED = 13
SCREENING_ACTS = ("screen", "endorse_and_screen")


def list_url() -> str:
    return reverse("reporting:package-list")


def of_package(package: OfficePackage) -> str:
    return reverse("reporting:package-detail", args=[package.uuid])


class PackageList(ListScreen):
    policy = figure_readers
    title = gettext_lazy("ชุดรายงานของสำนักงาน")
    lead = gettext_lazy("หนึ่งชุดต่อหนึ่งแบบรายงาน หนึ่งงวด เดินเรื่องถึงอุตสาหกรรมจังหวัดเพื่อรับรอง")
    order = ("-period", "office__code", "-sequence")
    search = ("case__title",)
    empty = gettext_lazy("ยังไม่มีชุดรายงาน")
    empty_hint = gettext_lazy("เปิดชุดรายงานเมื่อมีรายงานของงวดนั้นแล้ว")

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        return (
            Column("title", _("ชุดรายงาน"), "case.title", link=of_package),
            Column("period", _("งวด"), kind="month", sort="period"),
            Column("office", _("สำนักงาน"), "office.short_th", sort="office__code"),
            Column("state", _("สถานะ"), "case.state", kind="state", group="package"),
            Column("since", _("ตั้งแต่"), "case.state_since", kind="time", sort="case__state_since"),
            Column("reports", _("รายงานในชุด"), kind="integer"),
        )

    def rows(self) -> QuerySet[Any]:
        return selectors.packages()

    def buttons(self) -> Sequence[Action]:
        if not office_staff.test(self.actor):
            return ()
        return (Action(_("เปิดชุดรายงาน"), self.here(reverse("reporting:package-add")), primary=True),)


class OpenForm(forms.Form):
    office = forms.ModelChoiceField(Office.objects.none(), label=gettext_lazy("สำนักงาน"), empty_label=None)
    period = forms.ChoiceField(label=gettext_lazy("งวด"))

    def __init__(self, *args: Any, offices: QuerySet[Office], months: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            (f"{month:%Y-%m-%d}", calendar.format_date(month, "month")) for month in months
        ]

    def clean_period(self) -> date:
        return date.fromisoformat(self.cleaned_data["period"])


class PackageAdd(EditScreen):
    """Open the package of a month, or come to the one that is open."""

    policy = office_staff
    title = gettext_lazy("เปิดชุดรายงาน")
    lead = gettext_lazy("ถ้าชุดของงวดนี้เปิดอยู่แล้ว ระบบพาไปที่ชุดนั้น ถ้ารับรองแล้วและมีรายงานมาภายหลัง ระบบเปิดชุดเพิ่มเติม")
    submit = gettext_lazy("เปิดชุดรายงาน")
    done = ""
    form_class = OpenForm

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(PackageList.title, list_url()),)

    def form_kwargs(self) -> dict[str, Any]:
        last = calendar.month_start(self.actor.as_of)
        mine = [
            c.office_id for c in self.actor.capacities if c.office_id and may_work_in(self.actor, c.office_id)
        ]
        return {
            "offices": Office.objects.filter(pk__in=mine).order_by("code"),
            "months": [calendar.add_months(last, -back) for back in range(MONTHS_OFFERED)],
        }

    def initial(self) -> dict[str, Any]:
        last = calendar.add_months(calendar.month_start(self.actor.as_of), -1)
        return {"period": self.request.GET.get("period") or f"{last:%Y-%m-%d}"}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        package = packages.open_package(actor=actor, form=FORM, period=data["period"], office=data["office"])
        return of_package(package)


class PackageDetail(DetailScreen):
    """The case: what is in it, what the rules found, what certifying changes, and what was done."""

    policy = figure_readers
    help_title = gettext_lazy("ชุดรายงาน")
    help_words = ("package", "step", "finding")
    template_name = "reporting/package_detail.html"
    history = False

    def rows(self) -> QuerySet[Any]:
        return selectors.packages()

    def get_title(self) -> Any:
        return self.row.case.title

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(PackageList.title, list_url()),)

    def states(self, row: Any) -> Sequence[Any]:
        return (word("package", row.case.state),)

    @cached_property
    def answers(self) -> list[cases.Answer]:
        """What the guards say of every act, asked once for the buttons and for the reasons."""
        return cases.explain(self.row.case, self.actor)

    def actions(self, row: Any) -> Sequence[Action]:
        """Acts of this path that leave the state; those this reader may not do say why."""
        if not may_work_in(self.actor, row.office_id):
            return ()
        return [
            Action(
                answer.transition.label,
                self.here(reverse("reporting:package-edit", args=[row.uuid, answer.transition.name])),
                primary=answer.transition.target not in (workflow.RETURNED, row.case.state),
                refused=" ".join(answer.reasons),
            )
            for answer in self.answers
            if answer.fits and row.case.state in answer.transition.sources
        ]

    def context(self, **extra: Any) -> dict[str, Any]:
        package = self.row
        chosen = selectors.submissions(package)
        listed = selectors.reports(package, chosen)
        does = role(package.form_id, package.period, package.office.code)
        return super().context(
            timeline=cases.timeline(package.case, opinions=workflow.OPINIONS),
            contents=selectors.contents(package, listed),
            why=cases.refused_acts(package.case, self.answers),
            standing=standing.of_office(
                form=package.form_id,
                period=package.period,
                office=package.office_id,
                actor=self.actor,
                package=package.uuid,
            ),
            role=does,
            follow_up=does.value != CERTIFY,
            one_person=workflow.by_one_person(package.case) and package.case.state == workflow.WITH_CHIEF,
            opinion=self._opinion(package),
            figures=self._figures(package, chosen),
            reports=self._reports(listed),
            findings=self._findings(chosen),
            editions=package.editions.order_by("-number"),
            **extra,
        )

    @staticmethod
    def _opinion(package: OfficePackage) -> dict[str, Any] | None:
        given = workflow.screening_of(package.case)
        if given is None:
            return None
        return {
            "word": workflow.OPINIONS[given.data["opinion"]],
            "text": given.reason,
            "who": given.person_name,
            "capacity": given.capacity,
        }

    @staticmethod
    def _figures(package: OfficePackage, chosen: list[int]) -> Table:
        return Table(
            [
                Column("name", _("ผลิตภัณฑ์"), lambda row: row["name"] or row["product"]),
                Column("measure", _("รายการ"), lambda row: MEASURES[row["measure"]]),
                Column(
                    "unit",
                    _("หน่วย"),
                    lambda row: _("บาท") if row["measure"] == "shipped_value" else row["unit"],
                ),
                Column("certified", _("รับรองครั้งก่อน"), kind="number"),
                Column("proposed", _("ตัวเลขของชุดนี้"), kind="number"),
                Column("change", _("ต่างกัน"), lambda row: row["proposed"] - row["certified"], kind="number"),
            ],
            selectors.figures(package, chosen),
            caption=_("ตัวเลขก่อนและหลังรับรอง"),
        )

    def _reports(self, listed: list[dict[str, Any]]) -> Table:
        def note(row: dict[str, Any]) -> str:
            notes = (
                _("ล่าช้า") if row["late"] else "",
                _("แก้จากฉบับที่รับรอง") if row["corrects"] else "",
                _("มีฉบับใหม่กว่า") if row["superseded"] else "",
            )
            return ", ".join(filter(None, notes))

        return Table(
            [
                Column(
                    "name",
                    _("โรงงาน"),
                    link=lambda row: reverse("reporting:submission-detail", args=[row["submission"]]),
                ),
                Column("number", _("เลขทะเบียน"), kind="code"),
                Column("version", _("ฉบับที่"), kind="integer"),
                Column("submitted_at", _("รับเมื่อ"), kind="time"),
                Column("warnings", _("ข้อควรตรวจ"), kind="integer"),
                Column("note", _("หมายเหตุ"), note),
            ],
            listed,
            caption=_("รายงานในชุด"),
            here=self.here,
        )

    @staticmethod
    def _findings(chosen: list[int]) -> Table:
        return Table(
            [
                Column("name", _("โรงงาน")),
                Column("code", _("กฎ"), kind="code"),
                Column("message", _("พบว่า")),
                Column("found", _("ค่าที่พบ")),
                Column("remark", _("เหตุผลของผู้รายงาน")),
            ],
            selectors.findings(chosen),
            caption=_("ข้อควรตรวจ"),
        )


class ActForm(forms.Form):
    """What an act asks for; fields an act does not need are taken away."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    opinion = forms.ChoiceField(
        label=gettext_lazy("ความเห็น"), widget=forms.RadioSelect, choices=list(workflow.OPINIONS.items())
    )
    reason = forms.CharField(
        label=gettext_lazy("เหตุผล"), widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=4000
    )
    seen_one_person = forms.BooleanField(label=gettext_lazy("ทราบแล้วว่าสอบทานและกลั่นกรองโดยบุคคลเดียวกัน"))

    def __init__(self, *args: Any, transition: Transition, one_person: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if transition.name not in SCREENING_ACTS:
            del self.fields["opinion"]
        else:
            self.fields["reason"].label = _("ข้อความประกอบความเห็น")
        if transition.name.startswith("comment"):
            self.fields["reason"].label = _("ข้อคิดเห็น")
        self.fields["reason"].required = transition.needs_reason
        if not (one_person and transition.name in ("certify", "certify_against", "certify_own")):
            del self.fields["seen_one_person"]


class PackageAct(ActScreen):
    """One act on a package: exactly what will change, what the act asks for, one press."""

    policy = package_actors
    help_title = gettext_lazy("การดำเนินการกับชุดรายงาน")
    help_words = ("package",)
    form_class = ActForm

    @cached_property
    def package(self) -> OfficePackage:
        return found(selectors.packages().filter(uuid=self.kwargs["uuid"]).first())

    @cached_property
    def transition(self) -> Transition:
        for transition in workflow.WORKFLOW.transitions:
            if transition.name == self.kwargs["act"]:
                return transition
        raise Http404

    def get_title(self) -> Any:
        return self.transition.label

    @property
    def submit(self) -> Any:  # type: ignore[override]
        return self.transition.label

    @property
    def danger(self) -> bool:  # type: ignore[override]
        return self.transition.target in (workflow.RETURNED, workflow.REOPENED)

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(PackageList.title, list_url()),
            Crumb(self.package.case.title, of_package(self.package)),
        )

    def initial(self) -> dict[str, Any]:
        return {"version": self.package.case.version}

    def form_kwargs(self) -> dict[str, Any]:
        return {"transition": self.transition, "one_person": workflow.by_one_person(self.package.case)}

    def capacities(self) -> Sequence[Capacity]:
        return cases.choices_for(self.package.case, self.transition, self.actor)

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        package, target = self.package, self.transition.target
        lines = [
            Change(
                _("สถานะ"),
                word("package", target).label,
                word("package", package.case.state).label,
            )
        ]
        if self.transition.effect is not None:
            chosen = selectors.submissions(package)
            lines.append(Change(_("รายงานที่เสนอ"), _("%d โรงงาน") % len(chosen)))
            if target == workflow.CERTIFIED:
                lines += self._certifying(package, chosen)
        return lines

    @staticmethod
    def _certifying(package: OfficePackage, chosen: list[int]) -> list[Change]:
        lines = []
        for row in selectors.figures(package, chosen):
            unit = _("บาท") if row["measure"] == "shipped_value" else row["unit"] or ""
            label = f"{_('ตัวเลขรับรอง')} {row['name'] or row['product']} {MEASURES[row['measure']]} ({unit})"
            before, after = (thai.format_number(row[name]) for name in ("certified", "proposed"))
            if before != after:
                lines.append(Change(label, after, before))
        lines.append(Change(_("ฉบับของสำนักงาน"), _("จัดทำฉบับใหม่พร้อมไฟล์ XLSX และ PDF")))
        return lines

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        packages.act(
            actor=actor,
            package=self.package.uuid,
            name=self.transition.name,
            expected_version=data["version"],
            reason=data["reason"],
            opinion=data.get("opinion", ""),
            seen_one_person=data.get("seen_one_person", False),
            capacity=actor.chosen.key if actor.chosen and self.transition.roles else None,
        )
        return of_package(self.package)
