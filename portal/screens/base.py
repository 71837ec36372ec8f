"""What every screen has: a policy enforced before anything is read, a title, a way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.views import View

from portal.access import Policy, admit
from portal.actors import Actor
from portal.places import with_place


class Crumb(NamedTuple):
    """One step of the way back; the last one has no address."""

    label: Any
    url: str = ""


class Screen(View):
    """A page of the house. Subclasses state ``policy`` and ``title``."""

    request: Any  # the middleware adds actor, place and places
    policy: Policy
    title: Any = ""
    lead: Any = ""  # one sentence under the title
    template_name = "base.html"
    help_title: Any = ""  # what the page is called where its title is its row's
    help_words: Sequence[str] = ()  # groups of state words on it, besides those of its columns

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        refused = admit(self.policy, request)
        return refused if refused is not None else self.admitted(request, *args, **kwargs)

    def admitted(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer a reader whom the policy lets in."""
        return super().dispatch(request, *args, **kwargs)

    @property
    def actor(self) -> Actor:
        return self.request.actor

    def get_title(self) -> Any:
        return self.title

    def crumbs(self) -> Sequence[Crumb]:
        """The way back, nearest room last; the page itself is added by ``context``."""
        return ()

    def context(self, **extra: Any) -> dict[str, Any]:
        """What the template gets; subclasses add to it."""
        title = self.get_title()
        return {
            "screen": self,
            "title": title,
            "lead": self.lead,
            "crumbs": [*self.crumbs(), Crumb(title)],
            **extra,
        }

    def render(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        return TemplateResponse(self.request, self.template_name, self.context(**extra), status=status)

    @property
    def query(self) -> QueryDict:
        """What the address asks for."""
        return self.request.GET

    def url(self, **changes: Any) -> str:
        """This page's address with some parameters changed; None takes one away."""
        query = self.query.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    def here(self, url: str) -> str:
        """An address of the house that keeps the office filter of this page."""
        return with_place(url, self.request)


def found(row: Any) -> Any:
    """The row, or 404: a row of another office and a row that never was look the same."""
    if row is None:
        raise Http404
    return row
