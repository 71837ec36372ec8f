"""An assistant's work in each of the four subjects, as a review shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from offices.learning import evidence
from offices.learning.dated import MAIN
from offices.learning.evidence import Count, Deed
from offices.models.learning import Subject


@dataclass(frozen=True)
class Work:
    """What somebody did in one subject: matters screened, commented and checked; of the acts of screening
    those that came back later; of his checks and screenings those after which something was found wrong.
    None where nobody can know."""

    subject: str
    screened: int = 0
    commented: int = 0
    checked: int = 0
    prepared: int = 0
    acts: int = 0
    returned: int | None = None
    defects: int | None = None

    @property
    def label(self) -> Any:
        return Subject(self.subject).label

    @property
    def return_rate(self) -> float | None:
        """Percent of the acts of screening that came back; None where nobody can know."""
        return None if self.returned is None or not self.acts else 100 * self.returned / self.acts

    def as_json(self) -> dict[str, Any]:
        """As it is kept with a review."""
        return asdict(self)


def of(person_id: int, since: date, until: date) -> list[Work]:
    """Somebody's work between two days, both included: one row for each subject, whatever he did."""
    return in_subjects(evidence.counts([person_id], since, until)[person_id])


def in_subjects(counts: Iterable[Count]) -> list[Work]:
    """The counts of one person by subject."""
    by_subject: dict[str, dict[Deed, Count]] = {subject.value: {} for subject in MAIN}
    for one in counts:
        if one.subject in by_subject:
            by_subject[one.subject][one.deed] = one
    return [_work(subject, done) for subject, done in by_subject.items()]


def _work(subject: str, done: Mapping[Deed, Count]) -> Work:
    def amount(*deeds: Deed) -> int:
        return sum(done[deed].amount for deed in deeds if deed in done)

    screened = done.get(Deed.SCREENED)
    known = [one.defects for one in done.values() if one.defects is not None]
    return Work(
        subject=subject,
        screened=amount(Deed.SCREENED),
        commented=amount(Deed.COMMENTED),
        checked=amount(Deed.CHECKED),
        prepared=amount(Deed.PREPARED, Deed.ENDORSED),
        acts=screened.acts if screened else 0,
        returned=screened.returned if screened else None,
        defects=sum(known) if known else None,
    )


def kept(rows: Iterable[Mapping[str, Any]]) -> list[Work]:
    """The work as it was kept with a review."""
    return [Work(**row) for row in rows]
