"""Reading the scheme: nominations, who is in office with his next review, the nation, and what waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from offices.assistants import dated, policies, standing, terms
from offices.dated import ASSISTANT_ENABLED
from offices.models import Assignment, AssignmentKind, AssistantReview, Nomination, Office
from offices.policies import CHIEF_KINDS
from offices.selectors.actors import in_force
from offices.selectors.org import visible_offices
from offices.selectors.people import visible_assignments
from portal import calendar, worklist
from portal import dated as settings
from portal.actors import Actor
from portal.words import word

SHOWN = 10


def nominations(actor: Actor) -> QuerySet[Any]:
    """The nominations the reader sees, each with ``state`` as of his day."""
    rows = policies.nominations_seen(actor).select_related(
        "case",
        "office__province",
        "group",
        "person",
        "proposal__case",
        "proposal__order",
        "ending__case",
        "renews",
    )
    return standing.with_state(rows, actor.as_of).order_by("-id")


def reviews(actor: Actor) -> QuerySet[Any]:
    """The reviews the reader sees."""
    rows = policies.reviews_seen(actor).select_related("case", "office__province", "group", "person")
    return rows.order_by("-due_on", "-id")


def appointments(actor: Actor) -> QuerySet[Assignment]:
    """The appointments of assistants that the reader sees, of whatever time."""
    return policies.appointments_seen(actor, visible_assignments().filter(kind=AssignmentKind.ASSISTANT))


def serving(actor: Actor) -> QuerySet[Assignment]:
    """Those of them that have not ended on his day."""
    # of a term without an end the end is NULL, which no comparison finds
    lasting = Q(valid__endswith__isnull=True) | Q(valid__endswith__gt=actor.as_of)
    return appointments(actor).filter(lasting).order_by("office__code", "group__code", "valid")


@dataclass(frozen=True)
class Due:
    """The next review of an appointment: its stretch, None when none is left, and a word of review_due."""

    stretch: terms.Stretch | None
    word: str
    review: AssistantReview | None = None  # begun and not sent yet


def next_reviews(appointments: Sequence[Assignment], day: date) -> dict[int, Due]:
    """The next review that was not sent of each appointment, by its id; three queries."""
    if not appointments:
        return {}
    intervals = dated.Intervals()
    notice = int(dated.of(day, [dated.REVIEW_NOTICE])[dated.REVIEW_NOTICE].value)
    begun: dict[tuple[int, int, date], dict[int, AssistantReview]] = {}
    rows = AssistantReview.objects.filter(person__in=[one.person_id for one in appointments])
    for row in rows.select_related("case"):
        begun.setdefault((row.person_id, row.group_id, row.appointed_on), {})[row.nth] = row
    found = {}
    for one in appointments:
        done = begun.get((one.person_id, one.group_id or 0, one.valid.lower), {})
        stretch = next(
            (
                stretch
                for stretch in terms.stretches(one.valid.lower, one.valid.upper, intervals)
                if stretch.nth not in done or done[stretch.nth].case.state == "draft"
            ),
            None,
        )
        if stretch is None:
            found[one.pk] = Due(None, "none")
        else:
            found[one.pk] = Due(stretch, terms.due_word(stretch.due, day, notice), done.get(stretch.nth))
    return found


@dataclass(frozen=True)
class OfficeRow:
    """One office on the page of the nation."""

    office: Office
    enabled: bool
    in_office: int
    planned: int
    waiting: int  # nominations with the inspector
    open: int  # other nominations under way
    overdue: int  # reviews


def offices(actor: Actor) -> list[OfficeRow]:
    """Every provincial office of the scope with what its scheme stands at; seven queries however many."""
    day = actor.as_of
    known = settings.everywhere([ASSISTANT_ENABLED.key], day)
    held = list(serving(actor))
    due = next_reviews(held, day)
    by_office: dict[int, Mapping[str, int]] = {
        row["office"]: {"waiting": row["waiting"], "others": row["others"]}
        for row in Nomination.objects.values("office").annotate(
            waiting=Count("id", filter=Q(case__state="with_inspector")),
            others=Count("id", filter=Q(case__state__in=["draft", "agreed", "not_agreed"])),
        )
    }
    places = visible_offices().filter(kind=Office.Kind.PROVINCIAL).select_related("province").order_by("code")
    return [_office_row(office, day, known, held, due, by_office.get(office.pk, {})) for office in places]


def _office_row(
    office: Office,
    day: date,
    known: Mapping[tuple[str, str], settings.Value],
    held: Iterable[Assignment],
    due: Mapping[int, Due],
    counts: Mapping[str, int],
) -> OfficeRow:
    mine = [one for one in held if one.office_id == office.pk]
    value = (
        known.get((ASSISTANT_ENABLED.key, settings.place_of(office.code))) or known[ASSISTANT_ENABLED.key, ""]
    )
    return OfficeRow(
        office,
        bool(value.value),
        in_office=sum(day in one.valid for one in mine),
        planned=sum(one.valid.lower > day for one in mine),
        waiting=counts.get("waiting", 0),
        open=counts.get("others", 0),
        overdue=sum(due[one.pk].word == "overdue" for one in mine),
    )


# --- What waits ---


def work(actor: Actor) -> Iterator[worklist.Waiting]:
    """The source of "my work": nominations, reviews and terms that wait for the actor."""
    if actor.holding(CHIEF_KINDS):
        yield from _of_chief(actor)
    places = _inspected(actor)
    if places is not None:
        yield from _of_inspector(actor, places)


def _inspected(actor: Actor) -> Q | None:
    """Which offices wait for this actor's opinion: of an inspector those of his group, of the centre those
    whose province no inspector has today."""
    if actor.holding([AssignmentKind.INSPECTOR]):
        mine = in_force(actor.as_of).filter(
            pk__in=[held.assignment_id for held in actor.holding([AssignmentKind.INSPECTOR])]
        )
        return Q(office__province__in=_provinces(mine, actor.as_of))
    if actor.holding([AssignmentKind.CENTRAL_ADMIN]):
        every = in_force(actor.as_of).filter(kind=AssignmentKind.INSPECTOR)
        return ~Q(office__province__in=_provinces(every, actor.as_of))
    return None


def _provinces(inspectors: QuerySet[Assignment], day: date) -> QuerySet[Any]:
    """The provinces that these inspectors' groups have on a day."""
    return inspectors.filter(
        inspection_group__zones__valid__contains=day,
        inspection_group__zones__zone__members__valid__contains=day,
    ).values("inspection_group__zones__zone__members__province")


