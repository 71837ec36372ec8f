"""What a deed is, what a count says, and the registry of sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from django.utils.translation import gettext_lazy

from offices.learning.dated import Settings
from offices.models.learning import Subject


class Deed(StrEnum):
    """What somebody did. One word for one thing, whatever the source."""

    PREPARED = "prepared"
    ENDORSED = "endorsed"
    SCREENED = "screened"
    COMMENTED = "commented"
    CERTIFIED = "certified"
    CHECKED = "checked"
    VISITED = "visited"
    TRAINED = "trained"
    TAUGHT = "taught"
    SHADOWED = "shadowed"
    ROTATED = "rotated"
    ASSESSED = "assessed"

    @property
    def label(self) -> Any:
        return _DEEDS[self][0]

    @property
    def unit(self) -> Any:
        return _DEEDS[self][1]


_MATTERS, _TIMES, _DAYS = gettext_lazy("เรื่อง"), gettext_lazy("ครั้ง"), gettext_lazy("วัน")
_DEEDS: Mapping[Deed, tuple[Any, Any]] = {
    Deed.PREPARED: (gettext_lazy("จัดทำและเสนอ"), _MATTERS),
    Deed.ENDORSED: (gettext_lazy("สอบทาน"), _MATTERS),
    Deed.SCREENED: (gettext_lazy("กลั่นกรอง"), _MATTERS),
    Deed.COMMENTED: (gettext_lazy("ให้ข้อคิดเห็น"), _MATTERS),
    Deed.CERTIFIED: (gettext_lazy("รับรองหรือตัดสิน"), _MATTERS),
    Deed.CHECKED: (gettext_lazy("ตรวจผลงาน"), _MATTERS),
    Deed.VISITED: (gettext_lazy("ออกตรวจหรือเยี่ยม"), _TIMES),
    Deed.TRAINED: (gettext_lazy("เข้าอบรม"), _TIMES),
    Deed.TAUGHT: (gettext_lazy("เป็นวิทยากร"), _TIMES),
    Deed.SHADOWED: (gettext_lazy("เรียนรู้จากผู้ปฏิบัติจริง"), _DAYS),
    Deed.ROTATED: (gettext_lazy("หมุนเวียนงาน"), _DAYS),
    Deed.ASSESSED: (gettext_lazy("ได้รับการประเมินระดับ"), _TIMES),
}
MATTERS = (
    Deed.PREPARED,
    Deed.ENDORSED,
    Deed.SCREENED,
    Deed.COMMENTED,
    Deed.CERTIFIED,
    Deed.CHECKED,
)
LEARNING = (Deed.TRAINED, Deed.TAUGHT, Deed.SHADOWED, Deed.ROTATED)


@dataclass(frozen=True)
class Count:
    """How much of one deed a person did in a subject ('' for none in particular).

    ``returned``: of the acts, those that a later step sent back; ``defects``: those in whose result the
    check found something. None where nobody can know. ``hours`` of training and stints.
    """

    person: int
    subject: str
    deed: Deed
    amount: int
    acts: int = 0
    returned: int | None = None
    defects: int | None = None
    hours: Decimal = Decimal(0)

    def plus(self, other: Count) -> Count:
        """The two as one; what one of them cannot know stays as the other knows it."""
        return replace(
            self,
            amount=self.amount + other.amount,
            acts=self.acts + other.acts,
            returned=_both(self.returned, other.returned),
            defects=_both(self.defects, other.defects),
            hours=self.hours + other.hours,
        )

    @property
    def return_rate(self) -> Decimal | None:
        """Percent of the acts that came back; None where nobody can know."""
        return None if self.returned is None or not self.acts else Decimal(100 * self.returned) / self.acts


def _both(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


@dataclass(frozen=True)
class Entry:
    """One line behind a count: when, what, where, and anything said about it."""

    day: date
    what: str
    deed: Deed
    subject: str
    place: str = ""
    said: str = ""
    hours: Decimal | None = None


class Source(Protocol):
    """Where evidence comes from. Both days of a period belong to it."""

    @property
    def code(self) -> str:
        """Its name among the sources."""

    @property
    def label(self) -> Any:
        """What it is called, in Thai."""

    def counts(self, people: Collection[int], since: date, until: date) -> Iterable[Count]:
        """What these people did, by person, subject and deed; a few queries however many they are."""

    def entries(self, person: int, since: date, until: date) -> Iterable[Entry]:
        """The lines behind one person's counts."""


_sources: dict[str, Source] = {}


def register_evidence(source: Source) -> None:
    """Add a source of evidence; call from ``AppConfig.ready``. Another under the same code is an error."""
    known = _sources.setdefault(source.code, source)
    if known is not source and known != source:
        raise ValueError(f"evidence {source.code} registered twice")


def sources() -> tuple[Source, ...]:
    """Every source, in the order of registration."""
    return tuple(_sources.values())


def counts(people: Collection[int], since: date, until: date) -> dict[int, list[Count]]:
    """What each of these people did in a period, every source together: by person, in the order of
    subjects and deeds."""
    found: dict[tuple[int, str, Deed], Count] = {}
    for source in _sources.values() if people else ():
        for one in source.counts(people, since, until):
            key = (one.person, one.subject, one.deed)
            found[key] = found[key].plus(one) if key in found else one
    by_person: dict[int, list[Count]] = {person: [] for person in people}
    subjects, deeds = ["", *Subject.values], list(Deed)
    for key in sorted(found, key=lambda key: (subjects.index(key[1]), deeds.index(key[2]))):
        by_person[key[0]].append(found[key])
    return by_person


def entries(person: int, since: date, until: date) -> list[Entry]:
    """Every line of a person's evidence in a period, oldest first."""
    found = [one for source in _sources.values() for one in source.entries(person, since, until)]
    return sorted(found, key=lambda one: (one.day, one.what, one.deed))


def supported(of_person: Iterable[Count], subject: str, settings: Settings) -> int:
    """The highest level for which the evidence in a subject speaks; 0 when none does.

    It proposes; a superior decides. Level 1: training, 2: days in others' work, 3: own matters, 4: matters
    of others screened or checked, 5: teaching.
    """
    amounts: dict[Deed, int] = {}
    for one in of_person:
        if one.subject == subject:
            amounts[one.deed] = amounts.get(one.deed, 0) + one.amount
    reached = 0
    for level, deeds in _SPEAKS_FOR.items():
        if sum(amounts.get(deed, 0) for deed in deeds) >= settings.evidence_needed(level):
            reached = level
    return reached


_SPEAKS_FOR: Mapping[int, tuple[Deed, ...]] = {
    1: (Deed.TRAINED,),
    2: (Deed.SHADOWED, Deed.ROTATED),
    3: (Deed.PREPARED, Deed.ENDORSED),
    4: (Deed.SCREENED, Deed.CHECKED),
    5: (Deed.TAUGHT,),
}
