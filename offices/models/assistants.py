"""The assistant officer scheme: a nomination with what was checked, and the reviews of somebody in office.

Whether a nominated person is in office follows from his appointment's dates and stands nowhere here.
"""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offices.models.cases import Case
from offices.models.orders import OrderProposal
from offices.models.org import Group, Office
from offices.models.people import Person
from portal.models.base import PublicId, append_only
from portal.scope import ScopedModel, scoped


class Opinion(models.TextChoices):
    """What the inspector says of a nomination."""

    AGREE = "agree", _("เห็นชอบ")
    REMARK = "remark", _("เห็นชอบโดยมีข้อสังเกต")
    DISAGREE = "disagree", _("ไม่เห็นชอบ")


@pghistory.track()
class Nomination(PublicId, ScopedModel):
    """A chief names somebody as assistant of a group. First and last day both belong to the term."""

    SCOPE = {"office": "office_id"}

    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, related_name="nomination", verbose_name=_("เรื่อง")
    )
    office = models.ForeignKey(
        Office, verbose_name=_("สำนักงาน"), on_delete=models.PROTECT, related_name="nominations"
    )
    group = models.ForeignKey(Group, verbose_name=_("ประจำกลุ่ม"), on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, verbose_name=_("ผู้ได้รับการเสนอชื่อ"), on_delete=models.PROTECT, related_name="nominations"
    )
    starts_on = models.DateField(_("ตั้งแต่วันที่"))
    last_day = models.DateField(_("ถึงวันที่"))
    reasons = models.TextField(_("เหตุผลที่เสนอ"))
    renews = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="renewals",
        verbose_name=_("ต่อจากการเสนอชื่อ"),
    )
    opinion = models.CharField(_("ความเห็นของผู้ตรวจราชการ"), max_length=8, choices=Opinion.choices, blank=True)
    opinion_text = models.TextField(_("ข้อสังเกตหรือเหตุผล"), blank=True)
    opinion_paper = models.CharField(_("หนังสือให้ความเห็น"), max_length=200, blank=True)
    opinion_by = models.CharField(_("ผู้บันทึกความเห็น"), max_length=200, blank=True)
    opinion_on = models.DateField(_("วันที่ให้ความเห็น"), null=True)
    proposal = models.OneToOneField(
        OrderProposal,
        null=True,
        on_delete=models.PROTECT,
        related_name="nomination",
        verbose_name=_("ร่างคำสั่ง"),
    )  # the order that appoints
    ending = models.OneToOneField(
        OrderProposal,
        null=True,
        on_delete=models.PROTECT,
        related_name="ended_nomination",
        verbose_name=_("ร่างคำสั่งให้พ้น"),
    )  # the order that ends it early

    objects = scoped(office="office_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "office"], name="nomination_with_office"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("starts_on")), name="nomination_days_in_order"
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="nomination_has_reasons"),
            models.CheckConstraint(
                condition=Q(renews__isnull=True) | ~Q(renews=F("id")), name="nomination_not_its_own_renewal"
            ),
            models.CheckConstraint(
                condition=Q(
                    opinion="", opinion_text="", opinion_paper="", opinion_by="", opinion_on__isnull=True
                )
                | Q(opinion="agree", opinion_on__isnull=False) & ~Q(opinion_by="")
                | Q(opinion__in=["remark", "disagree"], opinion_on__isnull=False)
                & ~Q(opinion_by="")
                & ~Q(opinion_text=""),
                name="nomination_opinion_whole",
            ),
            # no order without the inspector's agreement
            models.CheckConstraint(
                condition=Q(proposal__isnull=True) | Q(opinion__in=["agree", "remark"]),
                name="nomination_order_was_agreed",
            ),
            models.CheckConstraint(
                condition=Q(ending__isnull=True) | Q(proposal__isnull=False),
                name="nomination_ends_what_began",
            ),
        ]
        indexes = [models.Index(fields=["office", "person"], name="nomination_of_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.group}"


class NominationCheck(ScopedModel):
    """One criterion as it stood when a nomination was sent to the inspector. Append-only.

    ``binding``: a rule that the database keeps, so nobody overrides it. ``verified``: whether anybody
    verified the setting that the criterion rests on.
    """

    SCOPE = {"office": "office_id"}

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="checks")
    round = models.PositiveIntegerField()  # the case's version before it was sent
    criterion = models.CharField(max_length=20)
    passed = models.BooleanField()
    binding = models.BooleanField()
    found = models.TextField()
    expected = models.TextField()
    source = models.TextField()
    verified = models.BooleanField()
    override = models.CharField(max_length=500, blank=True)

    objects = scoped(office="office_id")

    class Meta:
        triggers = [append_only("nominationcheck_append_only")]
        constraints = [
            models.UniqueConstraint(fields=["nomination", "round", "criterion"], name="nominationcheck_once"),
            models.CheckConstraint(
                condition=Q(passed=True, override="") | Q(passed=False, binding=False) & ~Q(override=""),
                name="nominationcheck_passed_or_overridden",
            ),
        ]


class Outcome(models.TextChoices):
    """What a review comes to."""

    CONTINUE = "continue", _("ปฏิบัติหน้าที่ต่อ")
    IMPROVE = "improve", _("ปฏิบัติหน้าที่ต่อโดยให้ปรับปรุง")
    END = "end", _("ให้พ้นจากหน้าที่")


@pghistory.track()
class AssistantReview(PublicId, ScopedModel):
    """The n-th review of an appointment, which person, group and first day name.

    It looks at the days [``from_day``, ``due_on``], both included; ``work`` are the numbers as they stood
    when the chief sent it.
    """

    SCOPE = {"office": "office_id"}

    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, related_name="assistant_review", verbose_name=_("เรื่อง")
    )
    office = models.ForeignKey(Office, verbose_name=_("สำนักงาน"), on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, verbose_name=_("ประจำกลุ่ม"), on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, verbose_name=_("ผู้ช่วยฯ"), on_delete=models.PROTECT, related_name="assistant_reviews"
    )
    appointed_on = models.DateField(_("วันแรกตามคำสั่ง"))
    nth = models.PositiveSmallIntegerField(_("รอบที่"))
    from_day = models.DateField(_("ตั้งแต่วันที่"))
    due_on = models.DateField(_("ครบกำหนดประเมิน"))
    assessment = models.TextField(_("ผลการประเมินของอุตสาหกรรมจังหวัด"))
    outcome = models.CharField(_("ผล"), max_length=8, choices=Outcome.choices)
    work = models.JSONField(default=list, verbose_name=_("งานในรอบ"))
    remark = models.TextField(_("ข้อสังเกตของผู้ตรวจราชการ"), blank=True)
    remark_paper = models.CharField(_("หนังสือของผู้ตรวจราชการ"), max_length=200, blank=True)
    remark_by = models.CharField(_("ผู้บันทึกข้อสังเกต"), max_length=200, blank=True)
    remark_on = models.DateField(_("วันที่ให้ข้อสังเกต"), null=True)

    objects = scoped(office="office_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "group", "appointed_on", "nth"], name="assistantreview_once"
            ),
            models.CheckConstraint(
                condition=Q(nth__gte=1, from_day__gte=F("appointed_on"), due_on__gte=F("from_day")),
                name="assistantreview_days_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(assessment="") & Q(outcome__in=["continue", "improve", "end"]),
                name="assistantreview_says_something",
            ),
            models.CheckConstraint(
                condition=Q(remark="", remark_paper="", remark_by="", remark_on__isnull=True)
                | Q(remark_on__isnull=False) & ~Q(remark_by="") & ~Q(remark=""),
                name="assistantreview_remark_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.nth}"
