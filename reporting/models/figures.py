"""Facts (one compiled measure of one line), figures (their sums) and editions (frozen figures).

Both are stored with a line's or a cell's measures side by side and read number by number.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offices.models import InspectionZone, Office
from portal.models.base import PublicId, append_only
from reporting.models.forms import Form
from reporting.models.submissions import SubmissionLine


class FactRow(models.Model):
    """The compiled measures of one line, with their dimensions as they were at report time.

    ``measured[n]`` is the measure at position n (``Measure``), NULL where it is unknown; quantities in the
    product's standard unit, money in baht. Written with the line, never changed. One row for a line
    instead of one for a number: a month of the nation is a seventh of the rows to write and to sum.
    ``Fact`` reads them one by one.
    """

    # That the line exists is asked once for all rows of a statement (migration 0007).
    line = models.OneToOneField(
        SubmissionLine, primary_key=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    submission_id = models.BigIntegerField()
    form_code = models.CharField(max_length=20)
    period = models.DateField()
    province = models.CharField(max_length=2)
    district = models.CharField(max_length=4)  # province code + "00" where the district is unknown
    factory_type = models.CharField(max_length=5)  # "00000" where unknown
    product = models.CharField(max_length=20, blank=True)  # empty for measures of the header
    measured = ArrayField(models.DecimalField(max_digits=24, decimal_places=6, null=True))

    class Meta:
        indexes = [models.Index(fields=["form_code", "period", "province"], name="factrow_month")]
        triggers = [append_only("factrow_append_only")]


class Fact(models.Model):
    """One compiled measure of one line: ``FactRow`` number by number. A view, for reading only."""

    pk = models.CompositePrimaryKey("line_id", "measure")
    line = models.ForeignKey(
        SubmissionLine, on_delete=models.DO_NOTHING, related_name="facts", db_index=False, db_constraint=False
    )
    measure = models.CharField(max_length=20)
    submission_id = models.BigIntegerField()
    form_code = models.CharField(max_length=20)
    period = models.DateField()
    province = models.CharField(max_length=2)
    district = models.CharField(max_length=4)
    factory_type = models.CharField(max_length=5)
    product = models.CharField(max_length=20)
    value = models.DecimalField(max_digits=24, decimal_places=6)

    class Meta:
        managed = False
        db_table = "reporting_fact"


class Cell(models.Model):
    """Sums of every measure in one cell of a month: district × factory type × product.

    At position n of each list stand the sums of measure n: provisional (all current reports), certified,
    and how many reports gave it. ``Figure`` reads them one by one.
    """

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.DateField()
    province = models.CharField(max_length=2)
    district = models.CharField(max_length=4)
    factory_type = models.CharField(max_length=5)
    product = models.CharField(max_length=20, blank=True)
    provisional = ArrayField(models.DecimalField(max_digits=24, decimal_places=6))
    certified = ArrayField(models.DecimalField(max_digits=24, decimal_places=6))
    reports = ArrayField(models.IntegerField())
    reports_certified = ArrayField(models.IntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["form", "period", "district", "factory_type", "product"], name="cell_once"
            ),
            # the key of a cell names no province: its district does
            models.CheckConstraint(
                condition=Q(district__startswith=models.F("province")), name="cell_district_in_province"
            ),
        ]
        indexes = [models.Index(fields=["form", "province", "period"], name="cell_province")]


class Figure(models.Model):
    """One measure of one cell: ``Cell`` number by number. A view, for reading only."""

    form = models.ForeignKey(Form, on_delete=models.DO_NOTHING, related_name="+", db_index=False)
    period = models.DateField()
    province = models.CharField(max_length=2)
    district = models.CharField(max_length=4)
    factory_type = models.CharField(max_length=5)
    product = models.CharField(max_length=20)
    measure = models.CharField(max_length=20)
    provisional = models.DecimalField(max_digits=24, decimal_places=6)
    certified = models.DecimalField(max_digits=24, decimal_places=6)
    reports = models.IntegerField()
    reports_certified = models.IntegerField()

    class Meta:
        managed = False
        db_table = "reporting_figure"


class CompileRun(PublicId):
    """The ledger: what a compilation read, by which rules, and what it made."""

    class Kind(models.TextChoices):
        INCREMENTAL = "incremental", _("เฉพาะส่วนที่เปลี่ยน")
        FULL = "full", _("ทั้งหมด")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=200)  # batch, certification, full run asked by …
    inputs = models.JSONField(default=dict)  # periods, provinces, counts of submissions and facts
    form_versions = models.JSONField(default=dict)
    cells = models.IntegerField(default=0)
    cells_sha256 = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    job_id = models.CharField(max_length=36, blank=True)

    class Meta:
        indexes = [models.Index(fields=["form", "finished_at"], name="compilerun_newest")]
        triggers = [append_only("compilerun_append_only")]


class Edition(PublicId):
    """Frozen figures: canonical JSON rows and their SHA-256. Never changed, only followed by another."""

    class Level(models.TextChoices):
        OFFICE = "office", _("สำนักงาน")
        ZONE = "zone", _("เขตตรวจราชการ")
        NATION = "nation", _("ประเทศ")

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    period = models.DateField()
    level = models.CharField(max_length=6, choices=Level.choices)
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="+")
    zone = models.ForeignKey(InspectionZone, null=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    rows = models.TextField()  # canonical JSON; the hash is over these bytes in UTF-8
    rows_sha256 = models.CharField(max_length=64)
    summary = models.JSONField()  # totals, completeness, share certified, offices not yet certified
    as_of = models.DateTimeField()
    made_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=300)
    package = models.ForeignKey(
        "reporting.OfficePackage", null=True, on_delete=models.PROTECT, related_name="editions"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["form", "period", "level", "office", "zone", "number"],
                nulls_distinct=False,
                name="edition_number_once",
            ),
            models.CheckConstraint(
                condition=Q(level="office", office__isnull=False, zone__isnull=True)
                | Q(level="zone", office__isnull=True, zone__isnull=False)
                | Q(level="nation", office__isnull=True, zone__isnull=True),
                name="edition_place_by_level",
            ),
        ]
        triggers = [append_only("edition_append_only")]


class EditionFile(models.Model):
    """A paper rendered once from an edition and kept."""

    class Kind(models.TextChoices):
        XLSX = "xlsx", "XLSX"
        PDF = "pdf", "PDF"

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    file = models.ForeignKey("portal.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "kind"], name="editionfile_once")]
        triggers = [append_only("editionfile_append_only")]
