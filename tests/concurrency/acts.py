"""What people do to a month, done at once by the services, without a worker between."""

from __future__ import annotations

import io
from datetime import date

from offices.models import Case, Office
from portal.actors import Actor
from portal.intake import services as intake
from portal.models import Batch
from reporting.models import OfficePackage
from reporting.services import packages
from tests.faults.world import FORM, actor, sheet


def send(office: str, month: str, revision: int = 0) -> Batch:
    """Upload and preview."""
    officer = actor(office)
    batch = intake.receive(
        actor=officer,
        handler_code=FORM,
        upload=intake.Upload("เดือน.csv", io.BytesIO(sheet(office, month, revision).encode())),
        office_id=Office.objects.get(code=office).pk,
        params={"period": month},
    )
    return preview(batch)


def preview(batch: Batch) -> Batch:
    intake.preview(batch_uuid=batch.uuid)
    batch.refresh_from_db()
    return batch


def apply(batch: Batch, who: Actor | None = None, office: str = "25") -> object:
    return intake.carry_out(actor=who or actor(office), batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)


def package(office: str, month: str) -> OfficePackage:
    return packages.open_package(
        actor=actor(office),
        form=FORM,
        period=date.fromisoformat(month),
        office=Office.objects.get(code=office),
    )


def act(found: OfficePackage, office: str, kind: str, name: str, version: int | None = None) -> Case:
    """One act on the package, with the version it has now unless another is named."""
    case = Case.objects.get(pk=found.case_id)
    return packages.act(
        actor=actor(office, kind),
        package=found.uuid,
        name=name,
        expected_version=case.version if version is None else version,
        reason="ทดสอบ",
    )
