"""Support access: one office's view, lent to a central administrator for minutes, with a reason."""

from datetime import timedelta

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from offices.models.org import Group, Office
from offices.models.people import GROUP_KINDS, OFFICE_KINDS, AssignmentKind, Person
from portal.models.base import PublicId
from portal.scope import ScopedModel, scoped

_WITHOUT_GROUP = tuple(kind for kind in OFFICE_KINDS if kind not in GROUP_KINDS)
LONGEST = timedelta(minutes=60)  # the setting says how long within it (``offices.access.dated``)


class _During(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class SupportAccess(PublicId, ScopedModel):
    """One loan. It makes nobody anything: assignments come from orders only. Its requests are events.

    What was lent never changes; it may end earlier, be agreed to by a second administrator, and be seen
    by the office's chief, each once.
    """

    SCOPE = {"office": "office_id"}

    office = models.ForeignKey(
        Office, verbose_name=_("สำนักงาน"), on_delete=models.PROTECT, related_name="support_accesses"
    )
    kind = models.CharField(_("ในฐานะ"), max_length=16, choices=AssignmentKind.choices)
    group = models.ForeignKey(
        Group, verbose_name=_("กลุ่ม"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    user = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="support_accesses")
    person_name = models.CharField(_("ผู้เข้าถึง"), max_length=200)  # as it was then
    order_ref = models.CharField(max_length=300)  # the order that makes him an administrator
    reason = models.CharField(_("เหตุผล"), max_length=300)
    starts_at = models.DateTimeField(_("เริ่ม"))
    ends_at = models.DateTimeField(_("ถึง"))
    wants_to_write = models.BooleanField(_("ขอบันทึกด้วย"), default=False)
    agreed_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    agreed_name = models.CharField(_("ผู้เห็นชอบให้บันทึก"), max_length=200, blank=True)
    agreed_at = models.DateTimeField(_("เห็นชอบเมื่อ"), null=True)
    seen_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    seen_name = models.CharField(_("ผู้รับทราบ"), max_length=200, blank=True)
    seen_at = models.DateTimeField(_("รับทราบเมื่อ"), null=True)

    objects = scoped(office="office_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), ends_at__lte=F("starts_at") + LONGEST),
                name="support_is_short",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="support_has_reason"),
            models.CheckConstraint(
                condition=Q(kind__in=GROUP_KINDS, group__isnull=False)
                | (
                    Q(kind__in=[kind for kind in OFFICE_KINDS if kind not in GROUP_KINDS], group__isnull=True)
                ),
                name="support_role_of_an_office",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True, agreed_at__isnull=True)
                | (
                    Q(agreed_by__isnull=False, agreed_at__isnull=False, wants_to_write=True)
                    & ~Q(agreed_by=F("user"))
                ),
                name="support_second_person",
            ),
            models.CheckConstraint(
                condition=Q(seen_by__isnull=True, seen_at__isnull=True)
                | (Q(seen_by__isnull=False, seen_at__isnull=False) & ~Q(seen_by=F("user"))),
                name="support_seen_by_another",
            ),
            ExclusionConstraint(
                name="support_one_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (_During("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["office", "-starts_at"], name="support_of_office")]
        triggers = [
            pgtrigger.Protect(name="support_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="support_stays_as_lent",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "((OLD.uuid, OLD.office_id, OLD.kind, OLD.group_id, OLD.user_id, OLD.person_id, "
                    "OLD.reason, OLD.starts_at, OLD.wants_to_write) IS DISTINCT FROM "
                    "(NEW.uuid, NEW.office_id, NEW.kind, NEW.group_id, NEW.user_id, NEW.person_id, "
                    "NEW.reason, NEW.starts_at, NEW.wants_to_write) "
                    "OR NEW.ends_at > OLD.ends_at "
                    "OR (OLD.agreed_at IS NOT NULL AND (OLD.agreed_by_id, OLD.agreed_at) IS DISTINCT FROM "
                    "(NEW.agreed_by_id, NEW.agreed_at)) "
                    "OR (OLD.seen_at IS NOT NULL AND (OLD.seen_by_id, OLD.seen_at) IS DISTINCT FROM "
                    "(NEW.seen_by_id, NEW.seen_at)))"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.office}"
