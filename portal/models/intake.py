"""A file on its way into the database: batch, staged rows, findings.

The staged rows are the plan. Preview writes them, apply reads them and nothing else, so the dry
run and the real run cannot differ.
"""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.base import PublicId
from portal.scope import ScopedModel, scoped

# A batch is read by a mapping of its own office or of the centre, for its own kind of sheet.
_OF_ITS_OFFICE = pgtrigger.Trigger(
    name="batch_mapping_of_its_office",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("mapping_id"),  # type: ignore[no-untyped-call]
    condition=pgtrigger.Q(new__mapping__isnull=False),
    func="""
        IF NOT EXISTS (
            SELECT FROM portal_mappingversion v JOIN portal_columnmapping m ON m.id = v.mapping_id
            WHERE v.id = NEW.mapping_id AND m.handler = NEW.params->>'handler'
              AND (m.office_id IS NULL OR m.office_id = NEW.office_id)
        ) THEN RAISE EXCEPTION 'batch % is read by a mapping of another office or sheet', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)


class Batch(PublicId, ScopedModel):
    """One upload. ``params`` holds what the sheet cannot say (form, period), ``mapping`` what was
    agreed about its headings, ``reading`` where they stand ({"sheet", "row"}, as chosen by a person)
    or that he wishes to be asked ({"ask": true})."""

    class State(models.TextChoices):
        RECEIVED = "received", _("ตรวจไฟล์")
        MAPPING = "mapping", _("รอจับคู่คอลัมน์")
        PREVIEWED = "previewed", _("รอยืนยันนำเข้า")
        REFUSED = "refused", _("ไม่รับไฟล์")
        APPLIED = "applied", _("นำเข้าแล้ว")
        UNDONE = "undone", _("ถอนคืนแล้ว")
        DISCARDED = "discarded", _("ยกเลิกก่อนนำเข้า")

    SCOPE = {"office": "office_id"}

    spec_code = models.CharField(max_length=60)
    spec_version = models.PositiveIntegerField(default=1)
    params = models.JSONField(default=dict)
    file = models.ForeignKey("portal.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    office_id = models.BigIntegerField(null=True)  # null: a file of the centre, for the nation
    mapping = models.ForeignKey(
        "portal.MappingVersion", null=True, on_delete=models.PROTECT, related_name="batches"
    )
    reading = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    counts = models.JSONField(default=dict)  # {"new": n, "changed": n, "same": n, "refused": n, ...}
    notes = models.JSONField(default=list)  # sentences about the file as a whole
    refusal = models.TextField(blank=True)
    plan_sha256 = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    previewed_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)

    objects = scoped(office="office_id")

    class Meta:
        triggers = [_OF_ITS_OFFICE]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["applied", "undone"]) | Q(applied_at__isnull=False),
                name="batch_applied_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="discarded") | Q(discarded_at__isnull=False),
                name="batch_discarded_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["spec_code", "sha256"], name="batch_same_file"),
            # files under way are few: where a month stands asks for them on many pages
            models.Index(
                fields=["spec_code", "office_id"],
                condition=Q(state__in=["received", "previewed"]),
                name="batch_under_way",
            ),
        ]


class BatchRow(models.Model):
    """One row of the file as it will be written; written once by the preview."""

    class Action(models.TextChoices):
        NEW = "new", _("เพิ่มใหม่")
        CHANGED = "changed", _("เปลี่ยนแปลง")
        SAME = "same", _("เหมือนเดิม")
        REFUSED = "refused", _("ไม่รับ")

    # That the batch exists is asked once for all rows of a statement (migration 0011).
    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    row_no = models.IntegerField()
    key = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=8, choices=Action.choices)
    data = models.JSONField()
    diff = models.JSONField(null=True)  # {"field": [old, new]}
    target_id = models.BigIntegerField(null=True)
    base_version = models.BigIntegerField(null=True)  # what the target was at preview; apply refuses another

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "row_no"], name="batchrow_once")]


class BatchFinding(models.Model):
    """What a rule or the reader found: where, what, expected, why, and how to mend it."""

    class Level(models.TextChoices):
        BLOCK = "block", _("ต้องแก้")
        WARN = "warn", _("ควรตรวจ")
        INFO = "info", _("แจ้งให้ทราบ")

    # As for rows.
    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="findings", db_index=False, db_constraint=False
    )
    row_no = models.IntegerField(null=True)
    column = models.CharField(max_length=60, blank=True)
    header = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40)
    level = models.CharField(max_length=5, choices=Level.choices)
    found = models.TextField(blank=True)
    expected = models.TextField(blank=True)
    message = models.TextField()
    mend = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["batch", "row_no"], name="batchfinding_row")]
