"""Give the application's database role what it needs and nothing more.

The owner of the tables migrates; the role the portal runs under can read and write rows but can
neither update nor delete an event, nor switch off the triggers that keep history.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction
from psycopg2 import sql

from portal.models.base import is_append_only


def grant(role: str) -> list[str]:
    """Grant rights to an existing role; give the event tables it may only read and add to."""
    event_tables = sorted(
        model._meta.db_table for model in apps.get_models() if model._meta.managed and is_append_only(model)
    )
    name = sql.Identifier(role)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            "GRANT USAGE ON SCHEMA public TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            "REVOKE ALL ON TABLE django_migrations FROM {role}",
            "GRANT SELECT ON TABLE django_migrations TO {role}",
        ):
            cursor.execute(sql.SQL(statement).format(role=name))
        for table in event_tables:
            cursor.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON TABLE {table} FROM {role}").format(
                    table=sql.Identifier(table), role=name
                )
            )
    return event_tables


class Command(BaseCommand):
    help = "Grant the application's database role its rights (run as the owner after migrate)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="an existing PostgreSQL role, e.g. portal_app")

    def handle(self, *args: Any, **options: Any) -> None:
        tables = grant(options["role"])
        self.stdout.write(f"{options['role']}: {len(tables)} event tables are read and add only")
        for table in tables:
            self.stdout.write(f"  {table}")
