"""Whose the factories are: the rules of each group, what they give to whom, and the changes made to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from factories import policies
from factories.dated import SIZE_WORKERS
from factories.models import ResponsibilityChange, ResponsibilityRule
from factories.selectors import deciding, loads, owners, rule_words
from factories.views.rule_words import in_force_words, load_table, people, people_columns
from offices.models import Group
from offices.selectors.org import visible_offices
from portal import calendar, dated
from portal.calendar import DateError, parse_date
from portal.screens import Action, Column, Crumb, ListScreen, Screen, Table, thai_order
from portal.screens.base import found

CHANGES_SHOWN = 20
OPEN_SHOWN = 20


def groups(day: date) -> QuerySet[Any]:
    """The groups that the offices of the reader's scope have on a day."""
    return (
        Group.objects.filter(office__in=visible_offices(), office__kind="provincial", valid__contains=day)
        .select_related("office")
        .order_by("office__code", "code")
    )


def list_crumb(here: Any) -> Crumb:
    return Crumb(_("ผู้รับผิดชอบโรงงาน"), here(reverse("factories:responsibilityrule-list")))


def group_url(group: Group) -> str:
    return reverse("factories:responsibilityrule-detail", args=[group.uuid])


class RuleGroupList(ListScreen):
    """Every group the reader may look at, and how many rules it has."""

    policy = policies.registry_readers
    title = gettext_lazy("ผู้รับผิดชอบโรงงาน")
    lead = gettext_lazy("แต่ละกลุ่มตั้งกฎว่าโรงงานใดเป็นของใคร กฎที่เจาะจงที่สุดเป็นผู้ชี้ขาด")
    columns = (
        Column("name_th", gettext_lazy("กลุ่ม"), link=group_url),
        Column("office", gettext_lazy("สำนักงาน"), "office.short_th", sort=thai_order("office__short_th")),
        Column("rules", gettext_lazy("กฎที่มีผลวันนี้"), kind="integer", sort="rules", sum=True),
        Column("officers", gettext_lazy("ผู้รับผิดชอบ"), kind="integer", unit=gettext_lazy("คน")),
    )
    order = ("office__code", "code")
    search = ("name_th", "office__name_th")
    exports = ()

    def rows(self) -> QuerySet[Any]:
        day = self.actor.as_of
        now = Q(responsibility__valid__contains=day)
        return groups(day).annotate(
            rules=Count("responsibility", filter=now),
            officers=Count("responsibility__officer", filter=now, distinct=True),
        )


class OfGroup:
    """What the pages of one group share."""

    request: Any
    kwargs: dict[str, Any]
    actor: Any
    here: Any

    @cached_property
    def group(self) -> Group:
        """The group of the address; 404 outside the scope."""
        return found(groups(self.actor.as_of).filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(self.here), Crumb(str(self.group), self.here(group_url(self.group))))

    @property
    def may_set(self) -> bool:
        return policies.may_set_rules(self.actor, self.group.office_id, self.group.code)

    def refused(self) -> str:
        return "" if self.may_set else _("ผู้ที่แก้ได้: %s") % policies.RULE_SETTERS


class RuleGroupDetail(OfGroup, Screen):
    """The rules of a group on a day, the load of each person, the gaps, and what was changed."""

    policy = policies.registry_readers
    help_title = gettext_lazy("กฎผู้รับผิดชอบของกลุ่ม")
    template_name = "factories/responsibility.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()

    def get_title(self) -> str:
        return _("ผู้รับผิดชอบโรงงาน %(group)s") % {"group": self.group.name_th}

    def crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(self.here),)

    @cached_property
    def asked(self) -> tuple[date, str]:
        """The day looked at and, when the address names none that can be read, the reason."""
        text = self.request.GET.get("on", "").strip()
        try:
            return (parse_date(text) if text else self.actor.as_of), ""
        except DateError as error:
            return self.actor.as_of, error.message

    def context(self, **extra: Any) -> dict[str, Any]:
        day, unreadable = self.asked
        group = self.group
        rules = list(owners.rules().filter(group=group, valid__contains=day))
        later = list(owners.rules().filter(group=group, valid__startswith__gt=day))
        rules.sort(key=lambda rule: (deciding.kind_of(rule), owners.in_words(rule)))
        later.sort(key=lambda rule: (rule.valid.lower, deciding.kind_of(rule)))
        there = owners.seated(day)
        matches = deciding.rules_of(day=day, groups=[group.pk]).held(live=True) if rules else []
        decides = Counter(one.rule for one in matches)
        has = {
            one.factory: (one.officer, one.substitute or 0)
            for one in matches
            if one.officer is not None and (one.office, one.officer) in there
        }
        total = loads.on_register(group)
        changes = ResponsibilityChange.objects.filter(group=group).order_by("-pk")[:CHANGES_SHOWN]
        nobody = f"{reverse('factories:factory-list')}?whose=nobody&office={group.office.code}"
        return super().context(
            group=group,
            day=day,
            on=self.request.GET.get("on", ""),
            unreadable=unreadable,
            today=self.actor.as_of,
            actions=[
                Action(
                    _("เพิ่มกฎ"),
                    self.here(reverse("factories:responsibilityrule-add", args=[group.uuid])),
                    primary=True,
                    refused=self.refused(),
                )
            ],
            total=total,
            open=total - len(has),
            nobody_url=nobody,
            leaving=loads.leaving(group, day) if rules else [],
            people=self._people(loads.loads({}, has, day)),
            rules=self._rules(rules, decides, there),
            later=self._rules(later, None, None),
            size=dated.on(SIZE_WORKERS.key, day),
            kinds=[_KIND_WORDS[kind] for kind in deciding.KINDS],
            changes=Table(_CHANGES, changes, caption=_("การแก้ไขล่าสุด"), here=self.here) if changes else None,
            **extra,
        )

    def _people(self, rows: list[loads.Load]) -> Table | None:
        if not rows:
            return None
        table = load_table(rows, before=False, caption=_("ภาระของแต่ละคน"))
        if self.may_set:
            uuids = {person.pk: person.uuid for person in people(row.person for row in rows)}
            link = Column(
                "reassign",
                _("โอนงาน"),
                lambda row: _("โอนให้ผู้อื่น"),
                link=lambda row: reverse(
                    "factories:responsibilityrule-reassign", args=[self.group.uuid, uuids[row.person]]
                ),
            )
            table.columns = [*table.columns, link]
        table.here = self.here
        return table

    def _rules(
        self, rules: list[ResponsibilityRule], decides: Counter[Any] | None, there: Any
    ) -> Table | None:
        if not rules:
            return None
        columns = [
            Column("what", _("โรงงานที่กฎนี้พูดถึง"), owners.in_words),
            *people_columns(there),
            Column("valid", _("มีผล"), in_force_words),
        ]
        if decides is not None:
            columns.append(
                Column("decides", _("ชี้ขาดโรงงาน"), lambda rule: decides.get(rule.pk, 0), kind="integer")
            )
        if self.may_set:
            columns += [_act("edit", _("เปลี่ยนคน")), _act("end", _("สิ้นสุด"))]
        return Table(columns, rules, caption=_("กฎของกลุ่ม"), here=self.here)


