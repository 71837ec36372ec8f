"""Setting somebody's level in a subject, and rating his core competencies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from offices.learning import evidence
from offices.learning.dated import ASSESSMENT_DAYS
from offices.learning.evidence import Count
from offices.learning.policies import HIMSELF_OR_SUPERIORS, demand_deciding, own_capacity
from offices.learning.policies import superior as superior_of
from offices.learning.rounds import Round
from offices.learning.services.rules import broken, clean, empty, locked_person, person_of
from offices.models import Person
from offices.models.learning import Assessment, AssessmentLine, Competency, Subject, SubjectLevel
from offices.selectors.placements import seats
from offices.services.people import explaining_transaction
from offices.services.rules import Fault, refuse
from portal import audit, calendar, dated
from portal.actors import Actor
from portal.calendar import format_date
from portal.problems import NotAllowed

YEARS_COUNTED = 5  # of work, in the counts kept beside a level


def set_level(
    *,
    actor: Actor,
    person: Person,
    subject: str,
    level: int,
    since: date,
    basis: str,
    evidence_text: str,
) -> SubjectLevel:
    """Write down somebody's level in a subject from a day on; what was known of his work is kept beside it.

    By a superior or personnel, never by himself. A mistake is mended by a newer row. Raises NotAllowed;
    Invalid with every fault at once: an unknown subject or level, no evidence, a day in the future or
    before that of the newest row.
    """
    capacity = demand_deciding(actor, person)
    text = clean(evidence_text)
    faults: list[Fault] = []
    if subject not in Subject.values:
        faults.append(broken("subjectlevel_subject"))
    if not 0 <= level <= 5:
        faults.append(broken("subjectlevel_range"))
    if basis not in SubjectLevel.Basis.values:
        faults.append(("basis", _("ต้องเลือกว่าหลักฐานมาจากอะไร")))
    if not text:
        faults.append(broken("subjectlevel_has_evidence"))
    if since > actor.as_of:
        faults.append(("since", _("วันเริ่มอยู่ในอนาคต กำหนดระดับได้เมื่อถึงวันนั้น")))
    with explaining_transaction():
        locked_person(person)
        newest = SubjectLevel.objects.filter(person=person, subject=subject).order_by("-since", "-id").first()
        if newest is not None and since < newest.since:
            said = _("ระดับในด้านนี้กำหนดไว้แล้วตั้งแต่ %s วันเริ่มต้องไม่ก่อนวันนั้น")
            faults.append(("since", said % format_date(newest.since)))
        refuse(faults)
        row = SubjectLevel.objects.create(
            person=person,
            subject=subject,
            level=level,
            since=since,
            basis=basis,
            evidence=text,
            counts=_counts(person, subject, actor.as_of),
            set_by_id=person_of(actor),
            set_by_name=actor.name,
            set_as=capacity.label,
            set_at=calendar.now(),
        )
        audit.record(actor.acting_as(capacity), "level.set", person)
    return row


def _counts(person: Person, subject: str, day: date) -> dict[str, Any]:
    since = calendar.add_months(day, -12 * YEARS_COUNTED)
    counted: list[Count] = evidence.counts([person.pk], since, day)[person.pk]
    return {
        "since": since.isoformat(),
        "until": day.isoformat(),
        "deeds": {
            one.deed.value: {
                "amount": one.amount,
                "acts": one.acts,
                "returned": one.returned,
                "defects": one.defects,
                "hours": str(one.hours),
            }
            for one in counted
            if one.subject == subject
        },
    }


def assess(
    *,
    actor: Actor,
    person: Person,
    fiscal_year: int,
    half: int,
    levels: Mapping[str, int],
    evidence_texts: Mapping[str, str] | None = None,
    note: str = "",
) -> Assessment:
    """Rate the core competencies of a round: by the person himself, or by his superior.

    ``levels`` has a level of every competency, by code. A later sheet of the same kind takes the place of
    an earlier one; none is ever changed. Raises NotAllowed; Invalid with every fault at once.
    """
    own = actor.person_id == person.pk
    capacity = (
        own_capacity(actor) if own else superior_of(actor, person.pk, seats(actor.as_of, people=[person.pk]))
    )
    if capacity is None:
        raise NotAllowed(_("ผู้ที่ทำรายการนี้ได้: %s") % HIMSELF_OR_SUPERIORS)
    known = list(Competency.objects.order_by("position"))
    faults = [*_round_faults(fiscal_year, half, actor.as_of), *_level_faults(known, levels)]
    refuse(faults)
    texts = evidence_texts or {}
    with explaining_transaction():
        locked_person(person)
        sheet = Assessment.objects.create(
            person=person,
            fiscal_year=fiscal_year,
            half=half,
            kind=Assessment.Kind.SELF if own else Assessment.Kind.SUPERVISOR,
            note=clean(note),
            made_by_id=person_of(actor),
            made_by_name=actor.name,
            made_as=capacity.label,
            made_at=calendar.now(),
        )
        AssessmentLine.objects.bulk_create(
            AssessmentLine(
                assessment=sheet,
                competency=one,
                level=levels[one.code],
                evidence=clean(texts.get(one.code, "")),
            )
            for one in known
        )
        audit.record(actor.acting_as(capacity), "assessment.made", person)
    return sheet


def _round_faults(fiscal_year: int, half: int, day: date) -> list[Fault]:
    if half not in (1, 2) or not 2400 <= fiscal_year <= 2800:
        return [broken("assessment_round")]
    asked = Round(fiscal_year, half)
    until = asked.last + timedelta(days=int(dated.on(ASSESSMENT_DAYS, day).value))
    if day < asked.first:
        said = _("รอบที่ %(round)s เริ่มวันที่ %(day)s ยังประเมินไม่ได้")
        return [("half", said % {"round": asked, "day": format_date(asked.first)})]
    if day > until:
        said = _("รอบที่ %(round)s ประเมินได้ถึงวันที่ %(day)s")
        return [("half", said % {"round": asked, "day": format_date(until)})]
    return []


def _level_faults(known: list[Competency], levels: Mapping[str, int]) -> list[Fault]:
    faults = []
    for one in known:
        level = levels.get(one.code)
        if level is None or not 1 <= level <= 5:
            faults.append((f"level_{one.code}", _("ต้องเลือกระดับ 1 ถึง 5")))
    return [*faults, *empty(**({} if known else {"level": ""}))]
