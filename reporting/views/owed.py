"""Who owes a period and how complete it is: the obligations' preview and refresh, and the counted list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import Province
from portal import dated, scope
from portal.actors import Actor
from portal.screens import Action, ActScreen, Change, Column, Crumb, ListScreen, Table
from reporting import policies
from reporting.forms import facts
from reporting.models import Obligation
from reporting.selectors.completeness import share
from reporting.services import obligations
from reporting.views.months import OfMonth, home_crumb, month_url


def period_crumbs(page: Any, asked: OfMonth) -> Sequence[Crumb]:
    """The way back from a page under the page of a period."""
    return (home_crumb(), Crumb(asked.month_name(), page.here(month_url(asked.form.code, asked.period))))


class ObligationRefresh(ActScreen):
    """What the registry or the list says today against the obligations that stand; a press carries it out."""

    policy = policies.report_writers
    help_title = gettext_lazy("ปรับรายชื่อผู้มีหน้าที่รายงาน")
    template_name = "reporting/obligation_refresh.html"
    lead = gettext_lazy("เทียบผู้มีหน้าที่รายงานที่บันทึกไว้กับทะเบียนหรือบัญชีวันนี้ ยังไม่เขียนจนกว่าจะกดยืนยัน")
    submit = gettext_lazy("ปรับปรุงตามนี้")
    done = gettext_lazy("สั่งปรับปรุงแล้ว ระบบทำเบื้องหลัง")

    def get_title(self) -> str:
        return _("ผู้มีหน้าที่รายงาน %s") % self.asked.month_name()

    @cached_property
    def asked(self) -> OfMonth:
        """The form and period; ``form`` of this screen is the one that is posted."""
        found = OfMonth()
        found.kwargs = self.kwargs
        return found

    def crumbs(self) -> Sequence[Crumb]:
        return period_crumbs(self, self.asked)

    @cached_property
    def provinces(self) -> list[str] | None:
        """Whose obligations this reader refreshes: those of the page's scope."""
        found = scope.current().provinces
        return None if found is None else sorted(found)

    @cached_property
    def differences(self) -> list[obligations.Differences]:
        return obligations.differences(
            form=self.asked.form.code, period=self.asked.period, provinces=self.provinces
        )

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        found = self.differences
        return [
            Change(_("เพิ่มเป็นผู้มีหน้าที่"), _("%s โรงงาน") % f"{sum(one.more for one in found):,}"),
            Change(_("ไม่มีหน้าที่แล้ว"), _("%s โรงงาน") % f"{sum(one.fewer for one in found):,}"),
            Change(_("เหมือนเดิม"), _("%s โรงงาน") % f"{sum(one.same for one in found):,}"),
        ]

    def context(self, **extra: Any) -> Any:
        return super().context(rules=self._rules(), places=self._places(), **extra)

    def _rules(self) -> list[tuple[str, str, dated.Value]]:
        """The settings that decide, with their labels and values in words."""
        if self.asked.form.owed_by != "facts":
            return []
        labels = {setting.key: setting.label for setting in dated.declared()}
        return [
            (labels[facts.key(name, self.asked.form.code)], _in_words(setting.value), setting)
            for name, setting in facts.settings_of(self.asked.form, self.asked.period).items()
        ]

    def _places(self) -> Table:
        names = dict(Province.objects.values_list("code", "name_th"))
        columns = (
            Column("province", _("จังหวัด"), lambda row: names.get(row.province, row.province)),
            Column("more", _("เพิ่ม"), kind="integer"),
            Column("fewer", _("ออก"), kind="integer"),
            Column("fewer_reported", _("ออก แต่รายงานแล้ว"), kind="integer"),
            Column("same", _("เหมือนเดิม"), kind="integer"),
        )
        return Table(columns, self.differences, caption=self.get_title(), here=self.here)

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        job = obligations.refresh(
            actor=actor,
            form=self.asked.form,
            period=self.asked.period,
            provinces=self.provinces,
            result_url=month_url(self.asked.form.code, self.asked.period),
        )
        return reverse("portal:job-detail", args=[job.uuid])


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("ใช่") if value else _("ไม่ใช่")
    if isinstance(value, list):
        from factories.models import FactoryStatus

        words = dict(FactoryStatus.choices)
        return ", ".join(str(words.get(one, one)) for one in value)
    return str(value)


