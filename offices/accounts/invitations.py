"""Invitations: by mail or on a printed sheet, with a one-time code that has an end date."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.accounts.policies import keeper
from offices.accounts.rules import explaining
from offices.models import Invitation, Person
from offices.services.people import email_faults
from offices.services.rules import Fault, refuse
from portal import audit, calendar, jobs, notices, secretbox, sessions
from portal.actors import Actor, actor_of
from portal.calendar import format_date
from portal.models import User
from portal.notices import Kind
from portal.problems import Conflict, Invalid, NotAllowed
from portal.thai import clean_text, from_thai_digits

DAYS, MOST_DAYS = 14, 60  # how long a code works unless told otherwise, and at most
JOB = "offices.invitation_mail"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_LETTERS = 16  # 80 random bits
_MISREAD = str.maketrans("OIL", "011")

notices.declare(
    "password_by_code",
    Kind(
        gettext_lazy("รหัสผ่านถูกตั้งใหม่ด้วยรหัสครั้งเดียว"),
        gettext_lazy("รหัสผ่านของบัญชีท่านถูกตั้งใหม่ด้วยรหัสที่ %(who)s ออกให้ และทุกเครื่องออกจากระบบแล้ว"),
        by_others=True,
    ),
)
notices.declare(
    "account_ready",
    Kind(gettext_lazy("บัญชีของท่านใช้ได้แล้ว"), gettext_lazy("ลงชื่อเข้าใช้ด้วย %(what)s อำนาจในระบบมาจากคำสั่งแต่งตั้ง")),
)


# --- Inviting ---


def invite(*, actor: Actor, people: Sequence[tuple[Person, str]], way: str, until: date) -> list[Invitation]:
    """Invite these (person, e-mail address) at once, all or none. Mails go out after the commit.

    ``until`` is the last day on which the codes work. Raises NotAllowed; Invalid with every fault at once;
    Conflict when one of them was invited or given an account meanwhile.
    """
    keeper(actor)
    faults = send_faults(way, until, actor.as_of)
    if not people:
        faults.append(("people", _("ไม่มีผู้ที่เชิญได้")))
    for _person, email in people:
        faults += [("people", sentence) for _field, sentence in email_faults(email)]
    refuse(faults)
    with explaining():
        locked = Person.objects.select_for_update().in_bulk([person.pk for person, _email in people])
        taken = [person for person in locked.values() if person.user_id is not None]
        if taken:
            raise Conflict(_("%(name)sมีบัญชีผู้ใช้อยู่แล้ว") % {"name": f"{taken[0].name} "})
        for row in open_invitations().filter(person__in=locked, until__lt=actor.as_of):
            _end(actor, row)
        return [
            _create(actor, person, email.strip().lower(), way, until, Invitation.Purpose.ACCOUNT)
            for person, email in people
        ]


def renew(*, actor: Actor, person: Person, way: str, until: date) -> Invitation:
    """Give somebody with an account a code with which he sets a new password himself.

    His second factor is asked for as before, so that who makes a code does not get in with it. An earlier
    invitation that still works ends. Raises NotAllowed, Invalid; Conflict for somebody without an account,
    and for one's own (``account/password/change`` is the way).
    """
    keeper(actor)
    refuse(send_faults(way, until, actor.as_of))
    if person.user is None:
        raise Conflict(_("%(name)sยังไม่มีบัญชีผู้ใช้") % {"name": f"{person.name} "})
    if person.user_id == actor.user_id:
        raise NotAllowed(_("เปลี่ยนรหัสผ่านของตนเองในหน้าเปลี่ยนรหัสผ่าน"))
    with explaining():
        Person.objects.select_for_update().get(pk=person.pk)
        for row in open_invitations().filter(person=person):
            _end(actor, row)
        return _create(actor, person, person.user.email, way, until, Invitation.Purpose.PASSWORD)


def _create(actor: Actor, person: Person, email: str, way: str, until: date, purpose: str) -> Invitation:
    row = Invitation.objects.create(
        person=person,
        purpose=purpose,
        way=way,
        email=email,
        user=person.user,
        until=until,
        asked_by=keeper(actor),
        asked_at=calendar.now(),
    )
    audit.record(actor, "invitation.made", row, way=way, purpose=purpose, person=str(person.uuid))
    if way == Invitation.Way.MAIL:
        jobs.enqueue(
            JOB,
            key=str(row.uuid),
            actor=actor,
            args={"invitation": row.pk},
            label=_("ส่งคำเชิญทางอีเมล: %(name)s") % {"name": person.name},
        )
    return row


def send_faults(way: str, until: date, today: date) -> list[Fault]:
    """What is wrong with a way of sending and the last day of a code."""
    faults: list[Fault] = []
    if way not in Invitation.Way.values:
        faults.append(("way", _("เลือกว่าส่งทางใด")))
    if until < today:
        faults.append(("until", _("วันสุดท้ายของรหัสต้องไม่ก่อนวันนี้")))
    elif until > today + timedelta(days=MOST_DAYS):
        faults.append(("until", _("รหัสใช้ได้ไม่เกิน %(days)s วัน") % {"days": MOST_DAYS}))
    return faults


def withdraw(*, actor: Actor, invitation: Invitation) -> Invitation:
    """End an invitation before it was used. Raises NotAllowed; Conflict when it is over."""
    keeper(actor)
    with explaining():
        row = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if row.used_at is not None or row.withdrawn_at is not None:
            raise Conflict(_("คำเชิญนี้ใช้ไปแล้วหรือยกเลิกแล้ว"))
        _end(actor, row)
    return row


def _end(actor: Actor, row: Invitation) -> None:
    row.withdrawn_at, row.code_hash = calendar.now(), ""
    row.save()
    audit.record(actor, "invitation.withdrawn", row, person=str(row.person.uuid))


def open_invitations() -> QuerySet[Invitation]:
    """Neither used nor withdrawn; also those whose day is over, which still hold their person's place."""
    return Invitation.objects.filter(used_at__isnull=True, withdrawn_at__isnull=True).select_related("person")