def _of_inspector(actor: Actor, places: Q) -> Iterator[worklist.Waiting]:
    rows = nominations(actor).filter(places, case__state="with_inspector").order_by("case__state_since")
    yield _heap(
        _("การเสนอชื่อผู้ช่วยฯ ที่รอความเห็นผู้ตรวจราชการ"),
        rows,
        f"{reverse('offices:nomination-list')}?state=with_inspector",
        "offices:nomination-detail",
        "nomination",
    )
    waiting = reviews(actor).filter(places, case__state="with_inspector").order_by("case__state_since")
    yield _heap(
        _("ผลการประเมินผู้ช่วยฯ ที่รอข้อสังเกตผู้ตรวจราชการ"),
        waiting,
        f"{reverse('offices:assistantreview-list')}?state=with_inspector",
        "offices:assistantreview-detail",
        "assistant_review",
    )


def _of_chief(actor: Actor) -> Iterator[worklist.Waiting]:
    mine = [held.office_id for held in actor.holding(CHIEF_KINDS)]
    rows = nominations(actor).filter(office__in=mine).exclude(person=actor.person_id)
    yield _heap(
        _("การเสนอชื่อผู้ช่วยฯ ที่รอท่านดำเนินการ"),
        rows.filter(case__state__in=["draft", "agreed", "not_agreed"]).order_by("case__state_since"),
        reverse("offices:nomination-list"),
        "offices:nomination-detail",
        "nomination",
    )
    held = [one for one in serving(actor).filter(office__in=mine) if one.person_id != actor.person_id]
    if not held:
        return
    due = next_reviews(held, actor.as_of)
    pressing = [one for one in held if due[one.pk].word in ("soon", "overdue")]
    yield worklist.Waiting(
        title=_("ผู้ช่วยฯ ที่ถึงกำหนดประเมิน"),
        count=len(pressing),
        url=reverse("offices:assistant-list"),
        rows=tuple(_pressing(one, due[one.pk]) for one in pressing[:SHOWN]),
    )
    notice = int(dated.of(actor.as_of, [dated.END_NOTICE])[dated.END_NOTICE].value)
    ending = [
        one
        for one in held
        if one.valid.upper is not None and one.valid.upper - timedelta(days=notice) <= actor.as_of
    ]
    yield worklist.Waiting(
        title=_("ผู้ช่วยฯ ที่ใกล้ครบวาระ"),
        count=len(ending),
        url=reverse("offices:assistant-list"),
        rows=tuple(
            worklist.Row(
                label=one.person.name,
                url=reverse("offices:assistant-detail", args=[one.uuid]),
                due=_("วันสุดท้าย %s") % calendar.format_date(one.valid.upper - timedelta(days=1)),
            )
            for one in ending[:SHOWN]
        ),
        hint=_("เสนอชื่อต่อ หรือปล่อยให้ครบวาระ"),
    )
    closed = reviews(actor).filter(office__in=mine, outcome="end", case__state="closed")
    unended = [
        review
        for review in closed.exclude(person=actor.person_id)[:SHOWN]
        if any(
            one.person_id == review.person_id
            and one.group_id == review.group_id
            and one.valid.lower == review.appointed_on
            and actor.as_of in one.valid
            for one in held
        )
    ]
    yield worklist.Waiting(
        title=_("ผลการประเมินให้พ้น ยังไม่มีคำสั่งมีผล"),
        count=len(unended),
        url=reverse("offices:assistant-list"),
        rows=tuple(
            worklist.Row(
                label=one.person.name, url=reverse("offices:assistantreview-detail", args=[one.uuid])
            )
            for one in unended
        ),
    )


def _pressing(one: Assignment, due: Due) -> worklist.Row:
    assert due.stretch is not None  # neither soon nor overdue without one
    url = (
        reverse("offices:assistantreview-detail", args=[due.review.uuid])
        if due.review
        else reverse("offices:assistant-detail", args=[one.uuid])
    )
    return worklist.Row(
        label=one.person.name,
        url=url,
        detail=_("รอบที่ %s") % due.stretch.nth,
        due=_("ครบกำหนด %s") % calendar.format_date(due.stretch.due),
        state=word("review_due", due.word),
    )


def _heap(title: str, rows: QuerySet[Any], url: str, detail: str, words: str) -> worklist.Waiting:
    def as_row(row: Any) -> worklist.Row:
        return worklist.Row(
            label=row.person.name,
            url=reverse(detail, args=[row.uuid]),
            detail=row.office.short_th,
            due=_("ตั้งแต่ %s") % calendar.format_date(row.case.state_since),
            state=word(words, row.case.state),
        )

    return worklist.heap(title, rows, SHOWN, as_row, url=url)
