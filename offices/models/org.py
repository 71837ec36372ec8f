"""Places and units. Reference rows have their official code as key; what changes has dates."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.base import PublicId


class Province(models.Model):
    """One of the 77 provinces, keyed by its official two-digit code."""

    code = models.CharField(max_length=2, primary_key=True)
    name_th = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    region = models.CharField(max_length=40)
    suffix = models.CharField(max_length=4)  # as in old factory numbers: สบ
    source = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[1-9][0-9]$"), name="province_code"),
            models.UniqueConstraint(fields=["name_th"], name="province_name"),
        ]

    def __str__(self) -> str:
        return self.name_th


class District(models.Model):
    """One of the 929 districts, keyed by its official four-digit code."""

    code = models.CharField(max_length=4, primary_key=True)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="districts")
    name_th = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    lat = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    lng = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    source = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{4}$") & Q(code__startswith=models.F("province_id")),
                name="district_in_its_province",
            ),
            # target of composite foreign keys: a factory's district lies in the factory's province
            models.UniqueConstraint(fields=["code", "province"], name="district_with_province"),
        ]

    def __str__(self) -> str:
        return self.name_th


@pghistory.track()
class Office(PublicId):
    """A provincial industry office (76) or a unit of the centre."""

    class Kind(models.TextChoices):
        PROVINCIAL = "provincial", _("สำนักงานอุตสาหกรรมจังหวัด")
        CENTRAL = "central", _("ส่วนกลาง")

    code = models.CharField(_("รหัส"), max_length=10, unique=True)  # the province's code, or a short name: OPS
    kind = models.CharField(_("ประเภทหน่วยงาน"), max_length=10, choices=Kind.choices)
    province = models.OneToOneField(
        Province, verbose_name=_("จังหวัด"), null=True, on_delete=models.PROTECT, related_name="office"
    )
    name_th = models.CharField(_("ชื่อหน่วยงาน"), max_length=120)
    name_en = models.CharField(_("ชื่อภาษาอังกฤษ"), max_length=120)
    short_th = models.CharField(_("ชื่อย่อ"), max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="provincial", province__isnull=False)
                | Q(kind="central", province__isnull=True),
                name="office_province_by_kind",
            ),
            models.UniqueConstraint(fields=["id", "province"], name="office_with_province"),
        ]

    def __str__(self) -> str:
        return self.short_th


@pghistory.track()
class Group(PublicId):
    """A group of an office, for as long as it exists."""

    class Code(models.TextChoices):
        ADMIN = "ADMIN", _("ฝ่ายบริหารทั่วไป")
        POLICY = "POLICY", _("กลุ่มนโยบายและแผนงาน")
        FACTORY = "FACTORY", _("กลุ่มโรงงานอุตสาหกรรม")
        MINING = "MINING", _("กลุ่มอุตสาหกรรมพื้นฐานและการเหมืองแร่")
        PROMO = "PROMO", _("กลุ่มส่งเสริมและพัฒนาอุตสาหกรรม")

    office = models.ForeignKey(
        Office, verbose_name=_("สำนักงาน"), on_delete=models.PROTECT, related_name="groups"
    )
    code = models.CharField(_("กลุ่ม"), max_length=8, choices=Code.choices)
    name_th = models.CharField(_("ชื่อกลุ่ม"), max_length=120)
    valid = DateRangeField(_("ช่วงเวลา"))

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="group_once_at_a_time",
                expressions=[
                    ("office", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(fields=["id", "office"], name="group_with_office"),
            models.CheckConstraint(
                condition=~Q(name_th="") & Q(valid__isempty=False),
                name="group_has_name_and_days",
            ),
        ]

    def __str__(self) -> str:
        return self.name_th


class InspectionZone(models.Model):
    """An inspection zone (เขตตรวจราชการ); 0 is Bangkok, 1–18 the clusters."""

    number = models.PositiveSmallIntegerField(unique=True)
    name_th = models.CharField(max_length=80)
    cluster_th = models.CharField(max_length=80)
    source = models.TextField()

    def __str__(self) -> str:
        return self.name_th


@pghistory.track()
class ZoneProvince(models.Model):
    """Which zone a province lies in, and when; a province lies in one zone at a time."""

    zone = models.ForeignKey(
        InspectionZone, verbose_name=_("เขตตรวจราชการ"), on_delete=models.PROTECT, related_name="members"
    )
    province = models.ForeignKey(
        Province, verbose_name=_("จังหวัด"), on_delete=models.PROTECT, related_name="zones"
    )
    valid = DateRangeField(_("ช่วงเวลา"))

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="zoneprovince_one_zone_at_a_time",
                expressions=[("province", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            )
        ]


@pghistory.track()
class InspectionGroup(PublicId):
    """A set of zones under one inspector (กลุ่มตรวจราชการ), made by order."""

    name_th = models.CharField(_("ชื่อกลุ่มตรวจราชการ"), max_length=80)
    valid = DateRangeField(_("ช่วงเวลา"))

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="inspectiongroup_name_once_at_a_time",
                expressions=[("name_th", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return self.name_th


@pghistory.track()
class InspectionGroupZone(models.Model):
    """Which zones an inspection group has, and when; a zone is in one group at a time."""

    group = models.ForeignKey(
        InspectionGroup, verbose_name=_("กลุ่มตรวจราชการ"), on_delete=models.PROTECT, related_name="zones"
    )
    zone = models.ForeignKey(
        InspectionZone, verbose_name=_("เขตตรวจราชการ"), on_delete=models.PROTECT, related_name="groups"
    )
    valid = DateRangeField(_("ช่วงเวลา"))

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="groupzone_one_group_at_a_time",
                expressions=[("zone", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            )
        ]
