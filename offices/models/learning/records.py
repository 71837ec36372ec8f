"""The certified work record (แฟ้มผลงานรับรอง): who asked for whose, and the document it became."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offices.models.documents import Document
from offices.models.org import Office
from offices.models.people import Person
from portal.models.base import PublicId


@pghistory.track()
class RecordRequest(PublicId):
    """A request for somebody's work record of a period, and how it ended.

    ``office`` is the one whose chief certifies: the person's own, or the centre's for a chief's record.
    The document lies in the same office (composite key, migration).
    """

    class State(models.TextChoices):
        ASKED = "asked", _("รอออกแฟ้ม")
        ISSUED = "issued", _("ออกแล้ว")
        DECLINED = "declined", _("ไม่ออก")
        WITHDRAWN = "withdrawn", _("ถอนคำขอ")

    office = models.ForeignKey(
        Office, verbose_name=_("สำนักงานที่ออก"), on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("บุคลากร"), on_delete=models.PROTECT, related_name="record_requests"
    )
    since = models.DateField(_("ตั้งแต่วันที่"))
    until = models.DateField(_("ถึงวันที่"))
    purpose = models.CharField(_("ใช้เพื่อ"), max_length=300)
    state = models.CharField(_("สถานะ"), max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(Person, verbose_name=_("ผู้ขอ"), on_delete=models.PROTECT, related_name="+")
    asked_name = models.CharField(_("ชื่อผู้ขอ"), max_length=200)
    asked_as = models.CharField(_("ขอในฐานะ"), max_length=300)
    asked_at = models.DateTimeField(_("ขอเมื่อ"))
    decided_by = models.ForeignKey(
        Person, verbose_name=_("ผู้ตัดสิน"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_name = models.CharField(_("ชื่อผู้ตัดสิน"), max_length=200, blank=True)
    decided_as = models.CharField(_("ตัดสินในฐานะ"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("ตัดสินเมื่อ"), null=True)
    reason = models.CharField(_("เหตุผล"), max_length=300, blank=True)
    document = models.OneToOneField(
        Document, verbose_name=_("เอกสาร"), null=True, on_delete=models.PROTECT, related_name="work_record"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="recordrequest_period"),
            models.CheckConstraint(condition=~Q(purpose=""), name="recordrequest_has_purpose"),
            models.CheckConstraint(
                condition=Q(state="issued", document__isnull=False)
                | (Q(state__in=["asked", "declined", "withdrawn"], document__isnull=True)),
                name="recordrequest_issued_has_document",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="asked") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="recordrequest_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["issued", "declined"]) | ~Q(decided_by=F("person")),
                name="recordrequest_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="recordrequest_declined_has_reason"
            ),
            models.UniqueConstraint(
                fields=["person", "office"], condition=Q(state="asked"), name="recordrequest_one_open"
            ),
        ]
        indexes = [models.Index(fields=["office", "state"], name="recordrequest_waiting")]

    def __str__(self) -> str:
        return str(self.person)
