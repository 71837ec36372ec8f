"""Absences: one entry is enough, since standing acting orders say who acts meanwhile."""

from datetime import date, timedelta

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Case, DateField, ExpressionWrapper, F, Func, Q, Value, When
from django.utils.translation import gettext_lazy as _

from offices.models.people import Person
from portal.calendar import format_date_th
from portal.models.base import PublicId


def _half_days() -> Func:
    """The half days of an absence as times: a day is from midnight to midnight, its halves meet at noon."""

    def at(bound: str, half: str, *, later: bool) -> ExpressionWrapper:
        noon = timedelta(hours=12 if later else -12)
        by = Case(When(Q(**{half: True}), then=Value(noon)), default=Value(timedelta(0)))
        return ExpressionWrapper(F(bound) + by, output_field=models.DateTimeField())

    return Func(
        at("valid__startswith", "from_noon", later=True),
        at("valid__endswith", "until_noon", later=False),
        function="tsrange",
        output_field=DateTimeRangeField(),
    )


@pghistory.track()
class Absence(PublicId):
    """Days on which somebody does not serve; the first or last may be half a day.

    On half a day both he and whoever acts for him may act; on a whole day he does not. Two absences may share
    a day, the morning of one and the afternoon of the other, and no half of it. What was entered is
    never changed: it is cancelled, and another entered. ``entered_on`` is the Bangkok day of the entry, empty
    where nobody knows it; an absence that began before it has a ``reason``.
    """

    class Kind(models.TextChoices):
        SICK = "sick", _("ลาป่วย")
        PERSONAL = "personal", _("ลากิจ")
        VACATION = "vacation", _("ลาพักผ่อน")
        OTHER_LEAVE = "other_leave", _("ลาอื่น")
        DUTY = "duty", _("ไปราชการ")
        TRAINING = "training", _("ฝึกอบรม")

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="absences", verbose_name=_("บุคลากร")
    )
    kind = models.CharField(_("ประเภท"), max_length=12, choices=Kind.choices)
    valid = DateRangeField(_("ช่วงเวลา"))
    from_noon = models.BooleanField(_("วันแรกเฉพาะช่วงบ่าย"), default=False)
    until_noon = models.BooleanField(_("วันสุดท้ายเฉพาะช่วงเช้า"), default=False)
    entered_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ผู้บันทึก")
    )
    entered_at = models.DateTimeField(auto_now_add=True, verbose_name=_("บันทึกเมื่อ"))
    entered_on = models.DateField(_("วันที่บันทึก"), null=True)
    reason = models.CharField(_("เหตุผลที่บันทึกย้อนหลัง"), max_length=300, blank=True)
    cancelled_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ผู้ยกเลิก")
    )
    cancelled_at = models.DateTimeField(null=True, verbose_name=_("ยกเลิกรายการเมื่อ"))
    cancelled_why = models.CharField(max_length=300, blank=True, verbose_name=_("เหตุผลที่ยกเลิก"))

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="absence_once_at_a_time",
                expressions=[("person", RangeOperators.EQUAL), (_half_days(), RangeOperators.OVERLAPS)],
                condition=Q(cancelled_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(
                    valid__startswith__isnull=False, valid__endswith__isnull=False, valid__isempty=False
                ),
                name="absence_has_days",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_why="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancelled_why="")),
                name="absence_cancelled_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(from_noon=False)
                | Q(until_noon=False)
                | Q(
                    valid__endswith__gt=ExpressionWrapper(
                        F("valid__startswith") + 1, output_field=DateField()
                    )
                ),
                name="absence_half_days_leave_something",
            ),
            models.CheckConstraint(
                condition=Q(entered_on__isnull=True)
                | Q(valid__startswith__gte=F("entered_on"))
                | ~Q(reason=""),
                name="absence_back_dated_has_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="absence_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="absence_said_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["cancelled_at", "cancelled_by", "cancelled_why"]),
            ),
            pgtrigger.Protect(
                name="absence_cancelled_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__cancelled_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["person", "valid"], name="absence_of_person")]

    @property
    def last_day(self) -> date:
        """The last day that belongs to it, also when only its morning does."""
        return self.valid.upper - timedelta(days=1)

    def __str__(self) -> str:
        return format_date_th(self.valid.lower)  # the audit log is read by more people than may know the kind
