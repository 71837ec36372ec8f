"""Migrations whose schema operations are carried out together give what they give one after the other."""

from __future__ import annotations

import pytest
from django.db import connection, migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from portal.together import Together, together

pytestmark = pytest.mark.django_db


def operations() -> list[Operation]:
    return [
        migrations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))]),
        migrations.CreateModel("Box", [("id", models.BigAutoField(primary_key=True))]),
        migrations.AddField("Box", "shelf", models.ForeignKey("kernel.Shelf", models.PROTECT)),
        migrations.AddField("Box", "weight", models.IntegerField(default=1)),
        migrations.AddConstraint("Box", models.CheckConstraint(condition=models.Q(weight__gt=0), name="box_weighs")),
        migrations.RunSQL("COMMENT ON TABLE kernel_shelf IS 'x'", "COMMENT ON TABLE kernel_shelf IS NULL"),
        migrations.AlterField("Box", "weight", models.BigIntegerField(default=1)),
        migrations.AddIndex("Box", models.Index(fields=["weight"], name="box_by_weight")),
        migrations.RemoveConstraint("Box", "box_weighs"),
    ]  # fmt: skip


def carried_out(given: list[Operation]) -> tuple[list[object], list[object]]:
    """What the tables look like after the operations, and after they were taken back."""
    migration = migrations.Migration("0001_x", "kernel")
    migration.operations = given
    with connection.schema_editor(atomic=False) as editor:
        migration.apply(ProjectState(), editor)
    made = shape()
    with connection.schema_editor(atomic=False) as editor:
        migration.unapply(ProjectState(), editor)
    return made, shape()


def shape() -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
            " WHERE table_name IN ('kernel_box', 'kernel_shelf') ORDER BY 1, ordinal_position"
        )
        columns = cursor.fetchall()
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'kernel\\_%' ORDER BY 1")
        indexes = cursor.fetchall()
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = to_regclass('kernel_box') ORDER BY 1"
        )
        return [*columns, *indexes, *cursor.fetchall()]


def test_together_is_the_same_as_one_after_the_other_and_goes_back():
    apart, nothing = carried_out(operations())
    assert apart and not nothing
    assert carried_out(together(operations())) == (apart, nothing)


def test_sql_stays_where_it_is():
    kinds = [type(one).__name__ for one in together(operations())]
    assert kinds == ["Together", "RunSQL", "Together"]


def test_a_field_touched_twice_is_not_one_group():
    field = migrations.AddField("Box", "weight", models.IntegerField(default=1))
    with pytest.raises(ValueError, match="weight"):
        Together([field, migrations.AlterField("Box", "weight", models.BigIntegerField(default=1))])
