"""The answer to the search box of the top bar."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from portal import search
from portal.access import signed_in
from portal.screens import Screen


class SearchScreen(Screen):
    """What the reader's scope holds for a few words, grouped by kind."""

    policy = signed_in
    title = gettext_lazy("ค้นทั้งระบบ")
    template_name = "portal/search.html"

    @cached_property
    def text(self) -> str:
        return " ".join(self.request.GET.get("q", "").replace("\0", "").split())[:100]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        groups = search.find(self.actor, self.text)
        return self.render(
            groups=[
                {
                    "label": group.source.label,
                    "hits": [(hit, self.here(hit.url)) for hit in group.hits],
                    "more": self.here(group.more_url) if group.more_url else "",
                }
                for group in groups
            ]
        )
