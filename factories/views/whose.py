"""The switch "mine · those I stand in for · my group's · all" of every list of factories.

The choice stands in the address (``?whose=mine``), so that a link shows its receiver what it says; a page
that starts from mine does so only for a reader who has some.
"""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from factories.selectors import owners
from portal.actors import Actor

PARAMETER = "whose"


class OfWhom:
    """Mixin of screens that list factories. ``whose_default`` is what holds when the address says nothing;
    ``whose_group`` the code of the group whose rules count, or '' for every group."""

    request: Any
    actor: Actor
    whose_default = owners.ALL

    @property
    def whose_group(self) -> str:
        return ""

    @cached_property
    def whose(self) -> tuple[str, list[int] | None]:
        """What is shown, and the ids of its factories; None for all."""
        wanted = self.request.GET.get(PARAMETER, "")
        offered = self._offered()
        if wanted in offered or wanted == owners.NOBODY:
            return wanted, owners.owned(self.actor, wanted, group=self.whose_group)
        if self.whose_default == owners.MINE and owners.MINE in offered:
            mine = owners.owned(self.actor, owners.MINE, group=self.whose_group)
            if mine:
                return owners.MINE, mine
        return owners.ALL, None

    def _offered(self) -> list[str]:
        if not owners.works_in_an_office(self.actor):
            return [owners.ALL]
        grouped = [owners.GROUP] if owners.seats_of(self.actor, self.whose_group) else []
        return [owners.MINE, owners.SUBSTITUTE, *grouped, owners.ALL]

    def whose_links(self) -> list[dict[str, Any]]:
        """The choices as links on this page; none for a reader to whom mine means nothing."""
        shown, offered = self.whose[0], self._offered()
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
        query: QueryDict = self.request.GET.copy()
        query.pop("page", None)
        query[PARAMETER] = name
        return f"{self.request.path}?{query.urlencode()}"
