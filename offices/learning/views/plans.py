"""Development plans: the list, one plan with its items, and every step of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.learning import policies
from offices.learning.filters import PlanFilter
from offices.learning.forms import ItemForm, NothingForm, PlanForm, ProgressForm, StepForm, item_values
from offices.learning.selectors import plans as selectors
from offices.learning.services import plans as services
from offices.learning.views.people import OfPerson, learner_url
from offices.learning.workflow import PLAN, RUNNING, Step, step
from offices.models.learning import DevelopmentItem, DevelopmentPlan
from portal import calendar
from portal.actors import Actor
from portal.screens import (
    Action,
    ActScreen,
    Change,
    Column,
    Crumb,
    DetailScreen,
    EditScreen,
    Fields,
    ListScreen,
    Related,
    Screen,
    thai_order,
)
from portal.screens.base import found
from portal.words import word

State = DevelopmentPlan.State


def plan_url(plan: Any) -> str:
    return reverse("offices:developmentplan-detail", args=[plan.uuid])


class PlanList(ListScreen):
    """The plans of the people the reader sees."""

    policy = policies.learners
    title = gettext_lazy("แผนพัฒนารายบุคคล")
    lead = gettext_lazy("แผนของตนเองและของผู้ใต้บังคับบัญชา ปีงบประมาณละหนึ่งแผน")
    columns = (
        Column(
            "person",
            gettext_lazy("เจ้าของแผน"),
            "person.name",
            sort=thai_order("person__first_th"),
            link=plan_url,
        ),
        Column("office", gettext_lazy("สำนักงาน"), "office_name", sort="office_name"),
        Column("group", gettext_lazy("กลุ่ม"), "group_name", sort="group_name"),
        Column(
            "fiscal_year",
            gettext_lazy("ปีงบประมาณ"),
            lambda row: str(row.fiscal_year),
            kind="code",
            sort="fiscal_year",
        ),
        Column("state", gettext_lazy("สถานะ"), kind="state", sort="state", group="development_plan"),
        Column("state_since", gettext_lazy("สถานะตั้งแต่"), kind="time", sort="state_since"),
        Column("items_count", gettext_lazy("รายการ"), kind="integer", sort="items_count"),
        Column("planned", gettext_lazy("ชั่วโมงตามแผน"), kind="number", sort="planned", sum=True),
        Column("done", gettext_lazy("ชั่วโมงที่ทำแล้ว"), kind="number", sort="done", sum=True),
    )
    order = ("-fiscal_year", thai_order("person__first_th"))
    search = ("person__first_th", "person__last_th", "goal")
    search_hint = gettext_lazy("ชื่อหรือเป้าหมาย")
    filterset_class = PlanFilter
    empty_hint = gettext_lazy("เปิดแผนของตนเองได้จากหน้า การเรียนรู้ของฉัน")

    def rows(self) -> QuerySet[Any]:
        return selectors.plans(self.actor)

    def buttons(self) -> Sequence[Action]:
        return (Action(_("การเรียนรู้ของฉัน"), reverse("offices:learner-mine")),)


_AIM = Column(
    "aim",
    gettext_lazy("ด้านหรือสมรรถนะหลัก"),
    lambda row: row.competency.name_th if row.competency else row.get_subject_display(),
)
_ITEM = (
    Column("topic", gettext_lazy("เรื่องที่จะพัฒนา")),
    _AIM,
    Column("method", gettext_lazy("วิธีพัฒนา"), lambda row: row.get_method_display()),
    Column("target_level", gettext_lazy("ระดับเป้าหมาย"), kind="integer"),
    Column(
        "period",
        gettext_lazy("ช่วงเวลา"),
        lambda row: f"{calendar.format_date(row.starts_on)} – {calendar.format_date(row.ends_on)}",
    ),
    Column("planned_hours", gettext_lazy("ชั่วโมงตามแผน"), kind="number"),
    Column("done_hours", gettext_lazy("ชั่วโมงที่ทำแล้ว"), kind="number"),
    Column("evidence", gettext_lazy("หลักฐานหรือผล")),
)


def _act(name: str, label: str) -> Column:
    return Column(
        name,
        label,
        lambda row: label,
        link=lambda row: reverse(f"offices:developmentitem-{name}", args=[row.uuid]),
    )


class PlanDetail(DetailScreen):
    """One plan: its items, what was done with it, and what may be done now."""

    policy = policies.learners
    help_title = gettext_lazy("แผนพัฒนารายบุคคลหนึ่งแผน")
    help_words = ("development_plan",)
    groups = (
        Fields(
            gettext_lazy("แผน"),
            (
                Column(
                    "person",
                    gettext_lazy("เจ้าของแผน"),
                    "person.name",
                    link=lambda row: learner_url(row.person),
                ),
                Column("office", gettext_lazy("สำนักงาน"), "office_name"),
                Column("fiscal_year", gettext_lazy("ปีงบประมาณ"), lambda row: str(row.fiscal_year)),
                Column("goal", gettext_lazy("เป้าหมายของปี")),
                Column("state", gettext_lazy("สถานะ"), kind="state", group="development_plan"),
                Column("state_since", gettext_lazy("สถานะตั้งแต่"), kind="time"),
                Column("planned", gettext_lazy("ชั่วโมงตามแผน"), kind="number"),
                Column("done", gettext_lazy("ชั่วโมงที่ทำแล้ว"), kind="number"),
            ),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return selectors.plans(self.actor)

    def get_title(self) -> Any:
        return _("แผนพัฒนา %(year)s: %(name)s") % {
            "year": self.row.fiscal_year,
            "name": self.row.person.name,
        }

    def states(self, row: Any) -> Sequence[Any]:
        return (word("development_plan", row.state),)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(PlanList.title, self.here(reverse("offices:developmentplan-list")))]

    @cached_property
    def editable(self) -> bool:
        """Whether the reader may write in this plan at all."""
        person = self.row.person
        return self.actor.person_id == person.pk or policies.deciding(self.actor, person.pk) is not None

    @property
    def related(self) -> Sequence[Related]:  # type: ignore[override]
        planned = self.row.state in (State.DRAFT, State.PROPOSED, State.APPROVED)
        shown: list[Column] = [
            one for one in _ITEM if not (planned and one.key in ("done_hours", "evidence"))
        ]
        if self.editable and self.row.state == State.DRAFT:
            shown += [_act("edit", _("แก้ไข")), _act("remove", _("เอาออก"))]
        elif self.editable and self.row.state in RUNNING:
            shown.append(_act("progress", _("บันทึกผล")))
        return (
            Related(
                _("รายการที่จะพัฒนา"),
                shown,
                lambda row: row.items.select_related("competency").order_by("starts_on", "id"),
                limit=100,
                empty=_("ยังไม่มีรายการ เพิ่มได้เมื่อแผนเป็นร่าง"),
            ),
            Related(
                _("การดำเนินการ"),
                (
                    Column(
                        "name",
                        _("การกระทำ"),
                        lambda row: _("เปิดแผน") if row.name == services.OPEN else step(PLAN, row.name).label,
                    ),
                    Column("to_state", _("สถานะ"), kind="state", group="development_plan"),
                    Column("by_name", _("โดย")),
                    Column("capacity", _("ในฐานะ")),
                    Column("at", _("เมื่อ"), kind="time"),
                    Column("note", _("ข้อความ")),
                ),
                lambda row: row.acts.order_by("-version_after"),
                limit=100,
            ),
        )

    def actions(self, row: Any) -> Sequence[Action]:
        buttons = []
        if self.editable and row.state == State.DRAFT:
            url = self.here(reverse("offices:developmentitem-add", args=[row.uuid]))
            buttons.append(Action(_("เพิ่มรายการ"), url, primary=not row.items_count))
        for one in PLAN:
            if row.state not in one.sources:
                continue
            why = services.refusals(row, one, self.actor, row.items_count)
            if any(reason.kind == "capacity" for reason in why):
                continue  # what is another's, is not offered
            url = self.here(reverse(f"offices:developmentplan-{one.name}", args=[row.uuid]))
            primary = not why and one.name in ("propose", "approve", "start") and bool(row.items_count)
            buttons.append(Action(one.label, url, primary=primary, refused=" ".join(why)))
        return buttons


class PlanAdd(OfPerson, EditScreen):
    """Opening somebody's plan of a year."""

    title = gettext_lazy("เปิดแผนพัฒนา")
    form_class = PlanForm
    done = gettext_lazy("เปิดแผนแล้ว เพิ่มรายการที่จะพัฒนา แล้วเสนอผู้บังคับบัญชา")

    def get_title(self) -> Any:
        return f"{self.title}: {self.person.name}"

    def initial(self) -> dict[str, Any]:
        return {"fiscal_year": calendar.fiscal_year(self.actor.as_of)}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        return plan_url(services.open_plan(actor=actor, person=self.person, **data))


