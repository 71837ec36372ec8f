from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models.base import PublicId
from portal.scope import ScopedModel, scoped


class StoredFile(PublicId, ScopedModel):
    """Raw bytes kept as they came or as they were rendered; served only through a policy."""

    class State(models.TextChoices):
        QUARANTINED = "quarantined", _("รอตรวจไฟล์")
        ACCEPTED = "accepted", _("ผ่านการตรวจไฟล์")
        REFUSED = "refused", _("ไม่รับไฟล์")

    SCOPE = {"office": "office_id"}
    SCOPE_NULLABLE = ("office_id",)

    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="%Y/%m/")
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUARANTINED)
    refusal = models.TextField(blank=True)
    purpose = models.CharField(max_length=40)
    retention = models.CharField(max_length=40, default="permanent")
    office_id = models.BigIntegerField(null=True)  # the foreign key is added by the app that owns offices
    created_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped(office="office_id")

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="storedfile_sha256")]
        constraints = [models.CheckConstraint(condition=models.Q(size__gte=0), name="storedfile_size")]
