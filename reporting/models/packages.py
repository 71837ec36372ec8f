"""What an office sends up: one case for each form and period, and supplements after it."""

from django.db import models
from django.db.models import Q

from offices.models import Case, Office
from portal.models.base import PublicId, append_only
from portal.scope import ScopedModel, scoped
from reporting.models.forms import Form
from reporting.models.submissions import Submission


class OfficePackage(PublicId, ScopedModel):
    """form × period × office as a case; sequence 0 is the month, 1 and on are supplements."""

    SCOPE = {"office": "office_id"}

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="package")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey("offices.Province", on_delete=models.PROTECT, related_name="+")
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    period = models.DateField()
    sequence = models.PositiveSmallIntegerField(default=0)
    # entries of this round are the certified ones; 0 = never certified
    certified_round = models.PositiveSmallIntegerField(default=0)
    certified_at = models.DateTimeField(null=True)

    objects = scoped(office="office_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "period", "office", "sequence"], name="package_once"),
            models.CheckConstraint(
                condition=Q(certified_round=0, certified_at__isnull=True)
                | Q(certified_round__gt=0, certified_at__isnull=False),
                name="package_certified_has_time",
            ),
            models.UniqueConstraint(fields=["id", "province"], name="package_with_province"),
            # late reports wait for one supplement at a time
            models.UniqueConstraint(
                fields=["form", "period", "office"],
                condition=Q(certified_round=0),
                name="package_one_uncertified",
            ),
        ]


class PackageEntry(models.Model):
    """Exactly which version of which factory's report was put before the chief in a round."""

    package = models.ForeignKey(OfficePackage, on_delete=models.PROTECT, related_name="entries")
    round = models.PositiveSmallIntegerField()
    factory = models.ForeignKey("factories.Factory", on_delete=models.PROTECT, related_name="+")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey("offices.Province", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["package", "round", "factory"], name="packageentry_once"),
            models.CheckConstraint(condition=Q(round__gte=1), name="packageentry_round"),
        ]
        triggers = [append_only("packageentry_append_only")]
