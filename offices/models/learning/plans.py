"""The individual development plan (IDP): what a person means to learn in a fiscal year, and how it went."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offices.models.learning.levels import Competency, Subject
from offices.models.people import Person
from portal.models.base import PublicId, append_only


@pghistory.track()
class DevelopmentPlan(PublicId):
    """One person's plan of one fiscal year. Only ``services.plans.act`` changes its state; the steps that
    exist are also a trigger of the database."""

    class State(models.TextChoices):
        DRAFT = "draft", _("ร่าง")
        PROPOSED = "proposed", _("เสนอ")
        APPROVED = "approved", _("อนุมัติ")
        UNDER_WAY = "under_way", _("ดำเนินการ")
        MID_YEAR = "mid_year", _("ทบทวนกลางปีแล้ว")
        CLOSED = "closed", _("ปิด")

    person = models.ForeignKey(
        Person, verbose_name=_("เจ้าของแผน"), on_delete=models.PROTECT, related_name="development_plans"
    )
    fiscal_year = models.PositiveSmallIntegerField(_("ปีงบประมาณ"))
    goal = models.TextField(_("เป้าหมายของปี"))
    state = models.CharField(_("สถานะ"), max_length=10, choices=State.choices, default=State.DRAFT)
    state_since = models.DateTimeField(_("สถานะตั้งแต่"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        triggers = [pgtrigger.Protect(name="developmentplan_never_deleted", operation=pgtrigger.Delete)]
        constraints = [
            models.UniqueConstraint(fields=["person", "fiscal_year"], name="developmentplan_once_a_year"),
            models.CheckConstraint(condition=Q(fiscal_year__gte=2400), name="developmentplan_year_is_be"),
            models.CheckConstraint(condition=~Q(goal=""), name="developmentplan_has_goal"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "proposed", "approved", "under_way", "mid_year", "closed"]),
                name="developmentplan_state",
            ),
        ]
        indexes = [models.Index(fields=["fiscal_year", "state"], name="developmentplan_of_year")]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.person}"


class PlanAct(models.Model):
    """One act on a plan: what, from where to where, who, why. Append-only."""

    plan = models.ForeignKey(DevelopmentPlan, on_delete=models.PROTECT, related_name="acts")
    name = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    version_after = models.PositiveIntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    capacity = models.CharField(max_length=300)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        triggers = [append_only("planact_append_only")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "version_after"], name="planact_one_act_a_version")
        ]


@pghistory.track()
class DevelopmentItem(PublicId):
    """One thing to learn: in a subject or a core competency, how, up to which level, when, how many hours.

    What is planned changes in a draft only, what was done only while the plan runs (trigger).
    """

    class Method(models.TextChoices):
        TRAINING = "training", _("อบรม")
        COACHING = "coaching", _("สอนงาน")
        ASSIGNMENT = "assignment", _("มอบหมายงาน")
        ROTATION = "rotation", _("หมุนเวียนงาน")
        SHADOWING = "shadowing", _("เรียนรู้จากผู้ปฏิบัติจริง")
        SELF_STUDY = "self_study", _("ศึกษาด้วยตนเอง")

    plan = models.ForeignKey(
        DevelopmentPlan, verbose_name=_("แผน"), on_delete=models.PROTECT, related_name="items"
    )
    subject = models.CharField(_("ด้าน"), max_length=10, choices=Subject.choices, blank=True)
    competency = models.ForeignKey(
        Competency, verbose_name=_("สมรรถนะหลัก"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    topic = models.CharField(_("เรื่องที่จะพัฒนา"), max_length=200)
    method = models.CharField(_("วิธีพัฒนา"), max_length=10, choices=Method.choices)
    target_level = models.PositiveSmallIntegerField(_("ระดับเป้าหมาย"))
    starts_on = models.DateField(_("ตั้งแต่วันที่"))
    ends_on = models.DateField(_("ถึงวันที่"))
    planned_hours = models.DecimalField(_("ชั่วโมงตามแผน"), max_digits=6, decimal_places=1)
    done_hours = models.DecimalField(_("ชั่วโมงที่ทำแล้ว"), max_digits=6, decimal_places=1, default=0)
    evidence = models.TextField(_("หลักฐานหรือผล"), blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(competency__isnull=True, subject__in=Subject.values)
                | Q(competency__isnull=False, subject=""),
                name="developmentitem_one_aim",
            ),
            models.CheckConstraint(condition=~Q(topic=""), name="developmentitem_has_topic"),
            models.CheckConstraint(condition=Q(target_level__range=(1, 5)), name="developmentitem_level"),
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="developmentitem_period"),
            models.CheckConstraint(
                condition=Q(planned_hours__gt=0, planned_hours__lte=2000, done_hours__range=(0, 2000)),
                name="developmentitem_hours",
            ),
        ]

    def __str__(self) -> str:
        return self.topic