_BY = {
    "office": gettext_lazy("สำนักงาน"),
    "district": gettext_lazy("อำเภอ"),
    "type": gettext_lazy("ประเภทโรงงาน"),
}
_KEYS = {
    "office": ("province_id", F("province__name_th")),
    "district": (
        "factory__district_id",
        Concat(Coalesce(F("factory__district__name_th"), Value("–")), Value(" · "), F("province__name_th")),
    ),
    "type": (
        "factory__main_type_id",
        Concat(F("factory__main_type__display_no"), Value(" "), F("factory__main_type__name_th")),
    ),
}


class CompletenessFilter(django_filters.FilterSet):
    by = django_filters.ChoiceFilter(
        label=gettext_lazy("นับตาม"), choices=list(_BY.items()), method="as_it_is", empty_label=None
    )
    missing = django_filters.ChoiceFilter(
        label=gettext_lazy("ยังไม่รายงาน"), choices=[("yes", gettext_lazy("มี"))], method="with_missing"
    )

    class Meta:
        model = Obligation
        fields: list[str] = []

    def as_it_is(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows

    def with_missing(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(missing__gt=0)


class CompletenessList(OfMonth, ListScreen):
    """Completeness and timeliness of a period by office, district or type: one GROUP BY, sums below."""

    policy = policies.report_readers
    help_title = gettext_lazy("ความครบถ้วนของงวด")
    lead = gettext_lazy("นับจากภาระการรายงานที่มีหน้าที่เท่านั้น จึงอยู่ในช่วง 0–100 เสมอ")
    key = "key"
    order = ("-missing", "label")
    search = ("label",)
    filterset_class = CompletenessFilter
    empty = gettext_lazy("ยังไม่มีผู้มีหน้าที่รายงานในงวดนี้")

    def crumbs(self) -> Sequence[Crumb]:
        return period_crumbs(self, self)

    def get_title(self) -> str:
        return _("ความครบถ้วน %(form)s ตาม%(by)s") % {"form": self.month_name(), "by": _BY[self.by]}

    @cached_property
    def by(self) -> str:
        wanted = self.query.get("by", "")
        return wanted if wanted in _BY else "district"

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        return (
            Column("label", _BY[self.by], lambda row: row["label"].strip() or _("ไม่ทราบ"), sort="label"),
            Column("owes", _("ต้องรายงาน"), kind="integer", sort="owes", sum=True),
            Column("reported", _("รายงานแล้ว"), kind="integer", sort="reported", sum=True),
            Column("percent", _("ครบถ้วน"), lambda row: share(row["reported"], row["owes"]), kind="percent"),
            Column("on_time", _("ในกำหนด"), kind="integer", sort="on_time", sum=True),
            Column("punctual", _("ตรงเวลา"), lambda row: share(row["on_time"], row["owes"]), kind="percent"),
            Column("late", _("ล่าช้า"), kind="integer", sort="late", sum=True),
            Column("missing", _("ยังไม่รายงาน"), kind="integer", sort="missing", sum=True),
        )

    def rows(self) -> QuerySet[Any]:
        key, label = _KEYS[self.by]
        given = Q(owed=True, current__isnull=False)
        return (
            Obligation.objects.filter(form_id=self.form.code, period=self.period)
            .values(
                key=Coalesce(F(key), Value(""), output_field=CharField()),
                label=Coalesce(label, Value(""), output_field=CharField()),
            )
            .annotate(
                owes=Count("id", filter=Q(owed=True)),
                reported=Count("id", filter=given),
                on_time=Count("id", filter=given & Q(first_submitted_at__lte=F("due_at"))),
                late=Count("id", filter=given & Q(first_submitted_at__gt=F("due_at"))),
                missing=Count("id", filter=Q(owed=True, current__isnull=True)),
            )
        )

    def buttons(self) -> Sequence[Action]:
        url = reverse("reporting:form-detail", args=[self.form.code, self.period])
        return (Action(_("หน้าของงวด"), self.here(url)),)
