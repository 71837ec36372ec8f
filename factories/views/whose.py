"""The switch "mine · those I stand in for · my group's · all" of every list of factories.

The choice stands in the address (``?whose=mine``), so that a link shows its receiver what it says; a page
that starts from mine does so only for a reader who has some.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from factories.selectors import owners
from portal.actors import Actor

PARAMETER = "whose"


class OfWhom:
    """Mixin of screens that list factories. ``starts_from_own``: when the address says nothing, the page
    shows the reader's own (or, to who leads the group, the group's); else everything. ``whose_group`` is
    the code of the group whose rules count, or '' for every group."""

    request: Any
    query: QueryDict
    url: Any  # of Screen
    actor: Actor
    also_asks = frozenset({PARAMETER})
    starts_from_own = False
    _owners: dict[int, list[owners.Owner]]

    @cached_property
    def whose_group(self) -> str:
        return ""

    @cached_property
    def _wanted(self) -> str:
        """What the address asks for, or ''."""
        wanted: str = self.query.get(PARAMETER, "")
        return wanted if wanted in (*self._offered, owners.NOBODY) else ""

    @cached_property
    def share(self) -> tuple[str, owners.Share | None]:
        """What is shown, and how its factories are told from others; None for all. The page starts from
        the reader's own where a rule names him."""
        if self._wanted:
            return self._wanted, owners.share_of(self.actor, self._wanted, group=self.whose_group)
        if self.starts_from_own and len(self._offered) > 1:
            start = owners.start_of(self.actor, self.whose_group)
            own = owners.share_of(self.actor, start, group=self.whose_group)
            if own is not None and own.named:
                return start, own
        return owners.ALL, None

    @cached_property
    def whose(self) -> tuple[str, list[int] | None]:
        """What is shown, and the ids of its factories; None for all, and where a page that starts from the
        reader's own finds none."""
        whose, share = self.share
        ids = None if share is None else share.of()
        return (whose, ids) if ids or self._wanted else (owners.ALL, None)

    @cached_property
    def _offered(self) -> list[str]:
        if not owners.works_in_an_office(self.actor):
            return [owners.ALL]
        grouped = [owners.GROUP] if owners.seats_of(self.actor, self.whose_group) else []
        return [owners.MINE, owners.SUBSTITUTE, *grouped, owners.ALL]

    def owned_by(self, factories: Iterable[Any]) -> None:
        """Read whose these factories are, before ``owner_of`` is asked."""
        self._owners = owners.owners(day=self.actor.as_of, factories=factories, group=self.whose_group)

    def owner_of(self, factory: int) -> str:
        """The officer of a factory, one for each group whose rules count."""
        return ", ".join(owner.name for owner in self._owners.get(factory, ()))

    @property
    def shown_whose(self) -> str:
        """Which of the choices the page shows."""
        return self.whose[0]

    def whose_links(self) -> list[dict[str, Any]]:
        """The choices as links on this page; none for a reader to whom mine means nothing."""
        shown, offered = self.shown_whose, self._offered
        if len(offered) == 1:
            return []
        labels = {
            owners.MINE: _("ของฉัน"),
            owners.SUBSTITUTE: _("ที่ฉันเป็นผู้แทน"),
            owners.GROUP: _("ของกลุ่ม"),
            owners.ALL: _("ทั้งหมด"),
            owners.NOBODY: _("ไม่มีผู้รับผิดชอบ"),
        }
        names = offered if shown in offered else [*offered, shown]
        return [
            {"label": labels[name], "url": self._whose_url(name), "current": name == shown} for name in names
        ]

    def _whose_url(self, name: str) -> str:
        address: str = self.url(**{PARAMETER: name})
        return address
