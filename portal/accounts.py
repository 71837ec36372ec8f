"""How allauth behaves here: accounts are made by orders and invitations, never by sign-up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from portal import accounts_mfa, audit, calendar, notices
from portal.actors import actor_of
from portal.models import User

# allauth's own mails: what each says in our words, and the verb of its event.
_NOTICES: dict[str, tuple[str, str, Any]] = {
    "mfa/email/totp_activated": ("factor_added", "account.factor_added", accounts_mfa.TOTP),
    "mfa/email/totp_deactivated": ("factor_removed", "account.factor_removed", accounts_mfa.TOTP),
    "mfa/email/webauthn_added": ("factor_added", "account.factor_added", accounts_mfa.PASSKEY),
    "mfa/email/webauthn_removed": ("factor_removed", "account.factor_removed", accounts_mfa.PASSKEY),
    "mfa/email/recovery_codes_generated": ("recovery_codes_made", "account.recovery_codes_made", ""),
    "account/email/password_changed": ("password_changed", "account.password_changed", ""),
    "account/email/password_set": ("password_changed", "account.password_changed", ""),
    "socialaccount/email/account_connected": ("provider_connected", "account.provider_connected", ""),
    "socialaccount/email/account_disconnected": (
        "provider_disconnected",
        "account.provider_disconnected",
        "",
    ),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy("บัญชีนี้ปิดใช้งาน"),
        "email_password_mismatch": gettext_lazy("อีเมลหรือรหัสผ่านไม่ถูกต้อง"),
        "enter_current_password": gettext_lazy("โปรดใส่รหัสผ่านปัจจุบัน"),
        "incorrect_code": gettext_lazy("รหัสไม่ถูกต้อง"),
        "incorrect_password": gettext_lazy("รหัสผ่านไม่ถูกต้อง"),
        "too_many_login_attempts": gettext_lazy("ใส่ผิดหลายครั้งเกินไป โปรดรอสักครู่แล้วลองใหม่"),
        "rate_limited": gettext_lazy("ส่งคำขอบ่อยเกินไป โปรดรอสักครู่แล้วลองใหม่"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has just come in and sets his first second factor does not give his password twice."""
        user = self.request.user
        edge = calendar.now() - timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
        if app == "allauth.mfa" and not Authenticator.objects.filter(user=user, created_at__lt=edge).exists():
            records = get_authentication_records(self.request, user)
            return max((record["at"] for record in records), default=0) < edge.timestamp()
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """What others did to the account is shown before anything else."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if notices.unseen(user.pk):
            onward = urlencode({"next": response.headers.get("Location", "/")})
            return redirect(f"{reverse('account_notices')}?{onward}")
        return response

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """allauth says that an account was changed: an event, and a notice to its owner."""
        kind, verb, what = _NOTICES[template_prefix]
        name = str(what)
        if context and "provider" in context:
            name = str(context["provider"].name)
        changed(user, kind, verb, name)


def changed(user: User, kind: str, verb: str, what: str = "") -> None:
    """Record what an owner did to his account, and tell him."""
    actor = actor_of(user, calendar.today())
    audit.record(actor, verb, user, **({"what": what} if what else {}))
    notices.tell(user, kind, actor=actor, what=what)


def display_name(user: User) -> str:
    """How an account is called on a key or in an authenticator."""
    return actor_of(user, calendar.today()).name or user.email
