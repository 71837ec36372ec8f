"""The second lock: under a role like production's a query without any filter still finds nobody else's rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from offices.models import OwnCopy, PersonPrivate, PrivateReading
from offices.private import boxes, services
from offices.private.clearance import CLEARANCE, everybody
from portal import calendar, rowlocks
from portal.scope import NATION, NOTHING, Scope, nation
from portal.seals import seal
from portal.seals import verify as verify_seals
from tests.offices import make
from tests.privacy.conftest import raw

pytestmark = [pytest.mark.django_db, pytest.mark.real]


@pytest.fixture
def rows(house, acts):
    """A row of each: officer and chief here, stranger there, and the leaver; each read once by the keeper."""
    keeper = acts(house.keeper)
    with keeper.scope.active():
        for name in ("officer", "chief", "stranger", "leaver"):
            person = getattr(house, name)
            services.write(actor=keeper, person=person, values={"address": f"ที่อยู่ของ{name}"})
            services.reveal(actor=keeper, person=person, name="address", reason="test")
    return house


def seen(scope: Scope) -> set[str]:
    """Whose rows a query without any filter finds."""
    with scope.active():
        return {
            row.person.first_th.removeprefix("คน") for row in PersonPrivate.objects.select_related("person")
        }


def read(scope: Scope) -> set[str]:
    with scope.active():
        rows = PrivateReading.objects.select_related("subject")
        return {row.subject.first_th.removeprefix("คน") for row in rows if row.subject}


ALL = {"officer", "chief", "stranger", "leaver"}


def test_each_sees_his_own_and_the_cleared_those_of_their_offices(rows, acts, application_role):
    assert seen(NOTHING) == seen(NATION) == set()
    assert seen(replace(NATION, clearance=frozenset({CLEARANCE}))) == ALL
    assert seen(acts(rows.keeper).scope) == ALL
    assert seen(acts(rows.officer).scope) == {"officer"}
    assert seen(acts(rows.chief).scope) == {"officer", "chief", "leaver"}
    assert seen(acts(rows.clerk).scope) == {"officer", "chief", "leaver"}
    assert seen(acts(rows.stranger).scope) == {"stranger"}
    assert seen(acts(rows.leaver).scope) == {"leaver"}
    # a clearance without an office, or an office without a clearance, opens nothing
    assert seen(Scope(clearance=frozenset({CLEARANCE}))) == set()
    assert seen(Scope(offices=frozenset({rows.here.pk}))) == set()
    assert seen(Scope(offices=frozenset({rows.here.pk}), clearance=frozenset({"personal"}))) == set()


def test_without_an_active_scope_the_tables_look_empty(rows, application_role):
    assert PersonPrivate.objects.count() == PrivateReading.objects.count() == OwnCopy.objects.count() == 0
    assert raw("SELECT count(*) FROM offices_personprivate") == [(0,)]


def test_what_one_scope_saw_the_next_does_not(rows, acts, application_role):
    """The connection is told anew before each statement, also when the scope changes inside a transaction
    and when a savepoint is rolled back."""
    keeper, officer = acts(rows.keeper).scope, acts(rows.officer).scope
    with keeper.active():
        assert PersonPrivate.objects.count() == 4
        with officer.active():
            assert PersonPrivate.objects.count() == 1
            with pytest.raises(RuntimeError), transaction.atomic(), keeper.active():
                assert PersonPrivate.objects.count() == 4
                raise RuntimeError
            assert PersonPrivate.objects.count() == 1
        assert len(list(PersonPrivate.objects.iterator())) == 4
    assert PersonPrivate.objects.count() == 0


def test_raw_sql_joins_and_exists_are_locked_too(rows, acts, application_role):
    with acts(rows.officer).scope.active():
        assert raw("SELECT count(*) FROM offices_personprivate") == [(1,)]
        joined = "SELECT count(*) FROM offices_person p JOIN offices_personprivate q ON q.person_id = p.id"
        assert raw(joined) == [(1,)]
        assert raw("UPDATE offices_personprivate SET changed_at = changed_at RETURNING id") == raw(
            "SELECT id FROM offices_personprivate"
        )


def test_who_sees_which_readings(rows, acts, application_role):
    assert read(NOTHING) == set()
    assert read(acts(rows.keeper).scope) == read(NATION) == ALL
    for name in ("officer", "chief", "stranger", "leaver"):
        assert read(acts(getattr(rows, name)).scope) == {name}
    assert read(acts(rows.clerk).scope) == set()
    with acts(rows.chief).scope.active():
        services.reveal(actor=acts(rows.chief), person=rows.officer, name="address", reason="ติดต่อ")
    assert read(acts(rows.chief).scope) == {"chief", "officer"}, "what he read himself"


def test_nobody_writes_that_another_read_nor_a_row_he_would_not_see(rows, acts, application_role):
    values = {
        "at": calendar.now(),
        "subject": rows.officer,
        "field": "address",
        "act": "shown",
        "reason": "x",
    }
    with acts(rows.chief).scope.active():
        PrivateReading.objects.create(reader=rows.chief, **values)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            PrivateReading.objects.create(reader=rows.officer, **values)
    other = make.person()
    row = PersonPrivate(person=other, changed_at=calendar.now())
    boxes.give_key(row)
    with (
        acts(rows.chief).scope.active(),
        pytest.raises(ProgrammingError, match="row-level"),
        transaction.atomic(),
    ):
        row.save()


def test_a_foreign_row_is_not_changed(rows, acts, application_role):
    with acts(rows.stranger).scope.active():
        assert PersonPrivate.objects.filter(person=rows.officer).update(changed_at=calendar.now()) == 0


def test_services_work_under_the_role(rows, acts, application_role):
    for who in ("keeper", "officer", "chief"):
        actor = acts(getattr(rows, who))
        with actor.scope.active():
            assert (
                services.reveal(actor=actor, person=rows.officer, name="address", reason="x")
                == "ที่อยู่ของofficer"
            )
    me = acts(rows.clerk)
    with me.scope.active():  # a first row of one's own
        services.write(actor=me, person=rows.clerk, values={"telephone": "080"})
    with everybody("test"):
        assert PersonPrivate.objects.count() == 5


def test_everything_is_sealed_under_the_role(rows, application_role):
    """The seal reads every event table, this one too; what it cannot see would be missing from it. The
    server's identity needs a right that the test's role has not, so that it is asked as the owner."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("GRANT EXECUTE ON FUNCTION pg_control_system() TO portal_app_of_privacy_tests")
        cursor.execute("SET LOCAL ROLE portal_app_of_privacy_tests")
    made = seal()
    assert made is not None
    with nation("test"):
        counted = raw(
            "SELECT sum(row_count)::int FROM portal_sealpart WHERE table_name = 'offices_privatereading'"
        )
    assert counted == [(4,)]
    assert verify_seals().faults == []


