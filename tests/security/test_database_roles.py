"""The role the portal runs under adds events and reads them; it can neither change nor remove one."""

import pytest
from django.db import ProgrammingError, connection, transaction

from portal.management.commands.database_roles import grant

pytestmark = [pytest.mark.django_db, pytest.mark.real]


@pytest.fixture
def application_role():
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE portal_app_in_test")
        tables = grant("portal_app_in_test")
        cursor.execute("SET LOCAL ROLE portal_app_in_test")
        yield tables
        cursor.execute("RESET ROLE")


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_list_holds_the_tables_that_prove_what_happened(application_role):
    assert {
        "portal_auditevent",
        "offices_caseevent",
        "offices_assignmentevent",
        "factories_factoryevent",
        "reporting_submission",
        "reporting_submissionline",
        "reporting_factrow",
        "reporting_measure",
        "reporting_edition",
        "reporting_compilerun",
    } <= set(application_role)


def test_every_event_table_refuses_update_delete_and_truncate(application_role):
    for table in application_role:
        run(f"SELECT count(*) FROM {table}")
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                run(statement)
        column = first_column(table)
        with pytest.raises(ProgrammingError, match="permission denied"):
            run(f"UPDATE {table} SET {column} = {column}")


def test_triggers_stay_on(application_role):
    with pytest.raises(ProgrammingError, match="must be owner"):
        run("ALTER TABLE portal_auditevent DISABLE TRIGGER ALL")


def test_ordinary_rows_can_be_written(application_role):
    run("UPDATE portal_job SET progress = 0")
    run("DELETE FROM portal_batchrow")


def first_column(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 LIMIT 1", [table]
        )
        return cursor.fetchone()[0]
