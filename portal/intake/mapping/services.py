"""Agree on a mapping, ask again, retire. One transaction each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit, sql
from portal.actors import Actor
from portal.intake.handlers import IntakeError, get_handler
from portal.intake.mapping import selectors
from portal.intake.services import ask_for_preview, clear, demand, handler_of, mine, wrong_state
from portal.models import Batch, BatchLayout, ColumnMapping, MappingVersion
from portal.problems import Invalid
from portal.sheets.guess import FileColumn, file_columns
from portal.sheets.headers import SEARCH_ROWS
from portal.sheets.layout import Head, column_name, fingerprint
from portal.sheets.spec import Column, SheetSpec


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person says: the sheet and row (from 0) of the headings, position → key ('' or absent:
    not used), and the name under which this is kept."""

    sheet: str
    row: int
    columns: Mapping[int, str]
    name: str


def field_name(position: int) -> str:
    """The field of a form, and of ``Invalid``, that holds the choice for a column."""
    return f"c{position}"


def agree(*, actor: Actor, batch_uuid: UUID | str, choice: Choice) -> Batch:
    """Keep the mapping as a version and let the batch be read by it.

    Saying the same twice is once. Raises NotAllowed, IntakeError, and Invalid with every reason why
    the mapping will not do.
    """
    with transaction.atomic(), audit.context(actor):
        batch = mine(actor, batch_uuid)
        if batch.state != Batch.State.MAPPING:
            if _said_before(batch, choice):
                return batch
            raise wrong_state(batch)
        spec = handler_of(batch).spec(batch.params)
        head = head_of(batch.layout, choice)
        columns = file_columns(head, choice.row)
        _demand_sound(spec, columns, choice, selectors.nearest(batch, [c.label for c in columns]))
        version = _version(actor, batch, spec, head.rows[choice.row], columns, choice)
        batch.mapping, batch.reading = version, {"sheet": choice.sheet, "row": choice.row}
        batch.state = Batch.State.RECEIVED
        batch.save()
        BatchLayout.objects.filter(batch=batch).update(draft=draft_of(choice))
        audit.record(actor, "batch.mapped", batch, mapping=version.mapping.name, version=version.number)
        ask_for_preview(actor, batch, handler_of(batch))
    return batch


def keep_draft(*, actor: Actor, batch_uuid: UUID | str, choice: Choice) -> None:
    """Keep the choices made so far with the batch, so that the page may be left."""
    with transaction.atomic(), audit.context(actor):
        batch = mine(actor, batch_uuid)
        if batch.state != Batch.State.MAPPING:
            raise wrong_state(batch)
        head_of(batch.layout, choice)
        BatchLayout.objects.filter(batch=batch).update(draft=draft_of(choice))


def ask_again(*, actor: Actor, batch_uuid: UUID | str) -> Batch:
    """Throw the plan away and ask which column is which, also where the portal knew."""
    with transaction.atomic(), audit.context(actor):
        batch = mine(actor, batch_uuid)
        refused_as_mapped = batch.state == Batch.State.REFUSED and batch.mapping_id is not None
        if batch.state != Batch.State.PREVIEWED and not refused_as_mapped:
            raise wrong_state(batch)
        clear(batch)
        batch.plan_sha256, batch.counts, batch.refusal, batch.mapping = "", {}, "", None
        layout = BatchLayout.objects.filter(batch=batch).exists()
        batch.state = Batch.State.MAPPING if layout else Batch.State.RECEIVED
        batch.reading = {} if layout else {"ask": True}
        batch.save()
        audit.record(actor, "batch.asked_again", batch)
        if not layout:
            ask_for_preview(actor, batch, handler_of(batch))
    return batch


def retire(*, actor: Actor, mapping_uuid: UUID | str) -> ColumnMapping:
    """From now on files are no longer known by this mapping; what it read stays explained."""
    with transaction.atomic(), audit.context(actor):
        mapping: ColumnMapping = ColumnMapping.objects.get(uuid=mapping_uuid)
        demand(actor, get_handler(mapping.handler), mapping.office_id)
        sql.lock("mapping", mapping.pk)
        latest = mapping.versions.order_by("-number")[0]
        if latest.retired:
            raise IntakeError(_("การจับคู่นี้เลิกใช้แล้ว"))
        MappingVersion.objects.create(
            mapping=mapping,
            number=latest.number + 1,
            spec_code=latest.spec_code,
            spec_version=latest.spec_version,
            created_by=actor.user,
            created_by_name=actor.name,
        )
        audit.record(actor, "mapping.retired", mapping)
    return mapping


def draft_of(choice: Choice) -> dict[str, object]:
    """The choice as it is kept with the batch."""
    columns = {str(position): key for position, key in choice.columns.items()}
    return {"sheet": choice.sheet, "row": choice.row, "columns": columns, "name": choice.name}


