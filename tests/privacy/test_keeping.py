"""Retention says and proposes, and erases nothing; a copy of one's own data is whole and one's own."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.management import call_command
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offices.models import Assignment, Erasure, OwnCopy, PersonPrivate, PrivateReading
from offices.private import dated, erasure, own, own_copy, retention, services
from offices.private.clearance import everybody
from offices.tasks import propose_erasure
from portal import calendar, jobs, processing
from portal import dated as facts
from portal import retention as rules
from portal.models import AuditEvent, Job
from portal.problems import Conflict, NotAllowed
from portal.scope import nation
from tests.offices import make
from tests.privacy.conftest import DAY
from tests.privacy.test_private import VALUES

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(house, acts):
    actor = acts(house.keeper)
    with actor.scope.active():
        for number, person in enumerate((house.leaver, house.officer)):
            values = VALUES | {"national_id": None, "telephone": str(number)}
            services.write(actor=actor, person=person, values=values)
        yield actor


def left(house, last_day: date) -> None:
    """The leaver's last day."""
    valid = DateRange(date(2000, 1, 1), last_day + timedelta(days=1))
    Assignment.objects.filter(person=house.leaver).update(valid=valid)


# --- What is due ---


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (date(2016, 11, 20), True),  # ten years to the day
        (date(2016, 11, 21), False),
        (date(1999, 12, 31), True),
        (date(2026, 11, 19), False),
        (date(2026, 11, 20), False),
        (date(2027, 1, 1), False),
    ],
)
def test_ten_years_after_the_last_day(house, keeper, last, due):
    if last < date(2000, 1, 1):
        last = date(2000, 1, 1)
    left(house, last)
    edge = retention.PRIVATE.edge(DAY)
    assert edge == date(2016, 11, 20)
    found = retention.PRIVATE.due(edge, 10)
    assert [one.person_id for one in found] == ([house.leaver.pk] if due else [])
    assert retention.PRIVATE.count(edge) == len(found)


