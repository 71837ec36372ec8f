"""What somebody has in hand: each app tells its own kind of matter and moves it when a list is signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from offices.models import Case, CaseEvent, CaseKeeper, HandOver, HandOverItem, Office, Person
from offices.workflow import OPEN, workflows
from portal import calendar
from portal.actors import Actor
from portal.problems import Conflict
from portal.words import GROUPS, word


@dataclass(frozen=True)
class Matter:
    """One open matter. ``source`` and ``key`` name it to the app it belongs to."""

    source: str
    key: str
    what: str
    kind: str
    state: str = ""


class Seat(NamedTuple):
    """Somebody in an office from a day on, for whom matters are counted."""

    person_id: int
    office_id: int
    day: date


class Source(Protocol):
    """An app's own matters. Each runs in the caller's transaction and inside the active scope."""

    code: str

    def find(self, person: Person, office: Office, day: date) -> list[Matter]:
        """What this person has in hand in an office from a day on."""

    def count(self, seats: Collection[Seat]) -> Mapping[Seat, int]:
        """How many matters ``find`` would find for each; the queries do not grow with the seats."""

    def goes_to(self, handover: HandOver, keys: Sequence[str], day: date) -> Mapping[str, str]:
        """Whose each of these will be after a move on a day, in words, where that is not the taker alone."""

    def move(self, handover: HandOver, keys: Sequence[str], actor: Actor) -> list[Any]:
        """Move these matters to who takes them; give what ``undo`` needs, as JSON. What was finished since
        the list was made stays out of it. Raises a Problem when a matter cannot move."""

    def undo(self, handover: HandOver, moved: Sequence[Any], actor: Actor) -> None:
        """Move them back. Raises Conflict when somebody has touched one since."""


_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Add a source; apps call this when they are ready. Twice the same class is once."""
    known = _sources.setdefault(source.code, source)
    if type(known) is not type(source):
        raise ValueError(f"two sources of matters are called {source.code}")
    return source


def source_of(code: str) -> Source:
    """The source of that code. Raises KeyError."""
    return _sources[code]


def found(person: Person, office: Office, day: date) -> list[Matter]:
    """Everything a person has in hand in an office from a day on."""
    return [matter for source in _sources.values() for matter in source.find(person, office, day)]


def counted(seats: Collection[Seat]) -> Counter[Seat]:
    """How many matters ``found`` would find for each."""
    total: Counter[Seat] = Counter()
    for source in _sources.values():
        total.update(source.count(seats))
    return total


def by_source(items: Iterable[HandOverItem]) -> dict[str, list[str]]:
    """The keys of these matters by the source they belong to."""
    keys: dict[str, list[str]] = {}
    for item in items:
        keys.setdefault(item.source, []).append(item.key)
    return keys


class Going(NamedTuple):
    """One matter of a list and whose it becomes, in words."""

    item: HandOverItem
    goes_to: str


def going(handover: HandOver) -> list[Going]:
    """The matters of a list in its order: whose each will be by today's rules while it is open, whose it
    became when it moved, nobody's when it was given up."""
    if handover.state == HandOver.State.OPEN:
        return goes_to(handover, calendar.today())
    whose = handover.taker.name if handover.state == HandOver.State.MOVED else ""
    return [Going(item, whose) for item in handover.items.order_by("nth")]


def goes_to(handover: HandOver, day: date) -> list[Going]:
    """The matters of a list in its order, each with whose it will be after a move on a day or later."""
    items = list(handover.items.order_by("nth"))
    told = {
        source: source_of(source).goes_to(handover, keys, max(handover.from_day, day))
        for source, keys in by_source(items).items()
    }
    return [Going(item, told[item.source].get(item.key, handover.taker.name)) for item in items]


def open_cases() -> QuerySet[Any]:
    """Open cases of the active scope, each with ``kept_by``: whose it is."""
    keeper = CaseKeeper.objects.filter(case=OuterRef("pk")).order_by("-pk").values("person")[:1]
    opener = (
        CaseEvent.objects.filter(case=OuterRef("pk"), transition=OPEN).order_by("pk").values("person")[:1]
    )
    rows = Case.objects.annotate(kept_by=Coalesce(Subquery(keeper), Subquery(opener)))
    for workflow in workflows():
        rows = rows.exclude(case_type=workflow.case_type, state__in=workflow.final)
    return rows


class CaseMatters:
    """Cases of every type – drafts of orders and packages of reports among them – by their keeper."""

    code = "offices.case"

    def find(self, person: Person, office: Office, day: date) -> list[Matter]:
        """Open cases that he opened or that were handed to him."""
        names = {one.case_type: one for one in workflows()}
        rows = open_cases().filter(office=office, kept_by=person.pk).order_by("case_type", "pk")
        return [
            Matter(
                self.code,
                str(case.uuid),
                case.title,
                names[case.case_type_id].name_th if case.case_type_id in names else "",
                _state(names.get(case.case_type_id), case.state),
            )
            for case in rows
        ]

    def count(self, seats: Collection[Seat]) -> Mapping[Seat, int]:
        people, offices = {seat.person_id for seat in seats}, {seat.office_id for seat in seats}
        rows = open_cases().filter(office__in=offices, kept_by__in=people).values_list("kept_by", "office")
        held = Counter(rows.order_by())
        return {seat: held[seat.person_id, seat.office_id] for seat in seats}

    def goes_to(self, handover: HandOver, keys: Sequence[str], day: date) -> Mapping[str, str]:
        return {}

    def move(self, handover: HandOver, keys: Sequence[str], actor: Actor) -> list[Any]:
        rows = open_cases().filter(uuid__in=list(keys), kept_by=handover.leaver_id)
        cases = list(Case.objects.select_for_update().filter(pk__in=[row.pk for row in rows]).order_by("pk"))
        CaseKeeper.objects.bulk_create(
            CaseKeeper(case=case, office_id=case.office_id, person=handover.taker, handover=handover)
            for case in cases
        )
        return [[case.pk, case.version] for case in cases]

    def undo(self, handover: HandOver, moved: Sequence[Any], actor: Actor) -> None:
        versions = dict(moved)
        rows = list(Case.objects.select_for_update().filter(pk__in=list(versions)).order_by("pk"))
        touched = [case.title for case in rows if case.version != versions[case.pk]]
        later = CaseKeeper.objects.filter(
            case__in=rows, pk__gt=max(handover.kept.values_list("pk", flat=True), default=0)
        )
        touched += [keeper.case.title for keeper in later.select_related("case")]
        if touched:
            raise Conflict(
                _("มีผู้ดำเนินการกับเรื่องเหล่านี้หลังส่งมอบแล้ว จึงถอนคืนทั้งบัญชีไม่ได้: %s") % ", ".join(sorted(set(touched))),
                mend=_("ทำบัญชีส่งมอบกลับสำหรับเรื่องที่ต้องการ"),
            )
        CaseKeeper.objects.filter(handover=handover).delete()


def _state(workflow: Any, state: str) -> str:
    if workflow is None or state not in {one.code for one in GROUPS.get(workflow.words, ())}:
        return ""
    return word(workflow.words, state).th
