"""Dated facts: closing, replacing and opening state rows so that the open one equals the factory."""

from __future__ import annotations

from factories.intake.facts import DATED
from portal import calendar, sql

_NAMES = tuple(DATED)
_FACTS = ", ".join(_NAMES)
_OF_FACTORY = ", ".join(f"f.{name}" for name in _NAMES)
_OF_STATE = ", ".join(f"s.{name}" for name in _NAMES)
_SET = ", ".join(f"{name} = f.{name}" for name in _NAMES)
_DIFFERS = f"ROW({_OF_STATE}) IS DISTINCT FROM ROW({_OF_FACTORY})"
_TOUCHED = "FROM stage_touched t JOIN factories_factory f ON f.id = t.factory_id"


def begin() -> None:
    """Make the empty temporary table ``stage_touched (factory_id, effective_on)``."""
    sql.script(
        "CREATE TEMP TABLE IF NOT EXISTS stage_touched "
        "(factory_id bigint PRIMARY KEY, effective_on date NOT NULL) ON COMMIT DROP; TRUNCATE stage_touched"
    )


def record_states(*, source: str, batch_id: int | None) -> int:
    """Bring the state rows of the factories in ``stage_touched`` up to the factories; give how many changed.

    A new state begins on ``effective_on``, and the one before ends there. A change dated on or before
    the day the open state began replaces it: a day holds one state. Nothing happens to a factory
    whose dated facts are as they were. Runs in nation scope; its caller has locked the factories.
    """
    params = {"source": source, "batch": batch_id, "now": calendar.now()}
    sql.script("ANALYZE stage_touched")
    replaced = sql.execute(
        f"""UPDATE factories_factorystate s
            SET {_SET}, source = %(source)s, batch_id = %(batch)s, recorded_at = %(now)s
            {_TOUCHED}
            WHERE s.factory_id = f.id AND upper_inf(s.valid)
              AND lower(s.valid) >= t.effective_on AND {_DIFFERS}""",
        params,
    )
    sql.execute(
        f"""UPDATE factories_factorystate s SET valid = daterange(lower(s.valid), t.effective_on)
            {_TOUCHED}
            WHERE s.factory_id = f.id AND upper_inf(s.valid)
              AND lower(s.valid) < t.effective_on AND {_DIFFERS}"""
    )
    opened = sql.execute(
        f"""INSERT INTO factories_factorystate
                (factory_id, province_id, valid, source, batch_id, recorded_at, {_FACTS})
            SELECT f.id, f.province_id, daterange(t.effective_on, NULL), %(source)s, %(batch)s, %(now)s,
                   {_OF_FACTORY}
            {_TOUCHED}
            WHERE NOT EXISTS (SELECT FROM factories_factorystate s
                              WHERE s.factory_id = f.id AND upper_inf(s.valid))""",
        params,
    )
    return replaced + opened


def take_back_states(batch_id: int) -> None:
    """Undo ``record_states`` for the factories in ``stage_touched``, whose facts are already restored.

    A state that this batch opened goes and the one before it is open again; one that it replaced
    gets its facts, source and batch back (``stage_replaced``).
    """
    params = {"batch": batch_id}
    sql.execute(
        f"""UPDATE factories_factorystate s SET {_SET}, source = r.source, batch_id = r.batch
            {_TOUCHED} JOIN stage_replaced r ON r.factory_id = f.id
            WHERE s.factory_id = f.id AND upper_inf(s.valid) AND s.batch_id = %(batch)s""",
        params,
    )
    sql.execute(
        """DELETE FROM factories_factorystate s USING stage_touched t
           WHERE s.factory_id = t.factory_id AND upper_inf(s.valid) AND s.batch_id = %(batch)s
             AND NOT EXISTS (SELECT FROM stage_replaced r WHERE r.factory_id = t.factory_id)""",
        params,
    )
    sql.execute(
        """UPDATE factories_factorystate s SET valid = daterange(lower(s.valid), NULL)
           FROM stage_touched t
           WHERE s.factory_id = t.factory_id AND NOT EXISTS (
                     SELECT FROM factories_factorystate o
                     WHERE o.factory_id = t.factory_id AND upper_inf(o.valid))
             AND upper(s.valid) = (SELECT max(upper(o.valid)) FROM factories_factorystate o
                                   WHERE o.factory_id = t.factory_id)"""
    )
