"""Each rule of learning in the database, by itself: whatever way a row comes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offices.learning.services.rules import SENTENCES
from offices.learning.workflow import PLAN
from offices.models.learning import (
    Assessment,
    AssessmentLine,
    Attendance,
    DevelopmentItem,
    DevelopmentPlan,
    RecordRequest,
    Stint,
    StintDay,
    TrainingSession,
)
from portal import calendar
from portal.calendar import fiscal_year
from tests.learning import world as small
from tests.learning.world import DAY, YEAR, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


def refused(constraint: str, function: Any, *, said: bool = True) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        function()
    assert caught.value.__cause__.diag.constraint_name == constraint
    if said:
        assert constraint in SENTENCES


def protected(function: Any) -> None:
    with pytest.raises(InternalError), transaction.atomic():
        function()


def raw(statement: str, **params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_levels(world: World) -> None:
    officer, head = world.person("officer"), world.person("head")
    first = small.level(officer, "mining", 2, head, date(2026, 3, 1))
    refused("subjectlevel_dates_in_order", lambda: small.level(officer, "mining", 3, head, date(2026, 2, 28)))
    assert small.level(officer, "mining", 3, head, date(2026, 3, 1)).level == 3
    assert small.level(officer, "policy", 3, head, date(2026, 2, 1)).level == 3, (
        "another subject has its own days"
    )
    refused("subjectlevel_range", lambda: small.level(officer, "mining", 6, head, DAY))
    refused("subjectlevel_subject", lambda: small.level(officer, "fishing", 1, head, DAY))
    refused("subjectlevel_by_another", lambda: small.level(officer, "mining", 1, officer, DAY))
    for statement in ("UPDATE offices_subjectlevel SET level = 5", "DELETE FROM offices_subjectlevel"):
        protected(lambda statement=statement: raw(statement))
    refused(
        "subjectlevel_has_evidence",
        lambda: raw("INSERT INTO offices_subjectlevel (uuid, person_id, subject, level, since, basis, evidence, counts,"
                    " set_by_id, set_by_name, set_as, set_at) SELECT gen_random_uuid(), person_id, subject, level, since,"
                    " basis, '', counts, set_by_id, '', '', set_at FROM offices_subjectlevel WHERE id = %(id)s AND false"
                    " OR id = (SELECT max(id) FROM offices_subjectlevel)", id=first.pk),
    )  # fmt: skip


def test_ratings(world: World) -> None:
    officer, head = world.person("officer"), world.person("head")

    def sheet(**values: Any) -> Assessment:
        given = {"person": officer, "fiscal_year": YEAR, "half": 1, "kind": "self", "made_by": officer,
                 "made_by_name": "-", "made_as": "-", "made_at": calendar.now()} | values  # fmt: skip
        return Assessment.objects.create(**given)

    refused("assessment_round", lambda: sheet(half=3))
    refused("assessment_round", lambda: sheet(fiscal_year=2026))
    refused("assessment_by_whom", lambda: sheet(made_by=head))
    refused("assessment_by_whom", lambda: sheet(kind="supervisor"))
    row = sheet()
    line = AssessmentLine.objects.create(assessment=row, competency_id="TEAM", level=3)
    refused(
        "assessmentline_once",
        lambda: AssessmentLine.objects.create(assessment=row, competency_id="TEAM", level=4),
        said=False,
    )
    refused(
        "assessmentline_range",
        lambda: AssessmentLine.objects.create(assessment=row, competency_id="SERVICE", level=0),
    )
    protected(lambda: AssessmentLine.objects.filter(pk=line.pk).update(level=5))
    protected(lambda: Assessment.objects.filter(pk=row.pk).update(note="x"))


def test_a_plan_goes_only_the_steps_there_are(world: World) -> None:
    allowed = {(source, one.target) for one in PLAN for source in one.sources}
    states = DevelopmentPlan.State.values
    for number, (before, later) in enumerate(product(states, states)):
        row = small.plan(world.person("officer"), before, 2500 + number)

        def go(row: DevelopmentPlan = row, later: str = later) -> None:
            DevelopmentPlan.objects.filter(pk=row.pk).update(state=later)

        if before == later or (before, later) in allowed:
            go()
        else:
            refused("developmentplan_steps", go)
    row = small.plan(world.person("officer"))
    refused(
        "developmentplan_steps", lambda: DevelopmentPlan.objects.filter(pk=row.pk).update(fiscal_year=2571)
    )
    refused("developmentplan_once_a_year", lambda: small.plan(world.person("officer")))
    refused("developmentplan_year_is_be", lambda: small.plan(world.person("head"), year=2026))
    protected(lambda: raw("DELETE FROM offices_developmentplan"))
    protected(lambda: row.acts.update(note="x"))


def test_items(world: World) -> None:
    row = small.plan(world.person("officer"))
    refused("developmentitem_one_aim", lambda: small.item(row, subject=""))
    refused("developmentitem_one_aim", lambda: small.item(row, competency_id="TEAM"))
    small.item(row, subject="", competency_id="TEAM")
    refused("developmentitem_level", lambda: small.item(row, target_level=0))
    refused("developmentitem_hours", lambda: small.item(row, planned_hours=0))
    refused("developmentitem_period", lambda: small.item(row, ends_on=date(2026, 12, 31)))
    refused("developmentitem_has_topic", lambda: small.item(row, topic=""))
    for first, last in ((date(2026, 9, 30), DAY), (DAY, date(2027, 10, 1))):
        period = {"starts_on": first, "ends_on": last}
        refused("developmentitem_inside_year", lambda period=period: small.item(row, **period))
    one = small.item(row, starts_on=date(2026, 10, 1), ends_on=date(2027, 9, 30))

    def change(**values: Any) -> None:
        DevelopmentItem.objects.filter(pk=one.pk).update(**values)

    refused("developmentitem_done_while_running", lambda: change(done_hours=1))
    for state in ("proposed", "approved", "under_way"):
        DevelopmentPlan.objects.filter(pk=row.pk).update(state=state)
        refused("developmentitem_planned_in_draft", lambda: change(topic="อื่น"))
        refused("developmentitem_planned_in_draft", lambda: small.item(row))
        refused("developmentitem_planned_in_draft", one.delete)
    change(done_hours=3, evidence="ทำแล้ว")
    refused("developmentitem_planned_in_draft", lambda: change(done_hours=4, topic="อื่น"))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_the_database_and_the_calendar_agree_on_the_fiscal_year(db: None, day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT offices_fiscal_year(%s)", [day])
        assert cursor.fetchone() == (fiscal_year(day),)


def test_training(world: World) -> None:
    officer = world.person("officer")
    row = small.session(world.here)
    refused("trainingsession_one_year", lambda: small.session(world.here, ends_on=date(2027, 10, 1)))
    refused("trainingsession_one_year", lambda: small.session(world.here, fiscal_year=2569))
    refused("trainingsession_period", lambda: small.session(world.here, ends_on=date(2026, 11, 1)))
    refused("trainingsession_hours", lambda: small.session(world.here, hours=0))
    refused("trainingcourse_once", lambda: small.session(world.here, row.course.name_th))
    refused("attendance_hours_of_session", lambda: small.attend(officer, row, 13))
    refused("attendance_hours_of_those_there", lambda: small.attend(officer, row, 0))
    refused(
        "attendance_hours_of_those_there",
        lambda: Attendance.objects.create(session=row, person=officer, state="absent", hours=1),
    )
    small.attend(officer, row, 12)
    refused("attendance_once", lambda: small.attend(officer, row, 6))
    refused(
        "trainingsession_hours_attended", lambda: TrainingSession.objects.filter(pk=row.pk).update(hours=11)
    )
    TrainingSession.objects.filter(pk=row.pk).update(hours=30)


def test_stints_and_their_days(world: World) -> None:
    officer, head = world.person("officer"), world.person("head")
    refused("stint_host_is_another", lambda: small.stint(officer, officer, world.here))
    refused("stint_period", lambda: small.stint(officer, head, world.here, ends_on=date(2026, 10, 31)))
    refused("stint_planned_days", lambda: small.stint(officer, head, world.here, planned_days=0))
    refused("stint_closed_has_result", lambda: small.stint(officer, head, world.here, "closed", result=""))
    rotation = small.stint(officer, head, world.here, kind="rotation")
    later = {"starts_on": date(2026, 11, 30), "ends_on": date(2026, 12, 31)}
    refused(
        "stint_one_rotation_at_a_time",
        lambda: small.stint(officer, head, world.there, kind="rotation", **later),
    )
    small.stint(officer, head, world.there, "proposed", kind="rotation", **later)
    small.stint(officer, head, world.there, **later)  # following somebody meanwhile is no second place
    next_day = later | {"starts_on": date(2026, 12, 1)}
    small.stint(officer, head, world.there, kind="rotation", **next_day)
    row = small.stint(officer, head, world.here)
    refused("stintday_inside_stint", lambda: small.day(row, date(2026, 12, 1)))
    waiting = small.stint(officer, head, world.here, "proposed")
    refused("stintday_inside_stint", lambda: small.day(waiting))
    refused("stintday_hours", lambda: small.day(row, hours=13))
    one = small.day(row)
    refused("stintday_once", lambda: small.day(row))

    def sign(**values: Any) -> None:
        given = {"state": "certified", "signed_by": head, "signed_at": calendar.now()} | values
        StintDay.objects.filter(pk=one.pk).update(**given)

    refused("stintday_by_another", lambda: sign(signed_by=officer))
    refused("stintday_signature_is_whole", lambda: sign(signed_by=None), said=False)
    refused("stintday_declined_has_reason", lambda: sign(state="declined"), said=False)
    refused(
        "stint_keeps_its_days", lambda: Stint.objects.filter(pk=row.pk).update(starts_on=date(2026, 11, 6))
    )
    sign()
    refused("stintday_signed_once", lambda: sign(state="declined", reason="x"))
    refused("stintday_signed_once", lambda: StintDay.objects.filter(pk=one.pk).update(hours=1))
    refused("stintday_person_of_stint", lambda: StintDay.objects.create(
        stint=row, person=head, day=date(2026, 11, 9), hours=Decimal(1), activities="x"), said=False)  # fmt: skip
    assert rotation.pk


def test_record_requests(world: World) -> None:
    officer, chief = world.person("officer"), world.person("chief")

    def ask(**values: Any) -> RecordRequest:
        given = {"office": world.here, "person": officer, "since": date(2026, 1, 1), "until": DAY, "purpose": "x",
                 "asked_by": officer, "asked_name": "-", "asked_as": "-", "asked_at": calendar.now()} | values  # fmt: skip
        return RecordRequest.objects.create(**given)

    refused("recordrequest_period", lambda: ask(until=date(2025, 1, 1)))
    refused("recordrequest_has_purpose", lambda: ask(purpose=""))
    row = ask()
    refused("recordrequest_one_open", ask)

    def decide(**values: Any) -> None:
        given = {"decided_by": chief, "decided_at": calendar.now()} | values
        RecordRequest.objects.filter(pk=row.pk).update(**given)

    refused("recordrequest_issued_has_document", lambda: decide(state="issued"), said=False)
    refused("recordrequest_declined_has_reason", lambda: decide(state="declined"), said=False)
    refused("recordrequest_by_another", lambda: decide(state="declined", reason="x", decided_by=officer))
    refused("recordrequest_decision_is_whole", lambda: decide(state="withdrawn", decided_by=None), said=False)
    decide(state="withdrawn", decided_by=officer)


def test_every_sentence_stands_for_a_rule_of_the_database() -> None:
    names = [
        name for name in SENTENCES
        if name.startswith(("subjectlevel", "assessment", "development", "training", "attendance", "stint", "recordrequest"))
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes UNION"
            " SELECT m[1] FROM pg_proc, regexp_matches(prosrc, 'CONSTRAINT = ''(\\w+)''', 'g') AS m"
        )
        known = {row[0] for row in cursor.fetchall()}
    assert len(names) > 40 and set(names) <= known
