"""Orders before they are signed: a proposal with its lines, and the case that carries it.

What a proposal will write is worked out from its lines at signing and not before, so that nothing
unsigned can give authority: assignments belong to an ``AppointmentOrder``, which exists only then.
"""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offices.models.cases import Case
from offices.models.org import Group, InspectionGroup, Office
from offices.models.people import AppointmentOrder, AssignmentKind, Person
from offices.models.posts import Post, StatutoryCard
from portal.models.base import PublicId
from portal.scope import ScopedModel, scoped


@pghistory.track()
class OrderProposal(PublicId, ScopedModel):
    """An order on its way: drafted and signed here, or issued elsewhere and waiting for a second person."""

    SCOPE = {"office": "office_id"}

    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, related_name="order_proposal", verbose_name=_("เรื่อง")
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="order_proposals", verbose_name=_("สำนักงาน")
    )
    title = models.CharField(_("เรื่อง"), max_length=300)
    grounds = models.TextField(_("อาศัยอำนาจตาม"), blank=True)  # the paper's first sentences
    starts_on = models.DateField(_("มีผลตั้งแต่"))
    last_day = models.DateField(_("มีผลถึงวันที่"), null=True)
    reason = models.CharField(_("เหตุผล"), max_length=300, blank=True)
    revokes = models.ForeignKey(
        AppointmentOrder,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("คำสั่งที่จะยกเลิก"),
    )  # an earlier order that ends on the day this one begins
    # of an order issued elsewhere: who issued it, its own number and date, and the scan
    outside = models.BooleanField(default=False, verbose_name=_("คำสั่งจากภายนอก"))
    issuer = models.CharField(_("ผู้ออกคำสั่ง"), max_length=200, blank=True)
    number = models.CharField(_("เลขที่คำสั่ง"), max_length=40, blank=True)
    signed_on = models.DateField(_("ลงวันที่"), null=True)
    scan = models.ForeignKey(
        "portal.StoredFile", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ภาพสแกน")
    )
    made_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ผู้จัดทำ")
    )
    order = models.OneToOneField(
        AppointmentOrder,
        null=True,
        on_delete=models.PROTECT,
        related_name="proposal",
        verbose_name=_("คำสั่ง"),
    )

    objects = scoped(office="office_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outside=False, issuer="", number="", signed_on__isnull=True, scan__isnull=True)
                | (
                    Q(outside=True, signed_on__isnull=False, scan__isnull=False)
                    & ~Q(issuer="")
                    & ~Q(number="")
                ),
                name="proposal_ours_or_outside",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="proposal_has_title"),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=models.F("starts_on")),
                name="proposal_days_in_order",
            ),
            # of an order signed here the day of signing stands on the order: there the act asks
            models.CheckConstraint(
                condition=Q(order__isnull=True)
                | Q(signed_on__isnull=True)
                | Q(starts_on__gte=models.F("signed_on"))
                | ~Q(reason=""),
                name="proposal_back_dated_has_reason",
            ),
            models.UniqueConstraint(fields=["id", "office"], name="proposal_with_office"),
        ]

    def __str__(self) -> str:
        return self.title


class LineKind(models.TextChoices):
    """What a line of an order does."""

    APPOINT = "APPOINT", _("แต่งตั้งให้ดำรงตำแหน่ง")
    TRANSFER = "TRANSFER", _("ย้ายไปดำรงตำแหน่ง")
    CHIEF = "CHIEF", _("แต่งตั้งอุตสาหกรรมจังหวัด")
    GROUP_HEAD = "GROUP_HEAD", _("แต่งตั้งหัวหน้ากลุ่ม")
    ASSISTANT = "ASSISTANT", _("แต่งตั้งผู้ช่วยอุตสาหกรรมจังหวัด")
    OFFICER = "OFFICER", _("ให้ปฏิบัติหน้าที่ในกลุ่ม")
    ACTING_CHIEF = "ACTING_CHIEF", _("ให้รักษาราชการแทนอุตสาหกรรมจังหวัด")
    ACTING_IN = "ACTING_IN", _("ให้รักษาการในตำแหน่งหัวหน้ากลุ่ม")
    DELEGATED = "DELEGATED", _("มอบอำนาจให้ปฏิบัติราชการแทน")
    DUTY = "DUTY", _("มอบหมายหน้าที่")
    SECONDMENT = "SECONDMENT", _("ให้ช่วยราชการ")
    ROTATION = "ROTATION", _("ให้หมุนเวียนงาน")
    SHADOW = "SHADOW", _("ให้เรียนรู้งาน")
    CARD = "CARD", _("ออกบัตรพนักงานเจ้าหน้าที่")
    INSPECTOR = "INSPECTOR", _("แต่งตั้งผู้ตรวจราชการ")
    INSPECTOR_STAFF = "INSPECTOR_STAFF", _("แต่งตั้งเจ้าหน้าที่ของผู้ตรวจราชการ")
    HEAD_INSPECTOR = "HEAD_INSPECTOR", _("แต่งตั้งหัวหน้าผู้ตรวจราชการ")
    CENTRAL_ADMIN = "CENTRAL_ADMIN", _("แต่งตั้งผู้ดูแลระบบส่วนกลาง")
    READER = "READER", _("ให้อ่านข้อมูลทั้งประเทศ")
    EXECUTIVE = "EXECUTIVE", _("ให้อ่านตัวเลขที่เผยแพร่")
    END = "END", _("ให้พ้นจากหน้าที่")


class OrderLine(ScopedModel):
    """One person and what the order makes of him. First and last day both belong to it."""

    SCOPE = {"office": "issuing_office_id"}

    # the office whose order it is, as a column of its own, so that no line stands in another's order
    issuing_office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey(OrderProposal, on_delete=models.CASCADE, related_name="lines")
    nth = models.PositiveSmallIntegerField()
    kind = models.CharField(_("ให้"), max_length=16, choices=LineKind.choices)
    person = models.ForeignKey(Person, verbose_name=_("บุคลากร"), on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, verbose_name=_("สำนักงาน"), on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    inspection_group = models.ForeignKey(
        InspectionGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("ตั้งแต่วันที่"))
    last_day = models.DateField(_("ถึงวันที่"), null=True)
    rank = models.PositiveSmallIntegerField(_("ลำดับที่"), default=1)  # of those who act: 1 is asked first
    standing = models.BooleanField(_("มีผลเฉพาะวันที่ผู้ดำรงตำแหน่งไม่อยู่หรือว่าง"), default=False)
    powers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    act = models.CharField(max_length=10, choices=StatutoryCard.Act.choices, blank=True)
    card_number = models.CharField(max_length=40, blank=True)
    text = models.CharField(_("รายละเอียด"), max_length=500, blank=True)
    # of a line that ends: only this capacity, so that an assistant who stops stays head of his group
    ends = models.CharField(_("พ้นจากฐานะ"), max_length=16, choices=AssignmentKind.choices, blank=True)

    objects = scoped(office="issuing_office_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "nth"], name="orderline_once"),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=models.F("starts_on")),
                name="orderline_days_in_order",
            ),
            models.CheckConstraint(condition=Q(rank__range=(1, 20)), name="orderline_rank"),
            models.CheckConstraint(condition=Q(ends="") | Q(kind="END"), name="orderline_ends_by_kind"),
        ]
        ordering = ["nth"]
