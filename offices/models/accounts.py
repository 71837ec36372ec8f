"""How people come to their accounts, and get back into them: first sign-ins, invitations, second factors."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offices.models.org import Office
from offices.models.people import Person
from portal.models.base import PublicId


class SignInProposal(PublicId):
    """Somebody whom a provider sent for the first time, as he says he is; a person until confirmed he is not.

    Nothing here gives power, and nothing is taken over by itself: who confirms chooses the person. What the
    provider answered lies sealed in ``answer``, card number and unknown keys included; of the card number
    there is a keyed hash besides. Both are emptied when the proposal is refused or withdrawn.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("รอยืนยันตัวบุคคล")
        CONFIRMED = "confirmed", _("ยืนยันตัวบุคคลแล้ว")
        REFUSED = "refused", _("ไม่ยืนยันตัวบุคคล")
        WITHDRAWN = "withdrawn", _("เจ้าของผูกบัญชีเอง")

    provider = models.CharField(_("ผู้ให้บริการ"), max_length=50)
    subject = models.CharField(max_length=64)  # keyed hash of the provider's subject
    state = models.CharField(_("สถานะ"), max_length=10, choices=State.choices, default=State.WAITING)
    first_at = models.DateTimeField(_("เข้ามาครั้งแรก"))
    last_at = models.DateTimeField(_("เข้ามาล่าสุด"))
    # person
    title_th = models.CharField(_("คำนำหน้า"), max_length=60, blank=True)
    first_th = models.CharField(_("ชื่อ"), max_length=80, blank=True)
    last_th = models.CharField(_("นามสกุล"), max_length=80, blank=True)
    employment = models.CharField(
        _("ประเภทบุคลากร"), max_length=20, choices=Person.Employment.choices, blank=True
    )
    # post
    post_no = models.CharField(_("เลขที่ตำแหน่ง"), max_length=40, blank=True)
    line_code = models.CharField(_("รหัสสายงาน"), max_length=40, blank=True)
    line_th = models.CharField(_("สายงาน"), max_length=120, blank=True)
    level_th = models.CharField(_("ระดับ"), max_length=80, blank=True)
    type_th = models.CharField(_("ประเภทตำแหน่ง"), max_length=80, blank=True)
    working_title = models.CharField(_("ตำแหน่งในการบริหาร"), max_length=120, blank=True)
    # placement
    organisation_code = models.CharField(_("รหัสหน่วยงาน"), max_length=40, blank=True)
    organisation_th = models.CharField(_("หน่วยงาน"), max_length=200, blank=True)
    province_code = models.CharField(_("รหัสจังหวัด"), max_length=10, blank=True)  # as answered: "1900"
    office = models.ForeignKey(
        Office, verbose_name=_("สำนักงาน"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    status_th = models.CharField(_("สถานภาพ"), max_length=80, blank=True)
    relocation_code = models.CharField(_("รหัสการไปช่วยราชการ"), max_length=40, blank=True)
    relocation_th = models.CharField(_("การไปช่วยราชการ"), max_length=120, blank=True)
    card_hash = models.CharField(max_length=64, blank=True)
    answer = models.BinaryField(blank=True)
    findings = models.JSONField(default=list)  # Thai sentences about what could not be read
    # decision
    decided_by = models.ForeignKey(
        "portal.User", verbose_name=_("ผู้ตัดสิน"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("ตัดสินเมื่อ"), null=True)
    reason = models.CharField(_("เหตุผล"), max_length=300, blank=True)
    person = models.ForeignKey(
        Person,
        verbose_name=_("บุคลากร"),
        null=True,
        on_delete=models.PROTECT,
        related_name="sign_in_proposals",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "subject"],
                condition=Q(state__in=["waiting", "confirmed"]),
                name="signinproposal_one_for_a_subject",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="signinproposal_decision_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", person__isnull=False, decided_by__isnull=False)
                | (~Q(state="confirmed") & Q(person__isnull=True)),
                name="signinproposal_confirmed_names_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | (~Q(reason="") & Q(decided_by__isnull=False)),
                name="signinproposal_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(card_hash="", answer=b""),
                name="signinproposal_forgets_answer",
            ),
        ]
        indexes = [models.Index(fields=["card_hash"], condition=~Q(card_hash=""), name="signinproposal_card")]
        triggers = [
            pgtrigger.Protect(name="signinproposal_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="signinproposal_decided_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'waiting' OR (OLD.uuid, OLD.provider, OLD.subject, OLD.first_at) "
                    "IS DISTINCT FROM (NEW.uuid, NEW.provider, NEW.subject, NEW.first_at)"
                ),
            ),
        ]

    @property
    def name(self) -> str:
        return f"{self.title_th}{self.first_th} {self.last_th}".strip()

    def __str__(self) -> str:
        return self.name or str(self.uuid)