def test_every_locked_model_is_locked_in_the_database(db):
    tables = {model._meta.db_table for model in rowlocks.locked_models()}
    assert tables == {"offices_personprivate", "offices_privatereading", "offices_owncopy"}
    locked = raw("SELECT relname::text FROM pg_class WHERE relrowsecurity")
    policies = raw("SELECT tablename::text FROM pg_policies")
    assert {name for (name,) in locked} == {name for (name,) in policies} == tables


def test_a_statement_of_other_tables_pays_nothing(rows, acts):
    with acts(rows.keeper).scope.active():
        connection.cursor().execute("SELECT set_config('portal.person', 'untouched', true)")
        with CaptureQueriesContext(connection) as caught:
            list(rows.officer.assignments.all())
        assert len(caught) == 1 and raw("SELECT current_setting('portal.person')") == [("untouched",)]
        list(PersonPrivate.objects.all())
        assert raw("SELECT current_setting('portal.person')") == [(str(rows.keeper.pk),)]


def test_the_lock_uses_the_index_and_asks_each_setting_once(rows, acts, application_role):
    with acts(rows.chief).scope.active():
        plan = "\n".join(
            line
            for (line,) in raw(
                "EXPLAIN (COSTS off) SELECT * FROM offices_personprivate WHERE person_id = %s",
                rows.officer.pk,
            )
        )
    assert "InitPlan" in plan
