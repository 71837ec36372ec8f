"""What is personal of those who work here: sealed fields, who read them, their erasure, a copy for oneself.

None of these tables keeps history. Those marked ``ROW_LOCKED`` are locked by row (``portal.rowlocks``): a row
is seen by the person himself and by those cleared for personal data in his offices.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offices.models.people import Person
from portal.models.base import PublicId, append_only

# In the order of the page. What each is, and who may read it, stands in ``offices.private.fields``.
SEALED = (
    "national_id", "birth_date", "hire_date", "address", "telephone", "email", "emergency_contact",
    "outside_history",
)  # fmt: skip

_NOTHING_SEALED = Q(**{f"{name}__isnull": True for name in SEALED}, card_hash__isnull=True)


class PersonPrivate(PublicId):
    """The personal fields of a person, each sealed with a key of his own (``portal.secretbox``).

    The key itself is sealed with the house's and names it. Erasing takes the key away, and with it every
    copy of what it sealed; the row stays and says when and why. Who comes back begins a new row.
    """

    ROW_LOCKED = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="private_rows")
    key = models.BinaryField(null=True)
    national_id = models.BinaryField(_("เลขประจำตัวประชาชน"), null=True)
    birth_date = models.BinaryField(_("วันเกิด"), null=True)
    hire_date = models.BinaryField(_("วันบรรจุ"), null=True)
    address = models.BinaryField(_("ที่อยู่"), null=True)
    telephone = models.BinaryField(_("โทรศัพท์ส่วนตัว"), null=True)
    email = models.BinaryField(_("อีเมลส่วนตัว"), null=True)
    emergency_contact = models.BinaryField(_("ผู้ติดต่อยามฉุกเฉิน"), null=True)
    outside_history = models.BinaryField(_("ประวัติก่อนเข้ารับราชการและนอกหน่วยงาน"), null=True)
    card_hash = models.CharField(max_length=64, null=True)
    changed_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    erased_why = models.CharField(max_length=300, blank=True)
    erasure = models.OneToOneField(
        "offices.Erasure", null=True, on_delete=models.PROTECT, related_name="erased"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(erased_at__isnull=True), name="personprivate_one_live"
            ),
            models.UniqueConstraint(fields=["card_hash"], name="personprivate_card_once"),
            models.CheckConstraint(
                condition=Q(card_hash__isnull=True, national_id__isnull=True)
                | Q(card_hash__isnull=False, card_hash__regex=r"^[0-9a-f]{64}$", national_id__isnull=False),
                name="personprivate_card_has_hash",
            ),
            models.CheckConstraint(
                condition=Q(key__isnull=False, erased_at__isnull=True, erasure__isnull=True, erased_why="")
                | (
                    Q(key__isnull=True, erased_at__isnull=False, erasure__isnull=False)
                    & ~Q(erased_why="")
                    & _NOTHING_SEALED
                ),
                name="personprivate_erased_is_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="personprivate_never_deleted", operation=pgtrigger.Delete),
            # what was erased stays so, and a row is nobody else's later
            pgtrigger.Protect(
                name="personprivate_erased_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.erased_at IS NOT NULL OR OLD.uuid <> NEW.uuid OR OLD.person_id <> NEW.person_id"
                ),
            ),
            # the key goes only by an erasure that a second person confirmed
            pgtrigger.Trigger(
                name="personprivate_erased_by_two",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.key IS NULL"),
                func="""
                    IF NOT EXISTS (
                        SELECT FROM offices_erasure e
                        WHERE e.id = NEW.erasure_id AND e.person_id = NEW.person_id AND e.state = 'confirmed'
                    ) THEN RAISE EXCEPTION 'row % is erased without a confirmed erasure', NEW.id
                        USING ERRCODE = 'integrity_constraint_violation',
                              CONSTRAINT = 'personprivate_erased_by_two';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class PrivateReading(models.Model):
    """One personal field of one person that somebody read, and why. Append-only."""

    class Act(models.TextChoices):
        SHOWN = "shown", _("เปิดดู")
        LOOKED_UP = "looked_up", _("ค้นด้วยเลข")
        EXPORTED = "exported", _("ขอสำเนา")

    ROW_LOCKED = True

    at = models.DateTimeField(_("เมื่อ"))
    user = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    reader = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reader_name = models.CharField(_("ผู้อ่าน"), max_length=200, blank=True)  # as it was then
    capacity = models.CharField(_("ในฐานะ"), max_length=300, blank=True)
    # null: a number was looked up that nobody here has
    subject = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="readings")
    field = models.CharField(_("ช่องที่อ่าน"), max_length=30)
    act = models.CharField(_("การอ่าน"), max_length=10, choices=Act.choices)
    reason = models.CharField(_("เหตุผล"), max_length=300)
    request_id = models.CharField(_("รหัสคำขอ"), max_length=36, blank=True)
    job_id = models.CharField(max_length=36, blank=True)
    support = models.CharField(max_length=36, blank=True)  # read under support access

    class Meta:
        triggers = [append_only("privatereading_append_only")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="privatereading_has_reason"),
            models.CheckConstraint(condition=Q(field__in=SEALED), name="privatereading_field"),
            models.CheckConstraint(
                condition=Q(subject__isnull=False) | Q(act="looked_up"), name="privatereading_has_subject"
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "-id"], name="privatereading_whose"),
            models.Index(fields=["reader", "-id"], name="privatereading_who"),
        ]


