"""Reading first sign-ins, resets and invitations; each list is the nation's, for who keeps accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from offices.accounts.policies import keeps_accounts
from offices.models import Invitation, SecondFactorReset, SignInProposal
from portal.actors import Actor
from portal.worklist import Row, Waiting, heap

SHOWN = 5  # rows of a heap


def proposals() -> QuerySet[SignInProposal]:
    return SignInProposal.objects.select_related("office", "person", "decided_by").defer("answer")


def resets() -> QuerySet[SecondFactorReset]:
    return SecondFactorReset.objects.select_related("person", "user")


def invitations(day: date) -> QuerySet[Invitation]:
    """Invitations with ``state``: made, sent, used, expired or withdrawn on a day (words of the group)."""
    return Invitation.objects.select_related("person").annotate(
        state=Case(
            When(used_at__isnull=False, then=Value("used")),
            When(withdrawn_at__isnull=False, then=Value("withdrawn")),
            When(until__lt=day, then=Value("expired")),
            When(sent_at__isnull=False, then=Value("sent")),
            default=Value("made"),
            output_field=CharField(),
        )
    )


def to_print(day: date) -> QuerySet[Invitation]:
    """Sheets that nobody has printed yet and that still work, oldest first."""
    ended = Q(used_at__isnull=False) | Q(withdrawn_at__isnull=False) | Q(sent_at__isnull=False)
    rows = invitations(day).filter(way=Invitation.Way.PAPER, until__gte=day).exclude(ended)
    return rows.order_by("id")


def work(actor: Actor) -> Iterator[Waiting]:
    """What waits for who keeps accounts: first sign-ins, and the resets that another asked for."""
    if not keeps_accounts(actor):
        return
    waiting = proposals().filter(state=SignInProposal.State.WAITING).order_by("id")
    yield heap(
        _("คำขอเข้าใช้ครั้งแรกที่รอยืนยันตัวบุคคล"),
        waiting,
        SHOWN,
        lambda row: Row(
            row.name, reverse("offices:signinproposal-detail", args=[row.uuid]), row.organisation_th
        ),
        url=reverse("offices:signinproposal-list") + "?state=waiting",
    )
    asked = resets().filter(state=SecondFactorReset.State.ASKED).order_by("id")
    asked = asked.exclude(Q(asked_by=actor.user) | Q(user=actor.user))
    yield heap(
        _("คำขอล้างการยืนยันสองขั้นตอนที่รอคนที่สอง"),
        asked,
        SHOWN,
        lambda row: Row(
            row.person.name, reverse("offices:secondfactorreset-detail", args=[row.uuid]), row.reason
        ),
        url=reverse("offices:secondfactorreset-list") + "?state=asked",
    )
