"""Reading orders on their way."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet

from offices.models import OrderLine, OrderProposal


def proposals() -> QuerySet[Any]:
    """Proposals of the offices in the active scope, each with ``people``: how many lines it has."""
    return (
        OrderProposal.objects.select_related("case__group", "office__province", "order", "revokes", "scan")
        .annotate(people=Count("lines"))
        .order_by("-id")
    )


def lines(proposal: OrderProposal) -> QuerySet[Any]:
    """The lines of a proposal, in order."""
    return (
        OrderLine.objects.filter(proposal=proposal)
        .select_related("person", "office", "group", "inspection_group", "post__line")
        .order_by("nth")
    )