class SecondFactorReset(PublicId):
    """A lost second factor: one asks with a reason, another confirms, the owner is told both times."""

    class State(models.TextChoices):
        ASKED = "asked", _("รอคนที่สองยืนยัน")
        DONE = "done", _("ล้างแล้ว")
        REFUSED = "refused", _("ไม่ล้าง")
        WITHDRAWN = "withdrawn", _("ถอนคำขอ")

    user = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, verbose_name=_("บุคลากร"), on_delete=models.PROTECT, related_name="second_factor_resets"
    )
    state = models.CharField(_("สถานะ"), max_length=10, choices=State.choices, default=State.ASKED)
    reason = models.CharField(_("เหตุผล"), max_length=300)
    checked_how = models.CharField(_("ตรวจตัวตนอย่างไร"), max_length=300)
    asked_by = models.ForeignKey(
        "portal.User", verbose_name=_("ผู้ขอ"), on_delete=models.PROTECT, related_name="+"
    )
    asked_name = models.CharField(_("ผู้ขอ"), max_length=200)
    asked_at = models.DateTimeField(_("ขอเมื่อ"))
    decided_by = models.ForeignKey(
        "portal.User", verbose_name=_("ผู้ตัดสิน"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_name = models.CharField(_("ผู้ตัดสิน"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("ตัดสินเมื่อ"), null=True)
    decision = models.CharField(_("เหตุผลที่ไม่ล้าง"), max_length=300, blank=True)
    removed = models.CharField(_("สิ่งที่ล้าง"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="asked"), name="secondfactorreset_one_open"
            ),
            models.CheckConstraint(condition=~Q(asked_by=F("user")), name="secondfactorreset_not_by_owner"),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "refused"])
                | (~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("user"))),
                name="secondfactorreset_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(decided_by=F("asked_by")),
                name="secondfactorreset_withdrawn_by_asker",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="asked") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="secondfactorreset_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(checked_how="") & (~Q(state="refused") | ~Q(decision="")),
                name="secondfactorreset_has_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="secondfactorreset_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="secondfactorreset_decided_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'asked' OR (OLD.uuid, OLD.user_id, OLD.person_id, OLD.reason, "
                    "OLD.checked_how, OLD.asked_by_id, OLD.asked_name, OLD.asked_at) IS DISTINCT FROM "
                    "(NEW.uuid, NEW.user_id, NEW.person_id, NEW.reason, NEW.checked_how, NEW.asked_by_id, "
                    "NEW.asked_name, NEW.asked_at)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


class Invitation(PublicId):
    """A one-time code with an end date, by which a person sets his own password. Only its hash is kept.

    It opens a new account, or gives a lost password of one's own account a new one; the second factor of an
    account stays as it is. The code of a mail is made when the mail goes out, that of a sheet when it is
    drawn, so that it stands nowhere else.
    """

    class Way(models.TextChoices):
        MAIL = "mail", _("อีเมล")
        PAPER = "paper", _("ใบแจ้งพิมพ์")

    class Purpose(models.TextChoices):
        ACCOUNT = "account", _("เปิดบัญชีใหม่")
        PASSWORD = "password", _("ตั้งรหัสผ่านใหม่")

    person = models.ForeignKey(
        Person, verbose_name=_("บุคลากร"), on_delete=models.PROTECT, related_name="invitations"
    )
    purpose = models.CharField(_("ใช้เพื่อ"), max_length=10, choices=Purpose.choices)
    way = models.CharField(_("ส่งทาง"), max_length=10, choices=Way.choices)
    email = models.EmailField(_("อีเมล"))
    user = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(_("ใช้ได้ถึง"))  # the last day
    asked_by = models.ForeignKey(
        "portal.User", verbose_name=_("ผู้เชิญ"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("เชิญเมื่อ"))
    code_hash = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(_("ส่งหรือพิมพ์เมื่อ"), null=True)
    used_at = models.DateTimeField(_("ใช้เมื่อ"), null=True)
    withdrawn_at = models.DateTimeField(_("ยกเลิกเมื่อ"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open",
            ),
            models.UniqueConstraint(
                fields=["code_hash"], condition=~Q(code_hash=""), name="invitation_code_once"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True, user__isnull=False),
                name="invitation_used_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True) | Q(code_hash=""),
                name="invitation_ended_has_no_code",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="password") | Q(user__isnull=False),
                name="invitation_password_of_account",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="invitation_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="invitation_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.used_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL OR (OLD.uuid, OLD.person_id, "
                    "OLD.purpose, OLD.email, OLD.asked_by_id, OLD.asked_at) IS DISTINCT FROM (NEW.uuid, "
                    "NEW.person_id, NEW.purpose, NEW.email, NEW.asked_by_id, NEW.asked_at)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.email}"
