"""Who owes which report, for when, and why."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from factories.models import Factory
from portal.scope import ScopedModel, scoped
from reporting.models.forms import Form


@pghistory.track()
class ObligedFactory(ScopedModel):
    """A line of an imported list: this factory owes this form for the periods in ``valid``."""

    SCOPE = {"province": "province_id"}

    form = models.ForeignKey(
        Form, verbose_name=_("แบบรายงาน"), on_delete=models.PROTECT, related_name="obliged"
    )
    factory = models.ForeignKey(
        Factory, verbose_name=_("โรงงาน"), on_delete=models.PROTECT, related_name="obliged"
    )
    province = models.ForeignKey(
        "offices.Province", verbose_name=_("จังหวัด"), on_delete=models.PROTECT, related_name="+"
    )
    valid = DateRangeField(_("ช่วงเวลา"))  # over period starts
    source = models.TextField(_("ที่มา"))
    batch = models.ForeignKey(
        "portal.Batch", verbose_name=_("ชุดนำเข้า"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = scoped(province="province_id")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="obliged_once_a_period",
                expressions=[
                    ("form", RangeOperators.EQUAL),
                    ("factory", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]


class Obligation(ScopedModel):
    """One factory's report of one form for one period: owed or given freely, and where it stands.

    ``owed`` is false for a report nobody asked for: it is kept and compiled but does not count in
    completeness, which so lies in 0–100 % by construction.
    """

    SCOPE = {"province": "province_id"}

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="obligations", db_index=False)
    # Composite keys check factory, province, current report and package together (migration 0002).
    factory = models.ForeignKey(
        Factory, on_delete=models.PROTECT, related_name="obligations", db_constraint=False
    )
    province = models.ForeignKey(
        "offices.Province", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    period = models.DateField()  # first day of the period
    due_at = models.DateTimeField()  # end of the due day in Bangkok
    owed = models.BooleanField(default=True)
    reason = models.TextField(blank=True)  # why it is owed: the list and its source
    current = models.ForeignKey(
        "reporting.Submission",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    first_submitted_at = models.DateTimeField(null=True)
    package = models.ForeignKey(
        "reporting.OfficePackage",
        null=True,
        on_delete=models.PROTECT,
        related_name="obligations",
        db_index=False,
        db_constraint=False,
    )  # the package that carries this report to the chief; a later correction goes through the same one

    objects = scoped(province="province_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "factory", "period"], name="obligation_once"),
            models.CheckConstraint(
                condition=Q(current__isnull=True, first_submitted_at__isnull=True)
                | Q(current__isnull=False, first_submitted_at__isnull=False),
                name="obligation_reported_has_time",
            ),
            models.CheckConstraint(
                condition=Q(package__isnull=True) | Q(current__isnull=False),
                name="obligation_package_has_report",
            ),
        ]
        indexes = [
            models.Index(fields=["form", "period", "province"], name="obligation_month"),
            models.Index(fields=["current"], condition=Q(current__isnull=False), name="obligation_current"),
            models.Index(fields=["package"], condition=Q(package__isnull=False), name="obligation_package"),
            # who is late: few of the rows, told from the registry's list and from the map
            models.Index(
                fields=["province", "factory"],
                include=["due_at"],
                condition=Q(owed=True, current__isnull=True),
                name="obligation_late",
            ),
        ]
