"""The practice database is emptied and filled by one command, and by it no other database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg2

from portal.run.servers import Postgres

ROOT = Path(__file__).resolve().parents[2]


def reset(database: str, *arguments: str, data: Path, real: str) -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "portal.settings.practice",
        "PORTAL_DATA_DIR": str(data),
        "PORTAL_DATABASE_URL": real,
        "PORTAL_SECRET_KEY": "r" * 60,
        "PORTAL_PRACTICE_DATABASE_URL": database,
        "PORTAL_PRACTICE_SECRET_KEY": "p" * 60,
        "PORTAL_PRACTICE_REDIS_URL": os.environ["PORTAL_REDIS_URL"],
    }
    command = [sys.executable, "manage.py", "practice_reset", "--months", "1", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=900)


def test_it_fills_its_own_database_and_leaves_every_other_alone(
    own_postgres: Postgres, tmp_path: Path
) -> None:
    practised, real = own_postgres.url, own_postgres.url_of("real")

    def ask(*statements: str) -> Sequence[Any]:
        connection = psycopg2.connect(practised)
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            found: Sequence[Any] = cursor.fetchone() if cursor.description else ()
        connection.close()
        return found

    ask("CREATE TABLE of_somebody (name text)", "INSERT INTO of_somebody VALUES ('จริง')")
    refused = reset(practised, data=tmp_path, real=real)
    assert refused.returncode != 0 and "ไม่ได้มาจากระบบฝึกปฏิบัติ" in refused.stderr
    refused = reset(practised, data=tmp_path, real=practised)
    assert refused.returncode != 0 and "portal.E020" in refused.stderr
    assert ask("SELECT name FROM of_somebody") == ("จริง",)

    ask("DROP TABLE of_somebody")
    done = reset(practised, "--once", data=tmp_path, real=real)
    assert done.returncode == 0, done.stderr
    people, factories = ask(
        "SELECT (SELECT count(*) FROM offices_person), (SELECT count(*) FROM factories_factory)"
    )
    assert people > 100 and factories > 100

    ask("CREATE TABLE left_over ()")
    again = reset(practised, "--once", data=tmp_path, real=real)
    assert again.returncode == 0, again.stderr
    assert ask("SELECT to_regclass('left_over') IS NOT NULL") == (True,), "what is there stays"

    # A copy of the real database bears no mark, whatever it is called.
    ask("COMMENT ON SCHEMA public IS NULL")
    refused = reset(practised, data=tmp_path, real=real)
    assert refused.returncode != 0 and "ไม่ได้มาจากระบบฝึกปฏิบัติ" in refused.stderr
    assert ask("SELECT count(*) FROM offices_person") == (people,)
