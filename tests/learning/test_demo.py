"""The demonstration's learning: every office on the board, and the story it is meant to tell."""

from __future__ import annotations

import random
from datetime import date

import pytest
import time_machine
from django.core.management import call_command

from offices import demo
from offices.demo import DOMAIN, PILOTS
from offices.learning import boards
from offices.learning import demo as learning
from offices.learning.selectors import readiness
from offices.models.learning import Attendance, DevelopmentPlan, RecordRequest, StintDay, SubjectLevel
from portal import calendar
from portal.scope import nation
from tests.offices import papers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2026, 10, 1), date(2027, 9, 30)])
def test_the_board_tells_its_story_on_whatever_day(today: date) -> None:
    call_command("load_reference", verbosity=0)
    with (
        papers.undrawn(),
        time_machine.travel(calendar.end_of_day(today), tick=False),
        nation("test"),
    ):
        demo.create_staff(rng=random.Random(1), today=today)
        learning.write(today=today)
        rows = {row.unit.code: row for row in boards.board(readiness.ground(today))}
        assert len(rows) == 76
        found = {code: {one.subject.value: one.state for one in rows[code].covers} for code in PILOTS}
        assert found["25"]["mining"] == "single" and found["25"]["promotion"] == "gap"
        assert found["73"]["promotion"] == "nobody"
        assert {one.state for one in rows["15"].covers} <= {
            "unknown",
            "not_required",
        }
        assert set(found["20"].values()) <= {"covered", "not_required"}
        assert {rows[code].assistants for code in ("20", "21", "19", "14")} == {"ready"}
        assert rows["25"].assistants == "behind" and rows["71"].assistants == "off"
        assert rows["20"].plans.done > 0
        assert DevelopmentPlan.objects.filter(state="proposed").exists()
        assert StintDay.objects.filter(state="logged").count() == 2
        assert sorted(RecordRequest.objects.values_list("state", flat=True)) == ["asked", "issued"]
        assert Attendance.objects.filter(state="enrolled").exists()
        assert SubjectLevel.objects.filter(person__user__email=f"chief.25@{DOMAIN}").exists()
        said = list(
            SubjectLevel.objects.order_by("id").values_list("person__user__email", "subject", "level")
        )
    assert len(said) > 300
