"""The registry of factories: who they are (Factory) and what they were when (FactoryState)."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.base import PublicId
from portal.scope import ScopedModel, scoped


class FactoryType(models.Model):
    """A main type or sub-type of the list annexed to the ministerial regulation of B.E. 2563.

    Keyed by the department's five-digit code: three of the type, two of the sub-type. The rules say
    when a plant of this type is category 1, 2 or 3, e.g. ``HP<=75``.
    """

    code = models.CharField(max_length=5, primary_key=True)
    main_no = models.PositiveSmallIntegerField()
    sub_no = models.PositiveSmallIntegerField(null=True)
    display_no = models.CharField(max_length=10)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    category1_rule = models.CharField(max_length=200, blank=True)
    category2_rule = models.CharField(max_length=200, blank=True)
    category3_rule = models.CharField(max_length=200, blank=True)
    special_group = models.CharField(max_length=60, blank=True)
    source = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{5}$"), name="factorytype_code")
        ]

    def __str__(self) -> str:
        return f"{self.display_no} {self.name_th}"


class FactoryStatus(models.TextChoices):
    """The four states of the register (FFLAG 0–3)."""

    LICENSED_NOT_STARTED = "licensed_not_started", _("ยังไม่แจ้งประกอบกิจการ")
    OPERATING = "operating", _("ประกอบกิจการ")
    DEREGISTERED = "deregistered", _("จำหน่ายทะเบียน")
    STOPPED_TEMPORARILY = "stopped_temporarily", _("หยุดชั่วคราว")


class FactoryFacts(models.Model):
    """What changes over time. In FactoryState with dates; in Factory as it is now."""

    name = models.CharField(_("ชื่อโรงงาน"), max_length=300, blank=True)
    operator_name = models.CharField(_("ผู้ประกอบกิจการ"), max_length=300, blank=True)
    activity = models.TextField(_("ประกอบกิจการ"), blank=True)
    category = models.PositiveSmallIntegerField(_("จำพวก"), null=True)
    main_type = models.ForeignKey(
        FactoryType, verbose_name=_("ประเภทโรงงาน"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    tsic = models.CharField(_("รหัส TSIC/ISIC"), max_length=5, blank=True)
    status = models.CharField(
        _("สถานะ"), max_length=24, choices=FactoryStatus.choices, default=FactoryStatus.OPERATING
    )
    source_status = models.CharField(
        _("สถานะตามข้อมูลกรม"), max_length=24, choices=FactoryStatus.choices, blank=True
    )
    horsepower = models.DecimalField(_("แรงม้า"), max_digits=20, decimal_places=6, null=True)
    workers = models.PositiveIntegerField(_("คนงาน"), null=True)
    in_estate = models.BooleanField(_("อยู่ในนิคมอุตสาหกรรม"), default=False)
    estate_name = models.CharField(_("นิคม/เขตประกอบการ"), max_length=200, blank=True)

    class Meta:
        abstract = True


FACT_FIELDS = tuple(field.name for field in FactoryFacts._meta.local_fields)


@pghistory.track()
class Factory(PublicId, FactoryFacts, ScopedModel):
    """One factory, known by its 14-digit number or, without one, by its old number."""

    class CoordinateSource(models.TextChoices):
        FEED = "feed", _("ข้อมูลเปิดของกระทรวง")
        EXPORT = "export", _("ไฟล์ส่งออกของกรม")
        OFFICER = "officer", _("เจ้าหน้าที่")

    SCOPE = {"province": "province_id"}
    PERSONAL = ("telephone",)

    # The province leads indexes below; the key over district and province says that there is such a district.
    province = models.ForeignKey(
        "offices.Province",
        verbose_name=_("จังหวัด"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    district = models.ForeignKey(
        "offices.District", verbose_name=_("อำเภอ"), null=True, on_delete=models.PROTECT, related_name="+",
        db_constraint=False,
    )  # fmt: skip
    number14 = models.CharField(_("เลขทะเบียนโรงงาน 14 หลัก"), max_length=14, null=True, blank=True)
    old_number = models.CharField(_("เลขทะเบียนเดิม"), max_length=60, blank=True)  # as written
    old_key = models.CharField(
        max_length=60, null=True, blank=True
    )  # portal.identifiers.normalise_old_number

    house_no = models.CharField(_("เลขที่"), max_length=120, blank=True)
    moo = models.CharField(_("หมู่"), max_length=60, blank=True)
    soi = models.CharField(_("ซอย"), max_length=120, blank=True)
    road = models.CharField(_("ถนน"), max_length=120, blank=True)
    subdistrict = models.CharField(_("ตำบล"), max_length=120, blank=True)
    postcode = models.CharField(_("รหัสไปรษณีย์"), max_length=5, blank=True)
    telephone = models.CharField(_("โทรศัพท์"), max_length=120, blank=True)
    lat = models.DecimalField(_("ละติจูด"), max_digits=10, decimal_places=7, null=True)
    lng = models.DecimalField(_("ลองจิจูด"), max_digits=10, decimal_places=7, null=True)
    coordinate_source = models.CharField(
        _("ที่มาของพิกัด"), max_length=8, choices=CoordinateSource.choices, blank=True
    )

    capital_baht = models.DecimalField(_("เงินทุนรวม (บาท)"), max_digits=18, decimal_places=2, null=True)
    capital_land_baht = models.DecimalField(_("ค่าที่ดิน (บาท)"), max_digits=18, decimal_places=2, null=True)
    capital_building_baht = models.DecimalField(
        _("ค่าอาคาร (บาท)"), max_digits=18, decimal_places=2, null=True
    )
    capital_machine_baht = models.DecimalField(
        _("ค่าเครื่องจักร (บาท)"), max_digits=18, decimal_places=2, null=True
    )
    capital_working_baht = models.DecimalField(
        _("ทุนหมุนเวียน (บาท)"), max_digits=18, decimal_places=2, null=True
    )
    licensed_capacity = models.DecimalField(
        _("กำลังผลิต"), max_digits=20, decimal_places=6, null=True
    )  # null: unknown
    licensed_capacity_unit = models.CharField(_("หน่วยกำลังผลิต"), max_length=60, blank=True)
    licensed_on = models.DateField(_("วันที่ใบอนุญาต"), null=True)
    site_sqm = models.DecimalField(_("พื้นที่โรงงาน (ตร.ม.)"), max_digits=20, decimal_places=6, null=True)
    building_sqm = models.DecimalField(_("พื้นที่อาคาร (ตร.ม.)"), max_digits=20, decimal_places=6, null=True)

    sort_key = models.CharField(max_length=400, blank=True)  # Thai order of the shown name
    search_key = models.TextField(blank=True)  # name, operator and numbers without marks
    version = models.BigIntegerField(default=1)  # grows with every change; plans name the one they saw
    created_at = models.DateTimeField(_("เพิ่มเมื่อ"), auto_now_add=True)

    objects = scoped(province="province_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number14"], name="factory_number14_once"),
            models.UniqueConstraint(fields=["old_key"], name="factory_old_number_once"),
            models.CheckConstraint(
                condition=Q(number14__isnull=False) | Q(old_key__isnull=False), name="factory_has_number"
            ),
            models.CheckConstraint(
                condition=Q(number14__isnull=True) | Q(number14__regex=r"^[0-9]{14}$"),
                name="factory_number14_shape",
            ),
            models.CheckConstraint(
                condition=Q(category__isnull=True) | Q(category__in=[1, 2, 3]), name="factory_category"
            ),
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lng__isnull=True)
                | Q(lat__gte=5, lat__lte=21, lng__gte=95, lng__lte=106),
                name="factory_coordinates_in_thailand",
            ),
            # target of composite foreign keys of everything that hangs on a factory
            models.UniqueConstraint(fields=["id", "province"], name="factory_with_province"),
        ]
        indexes = [
            models.Index(fields=["province", "sort_key", "id"], name="factory_list"),
            models.Index(fields=["sort_key", "id"], name="factory_list_of_nation"),
            # the list's count and sums and the map's, without a look at the rows themselves; ``id`` for
            # those that are counted only where another table names them
            models.Index(
                fields=["province"],
                include=["id", "status", "horsepower", "workers", "capital_baht", "lat"],
                name="factory_counts",
            ),
            GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="factory_search"),
        ]

    @property
    def shown_name(self) -> str:
        """The name; without one the operator, without him the activity."""
        return self.name or self.operator_name or self.activity or self.number14 or self.old_number

    def __str__(self) -> str:
        return self.shown_name


class FactoryState(FactoryFacts, ScopedModel):
    """What a factory was during a period, and the source that says so."""

    SCOPE = {"province": "province_id"}

    # One key over both columns (migration 0003) says that there is such a factory in that province.
    factory = models.ForeignKey(Factory, on_delete=models.PROTECT, related_name="states", db_constraint=False)
    province = models.ForeignKey(
        "offices.Province", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    valid = DateRangeField()
    source = models.CharField(max_length=60)  # feed, export, officer
    batch = models.ForeignKey("portal.Batch", null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = scoped(province="province_id")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="factorystate_one_at_a_time",
                expressions=[("factory", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
