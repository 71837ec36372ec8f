"""Reading levels and ratings: of one person, and of many for the lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from offices.learning import evidence, policies
from offices.learning.dated import Settings
from offices.learning.evidence import Count
from offices.learning.rounds import Round, round_of
from offices.models import Person
from offices.models.learning import (
    Assessment,
    AssessmentLine,
    Competency,
    LevelDescriptor,
    Subject,
    SubjectLevel,
)
from offices.selectors.placements import placements
from portal.actors import Actor
from portal.scope import current

ROUNDS_SHOWN = 4


def newest(subject: str, day: date) -> Subquery:
    """Somebody's level in a subject on a day, as a column of a query over people; NULL where none was set."""
    rows = SubjectLevel.objects.filter(person=OuterRef("pk"), subject=subject, since__lte=day)
    return Subquery(rows.order_by("-since", "-id").values("level")[:1])


def people_with_levels(actor: Actor) -> QuerySet[Any]:
    """The people whose levels the reader sees and who are placed in an office of the scope today, each with
    his level in every subject (``level_policy`` …, 0 where none was set), his office and group."""
    placed, offices = placements(actor.as_of), current().offices
    if offices is not None:
        placed = placed.filter(office__in=offices)
    seat = placed.filter(person=OuterRef("pk")).order_by("office__code", "id")
    people = policies.levels_seen(actor).filter(pk__in=placed.values("person"))
    return people.annotate(
        office_code=Subquery(seat.values("office__code")[:1]),
        office_name=Subquery(seat.values("office__short_th")[:1]),
        group_code=Subquery(seat.values("group__code")[:1]),
        group_name=Subquery(seat.values("group__name_th")[:1]),
        **{
            f"level_{subject.value}": Coalesce(
                newest(subject.value, actor.as_of), 0, output_field=IntegerField()
            )
            for subject in Subject
        },
    )


def levels_on(person: Person, day: date) -> dict[str, SubjectLevel]:
    """The newest row of each subject in which somebody has a level on a day; one query."""
    rows = SubjectLevel.objects.filter(person=person, since__lte=day).order_by("subject", "-since", "-id")
    return {row.subject: row for row in rows.distinct("subject")}


def history(person: Person) -> QuerySet[SubjectLevel]:
    """Every level ever set for somebody, newest first."""
    return SubjectLevel.objects.filter(person=person).order_by("-since", "-id")


@dataclass(frozen=True)
class Standing:
    """A person's standing in one subject: what was set, what the evidence speaks for, and the evidence."""

    subject: Subject
    level: int
    row: SubjectLevel | None
    supported: int
    counts: tuple[Count, ...]


def standings(person: Person, day: date, settings: Settings, counts: Iterable[Count]) -> list[Standing]:
    """Somebody's standing in every subject on a day; one query."""
    rows, counts = levels_on(person, day), list(counts)
    return [
        Standing(
            subject,
            rows[subject.value].level if subject.value in rows else 0,
            rows.get(subject.value),
            evidence.supported(counts, subject.value, settings),
            tuple(one for one in counts if one.subject == subject.value),
        )
        for subject in Subject
    ]


def descriptors(competency: str | None = None) -> dict[int, LevelDescriptor]:
    """What each level means: of subjects, or of one core competency."""
    return {row.level: row for row in LevelDescriptor.objects.filter(competency=competency).order_by("level")}


# --- Ratings ---


@dataclass(frozen=True)
class Rating:
    """One competency in a round: what the person says, what his superior says; None where nobody has."""

    competency: Competency
    round: Round
    own: int | None
    superior: int | None
    expected: int

    @property
    def gap(self) -> int | None:
        """How far the superior's rating lies below the expected level; 0 when it does not."""
        return None if self.superior is None else max(0, self.expected - self.superior)


def newest_sheets(person: Person, rounds: Iterable[Round]) -> dict[tuple[Round, str], Assessment]:
    """The sheet that counts of each round and kind; one query."""
    years = {one.fiscal_year for one in rounds}
    rows = Assessment.objects.filter(person=person, fiscal_year__in=years).order_by("id")
    return {(Round(row.fiscal_year, row.half), row.kind): row for row in rows}


def rounds_back(day: date, count: int = ROUNDS_SHOWN) -> list[Round]:
    """The round of a day and those before it, newest first."""
    found = [round_of(day)]
    while len(found) < count:
        found.append(found[-1].before)
    return found


def ratings(person: Person, day: date, expected: int) -> list[Rating]:
    """Somebody's ratings in the latest rounds, newest round first; three queries."""
    rounds = rounds_back(day)
    sheets = newest_sheets(person, rounds)
    lines: dict[tuple[int, str], int] = {
        (sheet, competency): level
        for sheet, competency, level in AssessmentLine.objects.filter(
            assessment__in=[row.pk for row in sheets.values()]
        ).values_list("assessment_id", "competency_id", "level")
    }
    competencies = list(Competency.objects.order_by("position"))
    found = []
    for one in rounds:
        own, superior = (
            sheets.get((one, kind)) for kind in (Assessment.Kind.SELF, Assessment.Kind.SUPERVISOR)
        )
        if own is None and superior is None:
            continue
        for competency in competencies:
            found.append(
                Rating(
                    competency,
                    one,
                    lines.get((own.pk, competency.pk)) if own else None,
                    lines.get((superior.pk, competency.pk)) if superior else None,
                    expected,
                )
            )
    return found


# --- Hours ---


@dataclass(frozen=True)
class Hours:
    """Hours of development in a fiscal year: training, and certified days in others' work."""

    training: Decimal
    stints: Decimal

    @property
    def total(self) -> Decimal:
        return self.training + self.stints


def hours_of(counts: Iterable[Count]) -> Hours:
    """The hours in somebody's counts of a fiscal year."""
    training = stints = Decimal(0)
    for one in counts:
        if one.deed in (evidence.Deed.TRAINED, evidence.Deed.TAUGHT):
            training += one.hours
        elif one.deed in (evidence.Deed.SHADOWED, evidence.Deed.ROTATED):
            stints += one.hours
    return Hours(training, stints)
