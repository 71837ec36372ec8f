"""No act loses its ground: an absence entered or cancelled afterwards must not take the authority from
under what was signed or decided meanwhile, nor put somebody on leave on a day on which he acted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from offices.absences.rosters import rosters
from offices.models import Assignment, CaseEvent, Document
from offices.services.rules import worded
from portal.calendar import end_of_day, format_date, local_date, start_of_day
from portal.scope import nation


@dataclass(frozen=True)
class Deed:
    """Something done in a capacity: on which day, by which assignment, and what it was, in words."""

    day: date
    assignment: int
    what: str


def deeds(offices: Collection[int], first: date, last: date) -> list[Deed]:
    """What was decided on cases or signed on documents of these offices on some days. Two queries."""
    found: list[Deed] = []
    if first > last or not offices:
        return found
    with nation("whether an act keeps its ground is asked of every office a person works in"):
        events = CaseEvent.objects.filter(
            office__in=offices,
            assignment__isnull=False,
            at__gte=start_of_day(first),
            at__lte=end_of_day(last),
        ).order_by("at", "id")
        for at, assignment, title in events.values_list("at", "assignment_id", "case__title"):
            found.append(Deed(local_date(at), assignment, _("ดำเนินการเรื่อง “%s”") % title))
        papers = Document.objects.filter(
            office__in=offices, signed_on__range=(first, last), file__isnull=False
        )
        signed = list(papers.order_by("signed_on", "id"))
        keys = {str(paper.signatory.get("assignment", "")) for paper in signed} - {""}
        known = {
            str(uuid): pk for uuid, pk in Assignment.objects.filter(uuid__in=keys).values_list("uuid", "pk")
        }
    for paper in signed:
        by = known.get(str(paper.signatory.get("assignment", "")))
        if by is not None:
            found.append(Deed(paper.signed_on, by, _("ลงนาม “%s”") % paper.subject))
    return found


def standing(asked: Iterable[Deed], offices: Collection[int]) -> set[Deed]:
    """Those whose author had the authority that day, as things stand now, and was not away all of it."""
    asked = list(asked)
    known = rosters({deed.day for deed in asked}, offices)
    return {
        deed
        for deed in asked
        for row in known[deed.day].held
        if row.pk == deed.assignment and row.person_id not in known[deed.day].whole
    }


def sentences(lost: Iterable[Deed]) -> list[str]:
    """Which acts stand in the way, one sentence for each person and day."""
    lost = sorted(lost, key=lambda deed: (deed.day, deed.assignment, deed.what))
    rows = Assignment.objects.select_related("person", "group", "inspection_group", "order").in_bulk(
        list({deed.assignment for deed in lost})
    )
    grouped: dict[tuple[date, int], list[str]] = defaultdict(list)
    for deed in lost:
        grouped[deed.day, deed.assignment].append(deed.what)
    return [
        _("%(day)s %(who)s ใช้อำนาจ%(what)s ตาม%(order)s: %(deeds)s")
        % {
            "day": format_date(day),
            "who": rows[pk].person.name,
            "what": worded(rows[pk]),
            "order": rows[pk].order.reference,
            "deeds": ", ".join(dict.fromkeys(told)),
        }
        for (day, pk), told in grouped.items()
    ]
