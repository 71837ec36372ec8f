"""Pages that change the rules; each shows first what it would do: rules, loads of people, gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from factories import policies
from factories.forms import ChangeForm, EndForm, ReassignForm, RuleForm
from factories.models import Factory, ResponsibilityChange, ResponsibilityRule
from factories.selectors import deciding, owners
from factories.services import responsibility as services
from factories.services.rule_undo import RulesUndo
from factories.views.responsibility import OfGroup, group_url, list_crumb
from factories.views.rule_words import load_table
from offices.models import Group, Person
from portal.actors import Actor
from portal.problems import Invalid, NotAllowed
from portal.screens import Change, Column, Crumb, EditScreen, Table, UndoScreen
from portal.screens.base import found

LOSSES_SHOWN = 50


class RuleAct(OfGroup, EditScreen):
    """A form, a preview that is the act itself taken back, and the act."""

    policy = policies.rule_setters
    template_name = "factories/rule_act.html"
    confirm = True
    outcome: services.Outcome | None = None
    losses: Sequence[services.Loss] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if policies.rule_setters.test(request.actor) and not self.may_set:  # type: ignore[attr-defined]
            raise NotAllowed(self.refused())
        return super().dispatch(request, *args, **kwargs)

    def initial(self) -> dict[str, Any]:
        return {"seen": services.newest_change(self.group), "from_day": self.actor.as_of}

    def form_kwargs(self) -> dict[str, Any]:
        return {"group": self.group, "day": self.actor.as_of}

    def act(self, data: dict[str, Any], actor: Actor, *, dry_run: bool) -> services.Outcome:
        """Call the service."""
        raise NotImplementedError

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        self.outcome = self.act(data, self.actor, dry_run=True)
        return [Change(*one) for one in self.outcome.said()]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        self.act(data, actor, dry_run=False)
        return group_url(self.group)

    def _add(self, problem: Invalid) -> None:
        if isinstance(problem, services.LeavesGaps):
            self.losses = problem.losses
        super()._add(problem)

    def context(self, *, confirming: bool = False, **extra: Any) -> dict[str, Any]:
        context = super().context(confirming=confirming, **extra)
        if self.outcome is not None:
            context |= {
                "outcome": self.outcome,
                "people": load_table(self.outcome.people, before=True, caption=_("ภาระของแต่ละคน")),
            }
        if self.losses:
            context["losses"] = self._losses()
        return context

    def _losses(self) -> Table:
        first: dict[int, Any] = {}
        for loss in self.losses:
            first.setdefault(loss.factory, loss.day)
        rows = Factory.objects.filter(pk__in=first).select_related("district").order_by("sort_key", "pk")
        return Table(
            (
                Column(
                    "name",
                    _("โรงงาน"),
                    "shown_name",
                    link=lambda row: reverse("factories:factory-detail", args=[row.uuid]),
                ),
                Column("district", _("อำเภอ"), "district.name_th"),
                Column("day", _("ไม่มีผู้รับผิดชอบตั้งแต่"), lambda row: first[row.pk], kind="date"),
            ),
            list(rows[:LOSSES_SHOWN]),
            caption=_("โรงงานที่จะไม่มีผู้รับผิดชอบ"),
            here=self.here,
        )


class RuleAdd(RuleAct):
    title = gettext_lazy("เพิ่มกฎผู้รับผิดชอบ")
    lead = gettext_lazy("เลือกโรงงานที่กฎพูดถึง ไม่เลือกอะไรเลย คือ ทุกโรงงานของสำนักงาน")
    form_class = RuleForm
    submit = gettext_lazy("ดูผลก่อนบันทึก")
    done = gettext_lazy("เพิ่มกฎแล้ว")

    def initial(self) -> dict[str, Any]:
        number = self.request.GET.get("factory", "")[:60]
        return super().initial() | {"factories": number}

    def act(self, data: dict[str, Any], actor: Actor, *, dry_run: bool) -> services.Outcome:
        return services.add_rules(
            actor=actor,
            group=self.group,
            seen=data["seen"],
            matches=data["matches"],
            officer=data["officer"],
            substitute=data["substitute"],
            from_day=data["from_day"],
            last_day=data["last_day"],
            dry_run=dry_run,
        )


class OfRule(RuleAct):
    """An act on one rule."""

    @cached_property
    def rule(self) -> ResponsibilityRule:
        return found(owners.rules().filter(uuid=self.kwargs["uuid"]).first())

    @cached_property
    def group(self) -> Group:
        return self.rule.group

    @property
    def lead(self) -> str:
        return owners.in_words(self.rule)


class RuleEdit(OfRule):
    title = gettext_lazy("เปลี่ยนผู้รับผิดชอบของกฎ")
    form_class = ChangeForm
    submit = gettext_lazy("ดูผลก่อนบันทึก")
    done = gettext_lazy("เปลี่ยนผู้รับผิดชอบแล้ว")

    def initial(self) -> dict[str, Any]:
        people = {"officer": self.rule.officer_id, "substitute": self.rule.substitute_id}
        return super().initial() | people

    def act(self, data: dict[str, Any], actor: Actor, *, dry_run: bool) -> services.Outcome:
        return services.change_rule(
            actor=actor,
            rule=self.rule,
            seen=data["seen"],
            officer=data["officer"],
            substitute=data["substitute"],
            from_day=data["from_day"],
            dry_run=dry_run,
        )


class RuleEnd(OfRule):
    title = gettext_lazy("สิ้นสุดกฎ")
    form_class = EndForm
    submit = gettext_lazy("ดูผลก่อนบันทึก")
    done = gettext_lazy("สิ้นสุดกฎแล้ว")
    danger = True

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    def act(self, data: dict[str, Any], actor: Actor, *, dry_run: bool) -> services.Outcome:
        return services.end_rules(
            actor=actor,
            group=self.group,
            seen=data["seen"],
            rules=[self.rule.uuid],
            from_day=data["from_day"],
            dry_run=dry_run,
        )


class RuleReassign(RuleAct):
    """Everything, or some of what one person has, to another from a day on."""

    help_title = gettext_lazy("โอนโรงงานให้ผู้อื่น")
    form_class = ReassignForm
    submit = gettext_lazy("ดูผลก่อนบันทึก")
    done = gettext_lazy("โอนงานแล้ว ถอนคืนได้จากการแก้ไขล่าสุด")

    @cached_property
    def person(self) -> Person:
        """Somebody the group's rules name."""
        named = [person for rule in self.rules for person in (rule.officer, rule.substitute)]
        return found(next((one for one in named if one.uuid == self.kwargs["person"]), None))

    @cached_property
    def rules(self) -> list[ResponsibilityRule]:
        """The group's rules that hold today or later."""
        day = self.actor.as_of
        rows = owners.rules().filter(group=self.group)
        return sorted(
            (rule for rule in rows if rule.valid.upper is None or rule.valid.upper > day),
            key=lambda rule: (deciding.kind_of(rule), owners.in_words(rule)),
        )

    def get_title(self) -> str:
        return _("โอนงานของ%(name)s") % {"name": self.person.name}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _person = self.person  # 404 before a form is shown
        return super().get(request, *args, **kwargs)

    def _choices(self) -> list[tuple[str, str]]:
        me, choices = self.person.pk, []
        for rule in self.rules:
            if rule.officer_id == me:
                choices.append((str(rule.uuid), _("%s (ผู้รับผิดชอบ)") % owners.in_words(rule)))
            elif rule.substitute_id == me:
                choices.append((str(rule.uuid), _("%s (ผู้แทน)") % owners.in_words(rule)))
        return choices

    def initial(self) -> dict[str, Any]:
        return super().initial() | {"rules": [key for key, _label in self._choices()]}

    def form_kwargs(self) -> dict[str, Any]:
        return super().form_kwargs() | {"choices": self._choices()}

    def act(self, data: dict[str, Any], actor: Actor, *, dry_run: bool) -> services.Outcome:
        return services.reassign(
            actor=actor,
            group=self.group,
            seen=data["seen"],
            person=self.person,
            to=data["to"],
            substitute=data["substitute"],
            from_day=data["from_day"],
            rules=[UUID(key) for key in data["rules"]],
            dry_run=dry_run,
        )


class ChangeUndo(UndoScreen):
    """Take a change set back, all of it or nothing; what touched it since stands there before the press."""

    policy = policies.rule_setters
    title = gettext_lazy("ถอนคืนการแก้ไขทั้งชุด")
    lead = gettext_lazy("กฎทุกข้อของชุดกลับเป็นอย่างเดิมพร้อมกัน หากมีข้อใดถูกแก้หลังจากนั้น จะไม่ถอนคืนเลย")
    submit = gettext_lazy("ถอนคืนทั้งชุด")
    done = gettext_lazy("ถอนคืนแล้ว กฎทุกข้อของชุดนี้กลับเป็นอย่างเดิม")

    @cached_property
    def change(self) -> ResponsibilityChange:
        rows = ResponsibilityChange.objects.select_related("group__office")
        return found(rows.filter(uuid=self.kwargs["uuid"]).first())

    @cached_property
    def undoing(self) -> RulesUndo:
        return RulesUndo(self.change, self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        group = self.change.group
        return (list_crumb(self.here), Crumb(str(group), self.here(group_url(group))))

    def address(self) -> str:
        return group_url(self.change.group)
