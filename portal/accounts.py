"""How allauth behaves here: accounts are made by orders and invitations, never by sign-up."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from portal import calendar


class AccountAdapter(DefaultAccountAdapter):
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
