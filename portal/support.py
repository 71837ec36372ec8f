"""Support access ("break glass"): a short loan of one office's view to somebody of the centre.

The kernel carries it through a request: it joins the loan to the actor, lets nothing be written unless a
second person agreed, and records every request. Who may have one, for how long and why, is the business of
the app that registers itself here. Roles come only from orders; a loan is none, so what it lends is marked
(``Capacity.support``) and official acts refuse it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal import audit, calendar
from portal.actors import Actor, Capacity, Support
from portal.problems import NotAllowed
from portal.scope import Scope

SESSION = "support"  # the key of a session's loan: another session of the same person has none
VERB = "support.request"
SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Loan:
    """What is joined to the actor: the access as it is named, the capacity it lends, and its scope."""

    support: Support
    capacity: Capacity
    scope: Scope


Finder = Callable[[Actor, str, datetime], Loan | None]
Ends = Callable[[str], bool]
_registered: list[tuple[Finder, Ends]] = []


def register(finder: Finder, *, ends: Ends) -> None:
    """Called once, by the app that lends: ``finder`` gives the loan of a key that this actor has at a moment.

    ``ends`` says of an address whether it may be written to meanwhile: ending the loan, signing out.
    """
    _registered[:] = [(finder, ends)]


def begin(request: HttpRequest, key: str) -> None:
    """From the next request on this session has the loan."""
    request.session[SESSION] = key


def end(request: HttpRequest) -> None:
    """This session has no loan any more."""
    request.session.pop(SESSION, None)


def joined(request: Any) -> Actor:
    """The actor of a request with the loan of his session, if it still runs."""
    actor: Actor = request.actor
    key = request.session.get(SESSION)
    if not key or not _registered:
        return actor
    loan = _registered[0][0](actor, str(key), calendar.now())
    if loan is None:
        end(request)
        messages.info(request, _("การเข้าถึงเพื่อสนับสนุนสิ้นสุดแล้ว"))
        return actor
    return replace(
        actor,
        capacities=(*actor.capacities, loan.capacity),
        chosen=None,
        scope=actor.scope.union(loan.scope),
        support=loan.support,
    )


def refused(request: Any) -> HttpResponse | None:
    """The answer to a request that would write under a loan that only reads; None where it may go on."""
    support: Support | None = request.actor.support
    if support is None or support.may_write or request.method in SAFE:
        return None
    if _registered[0][1](request.path):
        return None
    problem = NotAllowed(
        _("ระหว่างการเข้าถึงเพื่อสนับสนุน อ่านได้อย่างเดียว จึงยังไม่ได้บันทึกสิ่งใด"),
        mend=_("สิ้นสุดการเข้าถึงก่อน แล้วทำรายการในฐานะของท่านเอง หรือขอผู้ดูแลระบบส่วนกลางอีกคนเห็นชอบให้บันทึกได้"),
    )
    return render(request, "problem.html", {"problem": problem, "status": 403}, status=403)


def record(request: Any, status: int) -> None:
    """One event for a request under a loan: the address without its question, and how it was answered."""
    support: Support | None = request.actor.support
    if support is not None:
        data = {"method": request.method, "path": request.path[:500], "status": status}
        audit.record(request.actor, VERB, support.row, **data)