def _act(name: str, label: str) -> Column:
    """A column whose every cell leads to an act on the rule."""
    url_name = f"factories:responsibilityrule-{name}"
    return Column(name, label, lambda rule: label, link=lambda rule: reverse(url_name, args=[rule.uuid]))


_KIND_WORDS = {
    ("factory",): gettext_lazy("โรงงานที่ระบุชื่อ"),
    ("district", "type", "size"): gettext_lazy("อำเภอ ประเภท และขนาด"),
    ("district", "type"): gettext_lazy("อำเภอและประเภท"),
    ("district", "size"): gettext_lazy("อำเภอและขนาด"),
    ("type", "size"): gettext_lazy("ประเภทและขนาด"),
    ("district",): gettext_lazy("อำเภอ"),
    ("type",): gettext_lazy("ประเภท"),
    ("size",): gettext_lazy("ขนาด"),
    (): gettext_lazy("ทุกโรงงาน"),
}
_CHANGES = (
    Column(
        "act",
        gettext_lazy("การแก้ไข"),
        lambda row: row.get_act_display(),
        link=lambda row: reverse("factories:responsibilitychange-detail", args=[row.uuid]),
    ),
    Column("rules", gettext_lazy("กฎ"), lambda row: len(row.lines), kind="integer"),
    Column("from_day", gettext_lazy("มีผลตั้งแต่"), kind="date"),
    Column("who", gettext_lazy("โดย"), "person_name"),
    Column("at", gettext_lazy("เมื่อ"), kind="time"),
)


class ChangeDetail(Screen):
    """One change set: every rule before and after, and the way to take it back."""

    policy = policies.registry_readers
    help_title = gettext_lazy("การแก้กฎผู้รับผิดชอบ")
    template_name = "factories/responsibility_change.html"

    @cached_property
    def change(self) -> ResponsibilityChange:
        rows = ResponsibilityChange.objects.select_related("group__office", "undoes", "undone_by")
        return found(rows.filter(uuid=self.kwargs["uuid"]).first())

    def get_title(self) -> str:
        return f"{self.change.get_act_display()} {calendar.format_date(self.change.from_day)}"

    def crumbs(self) -> Sequence[Crumb]:
        group = self.change.group
        return (list_crumb(self.here), Crumb(str(group), self.here(group_url(group))))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()

    def context(self, **extra: Any) -> dict[str, Any]:
        change = self.change
        undone = getattr(change, "undone_by", None)
        refused = ""
        if undone is not None:
            refused = _("ถอนคืนแล้วโดย%(who)s เมื่อ %(at)s") % {
                "who": undone.person_name, "at": calendar.format_time(undone.at),
            }  # fmt: skip
        elif not policies.may_set_rules(self.actor, change.office_id, change.group.code):
            refused = _("ผู้ที่ถอนคืนได้: %s") % policies.RULE_SETTERS
        url = self.here(reverse("factories:responsibilitychange-undo", args=[change.uuid]))
        return super().context(
            change=change,
            changes=rule_words.said(change.lines),
            actions=[Action(_("ถอนคืนทั้งชุด"), url, refused=refused)],
            **extra,
        )
