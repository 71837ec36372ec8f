"""How files of another layout are read: what was agreed about their headings, in versions.

Nothing here is ever changed. A batch names the version that read it, so that years later it still
says which heading was taken for which column.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models.base import PublicId, append_only
from portal.models.intake import Batch
from portal.scope import ScopedModel, scoped


class ColumnMapping(PublicId, ScopedModel):
    """A source of files: of one office (or the centre, for all of them), for one sheet, by a name."""

    SCOPE = {"office": "office_id"}

    office_id = models.BigIntegerField(null=True)
    handler = models.CharField(max_length=60)
    name = models.CharField(_("ชื่อ"), max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped(office="office_id")

    class Meta:
        triggers = [append_only("columnmapping_append_only")]
        constraints = [
            models.UniqueConstraint(
                fields=["office_id", "handler", "name"], name="columnmapping_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


class MappingVersion(models.Model):
    """One agreement. ``columns``: label of a heading → key of a column, '' for a column not used.
    A version without headings says that from then on the mapping is not used."""

    mapping = models.ForeignKey(
        ColumnMapping, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField(_("รุ่น"))
    spec_code = models.CharField(max_length=60)
    spec_version = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64, blank=True)
    headings = models.JSONField(default=list)  # the labels in the order of the file
    columns = models.JSONField(default=dict)
    created_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    created_by_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        triggers = [append_only("mappingversion_append_only")]
        constraints = [
            models.UniqueConstraint(fields=["mapping", "number"], name="mappingversion_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="mappingversion_number"),
        ]

    @property
    def retired(self) -> bool:
        """Whether this version ends the use of its mapping."""
        return not self.headings


class BatchLayout(models.Model):
    """What a batch was asked about: the first rows of its sheets, and the choices made so far."""

    batch = models.OneToOneField(Batch, on_delete=models.CASCADE, related_name="layout", primary_key=True)
    sheets = models.JSONField()  # [{"name", "rows", "total"}], see portal.sheets.layout.Head
    start = models.JSONField()  # {"sheet", "row"} where the headings probably stand
    why = models.TextField(blank=True)
    draft = models.JSONField(default=dict)  # {"sheet", "row", "columns", "name"}
