from django.db import models
from django.db.models import Q

from portal.models.base import PublicId


class Draft(PublicId):
    """What somebody typed and has not sent yet. Only its owner ever sees it (``portal.drafts``).

    ``values`` and ``base`` hold, for each field, the texts a browser would send: as typed, and as the
    page showed them when it was opened. Files and passwords are never among them.
    """

    user = models.ForeignKey("portal.User", on_delete=models.CASCADE, related_name="+")
    screen = models.CharField(max_length=120)  # name of the address, "factories:factory-edit"
    object = models.CharField(max_length=300, blank=True)  # the address's parameters
    address = models.CharField(max_length=500)
    title = models.CharField(max_length=400)
    values = models.JSONField()
    base = models.JSONField()
    told = models.JSONField()  # [[label, text], …] of what was typed, for the list of drafts
    saved_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "screen", "object"],
                condition=Q(discarded_at__isnull=True),
                name="draft_one_live",
            )
        ]
        indexes = [models.Index(fields=["discarded_at"], name="draft_bin")]
