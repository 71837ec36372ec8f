"""What the pages and sheets of the registry show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from factories.intake.facts import DATED
from factories.models import Factory
from factories.sheets import REGISTER
from portal import sql


def factories() -> QuerySet[Factory]:
    """The factories of the active scope in Thai order of their shown names."""
    return Factory.objects.select_related("district", "province", "main_type").order_by("sort_key", "id")


def register_rows() -> Iterator[dict[str, Any]]:
    """The registry of the active scope in the columns of the office's own sheet; imported again it
    changes nothing."""
    special = {
        "province": "province__name_th",
        "district": "district__name_th",
        "main_type": "main_type_id",
    }
    names = [special.get(key, key) for key in REGISTER.keys]
    rows = Factory.objects.order_by("sort_key", "id").values_list(*names)
    for row in rows.iterator(chunk_size=2000):
        yield dict(zip(REGISTER.keys, row, strict=True))


def projection_mismatches() -> list[int]:
    """Ids of factories of the active scope whose open state is missing or differs from the factory."""
    different = " OR ".join(f"s.{name} IS DISTINCT FROM f.{name}" for name in DATED)
    return [
        row[0]
        for row in sql.rows(
            f"""SELECT f.id FROM factories_factory f
                LEFT JOIN factories_factorystate s ON s.factory_id = f.id AND upper_inf(s.valid)
                WHERE (s.id IS NULL OR {different}) AND {sql.in_scope("f.province_id")}
                ORDER BY f.id"""
        )
    ]