# --- Codes ---


def new_code(row: Invitation) -> str:
    """Give an invitation a code, kept as a hash only; a code it had before works no more.

    Inside the caller's transaction, with the row locked.
    """
    letters = "".join(secrets.choice(_ALPHABET) for _each in range(_LETTERS))
    row.code_hash = _hash(letters)
    row.save(update_fields=["code_hash"])
    return "-".join(letters[at : at + 4] for at in range(0, _LETTERS, 4))


def _hash(code: str) -> str:
    return secretbox.keyed_hash(code, purpose="invitation")


def plain(code: str) -> str:
    """A code as it was meant: no dashes and spaces, capitals, 0 for O and 1 for I or L, Thai digits read."""
    letters = re.sub(r"[\s\-–—]", "", from_thai_digits(clean_text(code))).upper()
    return letters.translate(_MISREAD)


@dataclass(frozen=True)
class Sheet:
    """What one printed sheet says."""

    invitation: Invitation
    code: str


MOST_SHEETS = 60  # drawn at once


def sheets(*, actor: Actor, rows: Sequence[Invitation]) -> list[Sheet]:
    """Codes for the sheets of these invitations, to be drawn now; printing again makes the former ones void.

    Raises NotAllowed; Conflict when one of them is over.
    """
    keeper(actor)
    with explaining():
        locked = Invitation.objects.select_for_update(of=("self",)).select_related("person")
        found = list(locked.filter(pk__in=[row.pk for row in rows]).order_by("id")[:MOST_SHEETS])
        made = []
        for row in found:
            if row.used_at or row.withdrawn_at or row.until < actor.as_of or row.way != Invitation.Way.PAPER:
                raise Conflict(_("คำเชิญของ %(name)sพิมพ์ไม่ได้แล้ว") % {"name": f"{row.person.name} "})
            made.append(Sheet(row, new_code(row)))
            row.sent_at = calendar.now()
            row.save(update_fields=["sent_at"])
            audit.record(actor, "invitation.printed", row, person=str(row.person.uuid))
    return made


