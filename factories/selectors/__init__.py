"""What the pages and sheets of the registry show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from factories.intake.facts import DATED
from factories.models import Factory
from factories.sheets import REGISTER
from portal import identifiers, personal, sql, thai, words
from portal import search as searching


def factories() -> QuerySet[Factory]:
    """The factories of the active scope in Thai order of their shown names."""
    return Factory.objects.select_related("district", "province", "main_type").order_by("sort_key", "id")


def search(asked: searching.Asked, limit: int) -> list[searching.Hit]:
    """Factories by name, operator or number in any of its spellings, for the portal's search box."""
    try:
        also = Q(old_key=identifiers.normalise_old_number(asked.text))
    except identifiers.IdentifierError:
        also = None
    return [_hit(row, asked) for row in searching.rows(factories(), "search_key", asked, limit, also=also)]


def _hit(row: Any, asked: searching.Asked) -> searching.Hit:
    said = (row.operator_name if row.operator_name != row.shown_name else "", row.number14, row.old_number)
    place = row.district.name_th if row.district else "", row.province.name_th
    detail = " · ".join(part for part in (*said, *place) if part)
    return searching.Hit(
        title=searching.parts(row.shown_name, asked),
        url=reverse("factories:factory-detail", args=[row.uuid]),
        detail=searching.parts(detail, asked),
        state=words.word("factory", row.status),
        near=row.near,
    )


def find_factories(text: str) -> list[int]:
    """Ids of the first factories of the active scope with this number, or this in their name."""
    key = thai.search_key(text)
    rows = Factory.objects.filter(search_key__contains=key) if key else Factory.objects.none()
    return list(rows.order_by("sort_key", "id").values_list("pk", flat=True)[:50])


def register_rows(only: QuerySet[Factory] | None = None) -> Iterator[dict[str, Any]]:
    """The registry of the active scope, or only these of its factories, in the columns of the office's
    own sheet; imported again it changes nothing."""
    special = {
        "province": "province__name_th",
        "district": "district__name_th",
        "main_type": "main_type_id",
    }
    names = [special.get(key, key) for key in REGISTER.keys]
    found = Factory.objects.order_by("sort_key", "id") if only is None else only.select_related(None)
    rows: QuerySet[Any] = found.values_list(*names)
    count = 0
    for row in rows.iterator(chunk_size=2000):
        count += 1
        yield dict(zip(REGISTER.keys, row, strict=True))
    personal.seen(Factory, personal.fields_of(Factory) & set(REGISTER.keys), count)


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
