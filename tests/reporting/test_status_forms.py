"""Forms of which we hold the status only: who owes them by the registry's facts, and how statuses come in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories.models import Factory, FactoryState
from portal import dated, jobs
from portal.models import Batch, Job
from portal.scope import nation
from reporting import forms
from reporting.forms.due import due_at
from reporting.models import Fact, Obligation, Submission
from reporting.rules import Rule, check, context, rules_of, thresholds
from reporting.selectors.completeness import completeness
from reporting.selectors.sheets import current_rows, template_rows
from reporting.services import obligations
from tests.offices import make
from tests.reporting.world import World, build, drop_stage
from tests.screens.conftest import account

pytestmark = pytest.mark.django_db

YEAR = date(2025, 1, 1)
CHEM = forms.declaration("CHEM", YEAR)
LAST = date(2025, 12, 31)


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with time_machine.travel(datetime(2026, 5, 20, 3, tzinfo=UTC), tick=False):
        yield build()


def known(world: World, *states: tuple[date | None, dict[str, Any]], **factory: Any) -> Factory:
    """A factory whose facts change on the days given (None: since ever)."""
    made = world.factory(**factory)
    ends = [*(since for since, _facts in states[1:]), None]
    with nation("test"):
        for (since, given), end in zip(states, ends, strict=True):
            values = {"category": 3, "status": "operating", "in_estate": False} | given
            FactoryState.objects.create(
                factory=made,
                province_id=made.province_id,
                valid=DateRange(since, end),
                source="test",
                **values,
            )
    return made


def owing(form: str = "CHEM") -> set[int]:
    with nation("test"):
        rows = Obligation.objects.filter(form_id=form, period=YEAR, owed=True)
        return set(rows.values_list("factory_id", flat=True))


def test_periods_of_a_year() -> None:
    assert CHEM.over(date(2026, 5, 20), 9) == [date(2025, 1, 1), date(2024, 1, 1)]  # none before it began
    assert CHEM.over(date(2025, 12, 31), 1) == [date(2024, 1, 1)]
    assert CHEM.begins(YEAR) and not CHEM.begins(date(2025, 2, 1))
    assert (CHEM.end(YEAR), CHEM.earlier(YEAR)) == (LAST, date(2024, 1, 1))
    assert CHEM.shown(YEAR) == "ปี 2568" and CHEM.status_only
    assert forms.versions("PROD-M")[0].shown(YEAR) == "มกราคม 2568"


def test_due_days_are_those_of_the_following_year(world: World) -> None:
    assert due_at(CHEM, YEAR).date() == date(2026, 4, 30)
    assert due_at(forms.declaration("WASTE-G", YEAR), YEAR).date() == date(2026, 4, 1)


def test_who_owes_is_who_was_category_3_on_the_day(world: World) -> None:
    owes = known(world, (None, {}))
    stopped = known(world, (None, {"status": "stopped_temporarily"}))
    rose = known(world, (None, {"category": 2}), (date(2025, 12, 31), {}))
    fell_after = known(world, (None, {}), (date(2026, 1, 1), {"category": 2}))
    opened = known(world, (None, {"status": "licensed_not_started"}), (date(2025, 6, 1), {}))
    known(world, (None, {}), (date(2025, 12, 31), {"category": 2}))
    known(world, (None, {}), (date(2025, 6, 1), {"status": "deregistered"}))
    known(world, (None, {"in_estate": True}))
    known(world, (None, {"status": "licensed_not_started"}))
    obligations.generate(form="CHEM", period=YEAR)
    assert owing() == {one.pk for one in (owes, stopped, rose, fell_after, opened)}
    with nation("test"):
        assert "31 ธ.ค. 2568" in Obligation.objects.get(factory=owes).reason


def test_a_registry_that_began_later_speaks_by_its_first_word(world: World) -> None:
    begun = date(2026, 2, 1)
    taken = known(world, (begun, {}))
    old = known(world, (begun, {}), licensed_on=date(2010, 1, 1))
    known(world, (begun, {}), licensed_on=date(2026, 1, 15))  # licensed after the day: it was not there
    known(world, (begun, {"category": 2}), (date(2026, 3, 1), {}))  # its first word is category 2
    obligations.generate(form="CHEM", period=YEAR)
    assert owing() == {taken.pk, old.pk}
    with nation("test"):
        assert "ข้อมูลแรก" in Obligation.objects.get(factory=taken).reason
    dated.decide(
        actor=None,
        key="reporting.owed_before_known:CHEM",
        value=False,
        since=date(2025, 1, 1),
        source="ทดสอบ",
    )
    obligations.generate(form="CHEM", period=YEAR)
    assert owing() == set()


def test_settings_decide(world: World) -> None:
    two = known(world, (None, {"category": 2}))
    estate = known(world, (None, {"in_estate": True}))
    for key, value in (("categories", [2, 3]), ("in_estate", True)):
        dated.decide(
            actor=None,
            key=f"reporting.owed_{key}:WASTE-G",
            value=value,
            since=date(2025, 1, 1),
            source="ทดสอบ",
        )
    for form in ("WASTE-G", "CHEM"):
        obligations.generate(form=form, period=YEAR)
    assert owing("WASTE-G") == {two.pk, estate.pk} and owing("CHEM") == set()


DAYS = st.dates(date(2024, 6, 1), date(2026, 4, 30))
FACTS = st.fixed_dictionaries(
    {
        "category": st.sampled_from([1, 2, 3, 3, None]),
        "status": st.sampled_from(
            ["operating", "stopped_temporarily", "deregistered", "licensed_not_started"]
        ),
        "in_estate": st.booleans(),
    }
)
HISTORIES = st.lists(
    st.tuples(
        st.lists(st.tuples(DAYS, FACTS), min_size=1, max_size=4, unique_by=lambda one: one[0]),
        st.none() | DAYS,
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=HISTORIES, later=HISTORIES)
def test_obligations_follow_dated_facts(world: World, histories: Any, later: Any) -> None:
    """Against a plain reading of each history: opened, closed, changed category, known late; the preview
    counts what is written; again writes nothing; a changed registry releases and takes up, and no row goes."""

    def expected(states: Any, licensed: date | None) -> bool:
        ordered = sorted(states, key=lambda one: one[0])
        before = [facts for day, facts in ordered if day <= LAST]
        if not before and licensed is not None and licensed > LAST:
            return False
        facts = before[-1] if before else ordered[0][1]
        operating = facts["status"] in ("operating", "stopped_temporarily")
        return bool(facts["category"] == 3 and operating and not facts["in_estate"])

    def check_all(factories: list[Factory], stories: Any, had: int) -> None:
        should = {f.pk for f, (s, licensed) in zip(factories, stories, strict=True) if expected(s, licensed)}
        before = owing()
        [found] = obligations.differences(form="CHEM", period=YEAR, provinces=["25"]) or [None]
        if found is not None:
            assert (found.more, found.fewer, found.same) == (
                len(should - before), len(before - should), len(should & before),
            )  # fmt: skip
        else:
            assert should == set()
        obligations.generate(form="CHEM", period=YEAR)
        assert owing() == should
        assert obligations.generate(form="CHEM", period=YEAR) == 0
        with nation("test"):
            assert Obligation.objects.filter(form_id="CHEM").count() >= had

    with transaction.atomic():
        factories = [known(world, *sorted(s, key=lambda x: x[0]), licensed_on=day) for s, day in histories]
        check_all(factories, histories, 0)
        changed = [later[at % len(later)] for at in range(len(factories))]
        with nation("test"):
            had = Obligation.objects.filter(form_id="CHEM").count()
            for factory, (states, licensed) in zip(factories, changed, strict=True):
                FactoryState.objects.filter(factory=factory).delete()
                ordered = sorted(states, key=lambda one: one[0])
                ends = [*(day for day, _facts in ordered[1:]), None]
                for (since, facts), end in zip(ordered, ends, strict=True):
                    FactoryState.objects.create(
                        factory=factory, province_id="25", valid=DateRange(since, end), source="t", **facts
                    )
                Factory.objects.filter(pk=factory.pk).update(licensed_on=licensed)
        check_all(factories, changed, had)
        transaction.set_rollback(True)


def test_the_refresh_keeps_to_its_provinces(world: World) -> None:
    here, there = known(world, (None, {})), known(world, (None, {}), province="19")
    obligations.generate(form="CHEM", period=YEAR, provinces=["25"])
    assert owing() == {here.pk}
    [place] = obligations.differences(form="CHEM", period=YEAR, provinces=["19"])
    assert (place.province, place.more, place.same) == ("19", 1, 0)
    obligations.generate(form="CHEM", period=YEAR)
    assert owing() == {here.pk, there.pk}
    with nation("test"):  # falls out here, but the refresh of the other province leaves it
        FactoryState.objects.filter(factory=here).update(category=2)
    obligations.generate(form="CHEM", period=YEAR, provinces=["19"])
    assert here.pk in owing()


# --- statuses come in ------------------------------------------------------------------------------


def row(factory: Factory, day: str = "15/04/2569", **more: str) -> dict[str, str]:
    return {"factory_no": factory.number14 or "", "submitted_on": day, **more}


def send(world: World, rows: list[dict[str, str]], form: str = "CHEM") -> Batch:
    return world.send(rows, form=form, period=YEAR)


def counts() -> tuple[int, int, int, int]:
    with nation("test"):
        [here] = completeness(form="CHEM", period=YEAR)
    return here.owed, here.reported, here.on_time, here.late


def test_statuses_are_taken_counted_and_taken_back(world: World) -> None:
    a, b, c = (known(world, (None, {})) for _ in range(3))
    batch = send(world, [row(a, nil="ใช่"), row(b, "02/05/2569")])
    assert (batch.counts["new"], batch.counts["refused"]) == (2, 0)
    assert {finding.code for finding in batch.findings.all()} == {"V28"}  # late is said, never refused
    world.apply(batch)
    assert counts() == (3, 2, 1, 1)
    with nation("test"):
        obligation = Obligation.objects.select_related("current").get(factory=a)
        assert obligation.first_submitted_at == datetime(2026, 4, 14, 17, tzinfo=UTC)  # 15 April in Bangkok
        assert obligation.current.lines.get().payload == {"submitted_on": "2026-04-15", "nil": True}
        exported = list(current_rows(form=CHEM, period=YEAR))
        assert [one["factory_no"] for one in template_rows(form=CHEM, period=YEAR)] == [c.number14]
    same = send(world, [{key: str(value) for key, value in one.items()} for one in exported])
    assert (same.counts["same"], same.counts["new"], same.counts["changed"]) == (2, 0, 0)
    corrected = send(world, [row(b, "30/04/2569")])  # the day was mistyped: in time after all
    assert corrected.counts["changed"] == 1
    world.apply(corrected)
    assert counts() == (3, 2, 2, 0)
    assert world.undo(corrected) == {"undone": 1, "kept": 0}
    assert counts() == (3, 2, 1, 1)
    assert world.undo(batch)["undone"] == 1  # a's; b's was corrected since
    assert counts() == (3, 1, 0, 1)


def test_what_cannot_be_is_refused(world: World) -> None:
    a, b, c = (known(world, (None, {})) for _ in range(3))
    batch = send(world, [row(a, "21/05/2569"), row(b, ""), row(c, "01/04/2569"), row(c, "01/04/2569")])
    found = {(finding.code, finding.row_no) for finding in batch.findings.exclude(level="info")}
    assert {("STA01", 2), ("V01", 3), ("STA03", 4)} <= found
    early = send(world, [row(a, "01/11/2568"), row(c, "2/4/69")])
    assert ("STA02", 2) in {(f.code, f.row_no) for f in early.findings.all()}
    assert early.counts["refused"] == 1  # a two-digit year is never guessed
    two_days = send(world, [row(a, "01/04/2569"), row(a, "02/04/2569")])
    assert two_days.counts["refused"] == 2


def test_a_year_that_is_not_over_is_not_taken(world: World) -> None:
    from portal.intake.handlers import IntakeError

    for period in (date(2026, 1, 1), date(2025, 2, 1)):
        with pytest.raises(IntakeError):
            world.send([], form="CHEM", period=period)


@pytest.mark.parametrize(
    "rule", [r for r in rules_of(CHEM) if r.code.startswith("STA")], ids=lambda r: r.name
)
def test_examples(world: World, rule: Rule) -> None:
    from portal import sql
    from portal.intake import stage

    good = {
        "row_no": 2, "report": 1, "factory_no": "x", "factory_id": 1, "submitted_on": "2026-04-15",
        "received_on": "2026-05-20", "period_end": "2025-12-31", "is_foreign": False, "owed": True,
        "is_deregistered": False, "days_late": 0, "is_locked": False, "is_first": True, "header_mixed": "",
        "rows_of_report": 1, "current_version": 0, "changes": 0,
    }  # fmt: skip
    with nation("test"), transaction.atomic():
        stage.create(CHEM.sheet())
        context.build(context.Asked(CHEM, YEAR, "25", due_at(CHEM, YEAR), due_at(CHEM, YEAR)))
        for number, example in enumerate((example.passes, example.fails) for example in rule.examples):
            for at, changes in enumerate(example):
                values = good | {"row_no": 10 * number + at} | dict(changes)
                sql.execute(
                    f"INSERT INTO stage_checked ({', '.join(values)}) "
                    f"VALUES ({', '.join(f'%({key})s' for key in values)})",
                    values,
                )
        check.run(rules_of(CHEM), CHEM.sheet(), thresholds.on(YEAR))
        told = sql.rows("SELECT row_no FROM stage_finding WHERE code = %(code)s", {"code": rule.code})
    drop_stage()
    assert [number % 10 for (number,) in told] == [1] * len(rule.examples)


# --- pages -----------------------------------------------------------------------------------------


@pytest.fixture
def officer(world: World) -> Client:
    made = Client()
    made.force_login(account("OFFICER", place=make.office("25")))
    session = made.session
    session["second_factor"] = True
    session.save()
    return made


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:2000]
    return str(response.content.decode())


def address(name: str) -> str:
    return reverse(f"reporting:{name}", args=["CHEM", YEAR])


def test_a_year_is_made_after_a_preview_and_counted(world: World, officer: Client) -> None:
    a, b = (known(world, (None, {})) for _ in range(2))
    elsewhere = known(world, (None, {}), province="19")
    home = text(officer.get(reverse("reporting:form-list")))
    assert "ปี 2568" in home and "เฉพาะสถานะ" in home and "obliged/CHEM" not in home
    assert "ยังไม่ได้สร้างรายชื่อ" in text(officer.get(address("form-detail")))
    plan = text(officer.get(address("obligation-edit")))
    assert "2 โรงงาน" in plan and "ยังไม่ยืนยัน" in plan and "สระบุรี" not in plan
    assert owing() == set()  # looking writes nothing
    assert officer.post(address("obligation-edit")).status_code == 302
    job = Job.objects.get(kind="reporting.obligations")
    assert job.args["provinces"] == ["25"]
    jobs.run(job.pk)
    assert owing() == {a.pk, b.pk} and elsewhere.pk not in owing()
    world.apply(send(world, [row(a)]))
    page = text(officer.get(address("form-detail")))
    assert "(50.0 %)" in page and b.name in page and a.name not in page and "เฉพาะสถานะ" in page
    assert "เปิดชุดรายงาน" not in page  # nothing to certify
    for by in ("office", "district", "type"):
        counted = text(officer.get(address("completeness-list"), {"by": by, "missing": "yes"}))
        assert "50.0 %" in counted and "รวมทั้งหมด 1 รายการ" in counted
    exported = b"".join(officer.get(address("completeness-list"), {"export": "csv"}).streaming_content)
    assert "– · ปราจีนบุรี,2,1,50.0,1,50.0,0,1" in exported.decode()
    assert text(officer.get(address("obligation-list"), {"state": "missing"})).count(b.name) == 1
    template = officer.get(address("form-export"))
    assert template.status_code == 200 and b"".join(template.streaming_content)[:2] == b"PK"


def test_a_status_is_typed_in(world: World, officer: Client) -> None:
    a = known(world, (None, {}))
    url = reverse("reporting:submission-add", args=["CHEM", YEAR, a.uuid])
    assert "เพิ่มบรรทัดผลิตภัณฑ์" not in text(officer.get(url))
    assert "อยู่หลังวันที่ส่ง" in text(officer.post(url, {"h-submitted_on": "21/05/2569", "h-nil": ""}), 422)
    drop_stage()
    answer = officer.post(url, {"h-submitted_on": "15/04/2569", "h-nil": "true"})
    assert answer.status_code == 302
    page = text(officer.get(answer["Location"]))
    assert "15 เม.ย. 2569" in page and "เฉพาะสถานะ" in page and "ปี 2568" in page
    assert counts() == (1, 1, 1, 0)
    with nation("test"):
        assert Fact.objects.count() == 0 and Submission.objects.count() == 1


def test_addresses_of_a_year(world: World, officer: Client) -> None:
    assert officer.get("/reports/forms/CHEM/2025-02/").status_code == 404
    assert officer.get("/reports/forms/CHEM/2023-01/").status_code == 404
    assert officer.get("/reports/forms/CHEM/obliged/").status_code == 404
    assert officer.get("/intake/obliged.CHEM/").status_code == 404
