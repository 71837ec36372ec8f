"""Sign-in through somebody else: OpenID Connect providers named by the environment.

A provider says who came, and nothing more. Its subject opens the one account it was connected with, by
the account's owner or by the person who confirmed the first sign-in. An e-mail address or a card number
in its answer opens nothing and joins nothing; nothing of the answer is kept beside the account, not even
the subject in the clear (some providers use the card number for it). A subject that is connected with no
account is handed to the desk of the app that knows people, which says where he waits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from requests import RequestException

from portal import secretbox
from portal.access import page, public

UID = "openid_connect"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class IdentityProvider:
    """A provider of the settings, as pages name it."""

    code: str
    name: str

    @property
    def url(self) -> str:
        return reverse("openid_connect_login", args=[self.code])


def providers() -> list[IdentityProvider]:
    """The providers that are switched on."""
    configured: Any = settings.SOCIALACCOUNT_PROVIDERS
    return [IdentityProvider(app["provider_id"], app["name"]) for app in configured[UID]["APPS"]]


def provider_name(code: str) -> str:
    """What a provider is called, also one that was switched off."""
    return next((one.name for one in providers() if one.code == code), code)


@dataclass(frozen=True)
class Newcomer:
    """Somebody whom a provider sent and whom no account knows. ``subject`` is a keyed hash."""

    provider: str
    subject: str
    claims: Mapping[str, Any]


@dataclass(frozen=True)
class Desk:
    """What the app that knows people does: ``came`` takes a newcomer and gives the address where he waits;
    ``connected`` hears that an owner has connected a subject with his account himself."""

    came: Callable[[HttpRequest, Newcomer], str]
    connected: Callable[[str, str], None]


_desk: list[Desk] = []


def register_desk(desk: Desk) -> None:
    """Called once, by the app that knows people."""
    _desk[:] = [desk]


class Provider(OpenIDConnectProvider):
    """allauth's, but it keeps nothing of the answer and hashes the subject."""

    package = "allauth.socialaccount.providers.openid_connect"
    pkce_enabled_default = True

    def extract_uid(self, data: Mapping[str, Any]) -> str:
        field = self.app.settings.get("uid_field", "sub")
        subject = claims_of(data).get(field)
        if not isinstance(subject, str | int) or isinstance(subject, bool) or not str(subject):
            raise OAuth2Error(f"the answer has no {field}")
        return secretbox.keyed_hash(str(subject), purpose=f"subject:{self.app.provider_id}")

    def extract_extra_data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def extract_common_fields(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: Mapping[str, Any]) -> list[Any]:
        return []

    def sociallogin_from_response(self, request: HttpRequest, response: Mapping[str, Any]) -> Any:
        login = super().sociallogin_from_response(request, response)
        login.claims = claims_of(response)
        return login


def claims_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the provider says of the person: the userinfo over the token's own claims.

    Raises OAuth2Error when the two are of two subjects (OpenID Connect Core 5.3.2).
    """
    token, said = data.get("id_token") or {}, data.get("userinfo") or {}
    if not isinstance(token, dict) or not isinstance(said, dict):
        raise OAuth2Error("the answer is no object")
    if token and said and token.get("sub") != said.get("sub"):
        raise OAuth2Error("token and userinfo are of two subjects")
    return {**token, **said}


class Adapter(OpenIDConnectOAuth2Adapter):
    """Every answer carries a token, and its signature is looked at whichever way it came."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("the answer has no id_token")
        return super().complete_login(request, app, token, **kwargs)

    def _decode_id_token(self, app: Any, id_token: str) -> Any:
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )


class SocialAdapter(DefaultSocialAccountAdapter):
    """Nobody signs up through a provider: who is not known is led to the desk."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        if request.user.is_authenticated:
            messages.info(request, _("ท่านลงชื่อเข้าใช้อยู่แล้ว เพิ่มวิธีลงชื่อเข้าใช้ได้ในหน้านี้"))
            raise ImmediateHttpResponse(redirect("socialaccount_connections"))
        if not _desk:
            raise ImmediateHttpResponse(redirect("account_signup"))
        account = sociallogin.account
        waits = _desk[0].came(request, Newcomer(account.provider, account.uid, sociallogin.claims))
        raise ImmediateHttpResponse(redirect(waits))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        super().send_notification_mail(*args, **kwargs)
        account = kwargs.get("context", {}).get("account")
        if account is not None and args[0] == "socialaccount/email/account_connected" and _desk:
            _desk[0].connected(account.provider, account.uid)


# allauth's two views, with our adapter, and with words where the provider is away.


@page(public)
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Ask once more (GET), or leave for the provider (POST).

    The way out is a page of its own and no redirect: the content policy lets a form lead to this house
    only, and through which addresses a provider leads on is not known beforehand.
    """
    response = _answered(OAuth2LoginView, request, provider_id)
    if response.status_code == 302 and request.method == "POST":
        address = response.headers["Location"]
        response = render(
            request, "socialaccount/leaving.html", {"address": address, "name": provider_name(provider_id)}
        )
        response.headers["Refresh"] = f"0; url={address}"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


@page(public)
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the provider sends its answer."""
    return _answered(OAuth2CallbackView, request, provider_id)


def _answered(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    adapter = Adapter(request, provider_id)
    try:
        provider = adapter.get_provider()
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    try:
        return view.adapter_view(adapter)(request)
    except (RequestException, OAuth2Error, KeyError, ValueError, TypeError, AttributeError) as error:
        # away, or no answer of the kind the standard knows
        logger.warning("sign-in through %s failed: %s", provider_id, type(error).__name__, exc_info=error)
        return render_authentication_error(request, provider, exception=error)