def head_of(layout: BatchLayout, choice: Choice) -> Head:
    """The sheet of a choice. Raises Invalid when the file has no such sheet or row."""
    for sheet in layout.sheets:
        if sheet["name"] == choice.sheet and 0 <= choice.row < min(len(sheet["rows"]), SEARCH_ROWS):
            return Head(**sheet)
    raise Invalid(_("ไม่พบแผ่นงานหรือแถวหัวตารางที่เลือก"), mend=_("เลือกแผ่นงานและแถวหัวตารางใหม่"))


def described(column: Column) -> str:
    """A column by name and what it is."""
    help = str(column.help)
    return f"“{column.header}”" + (f" ({help})" if help else "")


def any_of(group: Sequence[Column]) -> str:
    """Columns of which one is needed."""
    return _(" หรือ ").join(described(column) for column in group)


# --- inside --------------------------------------------------------------------------------------


def _said_before(batch: Batch, choice: Choice) -> bool:
    layout = BatchLayout.objects.filter(batch=batch).first()
    return batch.mapping_id is not None and layout is not None and layout.draft == draft_of(choice)


def _demand_sound(
    spec: SheetSpec, columns: Sequence[FileColumn], choice: Choice, before: MappingVersion | None
) -> None:
    """Every reason why the mapping will not do, at once."""
    fields: dict[str, list[str]] = defaultdict(list)
    general: list[str] = []
    places: dict[str, list[FileColumn]] = defaultdict(list)
    for column in columns:
        key = choice.columns.get(column.position, "")
        if key in spec.keys:
            places[key].append(column)
        elif key:
            fields[field_name(column.position)].append(_("ไม่รู้จักข้อมูลที่เลือก โปรดเลือกใหม่"))
    for key, given in places.items():
        for one in given[1:] if len(given) > 1 else ():
            others = ", ".join(f"{column_name(c.position)} “{c.label}”" for c in given if c is not one)
            fields[field_name(one.position)].append(
                _("“%(field)s” ถูกเลือกให้คอลัมน์ %(others)s แล้ว ข้อมูลหนึ่งมาจากได้คอลัมน์เดียว")
                % {"field": spec.column(key).header, "others": others}
            )
    for group in spec.lacking(places):
        general.append(_lacking(group, before, columns))
    if not places and not general:
        general.append(_("ยังไม่ได้เลือกคอลัมน์ใดเลย"))
    if not choice.name.strip():
        fields["name"].append(_("โปรดตั้งชื่อ เพื่อให้รู้จักไฟล์แบบนี้ในครั้งหน้า"))
    elif len(choice.name) > 120:
        fields["name"].append(_("ชื่อยาวเกิน 120 ตัวอักษร"))
    if general or fields:
        message = _("ยังใช้การจับคู่นี้ไม่ได้ ไฟล์ยังไม่ถูกอ่าน สิ่งที่เลือกไว้ยังอยู่")
        raise Invalid(message, fields={"": general, **fields} if general else dict(fields))


def _lacking(group: tuple[Column, ...], before: MappingVersion | None, columns: Sequence[FileColumn]) -> str:
    said = _("ยังไม่มีคอลัมน์ใดเป็น %s ซึ่งจำเป็นต้องมี") % any_of(group)
    keys = {column.key for column in group}
    once = [label for label, key in (before.columns if before else {}).items() if key in keys]
    gone = [label for label in once if label not in {column.label for column in columns}]
    if gone:
        said += " " + _("ครั้งก่อนมาจากคอลัมน์ “%s” ซึ่งไม่มีในไฟล์นี้") % gone[0]
    return said


def _version(
    actor: Actor,
    batch: Batch,
    spec: SheetSpec,
    headings: Sequence[str],
    columns: Sequence[FileColumn],
    choice: Choice,
) -> MappingVersion:
    handler, name = handler_of(batch).code, choice.name.strip()
    sql.lock("mapping", handler, batch.office_id)
    mapping, created = ColumnMapping.objects.get_or_create(
        office_id=batch.office_id, handler=handler, name=name
    )
    latest = None if created else mapping.versions.order_by("-number").first()
    agreed = {c.label: choice.columns.get(c.position, "") for c in columns}
    mark = fingerprint(headings)
    if latest is not None and (latest.fingerprint, latest.columns) == (mark, agreed):
        return latest
    version = MappingVersion.objects.create(
        mapping=mapping,
        number=(latest.number if latest else 0) + 1,
        spec_code=spec.code,
        spec_version=spec.version,
        fingerprint=mark,
        headings=[column.label for column in columns],
        columns=agreed,
        created_by=actor.user,
        created_by_name=actor.name,
    )
    audit.record(actor, "mapping.agreed", mapping, version=version.number)
    return version
