import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.models.base import PublicId


class DatedSetting(models.Model):
    """A fact or choice that holds for a period, with its source; see ``portal.dated``.

    ``place`` is empty for the nation or ``office:25`` for one office.
    """

    key = models.CharField(max_length=120)
    place = models.CharField(max_length=40, blank=True)
    value = models.JSONField()
    valid = DateRangeField()
    source = models.TextField(_("ที่มา"))
    verified = models.BooleanField(_("ยืนยันแล้ว"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="datedsetting_one_value_a_day",
                expressions=[
                    ("key", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~models.Q(source=""), name="datedsetting_has_source"),
        ]


class SettingProposal(PublicId):
    """A value that one person proposes from a document and another one confirms; see ``portal.facts``.

    What was proposed never changes; the decision is written once. A confirmed proposal names the
    setting it made.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("รอผู้ยืนยัน")
        CONFIRMED = "confirmed", _("ยืนยันแล้ว")
        DECLINED = "declined", _("ไม่ยืนยัน")
        WITHDRAWN = "withdrawn", _("ถอนข้อเสนอ")

    key = models.CharField(max_length=120)
    place = models.CharField(max_length=40, blank=True)
    value = models.JSONField()
    since = models.DateField()
    document = models.ForeignKey("portal.StoredFile", on_delete=models.PROTECT, related_name="+")
    document_title = models.CharField(max_length=200)
    document_number = models.CharField(max_length=80)
    document_date = models.DateField()
    note = models.TextField(blank=True)
    proposed_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    proposer_name = models.CharField(max_length=200)  # as it was then
    proposed_as = models.CharField(max_length=300)
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    decided_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    decider_name = models.CharField(max_length=200, blank=True)
    decided_as = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)  # why it was declined or withdrawn
    setting = models.OneToOneField(DatedSetting, null=True, on_delete=models.PROTECT, related_name="proposal")

    class Meta:
        constraints = [
            # the second person: who proposes may not confirm
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "declined"]) | ~Q(decided_by=F("proposed_by")),
                name="proposal_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(decided_by=F("proposed_by")),
                name="proposal_withdrawn_by_proposer",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="proposal_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", setting__isnull=False)
                | (~Q(state="confirmed") & Q(setting__isnull=True)),
                name="proposal_confirmed_made_a_setting",
            ),
            models.CheckConstraint(
                condition=~Q(document_title="") & ~Q(document_number=""), name="proposal_names_document"
            ),
            models.UniqueConstraint(
                fields=["key", "place"], condition=Q(state="proposed"), name="proposal_one_open"
            ),
        ]
        indexes = [models.Index(fields=["key", "-id"], name="proposal_of_key")]
        triggers = [
            pgtrigger.Protect(name="proposal_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="proposal_decided_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'proposed' OR (OLD.uuid, OLD.key, OLD.place, OLD.value, OLD.since, "
                    "OLD.document_id, OLD.document_title, OLD.document_number, OLD.document_date, OLD.note, "
                    "OLD.proposed_by_id, OLD.proposer_name, OLD.proposed_as, OLD.proposed_at) "
                    "IS DISTINCT FROM (NEW.uuid, NEW.key, NEW.place, NEW.value, NEW.since, "
                    "NEW.document_id, NEW.document_title, NEW.document_number, NEW.document_date, NEW.note, "
                    "NEW.proposed_by_id, NEW.proposer_name, NEW.proposed_as, NEW.proposed_at)"
                ),
            ),
        ]
