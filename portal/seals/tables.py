"""Which tables are sealed, and how a row of one becomes a hash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.apps import apps

from portal import sql
from portal.models import Seal, SealPart
from portal.models.base import is_append_only

CONTEXT = "pgh_context_id"  # of a history row; the metadata it points to is sealed with the row
_METADATA = "pgh_context_id.metadata"

# The text of dates, times, ranges and bytes follows the session; here it is always the same.
_FIXED = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}


@dataclass(frozen=True)
class Sealed:
    """A sealed table: its name, its whole-number key, and the columns its rows are hashed by."""

    table: str
    key: str
    columns: tuple[str, ...]


def sealed_tables() -> list[Sealed]:
    """Every table under the append-only trigger, by name; the chain itself vouches for its own two."""
    found = []
    for model in apps.get_models():
        meta = model._meta
        if not meta.managed or meta.proxy or not is_append_only(model) or model in (Seal, SealPart):
            continue
        columns = [field.column for field in meta.concrete_fields]
        if CONTEXT in columns:
            columns.append(_METADATA)
        assert meta.pk is not None
        found.append(Sealed(meta.db_table, str(meta.pk.column), tuple(map(str, columns))))
    return sorted(found, key=lambda one: one.table)


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""').replace("%", "%%"))


def hashed_rows(one: Sealed, columns: Sequence[str], where: str) -> str:
    """SQL for (key, hash) of the rows ``t`` of a table for which ``where`` holds."""
    names = ", ".join(
        f'c.metadata AS "{_METADATA}"' if name == _METADATA else f"t.{_quoted(name)}" for name in columns
    )
    context = f"LEFT JOIN pghistory_context c ON c.id = t.{CONTEXT}" if _METADATA in columns else ""
    return f"""SELECT {key_sql(one)}::bigint AS key, sha256(convert_to(row_to_json(x)::text, 'UTF8')) AS hash
               FROM {_quoted(one.table)} t {context} CROSS JOIN LATERAL (SELECT {names}) x
               WHERE {where}"""


@contextmanager
def fixed_session() -> Iterator[None]:
    """Inside a transaction: the settings that the text of values depends on, then what was before."""
    names = list(_FIXED)
    before = sql.rows(f"SELECT {', '.join(f'current_setting(%(name_{n})s)' for n in range(len(names)))}",
                      {f"name_{n}": name for n, name in enumerate(names)})[0]  # fmt: skip
    _set(names, list(_FIXED.values()))
    yield
    _set(names, before)


def _set(names: Sequence[str], values: Sequence[str]) -> None:
    sql.rows(
        f"SELECT {', '.join(f'set_config(%(name_{n})s, %(value_{n})s, true)' for n in range(len(names)))}",
        {f"name_{n}": name for n, name in enumerate(names)}
        | {f"value_{n}": value for n, value in enumerate(values)},
    )


def key_sql(one: Sealed) -> str:
    """The key of ``t``, quoted."""
    return f"t.{_quoted(one.key)}"
