"""A small world for the tests of forms: two offices, factories, the form and its products, a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from factories.models import Factory
from offices.models import Office
from portal import sql
from portal.actors import Actor, Capacity
from portal.identifiers import make_factory_number, normalise_old_number
from portal.intake import services as intake
from portal.intake import stage, undo
from portal.intake.handlers import get_handler
from portal.models import Batch, User
from portal.scope import NATION, Scope, nation
from reporting.models import ObligedFactory
from reporting.services.reference import load_products, sync_forms
from tests.offices import make

FORM = "PROD-M"
MONTH = date(2026, 1, 1)
EVER = DateRange(date(2020, 1, 1), None)

GOOD: dict[str, Any] = {
    "operating_state": "ดำเนินการ",
    "workers": "10",
    "work_days": "26",
    "product": "CEMENT",
    "unit": "ตัน",
    "capacity": "200",
    "produced": "100",
    "shipped_dom_qty": "50",
    "shipped_dom_value": "100000",
    "shipped_exp_qty": "0",
    "shipped_exp_value": "0",
    "stock_open": "60",
    "stock_close": "110",
}


def line(factory: Factory | str, **changes: Any) -> dict[str, Any]:
    """A good row for a factory (or a written number) with changes."""
    number = factory if isinstance(factory, str) else (factory.number14 or factory.old_number)
    return {"factory_no": number, **GOOD, **changes}


def as_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as a CSV file with a heading for every key that occurs."""
    rows = list(rows)
    keys = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, keys, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def drop_stage() -> None:
    """A test is one transaction, so that its temporary tables would meet those of the next step."""
    with nation("test"):
        for (name,) in sql.rows("SELECT relname FROM pg_class WHERE relname LIKE 'stage%%' AND relpersistence = 't' "
                                "AND relkind = 'r' AND pg_table_is_visible(oid)"):  # fmt: skip
            sql.script(f"DROP TABLE {name}")


@dataclass
class World:
    offices: dict[str, Office]
    actors: dict[str, Actor] = field(default_factory=dict)
    running: int = 90000

    def factory(self, province: str = "25", *, old: str = "", **values: Any) -> Factory:
        """A factory with a made-up 14-digit number, or only an old one."""
        self.running += 1
        number = make_factory_number(issuer=2, province=province, running=self.running, year=2560)
        with nation("test"):
            return Factory.objects.create(
                province_id=province,
                number14=None if old else number,
                old_number=old,
                old_key=normalise_old_number(old) if old else None,
                name=f"โรงงานทดสอบ {self.running}",
                **values,
            )

    def oblige(self, *factories: Factory, valid: DateRange = EVER) -> None:
        with nation("test"):
            for factory in factories:
                ObligedFactory.objects.create(
                    form_id=FORM,
                    factory=factory,
                    province_id=factory.province_id,
                    valid=valid,
                    source="บัญชีทดสอบ",
                )

    def send(
        self,
        rows: Iterable[Mapping[str, Any]] | bytes,
        *,
        period: date = MONTH,
        province: str = "25",
        name: str = "เดือน.csv",
        form: str = FORM,
        actor: Actor | None = None,
    ) -> Batch:
        """Receive and preview a file."""
        data = rows if isinstance(rows, bytes) else as_csv(rows)
        actor = actor or self.actors[province]
        with nation("test"):
            batch = intake.receive(
                actor=actor,
                handler_code=form,
                upload=intake.Upload(name, io.BytesIO(data)),
                office_id=self.offices[province].pk,
                params={"period": period.isoformat()},
            )
            intake.preview(batch_uuid=batch.uuid)
            drop_stage()
            batch.refresh_from_db()
        return batch

    def plan(
        self,
        rows: Iterable[Mapping[str, Any]],
        *,
        period: date = MONTH,
        province: str = "25",
        form: str = FORM,
    ) -> Batch:
        """Preview rows of already normalised values, without a file and its reader."""
        handler = get_handler(form)
        with nation("test"), transaction.atomic():
            batch = Batch.objects.create(
                spec_code=form,
                params={"period": period.isoformat(), "channel": "file", "handler": form},
                office_id=self.offices[province].pk,
            )
            spec = handler.spec(batch.params)
            stage.create(spec)
            for number, row in enumerate(rows, start=2):
                values = {"row_no": number, **dict.fromkeys(spec.keys), **row}
                names = ", ".join(values)
                sql.execute(
                    f"INSERT INTO stage ({names}) VALUES ({', '.join(f'%({n})s' for n in values)})", values
                )
            handler.get_ready(batch)
            handler.plan(batch)
            stage.refuse_rows(batch)
            counts, batch.plan_sha256 = stage.seal(batch)
            batch.counts = counts | stage.keep_findings(batch)
            batch.state = Batch.State.PREVIEWED
            batch.save()
        drop_stage()
        return batch

    def plan_of(self, rows: Iterable[Mapping[str, Any]]) -> Batch:
        """Like ``plan``, for rows made by ``line``."""
        return self.plan([{**row, "operating_state": "operating"} for row in rows])

    def apply(self, batch: Batch, *, actor: Actor | None = None) -> dict[str, Any]:
        code = next(code for code, office in self.offices.items() if office.pk == batch.office_id)
        done = intake.carry_out(
            actor=actor or self.actors[code], batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256
        )
        drop_stage()
        return done

    def undo(self, batch: Batch) -> dict[str, Any]:
        """Take a batch back in the name of its office's officer."""
        code = next(code for code, office in self.offices.items() if office.pk == batch.office_id)
        done = undo.take_back(actor=self.actors[code], batch_uuid=batch.uuid)
        drop_stage()
        return done

    def report(self, rows: Iterable[Mapping[str, Any]] | bytes, **kwargs: Any) -> Batch:
        """Send and apply."""
        batch = self.send(rows, **kwargs)
        self.apply(batch)
        with nation("test"):
            batch.refresh_from_db()
        return batch


def officer(office: Office, kind: str = "OFFICER") -> Actor:
    """Somebody who sends in files for an office (or for the nation)."""
    user = User.objects.create_user(email=f"{kind.lower()}-{office.code}@demo.invalid", password="x")
    capacity = Capacity(1, "k", kind, office.pk, "FACTORY", "เจ้าหน้าที่", "คำสั่งทดสอบ")
    central = kind == "CENTRAL_ADMIN"
    scope = NATION if central else Scope(frozenset({office.province_id}), frozenset({office.pk}), None)
    return Actor(user, date(2026, 2, 5), None, "นายทดสอบ", (capacity,), None, scope)


def build() -> World:
    """Reference rows, two offices and an officer in each."""
    sync_forms()
    load_products()
    offices = {"25": make.office("25", "ปราจีนบุรี"), "19": make.office("19", "สระบุรี")}
    return World(offices, {code: officer(office) for code, office in offices.items()})
