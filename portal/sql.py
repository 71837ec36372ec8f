"""The only door for raw SQL: every statement states whose rows it may touch.

Row filters of the ORM do not reach joins, COPY or raw SQL. Here a statement either carries the
parameters of the active scope (``scoped``) or runs inside ``portal.scope.nation(reason)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value

from portal import scope as scopes

PROVINCES = "%(scope_provinces)s"
OFFICES = "%(scope_offices)s"


class UnscopedSql(Exception):
    """Raw SQL without the scope's parameters, outside nation(reason)."""


def _params(sql: str, params: Mapping[str, Any] | None) -> dict[str, Any]:
    active = scopes.current()
    merged: dict[str, Any] = {
        "scope_provinces": None if active.provinces is None else sorted(active.provinces),
        "scope_offices": None if active.offices is None else sorted(active.offices),
    }
    if not active.is_nation and PROVINCES not in sql and OFFICES not in sql:
        raise UnscopedSql("statement names neither scope_provinces nor scope_offices")
    merged.update(params or {})
    return merged


def in_scope(column: str, *, by: str = "province") -> str:
    """The condition that keeps ``column`` inside the active scope; ``by`` is province or office."""
    if by == "province":
        return f"({PROVINCES}::text[] IS NULL OR {column} = ANY({PROVINCES}::text[]))"
    return f"({OFFICES}::bigint[] IS NULL OR {column} = ANY({OFFICES}::bigint[]))"


def among(name: str, ids: Iterable[int]) -> Q:
    """The condition that a column holds one of very many numbers: one parameter and not one for each."""
    numbers = Value("{" + ",".join(map(str, ids)) + "}", TextField())
    return Q(Func(F(name), numbers, template="(%(expressions)s::bigint[]))", arg_joiner=" = ANY (",
                  output_field=BooleanField()))  # fmt: skip


def ids(found: QuerySet[Any] | None) -> list[int] | None:
    """The keys of the rows a query of the ORM finds, for ``= ANY(%(ids)s)``; None stays None."""
    return None if found is None else list(found.order_by().values_list("pk", flat=True))


def rows(sql: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Run a query and give all its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _params(sql, params))
        return cursor.fetchall()


def dicts(sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Run a query and give its rows as dictionaries by column name."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _params(sql, params))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def execute(sql: str, params: Mapping[str, Any] | None = None) -> int:
    """Run a statement and give the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _params(sql, params))
        return cursor.rowcount


def script(sql: str) -> None:
    """Run statements without parameters on temporary tables (names start with ``stage``)."""
    with connection.cursor() as cursor:
        cursor.execute(sql)


def copy_in(table: str, columns: Sequence[str], stream: IO[str] | IO[bytes], *, options: str = "") -> int:
    """COPY a stream of tab-separated rows into a table; give the number of rows.

    Into a lasting table only inside nation(reason): COPY passes every row filter.
    """
    if not table.startswith("stage") and not scopes.current().is_nation:
        raise UnscopedSql("COPY into a lasting table outside nation()")
    with connection.cursor() as cursor:
        names = ", ".join(columns)
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN {options}", stream)
        return cursor.rowcount


def lock(*parts: object) -> None:
    """Take a lock by name until the end of the transaction; waits for whoever holds it."""
    lock_all([parts])


def lock_all(names: Iterable[Sequence[object]]) -> None:
    """Take several locks until the end of the transaction, always in the same order, so that no two
    transactions wait for one another."""
    joined = sorted(":".join(map(str, parts)) for parts in names)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(n, 0)) FROM unnest(%s::text[]) n", [joined]
        )


def share(*parts: object) -> None:
    """Take a lock by name beside others who share it; only ``lock`` of the same name excludes them."""
    name = ":".join(map(str, parts))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [name])
