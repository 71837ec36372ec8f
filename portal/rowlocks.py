"""The second lock: row-level security of PostgreSQL on tables where a forgotten filter would hurt people.

A model says ``ROW_LOCKED = True`` and its migration calls ``lock`` with the conditions. Before each
statement that names such a table the connection is told who reads: the person, his offices and his
clearances, as the active scope has them (``portal.scope``). Without an active scope it is told nothing
and the table looks empty. Statements that name no such table pay nothing.

The lock holds for the role the portal works under (``manage.py database_roles``); the owner of the tables,
who migrates and backs up, passes it. It stops a query that forgot its filter, not somebody who can already
run SQL of his own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import migrations, models
from django.db.backends.signals import connection_created

from portal import scope as scopes

PERSON, OFFICES, CLEARANCE = "portal.person", "portal.offices", "portal.clearance"
EVERYWHERE = "*"  # of OFFICES: the whole nation

_SET = "SELECT " + ", ".join(f"set_config('{name}', %s, %s)" for name in (PERSON, OFFICES, CLEARANCE))

# Conditions for ``lock``. A sub-select makes the server read a setting once a statement, not for each row.
NATION = f"(SELECT current_setting('{OFFICES}', true) = '{EVERYWHERE}')"


def is_reader(column: str) -> str:
    """SQL: the column holds the id of the person who reads."""
    return f"{column} = (SELECT nullif(current_setting('{PERSON}', true), '')::bigint)"


def in_offices(column: str) -> str:
    """SQL: the column holds one of the reader's offices, or he reads the whole nation."""
    offices = f"nullif(nullif(current_setting('{OFFICES}', true), ''), '{EVERYWHERE}')"
    return f"({NATION} OR {column} = ANY((SELECT string_to_array({offices}, ',')::bigint[])::bigint[]))"


def cleared(clearance: str) -> str:
    """SQL: the reader has this clearance."""
    held = f"string_to_array(coalesce(current_setting('{CLEARANCE}', true), ''), ',')"
    return f"(SELECT '{clearance}' = ANY({held}))"


def lock(table: str, *, read: str, write: str = "") -> migrations.RunSQL:
    """The migration that locks a table: rows for which ``read`` holds are seen, changed and removed, and
    only rows for which ``write`` (else ``read``) holds are put in."""
    return migrations.RunSQL(
        f"""ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            CREATE POLICY {table}_reader ON {table} FOR ALL USING ({read}) WITH CHECK ({write or read});""",
        f"DROP POLICY {table}_reader ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def locked_models() -> list[type[models.Model]]:
    """The models whose tables are locked, by their tables' names."""
    found = [model for model in apps.get_models() if getattr(model, "ROW_LOCKED", False)]
    return sorted(found, key=lambda model: model._meta.db_table)


@lru_cache(maxsize=1)
def _names() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(model._meta.db_table) for model in locked_models()) or r"(?!)")


def settings_of(scope: scopes.Scope) -> tuple[str, str, str]:
    """What the connection is told of a scope: person, offices, clearances."""
    offices = EVERYWHERE if scope.offices is None else ",".join(map(str, sorted(scope.offices)))
    return str(scope.person or ""), offices, ",".join(sorted(scope.clearance))


def _tell(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    if _names().search(str(sql)):
        connection = context["connection"]
        # Inside a transaction the settings end with it; outside, the next such statement sets them anew.
        values = [part for one in settings_of(scopes.current()) for part in (one, connection.in_atomic_block)]
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(_SET, values)
    return execute(sql, params, many, context)


def _watch(connection: Any, **kwargs: Any) -> None:
    if _tell not in connection.execute_wrappers:
        connection.execute_wrappers.append(_tell)


def watch_connections() -> None:
    """Tell every connection who reads; once, when all models are there."""
    connection_created.connect(_watch, dispatch_uid="portal.rowlocks")
