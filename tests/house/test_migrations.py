"""Migrations say what the models say, in one line per app."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


@pytest.mark.django_db
def test_each_app_has_one_last_migration() -> None:
    graph = MigrationLoader(connection).graph
    leaves = [app for app, _ in graph.leaf_nodes()]
    assert len(leaves) == len(set(leaves))
