"""What hangs on an account and knows no app: its sessions, and what its owner was told."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q

from portal.models.base import PublicId


class SignInSession(AbstractBaseSession):
    """A session of the browser that knows whose it is, so that its owner sees and ends it.

    The list of sessions is the table of sessions itself: what is on it works, what is not does not.
    """

    user = models.ForeignKey(
        "portal.User", null=True, on_delete=models.CASCADE, related_name="sign_in_sessions"
    )

    @classmethod
    def get_session_store_class(cls) -> Any:
        from portal.sessions import SessionStore

        return SessionStore


class AccountNotice(PublicId):
    """Something that was done to an account, told by mail and, where others did it, on screen."""

    user = models.ForeignKey("portal.User", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)  # portal.notices
    data = models.JSONField(default=dict)  # what the sentence of its kind names
    at = models.DateTimeField()
    on_screen = models.BooleanField()
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kind=""), name="accountnotice_has_kind"),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True) | Q(on_screen=True), name="accountnotice_seen_on_screen"
            ),
        ]
        indexes = [
            models.Index(
                fields=["user"],
                condition=Q(on_screen=True, seen_at__isnull=True),
                name="accountnotice_unseen",
            )
        ]
