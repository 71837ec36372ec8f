"""Forms and the products they ask about. Rows are synced from declarations in files."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from portal.models.base import append_only


class Form(models.Model):
    """A report by its code, e.g. PROD-M."""

    code = models.CharField(max_length=20, primary_key=True)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.code} {self.name_th}"


class FormVersion(models.Model):
    """Which declaration of a form holds for which periods (``valid`` is over period starts)."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    valid = DateRangeField()
    declaration_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "version"], name="formversion_once"),
            models.UniqueConstraint(fields=["id", "form"], name="formversion_with_form"),  # a composite key's
            ExclusionConstraint(
                name="formversion_one_a_period",
                expressions=[("form", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
        ]


class Measure(models.Model):
    """Where a compiled measure of a form stands in the lists of facts and cells. Never moved.

    Positions count from 1 without gaps; a new version's measures come after those that are known.
    """

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="measures", db_index=False)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "position"], name="measure_position"),
            models.UniqueConstraint(fields=["form", "name"], name="measure_once"),
            models.CheckConstraint(condition=Q(position__gte=1, position__lt=100), name="measure_in_list"),
        ]
        triggers = [append_only("measure_append_only")]


class Product(models.Model):
    """A product of the monthly survey with its standard unit; dated, with its source."""

    code = models.CharField(max_length=20, primary_key=True)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    tsic = models.CharField(max_length=5, blank=True)
    unit = models.CharField(max_length=20)  # standard unit
    valid = DateRangeField()
    source = models.TextField()
    verified = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.code} {self.name_th}"


class ProductUnit(models.Model):
    """``factor`` standard units in one ``unit`` of this product."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="units")
    unit = models.CharField(max_length=20)
    factor = models.DecimalField(max_digits=20, decimal_places=9)
    source = models.TextField()
    verified = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "unit"], name="productunit_once"),
            models.CheckConstraint(condition=Q(factor__gt=0), name="productunit_factor"),
        ]
