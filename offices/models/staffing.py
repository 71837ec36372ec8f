"""Personnel nationwide: when somebody retires, what a list brought in, and who hands his matters to whom."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offices.models.cases import Case
from offices.models.orders import OrderProposal
from offices.models.org import Office
from offices.models.people import AppointmentOrder, Person
from offices.models.posts import Incumbency, Placement, Post
from portal.models.base import PublicId
from portal.scope import ScopedModel, scoped


@pghistory.track()
class Retirement(PublicId):
    """The last fiscal year (B.E.) in which somebody serves, as a paper says it.

    It stands apart from the sealed birth date, so that staffing is counted without opening anybody's card.
    """

    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, related_name="retirement", verbose_name=_("บุคลากร")
    )
    fiscal_year = models.PositiveSmallIntegerField(_("เกษียณสิ้นปีงบประมาณ"))
    source = models.CharField(_("ที่มา"), max_length=300)
    noted_on = models.DateField(_("บันทึกเมื่อ"))
    noted_by = models.ForeignKey(
        "portal.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ผู้บันทึก")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fiscal_year__range=(2500, 2700)), name="retirement_year_is_be"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="retirement_has_source"),
        ]


class ListedRow(models.Model):
    """What one row of an imported list or annex made: what taking the list back looks for."""

    batch = models.ForeignKey("portal.Batch", on_delete=models.PROTECT, related_name="+")
    row_no = models.IntegerField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    new_person = models.BooleanField(default=False)
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    new_post = models.BooleanField(default=False)
    incumbency = models.ForeignKey(Incumbency, null=True, on_delete=models.PROTECT, related_name="+")
    placement = models.ForeignKey(Placement, null=True, on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey(OrderProposal, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "row_no"], name="listedrow_once"),
            # what a list gives, a known order gives at once, or an order gives that waits to be confirmed
            models.CheckConstraint(
                condition=Q(proposal__isnull=True) | Q(incumbency__isnull=True, placement__isnull=True),
                name="listedrow_known_or_waiting",
            ),
            models.CheckConstraint(
                condition=(Q(new_person=False) | Q(person__isnull=False))
                & (Q(new_post=False) | Q(post__isnull=False)),
                name="listedrow_new_is_named",
            ),
        ]


_SETTLED = pgtrigger.Trigger(
    name="handoveritem_settled",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func="""
        -- The list is locked first, so that nobody signs what another is changing.
        PERFORM FROM offices_handover
        WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.handover_id ELSE NEW.handover_id END FOR UPDATE;
        IF EXISTS (
            SELECT FROM offices_handover h
            WHERE h.id = CASE TG_OP WHEN 'DELETE' THEN OLD.handover_id ELSE NEW.handover_id END
              AND (h.state <> 'open' OR h.leaver_signed_at IS NOT NULL OR h.taker_signed_at IS NOT NULL)
        ) THEN
            RAISE EXCEPTION 'a hand-over list that somebody signed does not change'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'handover_items_settled';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    """,
)


@pghistory.track(exclude=["moved"])
class HandOver(PublicId, ScopedModel):
    """Open matters that go from one person to another, by a list.

    Both sign it; or a superior with a reason, when who leaves is gone. What moving wrote stands in
    ``moved``, so that it can be taken back while nobody has touched it since.
    """

    SCOPE = {"office": "office_id"}

    class State(models.TextChoices):
        OPEN = "open", _("รอลงนามส่งมอบ")
        MOVED = "moved", _("ส่งมอบแล้ว")
        WITHDRAWN = "withdrawn", _("ยกเลิกบัญชีส่งมอบ")
        UNDONE = "undone", _("ถอนคืนแล้ว")

    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="handovers", verbose_name=_("สำนักงาน")
    )
    leaver = models.ForeignKey(
        Person, verbose_name=_("ผู้ส่งมอบ"), on_delete=models.PROTECT, related_name="handovers_given"
    )
    taker = models.ForeignKey(
        Person, verbose_name=_("ผู้รับมอบ"), on_delete=models.PROTECT, related_name="handovers_taken"
    )
    order = models.ForeignKey(
        AppointmentOrder, verbose_name=_("ตามคำสั่ง"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    from_day = models.DateField(_("ส่งมอบตั้งแต่วันที่"))
    state = models.CharField(_("สถานะ"), max_length=9, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("ผู้จัดทำ"))
    made_at = models.DateTimeField(_("จัดทำเมื่อ"))
    leaver_signed_at = models.DateTimeField(_("ผู้ส่งมอบลงนามเมื่อ"), null=True)
    taker_signed_at = models.DateTimeField(_("ผู้รับมอบลงนามเมื่อ"), null=True)
    superior = models.ForeignKey(
        Person, verbose_name=_("ผู้บังคับบัญชา"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    superior_as = models.CharField(_("ในฐานะ"), max_length=300, blank=True)
    reason = models.CharField(_("เหตุผล"), max_length=500, blank=True)  # of the superior, or of who gave it up
    closed_at = models.DateTimeField(_("เสร็จเมื่อ"), null=True)
    moved = models.JSONField(
        default=list, verbose_name=_("เรื่องที่ส่งมอบ")
    )  # what each source wrote, in its own terms

    objects = scoped(office="office_id")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(leaver=F("taker")), name="handover_between_two"),
            models.CheckConstraint(
                condition=Q(superior__isnull=True)
                | (~Q(superior=F("leaver")) & ~Q(superior=F("taker")) & ~Q(reason="") & ~Q(superior_as="")),
                name="handover_superior_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["moved", "undone"])
                | Q(superior__isnull=False)
                | Q(leaver_signed_at__isnull=False, taker_signed_at__isnull=False),
                name="handover_moves_when_signed",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="handover_closed_has_time",
            ),
            models.UniqueConstraint(
                fields=["office", "leaver", "taker"],
                condition=Q(state="open"),
                name="handover_one_open",
            ),
            models.UniqueConstraint(fields=["id", "office"], name="handover_with_office"),
        ]

    def __str__(self) -> str:
        return f"{self.leaver} – {self.taker}"


class HandOverItem(ScopedModel):
    """One matter on a list. ``source`` and ``key`` are its own app's names for it."""

    SCOPE = {"office": "office_id"}

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    handover = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="items")
    nth = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    what = models.CharField(_("เรื่อง"), max_length=300)
    kind = models.CharField(_("ประเภท"), max_length=200)
    state = models.CharField(_("ค้างอยู่ที่"), max_length=200, blank=True)

    objects = scoped(office="office_id")

    class Meta:
        triggers = [_SETTLED]
        ordering = ["nth"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "source", "key"], name="handoveritem_once"),
            models.UniqueConstraint(fields=["handover", "nth"], name="handoveritem_place"),
        ]


class CaseKeeper(ScopedModel):
    """Whose a case is from a hand-over on; before the first, whoever opened it. The newest row holds."""

    SCOPE = {"office": "office_id"}

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="keepers")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    handover = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="kept")

    objects = scoped(office="office_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "handover"], name="casekeeper_once"),
        ]
