"""The left rail: rooms of the house, filled by the apps in ``AppConfig.ready``."""

from __future__ import annotations

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


def rail(actor: Actor | None, path: str) -> list[dict[str, Any]]:
    """Rooms with the links this reader's assignments open, the current one marked."""
    if actor is None or actor.user is None:
        return []
    rooms: list[dict[str, Any]] = []
    for code, label in ROOMS.items():
        links = [
            {"label": entry.label, "url": reverse(entry.url_name), "current": reverse(entry.url_name) == path}
            for entry in _entries
            if entry.room == code and entry.policy.test(actor)
        ]
        if links:
            rooms.append({"code": code, "label": label, "links": links})
    return rooms
