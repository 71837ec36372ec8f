"""Training, days in others' work, and assessments as evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.learning.evidence.registry import Count, Deed, Entry
from offices.models.learning import Attendance, StintDay, SubjectLevel
from portal import sql
from portal.scope import nation


class TrainingEvidence:
    """Sessions somebody attended, and those in which he taught."""

    code = "training"
    label = gettext_lazy("การอบรม")

    def counts(self, people: Collection[int], since: date, until: date) -> Iterator[Count]:
        """See ``Source``."""
        rows = _counted(_TRAINING_COUNTS, people, since, until)
        for person, subject, role, amount, hours in rows:
            yield Count(person, subject, _of_role(role), amount=amount, acts=amount, hours=hours)

    def entries(self, person: int, since: date, until: date) -> Iterator[Entry]:
        """See ``Source``."""
        rows = Attendance.objects.filter(
            person=person,
            state=Attendance.State.ATTENDED,
            session__ends_on__gte=since,
            session__ends_on__lte=until,
        )
        for row in rows.select_related("session__course", "session__office"):
            course = row.session.course
            yield Entry(
                row.session.ends_on,
                course.name_th,
                _of_role(row.role),
                course.subject,
                row.session.office.short_th,
                row.result,
                row.hours,
            )


def _of_role(role: str) -> Deed:
    return Deed.TAUGHT if role == Attendance.Role.SPEAKER else Deed.TRAINED


class StintEvidence:
    """Certified days of shadowing and rotation."""

    code = "stint"
    label = gettext_lazy("การหมุนเวียนและเรียนรู้งาน")

    def counts(self, people: Collection[int], since: date, until: date) -> Iterator[Count]:
        """See ``Source``."""
        for person, subject, kind, days, hours in _counted(_STINT_COUNTS, people, since, until):
            yield Count(person, subject, _of_kind(kind), amount=days, acts=days, hours=hours)

    def entries(self, person: int, since: date, until: date) -> Iterator[Entry]:
        """See ``Source``."""
        rows = StintDay.objects.filter(
            person=person, state=StintDay.State.CERTIFIED, day__gte=since, day__lte=until
        )
        for row in rows.select_related("stint__host_office"):
            yield Entry(
                row.day,
                row.activities,
                _of_kind(row.stint.kind),
                row.stint.subject,
                row.stint.host_office.short_th,
                _("รับรองโดย %s") % row.signed_name,
                row.hours,
            )


def _of_kind(kind: str) -> Deed:
    return Deed.ROTATED if kind == "rotation" else Deed.SHADOWED


class AssessmentEvidence:
    """Levels that were set in a period: they speak for no level themselves and are listed only."""

    code = "assessment"
    label = gettext_lazy("การประเมิน")

    def counts(self, people: Collection[int], since: date, until: date) -> Iterator[Count]:
        """See ``Source``."""
        rows = SubjectLevel.objects.filter(person__in=list(people), since__gte=since, since__lte=until)
        amounts = Counter(rows.values_list("person_id", "subject"))
        for (person, subject), amount in amounts.items():
            yield Count(person, subject, Deed.ASSESSED, amount=amount, acts=amount)

    def entries(self, person: int, since: date, until: date) -> Iterator[Entry]:
        """See ``Source``."""
        rows = SubjectLevel.objects.filter(person=person, since__gte=since, since__lte=until)
        for row in rows.order_by("since", "id"):
            what = _("ระดับ %(level)s ด้าน%(subject)s") % {
                "level": row.level,
                "subject": row.get_subject_display(),
            }
            yield Entry(row.since, what, Deed.ASSESSED, row.subject, "", row.evidence)


def _counted(statement: str, people: Collection[int], since: date, until: date) -> list[tuple[Any, ...]]:
    """The rows of a count over people and days."""
    with nation("evidence: people's own training goes with them"):
        return sql.rows(statement, {"people": list(people), "since": since, "until": until})


_TRAINING_COUNTS = """
SELECT a.person_id, c.subject, a.role, count(*), sum(a.hours)
FROM offices_attendance a
JOIN offices_trainingsession s ON s.id = a.session_id
JOIN offices_trainingcourse c ON c.id = s.course_id
WHERE a.person_id = ANY(%(people)s) AND a.state = 'attended'
  AND s.ends_on BETWEEN %(since)s AND %(until)s
GROUP BY 1, 2, 3
"""

_STINT_COUNTS = """
SELECT d.person_id, s.subject, s.kind, count(*), sum(d.hours)
FROM offices_stintday d JOIN offices_stint s ON s.id = d.stint_id
WHERE d.person_id = ANY(%(people)s) AND d.state = 'certified' AND d.day BETWEEN %(since)s AND %(until)s
GROUP BY 1, 2, 3
"""
