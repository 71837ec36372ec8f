"""Ways to reach the made-up factories: numbers that begin 0-0000 and so belong to nobody."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from portal import sql
from reporting.demonstration.factories import MadeFactory
from reporting.demonstration.reports import copy

REACHED = 0.85
ROLES = ("ผู้จัดการโรงงาน", "ฝ่ายสิ่งแวดล้อม", "ฝ่ายบุคคล", "ฝ่ายบัญชี", "")
COLUMNS = [
    "uuid", "factory_id", "province_id", "kind", "value", "role", "personal", "source", "said_by", "noted_on",
    "state", "state_on",
]  # fmt: skip


def write(rng: random.Random, made: list[MadeFactory], *, today: date) -> int:
    """Give most factories a telephone, some an e-mail and a second number; give how many."""
    rows = list(_rows(rng, made, today))
    copy("factories_factorycontact", COLUMNS, rows, blank=("role", "said_by"))
    sql.script("ANALYZE factories_factorycontact")
    return len(rows)


def _rows(rng: random.Random, made: list[MadeFactory], today: date) -> Iterator[list[Any]]:
    for factory in made:
        if rng.random() >= REACHED:
            continue
        first = rng.randrange(9_000)
        noted = today - timedelta(days=rng.randint(30, 900))
        yield _row(rng, factory, "telephone", f"0-0000-{first:04}", noted, personal=False)
        if rng.random() < 0.15:
            yield _row(rng, factory, "telephone", f"00-0000-{first + 1:04}", noted, personal=True)
        if rng.random() < 0.25:
            yield _row(rng, factory, "email", f"factory{factory.id}@demo.invalid", noted, personal=False)


def _row(
    rng: random.Random, factory: MadeFactory, kind: str, value: str, noted: date, *, personal: bool
) -> list[Any]:
    state = rng.choices(("unverified", "verified", "bounced"), (60, 34, 6))[0]
    return [
        uuid.UUID(int=rng.getrandbits(128), version=4), factory.id, factory.province, kind, value,
        rng.choice(ROLES), personal, "ข้อมูลสาธิต", "", noted, state, noted,
    ]  # fmt: skip
