"""Evidence: what the registry counts of real cases, training and stints, and for which level it speaks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from offices.learning import dated, evidence
from offices.learning.evidence import CaseEvidence, Count, Deed, registry
from offices.models import Case
from offices.models.learning import Subject
from offices.services.cases import case_transition, open_case
from portal import calendar
from portal.scope import NOTHING, nation
from reporting.workflow import EVIDENCE, WORKFLOW
from tests.learning import world as small
from tests.learning.world import DAY, World
from tests.offices import flow, make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
SINCE, UNTIL = date(2026, 10, 1), DAY
MATTERS = CaseEvidence(
    code=flow.FLOW.case_type,
    label="เรื่องทดสอบ",
    subject="factories",
    deeds={
        "submit": (Deed.PREPARED,),
        "endorse": (Deed.ENDORSED,),
        "endorse_and_screen": (Deed.ENDORSED, Deed.SCREENED),
        "screen": (Deed.SCREENED,),
        "comment": (Deed.COMMENTED,),
        "certify": (Deed.CERTIFIED,),
    },
    returns=("send_back", "reopen"),
    opinions={"agree": "เห็นชอบ"},
)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> None:
    """These matters are the only source."""
    monkeypatch.setattr(registry, "_sources", {MATTERS.code: MATTERS})
    flow.EFFECTS.clear()
    flow.REFUSE.clear()
    flow.ready()


@pytest.fixture
def team(world: World) -> dict[str, Any]:
    make.assistants_on(world.here)
    helper = make.assign(make.person("ผู้ช่วย", user=make.user()), "ASSISTANT", world.here)
    world.rows["helper"] = helper
    return {name: world.actor(name) for name in ("officer", "head", "helper", "chief", "miner")}


def matter(world: World, by: Any) -> Case:
    group = make.group(world.here, "FACTORY")
    return open_case(actor=by, case_type=flow.FLOW.case_type, office=world.here, group=group, title="เรื่องหนึ่ง")


def act(case: Case, name: str, actor: Any, **values: Any) -> None:
    version = Case.objects.get(pk=case.pk).version
    case_transition(case_id=case.pk, name=name, actor=actor, expected_version=version, **values)


def told(person: Any) -> dict[Deed, tuple[int, int, int | None]]:
    (found,) = evidence.counts([person.pk], SINCE, UNTIL).values()
    return {one.deed: (one.amount, one.acts, one.returned) for one in found}


def test_matters_acts_and_what_came_back(world: World, only: None, team: dict[str, Any]) -> None:
    first, second = matter(world, team["officer"]), matter(world, team["officer"])
    act(first, "submit", team["officer"])
    act(first, "send_back", team["head"], reason="ไม่ครบ")
    act(first, "submit", team["officer"])
    act(first, "endorse", team["head"])
    act(first, "comment", team["head"])
    act(first, "screen", team["helper"], data={"opinion": "agree"})
    act(first, "certify", team["chief"])
    act(second, "submit", team["officer"])
    officer, head, helper, chief = (world.person(n) for n in ("officer", "head", "helper", "chief"))
    assert told(officer) == {Deed.PREPARED: (2, 3, 1)}
    assert told(head) == {Deed.ENDORSED: (1, 1, 0), Deed.COMMENTED: (1, 1, None)}
    assert told(helper) == {Deed.SCREENED: (1, 1, 0)}
    assert told(chief) == {Deed.CERTIFIED: (1, 1, 0)}
    act(first, "reopen", team["chief"], reason="แก้ตัวเลข")
    assert told(chief) == {Deed.CERTIFIED: (1, 1, 1)}
    assert told(helper) == {Deed.SCREENED: (1, 1, 0)}, "what came after the decision is not the screener's"
    (count,) = evidence.counts([officer.pk], SINCE, UNTIL)[officer.pk]
    assert count.return_rate == Decimal(100) / 3 and count.defects is None and count.subject == "factories"
    (line,) = evidence.entries(helper.pk, SINCE, UNTIL)
    assert (line.day, line.what, line.deed, line.said) == (DAY, "เรื่องหนึ่ง", Deed.SCREENED, "เห็นชอบ")
    assert line.place == world.here.short_th
    assert evidence.counts([officer.pk], date(2026, 10, 1), date(2026, 11, 19))[officer.pk] == []


def test_an_act_in_two_capacities_is_two_deeds_and_one_act(
    world: World, only: None, team: dict[str, Any]
) -> None:
    make.assign(world.person("head"), "ASSISTANT", world.here, group=make.group(world.here, "POLICY"))
    both = world.actor("head")
    case = matter(world, team["officer"])
    act(case, "submit", team["officer"])
    act(case, "endorse_and_screen", both)
    assert told(world.person("head")) == {Deed.ENDORSED: (1, 1, 0), Deed.SCREENED: (1, 1, 0)}
    assert [one.deed for one in evidence.entries(world.person("head").pk, SINCE, UNTIL)] == [
        Deed.ENDORSED,
        Deed.SCREENED,
    ]


def test_work_goes_with_the_person_and_costs_two_queries_for_many(
    world: World, only: None, team: dict[str, Any]
) -> None:
    act(matter(world, team["officer"]), "submit", team["officer"])
    people = [world.person(n).pk for n in ("officer", "head", "miner", "there")]
    with world.actor("there").scope.active(), CaptureQueriesContext(connection) as caught:
        found = evidence.counts(people, SINCE, UNTIL)
    assert len(caught.captured_queries) == 1 and found[people[0]][0].amount == 1 and found[people[3]] == []
    with NOTHING.active():
        assert evidence.counts(people, SINCE, UNTIL)[people[0]][0].amount == 1


def test_what_the_check_of_results_found_is_counted_where_there_is_one(
    world: World, monkeypatch: pytest.MonkeyPatch, team: dict[str, Any]
) -> None:
    checked = CaseEvidence(
        code=flow.FLOW.case_type, label="-", subject="mining", deeds={"certify": (Deed.CERTIFIED,)},
        findings=("reopen",),
    )  # fmt: skip
    monkeypatch.setattr(registry, "_sources", {checked.code: checked})
    flow.ready()
    case = matter(world, team["officer"])
    act(case, "submit", team["officer"])
    act(case, "endorse", team["head"])
    act(case, "screen", team["helper"])
    act(case, "certify", team["chief"])
    act(case, "reopen", team["chief"], reason="พบข้อบกพร่อง")
    (count,) = evidence.counts([world.person("chief").pk], SINCE, UNTIL)[world.person("chief").pk]
    assert (count.defects, count.returned, count.return_rate, count.subject) == (1, None, None, "mining")


def test_training_and_days_that_were_certified(world: World) -> None:
    officer, head = world.person("officer"), world.person("head")
    small.attend(officer, small.session(world.here, "ตรวจโรงงาน"), 12)
    small.attend(officer, small.session(world.here, "สอนตรวจ", subject=""), 3, role="speaker")
    late = small.session(
        world.here, "เมื่อปีก่อน", fiscal_year=2569, starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 30)
    )
    small.attend(officer, late)
    stint = small.stint(officer, head, world.there)
    small.day(stint, date(2026, 11, 4), "certified")
    small.day(stint, date(2026, 11, 5), "logged")
    small.day(
        small.stint(officer, head, world.here, kind="rotation", subject="policy"),
        date(2026, 11, 6),
        "certified",
        7,
    )
    small.level(officer, "factories", 2, head, date(2026, 10, 2))
    found = evidence.counts([officer.pk], SINCE, UNTIL)[officer.pk]
    assert [(one.subject, one.deed, one.amount, one.hours) for one in found] == [
        ("", Deed.TAUGHT, 1, 3),
        ("policy", Deed.ROTATED, 1, 7),
        ("factories", Deed.TRAINED, 1, 12),
        ("factories", Deed.ASSESSED, 1, 0),
        ("mining", Deed.SHADOWED, 1, 6),
    ]
    assert [one.what for one in evidence.entries(officer.pk, SINCE, UNTIL)] == [
        "ระดับ 2 ด้านโรงงาน", "ตรวจโรงงาน", "สอนตรวจ", "ตามไปตรวจ", "ตามไปตรวจ",
    ]  # fmt: skip


def test_one_source_a_code() -> None:
    evidence.register_evidence(EVIDENCE)  # twice the same is once
    with pytest.raises(ValueError, match="twice"):
        evidence.register_evidence(CaseEvidence(EVIDENCE.code, "-", "mining", {}))
    assert {"reporting.package", "training", "stint", "assessment"} <= {
        one.code for one in evidence.sources()
    }


def test_the_package_names_acts_of_its_workflow_only() -> None:
    names = {one.name for one in WORKFLOW.transitions}
    assert set(EVIDENCE.deeds) | set(EVIDENCE.returns) <= names
    passed_on = names - set(EVIDENCE.deeds) - set(EVIDENCE.returns)
    assert passed_on == {"call_up", "withdraw"}


# --- For which level evidence speaks ---

deeds = st.lists(st.tuples(st.sampled_from(list(Deed)), st.integers(0, 9)), max_size=8)
NEEDED = {1: 1, 2: 3, 3: 5, 4: 5, 5: 1}


@pytest.fixture(scope="module")
def rules(django_db_setup: None, django_db_blocker: Any) -> dated.Settings:
    with django_db_blocker.unblock(), nation("test"):
        return dated.every(DAY)


@given(given=deeds, more=st.tuples(st.sampled_from(list(Deed)), st.integers(1, 9)))
def test_more_evidence_never_speaks_for_less(rules: dated.Settings, given: Any, more: Any) -> None:
    def level(done: Any) -> int:
        return evidence.supported([Count(1, "mining", d, n) for d, n in done], "mining", rules)

    before = level(given)
    assert before <= level([*given, more]) <= 5
    total: dict[Deed, int] = {}
    for deed, n in given:
        total[deed] = total.get(deed, 0) + n
    got = {
        1: total.get(Deed.TRAINED, 0),
        2: total.get(Deed.SHADOWED, 0) + total.get(Deed.ROTATED, 0),
        3: total.get(Deed.PREPARED, 0) + total.get(Deed.ENDORSED, 0),
        4: total.get(Deed.SCREENED, 0) + total.get(Deed.CHECKED, 0),
        5: total.get(Deed.TAUGHT, 0),
    }
    assert before == max((n for n in got if got[n] >= NEEDED[n]), default=0)
    assert evidence.supported([Count(1, "policy", d, n) for d, n in given], "mining", rules) == 0


def test_what_was_known_is_kept_beside_a_level(world: World) -> None:
    from offices.learning.services.levels import set_level

    officer = world.person("officer")
    small.attend(officer, small.session(world.here), 12)
    with time_machine.travel(calendar.start_of_day(DAY)):
        row = set_level(
            actor=world.actor("head"), person=officer, subject=Subject.FACTORIES, level=1, since=DAY,
            basis="training", evidence_text="อบรม",
        )  # fmt: skip
    assert row.counts["deeds"] == {
        "trained": {"amount": 1, "acts": 1, "returned": None, "defects": None, "hours": "12.0"}
    }
    assert row.counts["until"] == "2026-11-20"
