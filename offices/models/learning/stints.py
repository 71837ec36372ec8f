"""Learning in another's work: rotation and shadowing, planned, logged by the day, signed by the host."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from offices.models.learning.levels import Subject
from offices.models.org import Office
from offices.models.people import AppointmentOrder, Person
from portal.models.base import PublicId


class Days(Func):
    """The range of days from a first to a last, both included."""

    function = "daterange"
    template = "%(function)s(%(expressions)s)"


@pghistory.track()
class Stint(PublicId):
    """A period in which somebody rotates into other work, or follows a host at his.

    The order that moves him is made where orders are made; here stands at most a link to it.
    """

    class Kind(models.TextChoices):
        ROTATION = "rotation", _("หมุนเวียนงาน")
        SHADOW = "shadow", _("เรียนรู้จากผู้ปฏิบัติจริง")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("เสนอ")
        AGREED = "agreed", _("อนุมัติ")
        CLOSED = "closed", _("เสร็จสิ้น")
        CANCELLED = "cancelled", _("ยกเลิก")

    person = models.ForeignKey(
        Person, verbose_name=_("ผู้เรียนรู้"), on_delete=models.PROTECT, related_name="stints"
    )
    kind = models.CharField(_("วิธี"), max_length=10, choices=Kind.choices)
    subject = models.CharField(_("ด้าน"), max_length=10, choices=Subject.choices)
    host_office = models.ForeignKey(
        Office, verbose_name=_("สำนักงานที่รับ"), on_delete=models.PROTECT, related_name="+"
    )
    host = models.ForeignKey(
        Person, verbose_name=_("ผู้รับดูแล"), on_delete=models.PROTECT, related_name="hosted_stints"
    )
    starts_on = models.DateField(_("ตั้งแต่วันที่"))
    ends_on = models.DateField(_("ถึงวันที่"))
    planned_days = models.PositiveSmallIntegerField(_("จำนวนวันตามแผน"))
    purpose = models.TextField(_("สิ่งที่จะเรียนรู้"))
    order = models.ForeignKey(
        AppointmentOrder, verbose_name=_("คำสั่ง"), null=True, on_delete=models.PROTECT, related_name="stints"
    )
    state = models.CharField(_("สถานะ"), max_length=10, choices=State.choices, default=State.PROPOSED)
    result = models.TextField(_("ผลการเรียนรู้"), blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "person"], name="stint_with_person"),
            models.CheckConstraint(condition=~Q(host=F("person")), name="stint_host_is_another"),
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="stint_period"),
            models.CheckConstraint(condition=Q(planned_days__range=(1, 366)), name="stint_planned_days"),
            models.CheckConstraint(condition=~Q(purpose=""), name="stint_has_purpose"),
            models.CheckConstraint(condition=Q(subject__in=Subject.values), name="stint_subject"),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "agreed", "closed", "cancelled"]), name="stint_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(result=""), name="stint_closed_has_result"
            ),
            # nobody rotates into two places at once
            ExclusionConstraint(
                name="stint_one_rotation_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (Days("starts_on", "ends_on", Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(kind="rotation", state__in=["agreed", "closed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_subject_display()}"


@pghistory.track()
class StintDay(PublicId):
    """One day of a stint: what was done, what was learnt, and the host's word. Certified hours count."""

    class State(models.TextChoices):
        LOGGED = "logged", _("รอรับรอง")
        CERTIFIED = "certified", _("รับรองแล้ว")
        DECLINED = "declined", _("ไม่รับรอง")

    stint = models.ForeignKey(Stint, verbose_name=_("แผน"), on_delete=models.PROTECT, related_name="days")
    person = models.ForeignKey(Person, verbose_name=_("ผู้เรียนรู้"), on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("วันที่"))
    hours = models.DecimalField(_("ชั่วโมง"), max_digits=3, decimal_places=1)
    activities = models.TextField(_("สิ่งที่ทำ"))
    reflection = models.TextField(_("สิ่งที่ได้เรียนรู้"), blank=True)
    state = models.CharField(_("สถานะ"), max_length=10, choices=State.choices, default=State.LOGGED)
    signed_by = models.ForeignKey(
        Person, verbose_name=_("ผู้รับรอง"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_name = models.CharField(_("ชื่อผู้รับรอง"), max_length=200, blank=True)
    signed_as = models.CharField(_("รับรองในฐานะ"), max_length=300, blank=True)
    signed_at = models.DateTimeField(_("รับรองเมื่อ"), null=True)
    reason = models.CharField(_("เหตุผล"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stint", "day"], name="stintday_once"),
            models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=12), name="stintday_hours"),
            models.CheckConstraint(condition=~Q(activities=""), name="stintday_has_activities"),
            models.CheckConstraint(
                condition=Q(state="logged", signed_by__isnull=True, signed_at__isnull=True)
                | Q(state__in=["certified", "declined"], signed_by__isnull=False, signed_at__isnull=False),
                name="stintday_signature_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("person")), name="stintday_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="stintday_declined_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["person", "state", "day"], name="stintday_of_person")]

    def __str__(self) -> str:
        return f"{self.stint} {self.day.isoformat()}"
