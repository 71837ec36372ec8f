"""Editions: certified figures frozen as canonical JSON rows with a SHA-256, and their files.

An office's edition is made by the chief's act; zone and nation are published by the centre. A row
is one office × district × factory type × product × measure with its certified sum. Rows are the
edition; XLSX and PDF are drawn from them once and kept.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from offices.models import AssignmentKind, InspectionZone
from offices.policies import central_admin, demand
from portal import audit, calendar, jobs, sql
from portal.actors import Actor
from portal.models import Job, StoredFile
from portal.problems import Invalid
from portal.scope import nation
from reporting.editions import pdf, rows, xlsx
from reporting.models import Edition, EditionFile, OfficePackage

FILES_JOB = "reporting.edition_files"
CONTENT_TYPES = {
    EditionFile.Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    EditionFile.Kind.PDF: "application/pdf",
}


def make_office_edition(*, package: OfficePackage, actor: Actor, capacity: str) -> Edition:
    """The edition of an office's month as its chief has just certified it.

    In the transaction of the certification, inside nation scope. Each certification makes one.
    """
    frozen = rows.freeze(form=package.form_id, period=package.period, provinces=[package.province_id])
    return _write(
        frozen, actor, capacity,
        form_id=package.form_id, period=package.period, level=Edition.Level.OFFICE,
        office_id=package.office_id, zone_id=None, package=package,
    )  # fmt: skip


def publish(
    *, actor: Actor, form: str, period: date, level: str, zone: InspectionZone | None = None
) -> Edition:
    """Publish a zone's or the nation's certified figures of a month.

    Offices not yet certified contribute nothing and stand by name in ``summary["not_certified"]``.
    Members of a zone are those of the month. When nothing has changed since the newest edition of
    the same place, that one is given again.

    Raises NotAllowed for others than the centre; Invalid for a level without its zone.
    """
    demand(central_admin, actor)
    if level not in (Edition.Level.ZONE, Edition.Level.NATION) or (level == Edition.Level.ZONE) != bool(zone):
        raise Invalid(_("โปรดเลือกระดับเขตพร้อมเขตตรวจราชการ หรือระดับประเทศ"))
    capacity = actor.holding([AssignmentKind.CENTRAL_ADMIN])[0].label
    with nation("publish an edition"), transaction.atomic():
        place = {"form_id": form, "period": period, "level": level, "office_id": None}
        place["zone_id"] = zone.pk if zone else None
        sql.lock("edition", form, period.isoformat(), level, place["zone_id"])
        provinces = None if zone is None else rows.provinces_of_zone(zone, period)
        frozen = rows.freeze(form=form, period=period, provinces=provinces)
        newest = Edition.objects.filter(**place).order_by("-number").first()
        if newest and (newest.rows_sha256, newest.summary) == (frozen.sha256, frozen.summary):
            return newest
        edition = _write(frozen, actor, capacity, package=None, **place)
        audit.record(actor, "edition.published", edition, level=level, number=edition.number)
    return edition


def _write(frozen: rows.Frozen, actor: Actor, capacity: str, **place: Any) -> Edition:
    same = {name: place[name] for name in ("form_id", "period", "level", "office_id", "zone_id")}
    last = Edition.objects.filter(**same).aggregate(number=Max("number"))["number"] or 0
    edition = Edition.objects.create(
        number=last + 1,
        rows=frozen.text,
        rows_sha256=frozen.sha256,
        summary=frozen.summary,
        as_of=calendar.now(),
        made_by=actor.user,
        capacity=capacity,
        **place,
    )
    ask_for_files(edition=edition, actor=actor)
    return edition


def ask_for_files(*, edition: Edition, actor: Actor) -> Job:
    """Have the edition's papers drawn; while that waits or runs, asking again gives the same job."""
    return jobs.enqueue(
        FILES_JOB,
        key=str(edition.uuid),
        actor=actor,
        args={"edition": str(edition.uuid)},
        label=_("จัดทำไฟล์ของฉบับเผยแพร่"),
        office_id=edition.office_id,
        result_url=reverse("reporting:edition-detail", args=[edition.uuid]),
    )


def files_under_way(edition: Edition) -> bool:
    """Whether a job is drawing the edition's papers, or waits to."""
    return Job.objects.filter(
        kind=FILES_JOB, key=str(edition.uuid), state__in=[Job.State.QUEUED, Job.State.RUNNING]
    ).exists()


def ensure_file(*, edition: Edition, kind: str) -> EditionFile:
    """The edition's paper of a kind: rendered at the first asking, the same stored one ever after."""
    with nation("files of an edition"), transaction.atomic():
        sql.lock("edition-file", edition.pk, kind)
        stored = EditionFile.objects.select_related("file").filter(edition=edition, kind=kind).first()
        if stored is not None:
            return stored
        content = xlsx.render(edition) if kind == EditionFile.Kind.XLSX else pdf.render(edition)
        file = StoredFile(
            name=f"{rows.file_name(edition)}.{kind}",
            content_type=CONTENT_TYPES[EditionFile.Kind(kind)],
            size=len(content),
            sha256=rows.sha256(content),
            state=StoredFile.State.ACCEPTED,
            purpose="edition",
            office_id=edition.office_id,
            created_by=edition.made_by,
        )
        file.file.save(file.name, ContentFile(content), save=False)
        file.save()
        return EditionFile.objects.create(edition=edition, kind=kind, file=file)


@jobs.job(FILES_JOB)
def make_files(context: jobs.JobContext) -> dict[str, Any]:
    """The job: args {"edition": uuid}; both files exist afterwards."""
    edition = Edition.objects.get(uuid=context.args["edition"])
    made = [ensure_file(edition=edition, kind=kind) for kind in (EditionFile.Kind.XLSX, EditionFile.Kind.PDF)]
    return {one.kind: one.file.sha256 for one in made}
