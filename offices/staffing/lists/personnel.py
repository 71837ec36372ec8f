"""The personnel list through the house's intake: preview, apply, undo, and out again unchanged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import Group, Incumbency, Office, Person, Placement, PlacementKind, PositionLine, Post
from offices.staffing.lists import undoing, writing
from offices.staffing.lists.judging import judge
from offices.staffing.lists.row import Row
from offices.staffing.lists.sheets import PERSONNEL
from offices.staffing.policies import personnel
from portal import sql
from portal.actors import Actor
from portal.intake import stage
from portal.intake.handlers import IntakeHandler, StalePlan
from portal.models import Batch, BatchRow
from portal.scope import current
from portal.sheets.spec import SheetSpec

_DATES = tuple(column.key for column in PERSONNEL.columns if column.kind == "date")


class PersonnelHandler(IntakeHandler):
    """People and posts of one office or of the nation."""

    code = PERSONNEL.code
    title = PERSONNEL.title
    help = gettext_lazy(
        "หนึ่งแถวต่อหนึ่งคน คนและตำแหน่งใหม่จะเพิ่มให้ คำสั่งที่มีในระบบแล้วใช้ได้ทันทีโดยไม่ให้อำนาจใหม่ คำสั่งที่ยังไม่มีจะรอคนที่สองยืนยัน"
    )
    policy = personnel
    value_labels: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "employment": dict(Person.Employment.choices),
        "type": dict(PositionLine.Type.choices),
        "leads": dict(Post.Leads.choices),
        "group": dict(Group.Code.choices),
    }

    def spec(self, params: Mapping[str, Any]) -> SheetSpec:
        return PERSONNEL

    def clean_params(
        self, *, actor: Actor, office_id: int | None, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        """``as_of``: the day of sending, after which no order can have been signed."""
        return {"as_of": actor.as_of.isoformat()}

    def plan(self, batch: Batch) -> None:
        as_of = date.fromisoformat(batch.params["as_of"])
        rows = judge(
            sql.dicts("SELECT * FROM stage ORDER BY row_no"),
            office=_office(batch),
            as_of=as_of,
            unread=stage.unread(),
        )
        planned = [_planned(batch, row) for row in rows]  # before trying, which makes people and posts
        writing.try_out(rows, writing.source_of(batch, None, as_of))
        stage.add([one for row in rows for one in row.findings])
        BatchRow.objects.bulk_create(planned)

    def apply(self, batch: Batch, actor: Actor) -> dict[str, int]:
        kept = list(BatchRow.objects.filter(batch=batch).exclude(action="refused").order_by("row_no"))
        as_of = date.fromisoformat(batch.params["as_of"])
        rows = judge([_raw(row) for row in kept], office=_office(batch), as_of=as_of)
        if len(rows) != len(kept) or any(
            row.refused or (row.action, row.diff, _target(row)) != (was.action, was.diff or {}, was.target_id)
            for row, was in zip(rows, kept, strict=False)
        ):
            raise StalePlan(_("บุคลากร ตำแหน่ง หรือคำสั่งเปลี่ยนไปหลังการตรวจไฟล์ ระบบจึงตรวจไฟล์ให้ใหม่ โปรดดูผลก่อนยืนยัน"))
        return writing.write(batch, rows, actor)

    def undo_plan(self, batch: Batch) -> tuple[int, int]:
        return undoing.plan(batch)

    def undo(self, batch: Batch, actor: Actor) -> None:
        undoing.take_back(batch, actor)

    def export_rows(
        self, actor: Actor, params: Mapping[str, Any], only: QuerySet[Any] | None = None
    ) -> Iterable[Mapping[str, Any]]:
        """Who holds a post on the reader's day, and who works at home without one."""
        day, offices = actor.as_of, current().offices
        held = Incumbency.objects.filter(valid__contains=day)
        home = Placement.objects.filter(valid__contains=day, kind=PlacementKind.HOME)
        if offices is not None:
            held, home = held.filter(post__office__in=offices), home.filter(office__in=offices)
        if only is not None:
            people = only.order_by().values("pk")
            held, home = held.filter(person__in=people), home.filter(person__in=people)
        names = _names()
        seated = set(held.values_list("person_id", flat=True))
        for row in held.select_related(
            "person__user", "person__retirement", "post__line", "post__office", "post__group", "order"
        ).order_by("post__office__code", "post__number"):
            yield _exported(row, row.post.office, row.post.group, row.post, names)
        for place in (
            home.exclude(person__in=seated)
            .exclude(person__employment=Person.Employment.CIVIL_SERVANT)
            .filter(group__isnull=False)
            .select_related("person__user", "person__retirement", "office", "group", "order")
            .order_by("office__code", "pk")
        ):
            yield _exported(place, place.office, place.group, None, names)


def _names() -> set[tuple[str, str]]:
    """Names that more than one person has: their rows need an address."""
    seen: set[tuple[str, str]] = set()
    twice: set[tuple[str, str]] = set()
    for name in Person.objects.values_list("first_th", "last_th"):
        (twice if name in seen else seen).add(name)
    return twice


def _exported(
    row: Incumbency | Placement,
    office: Office,
    group: Group | None,
    post: Post | None,
    twice: set[tuple[str, str]],
) -> dict[str, Any]:
    person, order = row.person, row.order
    known = getattr(person, "retirement", None)
    needs_address = (person.first_th, person.last_th) in twice and person.user is not None
    return {
        "title_th": person.title_th,
        "first_th": person.first_th,
        "last_th": person.last_th,
        "email": person.user.email if needs_address and person.user else "",
        "employment": person.employment,
        "post_number": post.number if post else "",
        "line": post.line.name_th if post else "",
        "type": post.line.type if post else "",
        "level": post.level if post else "",
        "post_title": post.title_th if post else "",
        "leads": post.leads if post else "",
        "office": office.short_th,
        "group": group.code if group else "",
        "works_at": "",
        "since": row.valid.lower,
        "order_issuer": order.issuer,
        "order_number": order.number,
        "order_year": order.year_be,
        "order_date": order.signed_on,
        "retires": known.fiscal_year if known else None,
    }


def _office(batch: Batch) -> Office | None:
    return None if batch.office_id is None else Office.objects.get(pk=batch.office_id)


def _target(row: Row) -> int | None:
    return row.person.pk if row.person else None


def _planned(batch: Batch, row: Row) -> BatchRow:
    data = {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in row.raw.items()
        if key != "row_no" and value not in (None, "")
    }
    return BatchRow(
        batch=batch,
        row_no=row.row_no,
        key=f"{row.name} {row.number}"[:200],
        action=row.action,
        data=data,
        diff=row.diff or None,
        target_id=_target(row),
    )


def _raw(row: BatchRow) -> dict[str, Any]:
    given: dict[str, Any] = {column.key: row.data.get(column.key) for column in PERSONNEL.columns}
    given |= {name: date.fromisoformat(given[name]) for name in _DATES if given[name]}
    return given | {"row_no": row.row_no}
