"""Who inspects what changes by two people: one proposes a change of groups and zones, another confirms it."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offices.models.org import InspectionGroup, InspectionZone, Province
from portal.models.base import PublicId


class InspectionChange(PublicId):
    """One change of inspection groups, their zones or the zones' provinces, from a day on.

    What was proposed never changes; the decision is written once. Nothing holds before it.
    """

    class Kind(models.TextChoices):
        GROUP = "group", _("ตั้งกลุ่มตรวจราชการ")
        ZONE = "zone", _("เพิ่มเขตในกลุ่มตรวจราชการ")
        END = "end", _("เขตพ้นจากกลุ่มตรวจราชการ")
        PROVINCE = "province", _("ย้ายจังหวัดไปเขตอื่น")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("รอผู้ยืนยัน")
        CONFIRMED = "confirmed", _("ยืนยันแล้ว")
        DECLINED = "declined", _("ไม่ยืนยัน")
        WITHDRAWN = "withdrawn", _("ถอนข้อเสนอ")

    kind = models.CharField(_("เรื่อง"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("ชื่อกลุ่มตรวจราชการ"), max_length=80, blank=True)
    group = models.ForeignKey(
        InspectionGroup,
        verbose_name=_("กลุ่มตรวจราชการ"),
        null=True,
        on_delete=models.PROTECT,
        related_name="changes",
    )
    zone = models.ForeignKey(
        InspectionZone, verbose_name=_("เขตตรวจราชการ"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    province = models.ForeignKey(
        Province, verbose_name=_("จังหวัด"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField(_("ตั้งแต่วันที่"))  # the first day of what will be; of an end the day after
    reason = models.CharField(_("คำสั่งหรือเหตุผล"), max_length=300)
    state = models.CharField(_("สถานะ"), max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        "portal.User", verbose_name=_("ผู้เสนอ"), on_delete=models.PROTECT, related_name="+"
    )
    proposer_name = models.CharField(_("ผู้เสนอ"), max_length=200)  # as it was then
    proposed_at = models.DateTimeField(_("เสนอเมื่อ"))
    decided_by = models.ForeignKey(
        "portal.User", verbose_name=_("ผู้ตัดสิน"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decider_name = models.CharField(_("ผู้ตัดสิน"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("ตัดสินเมื่อ"), null=True)
    decision = models.CharField(_("เหตุผลที่ไม่ยืนยัน"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="group", group__isnull=True, zone__isnull=True, province__isnull=True)
                & ~Q(name="")
                | Q(kind__in=["zone", "end"], group__isnull=False, zone__isnull=False)
                & Q(province__isnull=True, name="")
                | Q(kind="province", group__isnull=True, zone__isnull=False, province__isnull=False, name=""),
                name="inspectionchange_says_what",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "declined"]) | ~Q(decided_by=F("proposed_by")),
                name="inspectionchange_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(decided_by=F("proposed_by")),
                name="inspectionchange_withdrawn_by_proposer",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="inspectionchange_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & (~Q(state="declined") | ~Q(decision="")),
                name="inspectionchange_has_reason",
            ),
            models.UniqueConstraint(
                fields=["zone"],
                condition=Q(state="proposed", kind__in=["zone", "end"]),
                name="inspectionchange_one_of_a_zone",
            ),
            models.UniqueConstraint(
                fields=["province"],
                condition=Q(state="proposed"),
                name="inspectionchange_one_of_a_province",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="inspectionchange_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="inspectionchange_decided_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'proposed' OR (OLD.uuid, OLD.kind, OLD.name, OLD.group_id, OLD.zone_id, "
                    "OLD.province_id, OLD.since, OLD.reason, OLD.proposed_by_id, OLD.proposer_name, "
                    "OLD.proposed_at) IS DISTINCT FROM (NEW.uuid, NEW.kind, NEW.name, NEW.group_id, "
                    "NEW.zone_id, NEW.province_id, NEW.since, NEW.reason, NEW.proposed_by_id, "
                    "NEW.proposer_name, NEW.proposed_at)"
                ),
            ),
        ]

    def __str__(self) -> str:
        what = " → ".join(str(one) for one in (self.province, self.zone, self.group, self.name) if one)
        return f"{self.get_kind_display()}: {what}"
