"""The left rail: rooms of the house, filled by the apps in ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.access import Policy
from portal.actors import Actor

# Order of the rooms as the design gives it.
ROOMS: dict[str, Any] = {
    "work": _("งานของฉัน"),
    "reports": _("รายงาน"),
    "factories": _("โรงงาน"),
    "mining": _("เหมืองแร่"),
    "promotion": _("ส่งเสริม"),
    "plans": _("แผนงาน"),
    "people": _("บุคลากร"),
    "oversight": _("ตรวจราชการ"),
}


@dataclass(frozen=True)
class Entry:
    """A link in a room; shown when the policy of its page lets the reader in."""

    room: str
    label: Any
    url_name: str
    policy: Policy


_entries: list[Entry] = []


def add(entry: Entry) -> None:
    """Register a link; twice the same is once."""
    if entry.room not in ROOMS:
        raise ValueError(f"no room {entry.room}")
    if entry not in _entries:
        _entries.append(entry)


def rail(actor: Actor | None, path: str, here: Callable[[str], str] = str) -> list[dict[str, Any]]:
    """Rooms with the links this reader's assignments open.

    The link that the page lies under (longest beginning of its path) is marked; ``here`` adds the
    office filter to an address.
    """
    if actor is None or actor.user is None:
        return []
    open_entries = [(entry, reverse(entry.url_name)) for entry in _entries if entry.policy.test(actor)]
    under = [url for _entry, url in open_entries if path == url or (url != "/" and path.startswith(url))]
    current = max(under, key=len, default="")
    rooms: list[dict[str, Any]] = []
    for code, label in ROOMS.items():
        links = [
            {"label": entry.label, "url": here(url), "current": url == current}
            for entry, url in open_entries
            if entry.room == code
        ]
        if links:
            rooms.append({"code": code, "label": label, "links": links})
    return rooms


_search: list[str] = []


def register_search(url_name: str) -> None:
    """The page that answers the search box of the top bar (parameter ``q``); without one, no box."""
    _search[:] = [url_name]


def search_url() -> str:
    """The address of the search page, or ''."""
    return reverse(_search[0]) if _search else ""
