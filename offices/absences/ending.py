"""What ends soon: assignments (and with them the orders that made them), statutory cards and placements
elsewhere, who follows, and what would lose its owner. Worked out on the day that asks; the last day belongs
to the term.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from offices.absences import matters
from offices.absences.dated import ending_days, stage
from offices.absences.policies import keeps_nation, kept_offices
from offices.models import Assignment, AssignmentKind, Placement, PlacementKind, StatutoryCard
from offices.policies import CHIEF_KINDS, inspectors
from offices.selectors.actors import in_force
from offices.services.rules import worded
from portal import worklist
from portal.actors import Actor
from portal.calendar import format_date
from portal.scope import current
from portal.words import word

SHOWN = 5
# What one person has of an office or a group, so that it can be said who has it next.
FOLLOWED = (AssignmentKind.GROUP_HEAD, AssignmentKind.ASSISTANT, AssignmentKind.INSPECTOR)


def assignments(day: date, within: int) -> QuerySet[Any]:
    """Assignments that hold on a day and have at most so many days left after it (0: it is the last), unless
    the same person goes on in the same capacity. ``follows`` is the name of who has the same from the day
    after, or acts in it, or ''."""
    signed = Assignment.objects.filter(order__signed_on__lte=day)
    same = Q(kind=OuterRef("kind"), office=OuterRef("office"))
    place = (
        Q(group=OuterRef("group"))
        | Q(group__isnull=True, inspection_group__isnull=True)
        | Q(inspection_group=OuterRef("inspection_group"))
    )
    goes_on = signed.filter(
        same, place, person=OuterRef("person"), valid__startswith=OuterRef("valid__endswith")
    )
    follows = (
        signed.alias(was=ExpressionWrapper(OuterRef("kind"), CharField()))
        .filter(
            (same & place & Q(kind__in=FOLLOWED))
            | Q(was__in=CHIEF_KINDS, kind__in=CHIEF_KINDS, office=OuterRef("office")),
            valid__contains=OuterRef("valid__endswith"),
        )
        .exclude(person=OuterRef("person"))
        .order_by("acting_rank", "-kind", "id")
    )
    name = Concat("person__title_th", "person__first_th", Value(" "), "person__last_th")
    return (
        signed.filter(valid__contains=day, order__valid__contains=day, valid__endswith__lte=_end(day, within))
        .exclude(Exists(goes_on))
        .select_related("person", "office", "group", "inspection_group", "order")
        .annotate(follows=Coalesce(Subquery(follows.values(name=name)[:1]), Value("")))
    )


def cards(day: date, within: int) -> QuerySet[Any]:
    """Statutory cards that hold on a day and have at most so many days left after it, unless the same person
    has another under the same Act from the day after."""
    next_card = StatutoryCard.objects.filter(
        person=OuterRef("person"), act=OuterRef("act"), valid__startswith=OuterRef("valid__endswith")
    )
    return (
        StatutoryCard.objects.filter(valid__contains=day, valid__endswith__lte=_end(day, within))
        .exclude(Exists(next_card))
        .select_related("person", "office", "order")
    )


def placements(day: date, within: int) -> QuerySet[Any]:
    """Placements elsewhere that hold on a day and have at most so many days left after it, unless the person
    goes on there: those without a group, for one in a group is an assignment, which says so itself."""
    goes_on = Placement.objects.filter(
        person=OuterRef("person"),
        office=OuterRef("office"),
        kind=OuterRef("kind"),
        valid__startswith=OuterRef("valid__endswith"),
    )
    return (
        Placement.objects.filter(valid__contains=day, valid__endswith__lte=_end(day, within), group=None)
        .exclude(kind=PlacementKind.HOME)
        .exclude(Exists(goes_on))
        .select_related("person", "office", "order")
    )


def _end(day: date, within: int) -> date:
    return day + timedelta(days=within + 1)


def left(row: Any, day: date) -> int:
    """How many days are left after a day: 0 on the last."""
    return int((row.valid.upper - day).days) - 1


def _mine(rows: QuerySet[Any], actor: Actor, offices: Collection[int]) -> QuerySet[Any]:
    return rows.filter(Q(person=actor.person_id) | Q(office__in=offices))


def seen(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """What a reader sees of them: his own; of the offices he looks after or inspects; the centre every one of
    the active scope."""
    offices = current().offices
    if keeps_nation(actor):
        return rows if offices is None else _mine(rows, actor, offices)
    kept = set(kept_offices(actor))
    if inspectors.test(actor) and actor.scope.offices is not None:
        kept |= actor.scope.offices
    if inspectors.test(actor) and actor.scope.offices is None:
        return rows if offices is None else _mine(rows, actor, offices)
    return _mine(rows, actor, kept if offices is None else kept & offices)


def held(actor: Actor) -> QuerySet[Any]:
    """Every assignment whose open matters the reader may see, ending or not."""
    rows = Assignment.objects.select_related("person", "office", "group", "inspection_group", "order")
    return seen(rows, actor)


def prepare(rows: list[Any], day: date, counts: list[int]) -> None:
    """Give rows ``left``, ``stage`` and ``matters``."""
    own = [row for row in rows if isinstance(row, Assignment)]
    others = [row for row in rows if not isinstance(row, Assignment)]
    # nothing waits for a card or a place; what their holder has in hand at that office needs them
    people, offices = {row.person_id for row in others}, {row.office_id for row in others}
    in_hand = in_force(day).filter(person__in=people, office__in=offices).select_related("group")
    holders = list(in_hand.order_by("pk")) if others else []
    told = matters.of([*own, *holders], day)
    for row in rows:
        row.left = left(row, day)
        row.stage = stage(row.left, counts)
        mine = (row.person_id, row.office_id)
        row.matters = (
            told[row.pk]
            if isinstance(row, Assignment)
            else [heap for one in holders if (one.person_id, one.office_id) == mine for heap in told[one.pk]]
        )


def work(actor: Actor) -> list[worklist.Waiting]:
    """The source of "my work": what ends soon, one's own and in the offices one looks after."""
    if actor.person_id is None:
        return []
    day, offices = actor.as_of, kept_offices(actor)
    counts = list(ending_days(day).value)
    heaps = []
    for title, rows, url in (
        (
            _("การแต่งตั้งที่ใกล้สิ้นสุด"),
            list(_mine(assignments(day, counts[-1]), actor, offices).order_by(F("valid__endswith"), "id")),
            reverse("offices:ending-list"),
        ),
        (
            _("บัตรพนักงานเจ้าหน้าที่ที่ใกล้หมดอายุ"),
            list(_mine(cards(day, counts[-1]), actor, offices).order_by(F("valid__endswith"), "id")),
            reverse("offices:statutorycard-ending"),
        ),
        (
            _("การช่วยราชการและเรียนรู้งานที่ใกล้สิ้นสุด"),
            list(_mine(placements(day, counts[-1]), actor, offices).order_by(F("valid__endswith"), "id")),
            reverse("offices:placement-ending"),
        ),
    ):
        heaps.append(
            worklist.Waiting(
                title=title,
                count=len(rows),
                url=url,
                rows=tuple(_row(row, day, counts, url) for row in rows[:SHOWN]),
                hint=_("ต่ออายุด้วยคำสั่งใหม่ หรือโอนเรื่องที่ค้างให้ผู้อื่นก่อนวันสุดท้าย"),
            )
        )
    return heaps


def what(row: Any) -> str:
    """What ends, in words."""
    if isinstance(row, StatutoryCard):
        return _("บัตรตาม%(act)s เลขที่ %(number)s") % {
            "act": row.get_act_display(),
            "number": row.number,
        }
    if isinstance(row, Placement):
        return _("%(kind)s %(office)s") % {"kind": row.get_kind_display(), "office": row.office.short_th}
    return worded(row)


def _row(row: Any, day: date, counts: list[int], url: str) -> worklist.Row:
    own = reverse("offices:ending-detail", args=[row.uuid]) if isinstance(row, Assignment) else url
    return worklist.Row(
        label=f"{row.person.name}: {what(row)}",
        url=own,
        detail=row.order.reference,
        due=_("วันสุดท้าย %s") % format_date(row.valid.upper - timedelta(days=1)),
        state=word("ending", stage(left(row, day), counts)),
    )
