from django.contrib.postgres.indexes import GinIndex
from django.db import models

from portal.models.base import append_only


class AuditEvent(models.Model):
    """Who did or read what, in which capacity. Append-only; rows are never changed."""

    at = models.DateTimeField(auto_now_add=True)
    user_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    capacity = models.CharField(max_length=300, blank=True)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=80, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    office_id = models.BigIntegerField(null=True)
    province = models.CharField(max_length=2, blank=True)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=36, blank=True)
    job_id = models.CharField(max_length=36, blank=True)

    class Meta:
        triggers = [append_only("audit_append_only")]
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_object"),
            models.Index(fields=["user_id", "id"], name="audit_user"),
            # The search: by time, and by time within an office or a province.
            models.Index(fields=["at", "id"], name="audit_at"),
            models.Index(fields=["office_id", "at"], name="audit_office"),
            models.Index(fields=["province", "at"], name="audit_province"),
            models.Index(fields=["verb", "at"], name="audit_verb"),
            GinIndex(
                fields=["data"],
                opclasses=["jsonb_path_ops"],
                condition=models.Q(verb="personal.read"),
                name="audit_whose",
            ),
        ]
