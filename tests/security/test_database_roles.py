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
        "offices_document",
        "offices_documentend",
        "offices_letterhead",
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


def test_a_number_is_given_under_the_roles_own_rights(application_role):
    """The lock of the register's row and the trigger's asking need no right to change a document."""
    run("INSERT INTO offices_office (uuid, code, kind, name_th, name_en, short_th)"
        " VALUES (gen_random_uuid(), 'X', 'central', 'x', 'x', 'x')")  # fmt: skip
    run("INSERT INTO offices_register (uuid, office_id, kind, year_be, opening)"
        " SELECT gen_random_uuid(), id, 'x', 2569, 7 FROM offices_office WHERE code = 'X'")  # fmt: skip
    run("SELECT id FROM offices_register FOR UPDATE")
    run("INSERT INTO portal_storedfile (uuid, name, content_type, size, sha256, file, state, refusal, purpose,"
        " retention, office_id, created_at) SELECT gen_random_uuid(), 'x', 'x', 1, 'a', 'x', 'accepted', '', 'x',"
        " 'x', id, '2026-11-20' FROM offices_office WHERE code = 'X'")  # fmt: skip
    run("INSERT INTO offices_document (uuid, office_id, kind, register_id, number, issuer, reference, signed_on,"
        " subject, signatory, content, content_sha256, back_dated, token, file_id, file_sha256, made_as, made_at)"
        " SELECT gen_random_uuid(), r.office_id, 'x', r.id, 7, '', 'x', '2026-11-20', 'x', '{}', '',"
        " encode(sha256(''), 'hex'), '', repeat('t', 32), f.id, 'a', '', '2026-11-20'"
        " FROM offices_register r JOIN portal_storedfile f USING (office_id)")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM offices_document")
        assert cursor.fetchall() == [(7,)]


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
