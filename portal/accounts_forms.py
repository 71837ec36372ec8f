"""allauth's forms where their words are ours, and where what a browser sends is read with more care."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _


@contextmanager
def _readable() -> Iterator[None]:
    """A credential that is not what the standard describes is refused; the library would break on it."""
    try:
        yield
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, struct.error) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class _Careful:
    def clean_credential(self) -> Any:
        with _readable():
            return super().clean_credential()  # type: ignore[misc]


class PasskeyForm(_Careful, AuthenticateWebAuthnForm):
    """The second step."""


class LoginPasskeyForm(_Careful, LoginWebAuthnForm):
    """Signing in by a passkey alone."""


class ReauthenticatePasskeyForm(_Careful, ReauthenticateWebAuthnForm):
    """Once more, before something delicate."""


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey that signs in by itself, unless its owner wants it as second step only."""

    passwordless = forms.BooleanField(
        label=_("ใช้เข้าระบบได้โดยไม่ต้องใส่รหัสผ่าน"),
        required=False,
        help_text=_("อุปกรณ์จะขอลายนิ้วมือ ใบหน้า หรือ PIN ทุกครั้ง"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("ชื่อที่ท่านจำได้")
        self.fields["name"].help_text = _("เช่น โทรศัพท์ของฉัน หรือ กุญแจสำรองในตู้")
        self.fields["name"].max_length = 60
        self.fields["name"].widget.attrs["maxlength"] = 60
        self.initial.setdefault("passwordless", True)
        self.order_fields(["name", "passwordless", "credential"])

    def clean_name(self) -> str:
        name: str = super().clean_name()
        return name[:60]

    def clean(self) -> Any:
        with _readable():
            return super().clean()


class RenamePasskeyForm(EditWebAuthnForm):
    name = forms.CharField(label=_("ชื่อที่ท่านจำได้"), max_length=60)
