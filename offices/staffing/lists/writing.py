"""What a personnel list writes, tries and takes back.

A list gives authority to nobody. Under an order that is known it records posts and places; what a new order
gives waits in an order from elsewhere until a second person confirms it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from offices.models import (
    Incumbency,
    LineKind,
    ListedRow,
    Office,
    OrderLine,
    OrderProposal,
    Person,
    Placement,
    PlacementKind,
    Post,
    Retirement,
)
from offices.orders import carry
from offices.orders import services as orders
from offices.reference import CENTRE
from offices.services.rules import explained, period
from offices.staffing.lists.row import OrderKey, Row
from portal import audit
from portal.actors import Actor
from portal.models import Batch, StoredFile, User

# Which cell a refusal of the database or of a line is told at.
_CELLS = {
    "person": "first_th", "post": "post_number", "number": "post_number", "office": "office",
    "group": "group", "starts_on": "since", "order": "order_number", "leads": "leads",
    "employment": "employment",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """Where a list comes from, for what is noted about it: its file's name, who sent it, the day."""

    name: str
    user: User | None
    day: date


def source_of(batch: Batch, user: User | None, day: date) -> Source:
    return Source(batch.file.name if batch.file else "", user, day)


def try_out(rows: Sequence[Row], source: Source) -> None:
    """Do all that the good rows would do, note at each row what the rules of orders or the database refuse,
    and keep nothing."""
    good = [row for row in rows if not row.refused]
    with transaction.atomic():
        for row in good:
            try:
                with transaction.atomic():
                    write_row(row, source)
            except IntegrityError as error:
                refused = explained(error)
                row.say("PER40", _CELLS.get(next(iter(refused.fields), ""), "post_number"), refused.message)
        for group in by_order(good).values():
            usable = [row for row in group if not row.refused]
            if usable:
                _rehearse(usable, source)
        transaction.set_rollback(True)


def _rehearse(rows: Sequence[Row], source: Source) -> None:
    first = rows[0]
    proposal = OrderProposal(
        office=_office_of(rows),
        title=_title(first),
        starts_on=min(row.since for row in rows),
        outside=True,
        issuer=first.text("order_issuer"),
        number=first.text("order_number"),
        signed_on=first.order_date,
    )
    lines = [_line(row, proposal, nth) for nth, row in enumerate(rows, start=1)]
    outcome = carry.rehearse(proposal, today=source.day, lines=lines)
    for fault in outcome.faults:
        rows[max(fault.nth, 1) - 1].say(
            "PER41", _CELLS.get(fault.field, "since"), fault.sentence, mend=fault.mend
        )


def by_order(rows: Sequence[Row]) -> dict[OrderKey, list[Row]]:
    """The rows whose order is not known and not waiting, by order."""
    found: dict[OrderKey, list[Row]] = {}
    for row in rows:
        if row.order is None and row.gives:
            found.setdefault(row.key, []).append(row)
    return found


def write_row(row: Row, source: Source) -> dict[str, Any]:
    """People, posts, years of retirement, and what a known order gives. Gives what a ``ListedRow`` holds."""
    made: dict[str, Any] = {"new_person": row.person is None, "new_post": False}
    if row.person is None:
        row.person = Person.objects.create(
            title_th=row.text("title_th"),
            first_th=row.text("first_th"),
            last_th=row.text("last_th"),
            employment=row.text("employment"),
            position_th=row.text("post_title")
            or (f"{row.line.name_th}{row.text('level')}" if row.line else ""),
        )
    elif row.diff:
        for name in {"title_th", "employment"} & row.diff.keys():
            setattr(row.person, name, row.diff[name][1])
        row.person.save()
    if row.number and row.line is not None and row.office is not None:
        if row.post is None:
            row.post = Post.objects.create(
                number=row.number,
                office=row.office,
                group=row.group,
                line=row.line,
                level=row.text("level"),
                title_th=row.text("post_title"),
                leads=row.text("leads"),
                valid=period(row.since, None),
            )
            made["new_post"] = True
        elif {"line", "level", "post_title", "leads"} & row.diff.keys():
            row.post.line, row.post.level = row.line, row.text("level")
            row.post.title_th, row.post.leads = row.text("post_title"), row.text("leads")
            row.post.save()
    if "retires" in row.diff:
        Retirement.objects.update_or_create(
            person=row.person,
            defaults={
                "fiscal_year": row.diff["retires"][1],
                "source": _("บัญชีบุคลากร %s") % source.name,
                "noted_on": source.day,
                "noted_by": source.user,
            },
        )
    made |= {"person": row.person, "post": row.post}
    if row.order is not None and row.office is not None and row.gives:
        valid = period(row.since, None)
        if row.order.valid.upper is not None:
            valid = type(valid)(row.since, row.order.valid.upper)
        if row.post is not None:
            made["incumbency"] = Incumbency.objects.create(
                person=row.person, post=row.post, valid=valid, order=row.order
            )
        home = Placement.objects.filter(person=row.person, kind=PlacementKind.HOME, valid__overlap=valid)
        if not home.exists():
            made["placement"] = Placement.objects.create(
                person=row.person,
                office_id=row.office.pk,
                group=row.group,
                kind=PlacementKind.HOME,
                valid=valid,
                order=row.order,
            )
    return made


