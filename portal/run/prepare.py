"""Brings a database up to date before the portal starts: tables, reference data, demonstration data."""

import sys
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection

LOADING, LOADED = "portal: demonstration data half loaded", "portal: demonstration data"


def mark() -> str:
    """The note this module left on the database, or nothing. It goes away with the database itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        [note] = cursor.fetchone()
    return note or ""


def set_mark(note: str) -> None:
    """Leave a note on the database."""
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [note])


def prepare(scale: str, *, ours: bool, sign_ins: Path) -> None:
    """Migrate, load reference data, and demonstration data into a new database.

    `scale` is tenth, full or none. In an embedded server (`ours`) data left half loaded by an interrupted
    start are removed and loaded anew. The demonstration sign-ins go to the file `sign_ins`.
    Raises SystemExit where a half-loaded database is not ours to empty.
    """
    if mark().startswith(LOADING):
        if not ours:
            sys.exit("The database holds half-loaded demonstration data: create it anew, then start again.")
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    new = "django_migrations" not in connection.introspection.table_names()
    if new:
        print("Making the tables.", flush=True)
        set_mark(f"{LOADING}, {scale}")
    call_command("migrate", verbosity=0)
    call_command("load_reference")
    if new and scale != "none":
        call_command("load_demo", scale=scale)
    if new:
        set_mark(f"{LOADED}, {scale}")
    call_command("collectstatic", interactive=False, verbosity=0)
    sign_ins.touch(mode=0o600)
    with sign_ins.open("w", encoding="utf-8") as out:
        call_command("demo_signins", stdout=out)


if __name__ == "__main__":
    django.setup()
    prepare(sys.argv[1], ours=sys.argv[2] == "ours", sign_ins=Path(sys.argv[3]))
