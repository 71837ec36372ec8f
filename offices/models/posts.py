"""Posts apart from people: who holds a post (incumbency), and where somebody works (placement).

A person's post home and his working place are two things: a seconded officer keeps his post.
"""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offices.models.org import Group, Office
from offices.models.people import AppointmentOrder, Person
from portal.models.base import PublicId


class PositionLine(models.Model):
    """A position line of the civil service (สายงาน) with the levels it has, by its official code."""

    class Type(models.TextChoices):
        EXECUTIVE = "EXEC", _("บริหาร")
        MANAGERIAL = "MGR", _("อำนวยการ")
        ACADEMIC = "ACAD", _("วิชาการ")
        GENERAL = "GEN", _("ทั่วไป")

    code = models.CharField(max_length=10, primary_key=True)
    type = models.CharField(max_length=4, choices=Type.choices)
    name_th = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    levels = ArrayField(models.CharField(max_length=30))
    source = models.TextField()

    def __str__(self) -> str:
        return self.name_th


@pghistory.track()
class Post(PublicId):
    """A numbered post (อัตรา) of an office, for as long as it exists.

    ``leads`` says what its holder heads: the office (its chief), his group, or nothing.
    """

    class Leads(models.TextChoices):
        NOTHING = "", _("ไม่เป็นหัวหน้า")
        GROUP = "group", _("หัวหน้ากลุ่ม")
        OFFICE = "office", _("หัวหน้าสำนักงาน")

    number = models.CharField(_("เลขที่ตำแหน่ง"), max_length=20)
    office = models.ForeignKey(
        Office, verbose_name=_("สำนักงาน"), on_delete=models.PROTECT, related_name="posts"
    )
    group = models.ForeignKey(
        Group, verbose_name=_("กลุ่ม"), null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    line = models.ForeignKey(
        PositionLine, verbose_name=_("สายงาน"), on_delete=models.PROTECT, related_name="+"
    )
    level = models.CharField(_("ระดับ"), max_length=30)
    title_th = models.CharField(_("ชื่อตำแหน่งในการบริหาร"), max_length=120, blank=True)
    leads = models.CharField(_("เป็นหัวหน้า"), max_length=6, choices=Leads.choices, blank=True)
    valid = DateRangeField(_("ช่วงเวลา"))

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="post_number_once_at_a_time",
                expressions=[("number", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="post_one_for_the_chief",
                expressions=[("office", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(leads="office"),
            ),
            models.CheckConstraint(condition=~Q(number="") & ~Q(level=""), name="post_has_number_and_level"),
            models.CheckConstraint(
                condition=~Q(leads="group") | Q(group__isnull=False), name="post_of_head_has_group"
            ),
        ]

    @property
    def name(self) -> str:
        """What the post is called: its working title, else line and level."""
        return self.title_th or f"{self.line.name_th}{self.level}"

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


@pghistory.track()
class Incumbency(PublicId):
    """Who holds a post, substantively: one person a post, and one post a person."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="incumbencies", verbose_name=_("บุคลากร")
    )
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="incumbencies", verbose_name=_("ตำแหน่ง")
    )
    valid = DateRangeField(_("ช่วงเวลา"))
    order = models.ForeignKey(
        AppointmentOrder, on_delete=models.PROTECT, related_name="incumbencies", verbose_name=_("คำสั่ง")
    )

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="incumbency_one_person_a_post",
                expressions=[("post", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="incumbency_one_post_a_person",
                expressions=[("person", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(valid__startswith__isnull=False) & Q(valid__isempty=False),
                name="incumbency_has_beginning",
            ),
        ]


class PlacementKind(models.TextChoices):
    """Why somebody works where he works; a shadow looks on beside his own work."""

    HOME = "home", _("ปฏิบัติงานตามตำแหน่ง")
    SECONDMENT = "secondment", _("ช่วยราชการ")
    ROTATION = "rotation", _("หมุนเวียนงาน")
    SHADOW = "shadow", _("เรียนรู้งาน")


@pghistory.track()
class Placement(PublicId):
    """Where somebody works, for a period. A secondment or rotation goes before his home while it lasts."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="placements", verbose_name=_("บุคลากร")
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="placements", verbose_name=_("สำนักงาน")
    )
    group = models.ForeignKey(
        Group, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("กลุ่ม")
    )
    kind = models.CharField(max_length=10, choices=PlacementKind.choices, verbose_name=_("ประเภท"))
    valid = DateRangeField(_("ช่วงเวลา"))
    order = models.ForeignKey(
        AppointmentOrder, on_delete=models.PROTECT, related_name="placements", verbose_name=_("คำสั่ง")
    )

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="placement_one_home",
                expressions=[("person", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(kind="home"),
            ),
            ExclusionConstraint(
                name="placement_one_elsewhere",
                expressions=[("person", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(kind__in=["secondment", "rotation"]),
            ),
            models.CheckConstraint(
                condition=Q(valid__startswith__isnull=False) & Q(valid__isempty=False),
                name="placement_has_beginning",
            ),
        ]


@pghistory.track()
class StatutoryCard(PublicId):
    """A competent officer's card under an Act: what lets him enter and inspect."""

    class Act(models.TextChoices):
        FACTORY = "factory", _("พ.ร.บ. โรงงาน")
        MINERAL = "mineral", _("พ.ร.บ. แร่")
        STANDARD = "standard", _("พ.ร.บ. มาตรฐานผลิตภัณฑ์อุตสาหกรรม")
        HAZARDOUS = "hazardous", _("พ.ร.บ. วัตถุอันตราย")

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="cards", verbose_name=_("บุคลากร")
    )
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("สำนักงาน"))
    act = models.CharField(_("ตามกฎหมาย"), max_length=10, choices=Act.choices)
    number = models.CharField(_("เลขที่บัตร"), max_length=40)
    valid = DateRangeField(_("ช่วงเวลา"))
    order = models.ForeignKey(
        AppointmentOrder, on_delete=models.PROTECT, related_name="cards", verbose_name=_("คำสั่ง")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["act", "number"], name="card_number_once"),
            ExclusionConstraint(
                name="card_one_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("act", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=~Q(number="") & Q(valid__startswith__isnull=False) & Q(valid__isempty=False),
                name="card_has_number_and_beginning",
            ),
        ]