class Erasure(PublicId):
    """The erasing of a person's personal fields: asked for by one, confirmed by another.

    A rule of retention may propose one; it stays a proposal until a person asks.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("ถึงกำหนดลบ")
        ASKED = "asked", _("ขอลบ รอคนที่สอง")
        CONFIRMED = "confirmed", _("ลบแล้ว")
        DECLINED = "declined", _("ไม่ลบ")
        WITHDRAWN = "withdrawn", _("ถอนคำขอลบ")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="erasures")
    state = models.CharField(_("สถานะ"), max_length=10, choices=State.choices)
    rule = models.CharField(_("ตามกฎการเก็บรักษา"), max_length=300, blank=True)  # in words, with its dates
    proposed_at = models.DateTimeField(null=True)
    reason = models.CharField(_("เหตุผล"), max_length=300, blank=True)
    asked_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    asker_name = models.CharField(_("ผู้ขอ"), max_length=200, blank=True)
    asked_as = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(_("ขอเมื่อ"), null=True)
    decided_by = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    decider_name = models.CharField(_("ผู้ตัดสิน"), max_length=200, blank=True)
    decided_as = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(_("ตัดสินเมื่อ"), null=True)
    decision = models.CharField(_("เหตุผลของผู้ตัดสิน"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=["proposed", "asked"]), name="erasure_one_open"
            ),
            # the second person: who asks may not confirm
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | Q(asked_by__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("asked_by")),
                name="erasure_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(asked_by__isnull=False, decided_by=F("asked_by")),
                name="erasure_withdrawn_by_asker",
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True, asked_at__isnull=True, reason="")
                | (Q(asked_by__isnull=False, asked_at__isnull=False) & ~Q(reason="")),
                name="erasure_asked_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="asked") | Q(asked_by__isnull=False), name="erasure_asked_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "asked"], decided_by__isnull=True, decided_at__isnull=True)
                | (
                    Q(
                        state__in=["confirmed", "declined", "withdrawn"],
                        decided_by__isnull=False,
                        decided_at__isnull=False,
                    )
                ),
                name="erasure_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["declined", "withdrawn"]) | ~Q(decision=""),
                name="erasure_refusal_has_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="erasure_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="erasure_decided_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state NOT IN ('proposed', 'asked') "
                    "OR (OLD.uuid, OLD.person_id, OLD.rule) "
                    "IS DISTINCT FROM (NEW.uuid, NEW.person_id, NEW.rule) "
                    "OR (OLD.state = 'asked' AND (OLD.reason, OLD.asked_by_id, OLD.asked_at) "
                    "IS DISTINCT FROM (NEW.reason, NEW.asked_by_id, NEW.asked_at))"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.person}"


class OwnCopy(PublicId):
    """A person's own data as a file that he asked for: sealed with his key, so that erasing erases it too."""

    ROW_LOCKED = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="own_copies")
    private = models.ForeignKey(PersonPrivate, on_delete=models.PROTECT, related_name="copies")
    asked_at = models.DateTimeField(_("ขอเมื่อ"))
    made_at = models.DateTimeField(_("ทำเสร็จเมื่อ"), null=True)
    box = models.BinaryField(null=True)  # the sealed file; gone after its days
    size = models.BigIntegerField(_("ขนาด"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)  # of the file as it is taken
    taken_at = models.DateTimeField(_("ดาวน์โหลดล่าสุด"), null=True)
    expires_on = models.DateField(_("ดาวน์โหลดได้ถึง"), null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(made_at__isnull=True, box__isnull=True)
                | Q(made_at__isnull=False, expires_on__isnull=False, size__gt=0),
                name="owncopy_made_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(box__isnull=True) | Q(removed_at__isnull=True), name="owncopy_removed_is_gone"
            ),
        ]
        indexes = [models.Index(fields=["person", "-id"], name="owncopy_whose")]

    def __str__(self) -> str:
        return str(self.uuid)