@given(st.integers(-3000, 300), st.integers(1, 12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
def test_due_as_the_calendar_says(house, keeper, days, years):
    """Against the rule said once more: gone on the last day, kept for whole years after it."""
    last = DAY + timedelta(days=days)
    left(house, last)
    wanted = calendar.add_months(DAY, -12 * years) >= last
    edge = calendar.add_months(DAY, -12 * years)
    assert bool(retention.PRIVATE.due(edge, 10)) == wanted


def test_a_later_setting_holds_from_its_day(house, keeper):
    facts.decide(actor=keeper, key=dated.PRIVATE_YEARS.key, value=1, since=DAY, source="ประกาศสมมติ")
    left(house, date(2024, 1, 1))
    assert retention.PRIVATE.edge(DAY - timedelta(days=1)) == date(2016, 11, 19)
    assert retention.PRIVATE.count(retention.PRIVATE.edge(DAY)) == 1


def test_whoever_still_holds_an_assignment_is_never_due(house, keeper):
    assert retention.PRIVATE.count(date(2200, 1, 1)) == 1  # the leaver, and not the officer
    Assignment.objects.filter(person=house.leaver).update(valid=DateRange(date(2000, 1, 1), None))
    assert retention.PRIVATE.count(date(2200, 1, 1)) == 0


def test_who_never_held_any_is_counted_from_the_last_writing(house, keeper):
    nobody = make.person("คนnobody")
    services.write(actor=keeper, person=nobody, values={"address": "x"})
    assert nobody.pk not in {one.person_id for one in retention.PRIVATE.due(DAY - timedelta(days=2), 10)}
    assert nobody.pk in {one.person_id for one in retention.PRIVATE.due(DAY, 10)}


def test_the_job_proposes_once_and_erases_nothing(house, keeper, capsys):
    left(house, date(2010, 9, 30))
    assert propose_erasure() == 1 and propose_erasure() == 0
    row = Erasure.objects.get()
    assert (row.state, row.person, row.asked_by) == ("proposed", house.leaver, None)
    assert "10 ปี" in row.rule and "1 ต.ค. 2553" in row.rule
    assert PersonPrivate.objects.get(person=house.leaver).key is not None
    with pytest.raises(Conflict, match="ยังไม่มีผู้ขอลบ"):
        erasure.confirm(actor=keeper, erasure=row.uuid)
    # declined under this rule it is not proposed again; under another it is
    erasure.decline(actor=keeper, erasure=row.uuid, reason="มีคดี")
    call_command("propose_erasure", on="2026-11-20")
    assert capsys.readouterr().out == "0 proposed\n"
    facts.decide(actor=keeper, key=dated.PRIVATE_YEARS.key, value=5, since=DAY, source="ประกาศสมมติ")
    assert propose_erasure() == 1
    again = erasure.ask(actor=keeper, person=house.leaver, reason="ครบกำหนด")
    assert again.state == "asked" and "5 ปี" in again.rule


def test_every_rule_is_a_setting_that_nobody_verified(house):
    known = rules.rules()
    assert {rule.key for rule in known} >= {"private", "own_copies", "exports"}
    for rule in known:
        assert not rule.keeps(DAY).verified and rule.keeps(DAY).source
        with nation("test"):
            assert rule.count(rule.edge(DAY)) == len(rule.due(rule.edge(DAY), 100))


def test_activities_are_declared_whole():
    known = processing.declared()
    assert {"personnel", "private", "accounts"} <= {one.key for one in known}
    named = {rule.key for rule in rules.rules()}
    for one in known:
        for text in (one.name, one.whose, one.data, one.purpose, one.basis, one.readers, one.safeguards):
            assert str(text).strip(), one.key
        assert one.retention in named or str(one.retention).strip()


# --- A copy for oneself ---


@pytest.fixture
def me(house, acts, keeper):
    return acts(house.officer)


def made(me) -> OwnCopy:
    with me.scope.active():
        copy, job = own_copy.ask(actor=me)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    with everybody("test"):
        return OwnCopy.objects.get(pk=copy.pk)


def taken(me, copy) -> zipfile.ZipFile:
    with me.scope.active():
        return zipfile.ZipFile(io.BytesIO(own_copy.take(actor=me, copy=copy.uuid)))


def test_a_copy_holds_every_section_twice(house, me):
    with me.scope.active():
        services.reveal(actor=me, person=house.officer, name="address", reason="")
    copy = made(me)
    archive = taken(me, copy)
    said = json.loads(archive.read("own-data.json"))
    assert set(said) == {section.key for section in own.sections()}
    private = {row["field"]: row["value"] for row in said["private"]["rows"]}
    assert private["ที่อยู่"] == VALUES["address"] and private["วันเกิด"] == "1984-02-29"
    assert said["person"]["rows"][0]["email"] == house.officer.user.email
    assert [row["kind"] for row in said["assignments"]["rows"]] == ["เจ้าหน้าที่กลุ่ม"]
    assert said["readings"]["rows"][0]["reader"] == house.officer.name
    assert said["orders"]["rows"] and said["uses"]["rows"]
    book = openpyxl.load_workbook(io.BytesIO(archive.read("own-data.xlsx")), read_only=True)
    sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    assert len(sheets) == len(said)
    for section in said.values():
        lines = sheets[section["label"][:31]]
        assert lines[0][: len(section["columns"])] == tuple(section["columns"].values())
        assert len(lines) == len(section["rows"]) + 1


def test_it_is_about_nobody_else(house, acts, me):
    text = taken(me, made(me)).read("own-data.json").decode()
    for other in (house.leaver, house.chief, house.stranger):
        assert other.last_th in house.officer.last_th or other.name not in text
    assert f'"{VALUES["telephone"]}"' not in text and '"1"' in text, "his own telephone, not the leaver's"


def test_each_field_that_goes_into_it_is_logged_and_so_is_the_taking(house, me):
    copy = made(me)
    rows = PrivateReading.objects.filter(act="exported")
    assert {row.field for row in rows} == set(VALUES) - {"national_id"}
    assert {row.reader for row in rows} == {house.officer} and all(row.job_id for row in rows)
    taken(me, copy)
    verbs = set(AuditEvent.objects.filter(object_id=str(copy.uuid)).values_list("verb", flat=True))
    assert verbs == {"own_copy.asked", "own_copy.made", "own_copy.taken"}


def test_only_its_person_takes_it(house, acts, me):
    copy = made(me)
    for name in ("keeper", "chief", "stranger", "leaver"):
        other = acts(getattr(house, name))
        with other.scope.active(), pytest.raises(OwnCopy.DoesNotExist):
            own_copy.take(actor=other, copy=copy.uuid)


def test_what_is_kept_of_it_is_sealed(me):
    copy = made(me)
    assert VALUES["address"].encode() not in bytes(copy.box) and not bytes(copy.box).startswith(b"PK")


def test_asking_twice_is_one_copy(me):
    with me.scope.active():
        first, job = own_copy.ask(actor=me)
        second, same = own_copy.ask(actor=me)
    assert (first.pk, job.pk) == (second.pk, same.pk)
    jobs.run(job.pk)
    readings = PrivateReading.objects.count()
    Job.objects.filter(pk=job.pk).update(state="queued")
    jobs.run(job.pk)  # once more, as after a kill at the last moment
    assert OwnCopy.objects.count() == 1 and PrivateReading.objects.count() == readings


def test_it_runs_out_and_a_keeper_removes_it(house, acts, me, keeper, noon):
    copy = made(me)
    assert copy.expires_on == DAY + timedelta(days=7)
    noon.move_to(calendar.end_of_day(copy.expires_on))
    later = acts(house.officer)
    taken(me, copy)
    assert not own_copy.expired(copy.expires_on)
    after = copy.expires_on + timedelta(days=1)
    from dataclasses import replace

    late = replace(later, as_of=after)
    with late.scope.active(), pytest.raises(Conflict, match="หมดอายุ"):
        own_copy.take(actor=late, copy=copy.uuid)
    with pytest.raises(NotAllowed):
        own_copy.remove_expired(actor=late)
    assert own_copy.expired(after) and own_copy.remove_expired(actor=replace(keeper, as_of=after)) == 1
    assert OwnCopy.objects.get(pk=copy.pk).box is None
    assert own_copy.remove_expired(actor=replace(keeper, as_of=after)) == 0


def test_under_the_application_role(house, acts, me, application_role):
    copy = made(me)
    assert taken(me, copy).namelist() == ["own-data.json", "own-data.xlsx"]
