"""Following up: who was called about which late reports, what came of it, and who is calling now."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from factories.models import Factory, FactoryContact
from portal.models.base import PublicId, append_only
from portal.scope import ScopedModel, scoped
from reporting.models.obligations import Obligation


class FollowUp(PublicId, ScopedModel):
    """One call to a factory, or the taking back of one. Never changed."""

    class Outcome(models.TextChoices):
        WILL_REPORT = "will_report", _("จะรายงาน")
        NO_ANSWER = "no_answer", _("ไม่รับสาย")
        WRONG_NUMBER = "wrong_number", _("เลขผิด")
        CLOSED = "closed", _("เลิกกิจการแล้ว")
        ALREADY_REPORTED = "already_reported", _("แจ้งว่ารายงานแล้ว")
        CALL_BACK = "call_back", _("นัดโทรกลับ")
        TAKEN_BACK = "taken_back", _("ย้อนกลับ")

    SCOPE = {"province": "province_id"}

    factory = models.ForeignKey(Factory, on_delete=models.PROTECT, related_name="follow_ups", db_index=False)
    province = models.ForeignKey("offices.Province", on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(FactoryContact, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    again_on = models.DateField(null=True)  # may be called again from this day; null: not by itself
    at = models.DateTimeField()
    user = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=200, blank=True)
    capacity = models.CharField(max_length=300, blank=True)
    contact_was = models.CharField(max_length=12, blank=True)  # its state before this call changed it
    takes_back = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="taken_back_by"
    )

    objects = scoped(province="province_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="taken_back", takes_back__isnull=False)
                | (~Q(outcome="taken_back") & Q(takes_back__isnull=True)),
                name="followup_takes_back",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="call_back") | Q(again_on__isnull=False),
                name="followup_call_back_has_day",
            ),
            # target of composite foreign keys: what is taken back is the same factory's
            models.UniqueConstraint(fields=["id", "factory"], name="followup_with_factory"),
        ]
        indexes = [
            models.Index(fields=["factory", "-id"], name="followup_factory"),
            models.Index(fields=["user", "-id"], name="followup_user"),
        ]
        triggers = [append_only("followup_append_only")]


class FollowUpAbout(models.Model):
    """Which late report a call was about; one call may be about several."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="about", db_index=False)
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="follow_ups")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["follow_up", "obligation"], name="followupabout_once")]
        triggers = [append_only("followupabout_append_only")]


class CallClaim(ScopedModel):
    """Who has which factory before him in the call list: one factory one caller, one caller one factory.

    A claim that ran out is taken over by whoever comes next.
    """

    SCOPE = {"province": "province_id"}

    factory = models.OneToOneField(Factory, on_delete=models.CASCADE, related_name="+")
    province = models.ForeignKey("offices.Province", on_delete=models.PROTECT, related_name="+")
    user = models.OneToOneField("portal.User", on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=20, blank=True)  # the call list he works on; empty for every form
    until = models.DateTimeField()

    objects = scoped(province="province_id")
