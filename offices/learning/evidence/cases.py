"""The matters of a case type as evidence, counted from the events of its cases."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from offices.learning.evidence.registry import Count, Deed, Entry
from portal import calendar, sql
from portal.scope import nation


@dataclass(frozen=True)
class CaseEvidence:
    """The matters of one case type: which acts of its workflow are which deeds, and which send back.

    ``deeds`` names for each act the deeds it is (a merged act is two). ``returns`` are the acts that send a
    matter back, ``findings`` those by which the check of a result says that something was wrong; a type
    without such a check leaves them out. ``opinion`` reads an act's data as words, for the lists.
    """

    code: str  # of the case type
    label: Any
    subject: str
    deeds: Mapping[str, Sequence[Deed]]
    returns: Sequence[str] = ()
    findings: Sequence[str] = ()
    opinions: Mapping[str, Any] | None = None

    def _params(self, people: Collection[int], since: date, until: date) -> dict[str, Any]:
        return {
            "type": self.code,
            "people": list(people),
            "acts": list(self.deeds),
            "returns": list(self.returns),
            "findings": list(self.findings),
            **_moments(since, until),
        }

    def counts(self, people: Collection[int], since: date, until: date) -> Iterator[Count]:
        """See ``Source``. A deed counts matters once, however often they came back."""
        with nation("evidence: what people did in whichever office"):
            rows = sql.rows(_CASE_COUNTS, self._params(people, since, until))
        by_deed: dict[tuple[int, Deed], tuple[set[int], int, int, int]] = {}
        for person, act, matters, acts, returned, found in rows:
            for deed in self.deeds[act]:
                seen, a, r, f = by_deed.get((person, deed), (set(), 0, 0, 0))
                by_deed[person, deed] = (seen | set(matters), a + acts, r + returned, f + found)
        for (person, deed), (seen, acts, returned, found) in by_deed.items():
            yield Count(
                person,
                self.subject,
                deed,
                amount=len(seen),
                acts=acts,
                returned=returned if self.returns and deed != Deed.COMMENTED else None,
                defects=found if self.findings and deed != Deed.COMMENTED else None,
            )

    def entries(self, person: int, since: date, until: date) -> Iterator[Entry]:
        """See ``Source``."""
        with nation("evidence: what a person did in whichever office"):
            rows = sql.rows(_CASE_ENTRIES, self._params([person], since, until))
        opinions = self.opinions or {}
        for at, title, act, place, opinion in rows:
            for deed in self.deeds[act]:
                yield Entry(
                    calendar.local_date(at),
                    title,
                    deed,
                    self.subject,
                    place,
                    str(opinions.get(opinion, "")) if deed == Deed.SCREENED else "",
                )


def _moments(since: date, until: date) -> dict[str, datetime]:
    return {
        "from_at": calendar.start_of_day(since),
        "until_at": calendar.start_of_day(until + timedelta(days=1)),
    }


_ACTS = """
    FROM offices_caseevent e
    JOIN offices_case c ON c.id = e.case_id AND c.office_id = e.office_id
    WHERE c.case_type_id = %(type)s AND e.person_id = ANY(%(people)s) AND e.transition = ANY(%(acts)s)
      AND e.at >= %(from_at)s AND e.at < %(until_at)s
"""

# An act in two capacities is two events of one version: it counts once. What became of it says the next
# event of its case that moved it on.
_CASE_COUNTS = f"""
WITH acts AS (
    SELECT DISTINCT e.person_id, e.transition, e.case_id, e.version_after {_ACTS}
), steps AS (
    SELECT case_id, version_after,
           lead(transition) OVER (PARTITION BY case_id ORDER BY version_after) AS next
    FROM (SELECT DISTINCT e.case_id, e.version_after, e.transition FROM offices_caseevent e
          WHERE e.case_id IN (SELECT case_id FROM acts) AND e.from_state <> e.to_state) AS moved
)
SELECT a.person_id, a.transition, array_agg(DISTINCT a.case_id), count(*),
       count(*) FILTER (WHERE s.next = ANY(%(returns)s)), count(*) FILTER (WHERE s.next = ANY(%(findings)s))
FROM acts a LEFT JOIN steps s USING (case_id, version_after)
GROUP BY 1, 2
"""

_CASE_ENTRIES = f"""
SELECT DISTINCT ON (e.case_id, e.version_after)
       e.at, c.title, e.transition, (SELECT o.short_th FROM offices_office o WHERE o.id = e.office_id),
       e.data->>'opinion'
{_ACTS}
ORDER BY e.case_id, e.version_after, e.id
"""
