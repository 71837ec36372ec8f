"""The second factor: authenticator or passkey, kept sealed, asked of everybody, and forgotten as a whole.

The field asks for it of chiefs, acting chiefs, assistants, inspectors and central administrators; here
everybody who signs in has one, so that an assignment that begins tomorrow finds it set.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import secretbox, sessions
from portal.models import User

TOTP, PASSKEY = gettext_lazy("แอปยืนยันตัวตน"), gettext_lazy("พาสคีย์")
# Recovery codes stand in for one of these; they are none by themselves.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_SEALED = "sealed:"
_CONTEXT = "allauth.mfa"


class MFAAdapter(DefaultMFAAdapter):
    """Secrets sealed in the table; names and errors in Thai."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": gettext_lazy("ยกเลิกการยืนยันสองขั้นตอนไม่ได้"),
        "cannot_generate_recovery_codes": gettext_lazy("ต้องตั้งแอปยืนยันตัวตนหรือพาสคีย์ก่อน จึงสร้างรหัสสำรองได้"),
        "incorrect_code": gettext_lazy("รหัสไม่ถูกต้อง หรือใช้ไปแล้ว"),
    }

    def encrypt(self, text: str) -> str:
        return _SEALED + b64encode(secretbox.seal(text, context=_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Rows from before secrets were sealed are read as they are."""
        if not encrypted_text.startswith(_SEALED):
            return encrypted_text
        return secretbox.unseal(b64decode(encrypted_text.removeprefix(_SEALED)), context=_CONTEXT)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("พาสคีย์ %(number)s") % {"number": count + 1}


def has_second_factor(user_id: int) -> bool:
    """Whether an account can be asked for a second factor."""
    return Authenticator.objects.filter(user_id=user_id, type__in=FACTORS).exists()


@dataclass(frozen=True)
class Factors:
    """What an account has besides its password."""

    totp: bool
    passkeys: tuple[str, ...]
    recovery_codes: bool

    def __bool__(self) -> bool:
        return self.totp or bool(self.passkeys) or self.recovery_codes

    def in_words(self) -> str:
        """'แอปยืนยันตัวตน, พาสคีย์ 2 ดอก, รหัสสำรอง' or ''."""
        parts = [str(TOTP)] if self.totp else []
        if self.passkeys:
            parts.append(_("พาสคีย์ %(count)s ดอก") % {"count": len(self.passkeys)})
        if self.recovery_codes:
            parts.append(_("รหัสสำรอง"))
        return ", ".join(parts)


def factors_of(user_id: int) -> Factors:
    """The second factors of an account."""
    rows = list(Authenticator.objects.filter(user_id=user_id).order_by("id"))
    return Factors(
        totp=any(row.type == Authenticator.Type.TOTP for row in rows),
        passkeys=tuple(str(row) for row in rows if row.type == Authenticator.Type.WEBAUTHN),
        recovery_codes=any(row.type == Authenticator.Type.RECOVERY_CODES for row in rows),
    )


def forget(user: User) -> Factors:
    """Take every second factor of an account away and end its sessions; give what there was.

    Inside the caller's transaction, who has decided that this may be done.
    """
    known = factors_of(user.pk)
    Authenticator.objects.filter(user=user).delete()
    sessions.end_all(user.pk)
    return known
