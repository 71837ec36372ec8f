"""Filters of the lists of learning."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from offices.learning import dated
from offices.learning.boards import due_hours
from offices.learning.workflow import STANDING
from offices.models import Group, Person
from offices.models.learning import (
    Attendance,
    DevelopmentPlan,
    RecordRequest,
    Stint,
    Subject,
    TrainingCourse,
    TrainingSession,
)
from portal.words import GROUPS


class LevelFilter(django_filters.FilterSet):
    """People by subject and at least a level, and by group."""

    subject = django_filters.ChoiceFilter(label=_("ด้าน"), choices=Subject.choices, method="of_subject")
    level = django_filters.ChoiceFilter(
        label=_("ระดับอย่างน้อย"), choices=[(str(n), str(n)) for n in range(1, 6)], method="at_least"
    )
    group = django_filters.ChoiceFilter(label=_("กลุ่ม"), choices=Group.Code.choices, field_name="group_code")

    class Meta:
        model = Person
        fields: list[str] = []

    def of_subject(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        level = self.data.get("level", "")
        least = int(level) if level in {"1", "2", "3", "4", "5"} else 1
        return rows.filter(**{f"level_{value}__gte": least})

    def at_least(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if self.data.get("subject", "") in Subject.values:
            return rows  # asked together with the subject
        anywhere = Q(pk__in=[])
        for subject in Subject.values:
            anywhere |= Q(**{f"level_{subject}__gte": int(value)})
        return rows.filter(anywhere)


class PlanFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("สถานะ"), choices=[(word.code, word) for word in GROUPS["development_plan"]]
    )
    fiscal_year = django_filters.NumberFilter(label=_("ปีงบประมาณ"), min_value=2400, max_value=2700)
    standing = django_filters.ChoiceFilter(
        label=_("อนุมัติแล้วหรือไม่"),
        choices=[("yes", _("อนุมัติแล้ว")), ("no", _("ยังไม่อนุมัติ"))],
        method="stands",
    )

    class Meta:
        model = DevelopmentPlan
        fields = ["state", "fiscal_year"]

    def stands(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(state__in=STANDING) if value == "yes" else rows.exclude(state__in=STANDING)


class SessionFilter(django_filters.FilterSet):
    fiscal_year = django_filters.NumberFilter(label=_("ปีงบประมาณ"), min_value=2400, max_value=2700)
    subject = django_filters.ChoiceFilter(
        label=_("ด้าน"), choices=Subject.choices, field_name="course__subject"
    )

    class Meta:
        model = TrainingSession
        fields = ["fiscal_year"]


class CourseFilter(django_filters.FilterSet):
    subject = django_filters.ChoiceFilter(label=_("ด้าน"), choices=Subject.choices)
    kind = django_filters.ChoiceFilter(label=_("ประเภท"), choices=TrainingCourse.Kind.choices)

    class Meta:
        model = TrainingCourse
        fields = ["subject", "kind"]


class AttendanceFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("สถานะ"), choices=[(word.code, word) for word in GROUPS["attendance"]]
    )
    fiscal_year = django_filters.NumberFilter(
        label=_("ปีงบประมาณ"), field_name="session__fiscal_year", min_value=2400, max_value=2700
    )
    role = django_filters.ChoiceFilter(label=_("ฐานะ"), choices=Attendance.Role.choices)

    class Meta:
        model = Attendance
        fields = ["state", "role"]


class HoursFilter(django_filters.FilterSet):
    """People by how their hours stand against the part of the year that is over."""

    state = django_filters.ChoiceFilter(
        label=_("สถานะ"), choices=[(word.code, word) for word in GROUPS["hours"]], method="of_state"
    )

    class Meta:
        model = Person
        fields: list[str] = []

    def of_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        day = self.request.actor.as_of
        settings = dated.every(day)
        due, target = due_hours(settings, day), settings.target_hours
        match value:
            case "met":
                return rows.filter(total_hours__gte=target)
            case "on_track":
                return rows.filter(total_hours__gte=due, total_hours__lt=target)
            case "behind":
                return rows.filter(total_hours__gt=0, total_hours__lt=due)
        return rows.filter(total_hours=0) if target else rows.none()


class StintFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("สถานะ"), choices=[(word.code, word) for word in GROUPS["stint"]]
    )
    kind = django_filters.ChoiceFilter(label=_("วิธี"), choices=Stint.Kind.choices)
    subject = django_filters.ChoiceFilter(label=_("ด้าน"), choices=Subject.choices)

    class Meta:
        model = Stint
        fields = ["state", "kind", "subject"]


class RecordFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("สถานะ"), choices=[(word.code, word) for word in GROUPS["record_request"]]
    )

    class Meta:
        model = RecordRequest
        fields = ["state"]
