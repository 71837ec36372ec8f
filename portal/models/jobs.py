from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.base import PublicId


class Job(PublicId):
    """Background work as a row: what is committed here is done once, whatever dies meanwhile."""

    class State(models.TextChoices):
        QUEUED = "queued", _("รอคิว")
        RUNNING = "running", _("กำลังทำงาน")
        DONE = "done", _("เสร็จแล้ว")
        FAILED = "failed", _("ทำไม่สำเร็จ")

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    label = models.CharField(max_length=300, blank=True)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    progress = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    result_url = models.CharField(max_length=300, blank=True)
    office_id = models.BigIntegerField(null=True)
    requested_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    request_id = models.CharField(max_length=36, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(state__in=["queued", "running"]), name="job_one_live"
            ),
            models.CheckConstraint(condition=Q(progress__gte=0) & Q(total__gte=0), name="job_progress"),
        ]
        indexes = [models.Index(fields=["state", "id"], name="job_state")]
