"""Whose is it: rules that give each factory one officer and one substitute on any date."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from factories.models.registry import Factory, FactoryType
from portal.models.base import PublicId, append_only
from portal.scope import ScopedModel, scoped


class SizeClass(models.TextChoices):
    """Size by number of workers; the bounds are the setting ``factories.size_workers``."""

    SMALL = "small", _("ขนาดเล็ก")
    MEDIUM = "medium", _("ขนาดกลาง")
    LARGE = "large", _("ขนาดใหญ่")


@pghistory.track()
class ResponsibilityRule(PublicId, ScopedModel):
    """In a group of an office, for a half-open period: the factories it speaks of, and whose they are.

    What it speaks of is one value in each dimension, or none, which means any: a district, a main type, a
    size; or one factory by name. The most specific rule wins (``factories.selectors.deciding.KINDS`` is the
    order); two rules of one group that speak of exactly the same at the same time cannot exist, so that
    at most one rule of each kind fits a factory and there is never a tie.
    """

    SCOPE = {"office": "office_id"}

    office = models.ForeignKey(
        "offices.Office", verbose_name=_("สำนักงาน"), on_delete=models.PROTECT, related_name="+"
    )
    group = models.ForeignKey(
        "offices.Group", verbose_name=_("กลุ่ม"), on_delete=models.PROTECT, related_name="responsibility"
    )
    province = models.ForeignKey(
        "offices.Province", verbose_name=_("จังหวัด"), on_delete=models.PROTECT, related_name="+"
    )
    valid = DateRangeField(_("มีผล"))
    district = models.ForeignKey(
        "offices.District", verbose_name=_("อำเภอ"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    main_type = models.ForeignKey(
        FactoryType, verbose_name=_("ลำดับประเภท"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    size = models.CharField(_("ขนาด"), max_length=6, choices=SizeClass.choices, blank=True)
    factory = models.ForeignKey(
        Factory, verbose_name=_("โรงงาน"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    officer = models.ForeignKey(
        "offices.Person", verbose_name=_("ผู้รับผิดชอบ"), on_delete=models.PROTECT, related_name="+"
    )
    substitute = models.ForeignKey(
        "offices.Person", verbose_name=_("ผู้แทน"), on_delete=models.PROTECT, related_name="+"
    )

    objects = scoped(office="office_id")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="responsibility_no_tie",
                expressions=[
                    ("group", RangeOperators.EQUAL),
                    (Coalesce("district", models.Value("")), RangeOperators.EQUAL),
                    (Coalesce("main_type", models.Value("")), RangeOperators.EQUAL),
                    ("size", RangeOperators.EQUAL),
                    (Coalesce("factory", models.Value(0)), RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~Q(officer=F("substitute")), name="responsibility_two_people"),
            models.CheckConstraint(
                condition=Q(valid__startswith__isnull=False) & Q(valid__isempty=False),
                name="responsibility_has_beginning",
            ),
            models.CheckConstraint(
                condition=Q(factory__isnull=True) | Q(district__isnull=True, main_type__isnull=True, size=""),
                name="responsibility_factory_alone",
            ),
            models.CheckConstraint(condition=Q(size__in=["", *SizeClass.values]), name="responsibility_size"),
        ]
        indexes = [models.Index(fields=["office", "group"], name="responsibility_of_group")]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def covers(self) -> str:
        """Which factories it speaks of, in words; needs what it names loaded."""
        parts = (self.factory, self.district, self.main_type, self.get_size_display() if self.size else "")
        return " ".join(str(one) for one in parts if one) or str(_("ทุกโรงงาน"))


class ResponsibilityChange(PublicId, ScopedModel):
    """One act on the rules of a group, as one set that can be undone while nothing touched it since.

    ``lines`` say for every rule what it was and what it became: ``{"rule": id, "before": {…} or null,
    "after": {…} or null}`` with the values of ``factories.services.responsibility.FIELDS``.
    """

    SCOPE = {"office": "office_id"}

    class Act(models.TextChoices):
        ADD = "add", _("เพิ่มกฎ")
        CHANGE = "change", _("เปลี่ยนผู้รับผิดชอบของกฎ")
        END = "end", _("สิ้นสุดกฎ")
        REASSIGN = "reassign", _("โอนงานทั้งชุด")
        UNDO = "undo", _("ถอนคืน")

    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("offices.Group", on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=8, choices=Act.choices)
    from_day = models.DateField(_("มีผลตั้งแต่"))
    lines = models.JSONField()
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    person = models.ForeignKey("offices.Person", null=True, on_delete=models.PROTECT, related_name="+")
    person_name = models.CharField(max_length=200)
    capacity = models.CharField(max_length=300)
    at = models.DateTimeField()

    objects = scoped(office="office_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(act="undo", undoes__isnull=False) | (~Q(act="undo") & Q(undoes__isnull=True)),
                name="responsibilitychange_undo_names_what",
            ),
        ]
        indexes = [models.Index(fields=["group", "-id"], name="responsibilitychange_group")]
        triggers = [append_only("responsibilitychange_append_only")]

    def __str__(self) -> str:
        return str(self.get_act_display())
