"""People, the orders that give them authority, and the dated assignments those orders make."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offices.models.org import Group, InspectionGroup, Office
from portal.models.base import PublicId


@pghistory.track()
class Person(PublicId):
    """Somebody who works in an office or the centre. Personal data do not stand here."""

    class Employment(models.TextChoices):
        CIVIL_SERVANT = "civil_servant", _("ข้าราชการ")
        GOVERNMENT_EMPLOYEE = "government_employee", _("พนักงานราชการ")
        PERMANENT_EMPLOYEE = "permanent_employee", _("ลูกจ้างประจำ")
        CONTRACT = "contract", _("พนักงานจ้างเหมา")

    user = models.OneToOneField(
        "portal.User",
        verbose_name=_("บัญชีผู้ใช้"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="person",
    )
    title_th = models.CharField(_("คำนำหน้า"), max_length=30)
    first_th = models.CharField(_("ชื่อ"), max_length=80)
    last_th = models.CharField(_("นามสกุล"), max_length=80)
    employment = models.CharField(_("ประเภทบุคลากร"), max_length=20, choices=Employment.choices)
    position_th = models.CharField(_("ตำแหน่ง"), max_length=120, blank=True)  # where he is in no post

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(first_th="") & ~Q(last_th=""), name="person_has_name")
        ]

    @property
    def name(self) -> str:
        return f"{self.title_th}{self.first_th} {self.last_th}"

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class AppointmentOrder(PublicId):
    """A signed order (คำสั่ง) that gives assignments: numbered here, or issued elsewhere and entered.

    It exists only once it is signed; before that there is an ``OrderProposal``. The period of every
    assignment lies inside the period of its order.
    """

    issuer = models.CharField(_("ผู้ออกคำสั่ง"), max_length=200)
    number = models.CharField(_("เลขที่คำสั่ง"), max_length=40)
    year_be = models.PositiveSmallIntegerField(_("ปี พ.ศ."))
    title = models.CharField(_("เรื่อง"), max_length=300)
    signed_on = models.DateField(_("ลงวันที่"))
    valid = DateRangeField(_("มีผล"))
    office = models.ForeignKey(
        Office, verbose_name=_("สำนักงาน"), null=True, on_delete=models.PROTECT, related_name="orders"
    )
    scan = models.ForeignKey(
        "portal.StoredFile", verbose_name=_("ภาพสแกน"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_by = models.ForeignKey(
        "portal.User", verbose_name=_("ผู้บันทึก"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(_("บันทึกเมื่อ"), auto_now_add=True)
    # of an order signed here: the numbered paper
    document = models.OneToOneField(
        "offices.Document",
        null=True,
        on_delete=models.PROTECT,
        related_name="appointment_order",
        verbose_name=_("เอกสาร"),
    )
    # the first day on which it no longer stands, and the newer order that says so
    revoked_from = models.DateField(_("ยกเลิกตั้งแต่"), null=True)
    revoked_by = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="revoked", verbose_name=_("คำสั่งที่ยกเลิก")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "year_be", "number"], name="order_number_once"),
            models.CheckConstraint(condition=Q(year_be__gte=2400), name="order_year_is_be"),
            models.CheckConstraint(
                condition=Q(revoked_from__isnull=True, revoked_by__isnull=True)
                | Q(revoked_from__isnull=False, revoked_by__isnull=False),
                name="order_revoked_by_another",
            ),
            models.CheckConstraint(
                condition=Q(revoked_by__isnull=True) | ~Q(revoked_by=models.F("id")),
                name="order_not_revoked_by_itself",
            ),
        ]

    @property
    def reference(self) -> str:
        return f"คำสั่ง{self.issuer} ที่ {self.number}/{self.year_be}"

    def __str__(self) -> str:
        return self.reference


class AssignmentKind(models.TextChoices):
    """What an assignment makes of a person. Roles exist nowhere else."""

    OFFICER = "OFFICER", _("เจ้าหน้าที่กลุ่ม")
    GROUP_HEAD = "GROUP_HEAD", _("หัวหน้ากลุ่ม")
    ASSISTANT = "ASSISTANT", _("ผู้ช่วยอุตสาหกรรมจังหวัด")
    CHIEF = "CHIEF", _("อุตสาหกรรมจังหวัด")
    ACTING_CHIEF = "ACTING_CHIEF", _("รักษาราชการแทนอุตสาหกรรมจังหวัด")
    INSPECTOR = "INSPECTOR", _("ผู้ตรวจราชการ")
    CENTRAL_ADMIN = "CENTRAL_ADMIN", _("ผู้ดูแลระบบส่วนกลาง")
    DELEGATED = "DELEGATED", _("ผู้ปฏิบัติราชการแทน")
    DUTY = "DUTY", _("ผู้ได้รับมอบหมายหน้าที่")
    INSPECTOR_STAFF = "INSPECTOR_STAFF", _("เจ้าหน้าที่ของผู้ตรวจราชการ")
    HEAD_INSPECTOR = "HEAD_INSPECTOR", _("หัวหน้าผู้ตรวจราชการ")
    READER = "READER", _("ผู้อ่านข้อมูลของหน่วยงานส่วนกลาง")
    EXECUTIVE = "EXECUTIVE", _("ผู้บริหารที่อ่านตัวเลขเผยแพร่")


OFFICE_KINDS = ("OFFICER", "GROUP_HEAD", "ASSISTANT", "CHIEF", "ACTING_CHIEF", "DELEGATED")
GROUP_KINDS = ("OFFICER", "GROUP_HEAD", "ASSISTANT")
INSPECTION_GROUP_KINDS = ("INSPECTOR", "INSPECTOR_STAFF")
NATION_KINDS = ("CENTRAL_ADMIN", "HEAD_INSPECTOR", "READER", "EXECUTIVE")  # what they read is the nation's
CENTRAL_KINDS = ("INSPECTOR", "INSPECTOR_STAFF", "HEAD_INSPECTOR", "CENTRAL_ADMIN", "READER", "EXECUTIVE")


@pghistory.track()
class Assignment(PublicId):
    """A person in a capacity, somewhere, for a half-open period, because an order says so.

    ``acting_rank`` is 0 for who holds the capacity himself; a head of a group who only acts in the post
    has 1 or more, and of several who act the lowest is asked first. ``standing``: it takes effect only
    on days on which whoever is acted for is absent, or nobody is there. ``powers``: what is delegated.
    """

    person = models.ForeignKey(
        Person, verbose_name=_("บุคลากร"), on_delete=models.PROTECT, related_name="assignments"
    )
    kind = models.CharField(_("ฐานะ"), max_length=16, choices=AssignmentKind.choices)
    office = models.ForeignKey(
        Office, verbose_name=_("สำนักงาน"), on_delete=models.PROTECT, related_name="assignments"
    )
    group = models.ForeignKey(
        Group, verbose_name=_("กลุ่ม"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    inspection_group = models.ForeignKey(
        InspectionGroup,
        verbose_name=_("กลุ่มตรวจราชการ"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assignments",
    )
    valid = DateRangeField(_("ช่วงเวลา"))
    order = models.ForeignKey(
        AppointmentOrder, verbose_name=_("คำสั่ง"), on_delete=models.PROTECT, related_name="assignments"
    )
    acting_rank = models.PositiveSmallIntegerField(_("ลำดับผู้รักษาการ"), default=0)
    standing = models.BooleanField(_("เฉพาะวันที่ผู้ดำรงตำแหน่งไม่อยู่หรือว่าง"), default=False)
    powers = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("อำนาจที่มอบ")
    )
    text = models.CharField(_("หน้าที่"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=GROUP_KINDS, group__isnull=False)
                | Q(kind="DUTY")
                | (~Q(kind__in=GROUP_KINDS) & Q(group__isnull=True)),
                name="assignment_group_by_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=INSPECTION_GROUP_KINDS, inspection_group__isnull=False)
                | (~Q(kind__in=INSPECTION_GROUP_KINDS) & Q(inspection_group__isnull=True)),
                name="assignment_inspection_group_by_kind",
            ),
            models.CheckConstraint(
                condition=Q(acting_rank=0) | Q(kind__in=["ACTING_CHIEF", "GROUP_HEAD"]),
                name="assignment_rank_by_kind",
            ),
            models.CheckConstraint(
                condition=Q(standing=False)
                | Q(kind="ACTING_CHIEF")
                | Q(kind="GROUP_HEAD", acting_rank__gte=1),
                name="assignment_standing_acts",
            ),
            models.CheckConstraint(
                condition=Q(kind="DELEGATED", powers__len__gte=1) | (~Q(kind="DELEGATED") & Q(powers__len=0)),
                name="assignment_powers_by_kind",
            ),
            models.CheckConstraint(
                condition=Q(valid__startswith__isnull=False) & Q(valid__isempty=False),
                name="assignment_has_beginning",
            ),
            # one chief and one acting chief of a rank an office; one head, one acting of a rank and one
            # assistant a group
            ExclusionConstraint(
                name="assignment_one_chief",
                expressions=[
                    ("office", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("acting_rank", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(kind__in=["CHIEF", "ACTING_CHIEF"]),
            ),
            ExclusionConstraint(
                name="assignment_one_head_and_assistant",
                expressions=[
                    ("group", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("acting_rank", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(kind__in=["GROUP_HEAD", "ASSISTANT"]),
            ),
            ExclusionConstraint(
                name="assignment_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("office", RangeOperators.EQUAL),
                    (models.functions.Coalesce("group", 0), RangeOperators.EQUAL),
                    (models.functions.Coalesce("inspection_group", 0), RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=~Q(kind__in=["DELEGATED", "DUTY"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.office}"