class OfPlan(Screen):
    """What the pages of one plan share."""

    policy = policies.learners

    @cached_property
    def plan(self) -> Any:
        return found(selectors.plans(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        name = f"{self.plan.person.name} {self.plan.fiscal_year}"
        return [
            Crumb(PlanList.title, self.here(reverse("offices:developmentplan-list"))),
            Crumb(name, self.here(plan_url(self.plan))),
        ]


class PlanStep(OfPlan, ActScreen):
    """One step of a plan; a class of its own for each (``step_screen``)."""

    name = ""
    form_class = StepForm
    done = gettext_lazy("บันทึกแล้ว")

    @property
    def step(self) -> Step:
        return step(PLAN, self.name)

    def get_title(self) -> Any:
        return f"{self.title}: {self.plan.person.name} {self.plan.fiscal_year}"

    def form_kwargs(self) -> dict[str, Any]:
        return {"note": self.step.note_label if self.step.needs_note else ""}

    def initial(self) -> dict[str, Any]:
        return {"version": self.plan.version}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        before, later = (word("development_plan", code).label for code in (self.plan.state, self.step.target))
        return [
            Change(_("สถานะ"), later, before),
            Change(_("รายการที่จะพัฒนา"), self.plan.items_count),
            Change(_("ชั่วโมงตามแผน"), self.plan.planned),
        ]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.act(
            actor=actor,
            plan=self.plan,
            name=self.name,
            expected_version=data["version"],
            note=data.get("note", ""),
        )
        return plan_url(self.plan)


def step_screen(one: Step) -> type[PlanStep]:
    """The page of one step of plans."""
    values = {"name": one.name, "title": one.label, "submit": one.label}
    return type(f"Plan{one.name.title().replace('_', '')}", (PlanStep,), values)


class ItemAdd(OfPlan, EditScreen):
    """One more thing to learn."""

    title = gettext_lazy("เพิ่มรายการที่จะพัฒนา")
    form_class = ItemForm
    done = gettext_lazy("เพิ่มรายการแล้ว")

    def initial(self) -> dict[str, Any]:
        first, last = calendar.fiscal_year_range(self.plan.fiscal_year)
        return {"starts_on": max(first, min(self.actor.as_of, last)), "ends_on": last}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.add_item(actor=actor, plan=self.plan, values=item_values(data))
        return plan_url(self.plan)


class OfItem(OfPlan):
    """What the pages of one item share."""

    @cached_property
    def item(self) -> DevelopmentItem:
        seen = selectors.plans(self.actor).order_by().values("pk")
        rows = DevelopmentItem.objects.select_related("plan__person", "competency").filter(plan__in=seen)
        return found(rows.filter(uuid=self.kwargs["uuid"]).first())

    @cached_property
    def plan(self) -> Any:
        return self.item.plan


class ItemEdit(OfItem, EditScreen):
    """Changing what is planned."""

    title = gettext_lazy("แก้รายการที่จะพัฒนา")
    form_class = ItemForm
    done = gettext_lazy("แก้รายการแล้ว")

    def initial(self) -> dict[str, Any]:
        row = self.item
        aim = f"core:{row.competency_id}" if row.competency_id else f"subject:{row.subject}"
        names = ("topic", "method", "target_level", "starts_on", "ends_on", "planned_hours")
        return {"aim": aim, **{name: getattr(row, name) for name in names}}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.change_item(actor=actor, item=self.item, values=item_values(data))
        return plan_url(self.plan)


class ItemRemove(OfItem, ActScreen):
    """Taking an item out of a draft."""

    title = gettext_lazy("เอารายการออก")
    form_class = NothingForm
    submit = gettext_lazy("เอาออก")
    done = gettext_lazy("เอารายการออกแล้ว")
    danger = True

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [Change(_("เรื่องที่จะพัฒนา"), _("เอาออกจากแผน"), self.item.topic)]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.remove_item(actor=actor, item=self.item)
        return plan_url(self.plan)


class ItemProgress(OfItem, EditScreen):
    """What was done of an item."""

    title = gettext_lazy("บันทึกผล")
    form_class = ProgressForm
    done = gettext_lazy("บันทึกผลแล้ว")

    def get_title(self) -> Any:
        return f"{self.title}: {self.item.topic}"

    def initial(self) -> dict[str, Any]:
        return {"done_hours": self.item.done_hours, "evidence": self.item.evidence}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.record_progress(actor=actor, item=self.item, **data)
        return plan_url(self.plan)
