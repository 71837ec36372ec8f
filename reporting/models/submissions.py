"""What a factory reported: immutable versions and their lines."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from factories.models import Factory
from portal.models.base import PublicId, append_only
from portal.scope import ScopedModel, scoped
from reporting.models.forms import FormVersion


class Submission(PublicId, ScopedModel):
    """One version of one factory's report for one period; a correction is a further version."""

    class Channel(models.TextChoices):
        FILE = "file", _("ไฟล์")
        OFFICER = "officer", _("เจ้าหน้าที่บันทึกแทน")

    SCOPE = {"province": "province_id"}

    # A composite key checks factory and province together (migration 0002). Form and its version, batch and
    # user are the same for many rows and are asked once for a statement (0013).
    form_version = models.ForeignKey(
        FormVersion, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    form = models.ForeignKey(
        "reporting.Form", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    factory = models.ForeignKey(
        Factory, on_delete=models.PROTECT, related_name="submissions", db_index=False, db_constraint=False
    )
    province = models.ForeignKey(
        "offices.Province", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    period = models.DateField()
    version = models.PositiveIntegerField()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    submitted_at = models.DateTimeField()
    due_at = models.DateTimeField()
    batch = models.ForeignKey(
        "portal.Batch", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    submitted_by = models.ForeignKey(
        "portal.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    withdrawn = models.BooleanField(default=False)  # written by undo: this version takes the report back

    objects = scoped(province="province_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["factory", "form", "period", "version"], name="submission_version"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="submission_version_from_one"),
            # targets of composite foreign keys: same factory and period, same province
            models.UniqueConstraint(fields=["id", "factory", "period"], name="submission_with_factory"),
            models.UniqueConstraint(fields=["id", "province"], name="submission_with_province"),
        ]
        triggers = [append_only("submission_append_only")]


class SubmissionLine(models.Model):
    """One line of a version: the header (section ``header``) or one product. Never changed."""

    # That the version exists is asked once for all lines of a statement (migration 0008).
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="lines", db_index=False, db_constraint=False
    )
    section = models.CharField(max_length=20)
    line_key = models.CharField(max_length=40, blank=True)  # product code; empty for the header
    unit = models.CharField(max_length=20, blank=True)
    payload = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "section", "line_key"], name="line_once")
        ]
        triggers = [append_only("line_append_only")]