def write(batch: Batch, rows: Sequence[Row], actor: Actor) -> dict[str, int]:
    """Write every row that brings something; open and propose the orders that are not known."""
    source = source_of(batch, actor.user, actor.as_of)
    bringing = [row for row in rows if row.action in ("new", "changed")]
    made = {row.row_no: write_row(row, source) for row in bringing}
    proposals = by_order(bringing)
    for group in proposals.values():
        proposal = _propose(batch, group, actor)
        for row in group:
            made[row.row_no]["proposal"] = proposal
    ListedRow.objects.bulk_create(
        ListedRow(batch=batch, row_no=row_no, **values) for row_no, values in made.items()
    )
    audit.record(
        actor, "personnel.imported", batch, people=sum(one["new_person"] for one in made.values()),
        posts=sum(one["new_post"] for one in made.values()), orders=len(proposals),
    )  # fmt: skip
    return {
        "new": sum(row.action == "new" for row in bringing),
        "changed": sum(row.action == "changed" for row in bringing),
        "people": sum(one["new_person"] for one in made.values()),
        "posts": sum(one["new_post"] for one in made.values()),
        "orders": len(proposals),
    }


def _propose(batch: Batch, rows: Sequence[Row], actor: Actor) -> OrderProposal:
    first, office = rows[0], _office_of(rows)
    starts_on = min(row.since for row in rows)
    proposal = orders.draft(
        actor=actor,
        office=office,
        head=orders.Head(
            title=_title(first),
            starts_on=starts_on,
            reason=_("ตามคำสั่งเดิมในบัญชีบุคลากร") if starts_on < first.order_date else "",
        ),
        outside=orders.Outside(
            issuer=first.text("order_issuer"),
            number=first.text("order_number"),
            signed_on=first.order_date,
            scan=kept_file(batch, office, actor),
        ),
        lines=[_as_line(row) for row in rows],
    )
    orders.act(
        actor=actor, proposal=proposal, name="propose", expected_version=OrderProposal.objects.select_related(
            "case").get(pk=proposal.pk).case.version,
    )  # fmt: skip
    return proposal


def kept_file(batch: Batch, office: Office, actor: Actor) -> StoredFile:
    """The list itself, kept with the order that it brought: what the second person looks at."""
    assert batch.file is not None
    with batch.file.file.open("rb") as stream:
        data = stream.read()
    name = batch.file.name
    stored = StoredFile(
        name=name,
        content_type="text/csv"
        if name.lower().endswith(".csv")
        else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        size=len(data),
        sha256=batch.file.sha256,
        state=StoredFile.State.ACCEPTED,
        purpose=orders.PURPOSE,
        office_id=office.pk,
        created_by=actor.user,
    )
    stored.file.save(f"{batch.file.sha256}-{stored.uuid}", ContentFile(data), save=True)
    return stored


def _office_of(rows: Sequence[Row]) -> Office:
    """Whose order it is here: the one office that it speaks of, else the centre's."""
    offices = {row.office.pk: row.office for row in rows if row.office is not None}
    if len(offices) == 1:
        return next(iter(offices.values()))
    return Office.objects.get(code=CENTRE)


def _title(row: Row) -> str:
    return _("แต่งตั้งตามคำสั่ง%(issuer)s ที่ %(number)s/%(year)s") % {
        "issuer": row.text("order_issuer"),
        "number": row.text("order_number"),
        "year": row.raw["order_year"],
    }


def _as_line(row: Row) -> orders.Line:
    assert row.person is not None and row.office is not None
    return orders.Line(
        kind=LineKind.APPOINT if row.post is not None else LineKind.OFFICER,
        person=row.person,
        office=row.office,
        starts_on=row.since,
        group=None if row.post is not None else row.group,
        post=row.post,
    )


def _line(row: Row, proposal: OrderProposal, nth: int) -> OrderLine:
    line = _as_line(row)
    return OrderLine(
        proposal=proposal,
        nth=nth,
        kind=LineKind(line.kind),
        person=line.person,
        office=line.office,
        group=line.group,
        post=line.post,
        starts_on=line.starts_on,
    )