@jobs.job(JOB)
def mail(context: jobs.JobContext) -> Mapping[str, Any]:
    """Send one invitation. The code is made here and stands in the mail only.

    The hash is committed before the mail goes: killed between the two, the next attempt makes another code,
    and only the last one works.
    """
    pk = context.args["invitation"]
    with explaining():
        row = Invitation.objects.select_for_update(of=("self",)).select_related("person").get(pk=pk)
        if row.sent_at or row.used_at or row.withdrawn_at or row.until < calendar.today():
            return {}
        code = new_code(row)
    with translation.override("th"):
        subject = _("[สอจ.] รหัสสำหรับตั้งรหัสผ่าน")
        send_mail(subject, mail_text(row, code), settings.DEFAULT_FROM_EMAIL, [row.email])
    Invitation.objects.filter(pk=pk).update(sent_at=calendar.now())
    return {}


def mail_text(row: Invitation, code: str) -> str:
    """What the mail says, in Thai."""
    return _(
        "เรียน %(name)s\n\nท่านตั้งรหัสผ่านของระบบงานสำนักงานอุตสาหกรรมจังหวัดได้ที่\n%(address)s\n\n"
        "รหัสครั้งเดียว  %(code)s\nอีเมลที่ใช้ลงชื่อเข้าใช้  %(email)s\nใช้ได้ถึง %(until)s\n\n"
        "รหัสนี้ใช้ได้ครั้งเดียวและเป็นของท่านเท่านั้น ไม่มีผู้ใดจะขอรหัสนี้จากท่าน\n"
    ) % {
        "name": row.person.name,
        "address": address(),
        "code": code,
        "email": row.email,
        "until": format_date(row.until, "long"),
    }


def address() -> str:
    """Where a code is used, as it stands in mails and on sheets."""
    return f"{settings.PUBLIC_ADDRESS}{reverse('join:invitation-accept')}"


# --- Using a code ---


def accept(*, code: str, password: str, today: date) -> User:
    """Set a password with a one-time code; opens the account where there is none yet. Gives the account.

    Raises Invalid: for the code (one sentence, whether it never was, was used, or is over), and for the
    password with every fault of it.
    """
    wrong = _("รหัสนี้ใช้ไม่ได้ อาจพิมพ์ผิด ใช้ไปแล้ว หรือพ้นกำหนด โปรดขอรหัสใหม่จากผู้ดูแลระบบ")
    letters = plain(code)
    if not letters:
        refuse([("code", _("ต้องกรอก"))])
    with explaining():
        rows = Invitation.objects.select_for_update(of=("self",)).select_related("person", "user")
        row = rows.filter(code_hash=_hash(letters), until__gte=today).first()
        if row is None or row.used_at is not None or row.withdrawn_at is not None:
            raise Invalid(wrong, fields={"code": [wrong]})
        person = Person.objects.select_for_update().get(pk=row.person_id)
        user = row.user if row.purpose == Invitation.Purpose.PASSWORD else User(email=row.email)
        assert user is not None  # a constraint says so
        _check_password(password, user)
        if row.purpose == Invitation.Purpose.ACCOUNT:
            if person.user_id is not None:
                raise Invalid(wrong, fields={"code": [wrong]})
            refuse([("code", said) for _field, said in email_faults(row.email)])
            user = User.objects.create_user(email=row.email, password=password)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            person.user = user
            person.save(update_fields=["user"])
        else:
            user.set_password(password)
            user.save(update_fields=["password"])
            sessions.end_all(user.pk)
        row.user, row.used_at, row.code_hash = user, calendar.now(), ""
        row.save()
        actor = actor_of(user, today)
        audit.record(actor, "invitation.used", row, purpose=row.purpose, person=str(person.uuid))
        if row.purpose == Invitation.Purpose.PASSWORD:
            notices.tell(user, "password_by_code", actor=actor, who=_asker(row))
    return user


def _asker(row: Invitation) -> str:
    person = Person.objects.filter(user_id=row.asked_by_id).first()
    return person.name if person else row.asked_by.email


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        said = list(error.messages)
        raise Invalid(" ".join(said), fields={"password": said}) from error
