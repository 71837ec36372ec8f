"""Sessions: Django's store in the database, with a column that says whose each is.

allauth.usersessions was weighed and left out: it keeps a second table that may disagree with the store,
signs out all others but never a single one, and to know when a session was last used it asks and writes
three more times on each request. Here one table is both; each request writes its session anyway (30
minutes after the last one it ends), so that the end tells the last use and costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest

from portal import calendar

DEVICE = "device"  # in the session: a name for outside, browser and address
BEGAN = "began"  # in the session: when it began, for its absolute age
_AGENT = 300  # characters of a browser's own description

# What browsers say of themselves, the first that fits; the order matters (every one says Mozilla).
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


class SessionStore(DatabaseStore):
    """``SESSION_ENGINE``."""

    @classmethod
    def get_model_class(cls) -> Any:
        from portal.models import SignInSession

        return SignInSession

    def create_model_instance(self, data: Mapping[str, Any]) -> Any:
        row: Any = super().create_model_instance(dict(data))
        row.user_id = data.get(SESSION_KEY) or None
        return row


@dataclass(frozen=True)
class OpenSession:
    """One of a person's sessions as its owner sees it; ``key`` names it outside and is no password."""

    key: str
    browser: str
    address: str
    began: datetime | None
    used: datetime
    ends: datetime
    current: bool


def note_device(request: HttpRequest) -> None:
    """Write into the session which browser uses it, and from where; of each request, at no cost."""
    known = request.session.get(DEVICE) or {}
    request.session[DEVICE] = {
        "key": known.get("key") or uuid4().hex,
        "agent": request.headers.get("User-Agent", "")[:_AGENT],
        "address": _address(request),
    }


def _address(request: HttpRequest) -> str:
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:  # a socket without an address: limits refuse it, a page does not
        return ""


def open_sessions(request: HttpRequest) -> list[OpenSession]:
    """The reader's own sessions that still work, this one first, then the latest used."""
    now = calendar.now()
    found = [_shown(row, request) for row in _of(request.user.pk).filter(expire_date__gt=now)]
    return sorted(
        (one for one in found if one.ends > now), key=lambda one: (not one.current, -one.used.timestamp())
    )


def end(request: HttpRequest, key: str) -> bool:
    """End one of the reader's own sessions, not this one; False when there is none of that name."""
    for row in _of(request.user.pk).exclude(session_key=request.session.session_key):
        if _device(row).get("key") == key:
            return bool(_of(request.user.pk).filter(pk=row.pk).delete()[0])
    return False


def end_others(request: HttpRequest) -> int:
    """End every session of the reader but this one; how many there were."""
    return int(_of(request.user.pk).exclude(session_key=request.session.session_key).delete()[0])


def end_all(user_id: int) -> int:
    """End every session of an account: what was done to it asks for a new sign-in."""
    return int(_of(user_id).delete()[0])


def browser_of(agent: str) -> str:
    """'Chrome · Windows' out of what a browser says of itself; '' when it says nothing known."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(filter(None, (browser, system)))


def _of(user_id: int | None) -> QuerySet[Any]:
    return SessionStore.get_model_class().objects.filter(user_id=user_id, user_id__isnull=False)


def _device(row: Any) -> Mapping[str, Any]:
    return row.get_decoded().get(DEVICE) or {}


def _shown(row: Any, request: HttpRequest) -> OpenSession:
    data = row.get_decoded()
    device = data.get(DEVICE) or {}
    began = datetime.fromtimestamp(data[BEGAN], UTC) if BEGAN in data else None
    ends = row.expire_date
    if began is not None:
        ends = min(ends, began + timedelta(seconds=settings.SESSION_ABSOLUTE_AGE))
    return OpenSession(
        key=device.get("key", ""),
        browser=browser_of(device.get("agent", "")),
        address=device.get("address", ""),
        began=began,
        used=row.expire_date - timedelta(seconds=settings.SESSION_COOKIE_AGE),
        ends=ends,
        current=row.session_key == request.session.session_key,
    )
