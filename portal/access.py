"""Which page asks for what: every address states its policy, or start-up stops (``portal.checks``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.actors import Actor


@dataclass(frozen=True)
class Policy:
    """Who may open an address at all. Which rows they then see is the scope's business."""

    name: str
    label: Any  # Thai: "อุตสาหกรรมจังหวัด", shown when somebody is refused
    test: Callable[[Actor], bool]
    public: bool = False


class Refused(PermissionDenied):
    """A signed-in person asked for a page that none of his assignments opens."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        super().__init__(policy.name)


public = Policy("public", _("ทุกคน"), lambda actor: True, public=True)
signed_in = Policy("signed_in", _("ผู้ที่ลงชื่อเข้าใช้"), lambda actor: True)
anybody_assigned = Policy("assigned", _("ผู้ที่มีคำสั่งแต่งตั้งที่มีผล"), lambda actor: bool(actor.capacities))


def holders(name: str, label: Any, kinds: Iterable[str]) -> Policy:
    """The policy opened by any capacity of these kinds."""
    wanted = frozenset(kinds)
    return Policy(name, label, lambda actor: bool(actor.kinds() & wanted))


def admit(policy: Policy, request: HttpRequest) -> HttpResponse | None:
    """None when the reader may come in; else the way to the sign-in page. Raises Refused."""
    if policy.public:
        return None
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not policy.test(request.actor):  # type: ignore[attr-defined]
        raise Refused(policy)
    return None


def page(policy: Policy) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Declare and enforce the policy of a view: ``@page(signed_in)``."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            refused = admit(policy, request)
            return refused if refused is not None else view(request, *args, **kwargs)

        guarded.policy = policy  # type: ignore[attr-defined]
        return guarded

    return decorate
