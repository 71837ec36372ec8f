"""Every table that is sealed × changed, removed, put in: the verification names the row.

The tables are read from the models, so that one added tomorrow is tampered with tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from portal import audit, seals
from portal.models.base import is_append_only
from portal.scope import nation
from portal.seals import Sealed, sealed_tables

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real]

TODAY = date(2026, 11, 22)


def run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def fill(one: Sealed) -> None:
    """A row for a table that the demonstration leaves empty; whatever it needs is made up."""
    columns = run(
        """SELECT column_name, udt_name FROM information_schema.columns
           WHERE table_name = %s AND is_nullable = 'NO' AND is_identity = 'NO' AND column_default IS NULL""",
        one.table,
    )
    made = {
        "text": "'x'", "varchar": "'x'", "bool": "true", "jsonb": "'{}'", "uuid": "gen_random_uuid()",
        "date": "'2026-10-01'", "timestamptz": "'2026-10-01'", "daterange": "'[2026-10-01,)'", "_varchar": "'{}'", "_numeric": "'{1}'",
    }  # fmt: skip
    names = ", ".join(f'"{name}"' for name, _kind in columns)
    # An edition says by its level whose it is.
    values = ", ".join("'nation'" if name == "level" else made.get(kind, "1") for name, kind in columns)
    run(f'INSERT INTO "{one.table}" ({names}) VALUES ({values})')


@pytest.fixture
def sealed() -> Iterator[list[Sealed]]:
    """A demonstration in which every table holds rows, sealed; and two seals more, so that its ids
    are settled."""
    call_command("load_reference", stdout=StringIO())
    call_command("load_demo", scale="tiny", months=3, today=TODAY, stdout=StringIO())
    tables = sealed_tables()
    with nation("test"):
        with transaction.atomic():
            run("SET LOCAL session_replication_role = replica")
            for one in tables:
                if not run(f'SELECT 1 FROM "{one.table}" LIMIT 1'):
                    fill(one)
        for _round in range(3):
            audit.record(None, "test.noted")
            assert seals.seal() is not None
        yield tables


def changed(one: Sealed) -> tuple[str, int]:
    """Another value in the last column that is neither key nor reference; where there is none, another
    reference."""
    ((key,),) = run(f'SELECT max("{one.key}") FROM "{one.table}"')
    name, kind = run(
        """SELECT column_name, udt_name FROM information_schema.columns
           WHERE table_name = %s AND column_name <> ALL(%s)
             AND udt_name IN ('text', 'varchar', 'jsonb', 'numeric', 'timestamptz', 'date', 'int8')
           ORDER BY udt_name = 'int8', ordinal_position DESC LIMIT 1""",
        one.table,
        [one.key],
    )[0]
    other = {
        "jsonb": """'{"other": 1}'""",
        "numeric": f'coalesce("{name}", 0) + 1',
        "int8": f'"{name}" + 1',
        "timestamptz": "'2001-01-01'",
        "date": "'2001-01-01'",
    }.get(kind, "'z'")
    return f'UPDATE "{one.table}" SET "{name}" = {other} WHERE "{one.key}" = {key}', key


def removed(one: Sealed) -> tuple[str, int]:
    ((key,),) = run(f'SELECT min("{one.key}") FROM "{one.table}"')
    return f'DELETE FROM "{one.table}" WHERE "{one.key}" = {key}', key


def inserted(one: Sealed) -> tuple[str, int]:
    """A copy of a row under a number that nobody had."""
    names = [
        name
        for (name,) in run(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s", one.table
        )
    ]
    values = ", ".join(
        "0" if name == one.key else "gen_random_uuid()" if name == "uuid" else f'"{name}"' for name in names
    )
    quoted = ", ".join(f'"{name}"' for name in names)
    return (
        f'INSERT INTO "{one.table}" ({quoted}) OVERRIDING SYSTEM VALUE '
        f'SELECT {values} FROM "{one.table}" ORDER BY "{one.key}" LIMIT 1'
    ), 0


def unique_and_check(one: Sealed) -> list[tuple[str, str]]:
    """The table's own constraints, which its owner can take away as well as the triggers."""
    return run(
        """SELECT conname::text, conrelid::regclass::text FROM pg_constraint
           WHERE conrelid = %s::regclass AND contype IN ('u', 'c', 'x')
             AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = pg_constraint.conindid
                             AND f.confrelid = pg_constraint.conrelid)""",
        one.table,
    )


def test_whatever_is_done_to_a_sealed_table_is_named(sealed: list[Sealed]):
    assert {"portal_auditevent", "factories_factoryevent", "reporting_submission", "reporting_factrow"} <= {
        one.table for one in sealed
    }
    assert seals.verify().faults == []
    missed = []
    for one in sealed:
        for kind, act in (("changed", changed), ("removed", removed), ("inserted", inserted)):
            statement, key = act(one)
            with transaction.atomic():
                run("SET LOCAL session_replication_role = replica")
                for name, key_name in unique_and_check(one):
                    run(f'ALTER TABLE "{key_name}" DROP CONSTRAINT "{name}"')
                assert run(statement) == []
                found = [(fault.kind, fault.table, fault.row) for fault in seals.verify().faults]
                transaction.set_rollback(True)
            if found != [(kind, one.table, key)]:
                missed.append((kind, one.table, key, found[:5]))
    assert missed == []


def test_every_append_only_table_is_sealed():
    from django.apps import apps

    names = {model._meta.db_table for model in apps.get_models() if is_append_only(model)}
    assert names - {one.table for one in sealed_tables()} == {"portal_seal", "portal_sealpart"}
