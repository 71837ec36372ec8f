"""Changing one factory by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from factories import policies
from factories.intake.facts import DATED, STANDING, is_text
from factories.models import Factory
from factories.services import states
from offices.models import District, Office
from portal import audit, calendar, identifiers, sql, thai
from portal.actors import Actor
from portal.intake.services import may
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation

EDITABLE = frozenset({*DATED, *STANDING, "lat", "lng", "number14", "old_number"}) - {"source_status"}


def update_factory(
    *,
    actor: Actor,
    factory_uuid: UUID | str,
    expected_version: int,
    changes: Mapping[str, Any],
    effective_on: date,
    reason: str = "",
    verb: str = "factory.changed",
) -> Factory:
    """Write an officer's changes; dated facts hold from ``effective_on``.

    ``reason`` and ``verb`` stand in the event: "factory.put_back" when old values are put back.

    ``changes`` maps field names (foreign keys as ``district_id``, ``main_type_id``) to values; here an
    empty value does empty the field. New coordinates are the officer's own and no feed moves them
    again. Raises Factory.DoesNotExist (also for a factory outside the scope), NotAllowed, Conflict
    (somebody changed it meanwhile), Invalid (all faults at once).
    """
    unknown = set(changes) - EDITABLE
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    with actor.scope.active(), audit.context(actor), transaction.atomic():
        factory = Factory.objects.select_for_update().get(uuid=factory_uuid)
        demand(actor, factory)
        if factory.version != expected_version:
            raise Conflict(
                _("มีผู้แก้ไขโรงงานนี้หลังจากที่ท่านเปิดหน้า จึงยังไม่ได้บันทึก"),
                mend=_("เปิดหน้านี้ใหม่ ดูค่าปัจจุบัน แล้วแก้อีกครั้ง"),
            )
        before = {name: getattr(factory, name) for name in changes}
        for name, value in _cleaned(changes).items():
            setattr(factory, name, value)
        changed = sorted(name for name, old in before.items() if getattr(factory, name) != old)
        if {"lat", "lng"} & set(changed):
            factory.coordinate_source = Factory.CoordinateSource.OFFICER if factory.lat is not None else ""
        _check(factory, effective_on, actor.as_of)
        if not changed:
            return factory
        factory.sort_key = thai.sort_key(factory.shown_name)[:400]
        factory.search_key = search_key(factory)
        factory.version += 1
        factory.save()
        with nation("state rows of a factory the actor may change"):
            states.begin()
            sql.execute(
                "INSERT INTO stage_touched VALUES (%(id)s, %(on)s)", {"id": factory.pk, "on": effective_on}
            )
            states.record_states(source="officer", batch_id=None)
        told = {"fields": changed, "effective_on": effective_on.isoformat()}
        audit.record(actor, verb, factory, **told, **({"reason": reason.strip()} if reason.strip() else {}))
    return factory


def search_key(factory: Factory) -> str:
    """What the search box looks in; the same as ``factories.intake.write`` makes in the database."""
    parts = (
        thai.search_key(factory.name),
        thai.search_key(factory.operator_name),
        factory.number14,
        thai.search_key(factory.old_number),
    )
    return " ".join(part for part in parts if part is not None)


def may_edit(actor: Actor, factory: Factory) -> bool:
    """Whether the actor's assignments let him change this factory: his own office's, or the centre."""
    office_id = Office.objects.filter(province_id=factory.province_id).values_list("id", flat=True).first()
    return may(actor, policies.registry_writers, office_id)


def demand(actor: Actor, factory: Factory) -> None:
    """Raise NotAllowed unless the actor may change this factory."""
    if not may_edit(actor, factory):
        raise NotAllowed(_("ท่านดูโรงงานนี้ได้แต่แก้ไขไม่ได้ ผู้ที่แก้ได้: %s ของจังหวัดนั้น") % policies.registry_writers.label)


def _cleaned(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the columns hold them: tidy text, no float, the key of a changed old number."""
    clean: dict[str, Any] = {}
    for name, value in changes.items():
        if isinstance(value, float):
            raise TypeError(f"{name} is a float; quantities are Decimal")
        if name in ("old_number", "activity") or ((name in DATED or name in STANDING) and is_text(name)):
            value = thai.clean_text(value)
        elif value == "":
            value = None
        clean[name] = value
    if "old_number" in clean:
        number = clean["old_number"]
        try:
            clean["old_key"] = identifiers.normalise_old_number(number) if number else None
        except identifiers.IdentifierError as error:
            raise Invalid(error.message, fields={"old_number": [error.message]}) from error
    return clean


def _check(factory: Factory, effective_on: date, today: date) -> None:
    faults: dict[str, list[str]] = {}

    def fault(field: str, sentence: str) -> None:
        faults.setdefault(field, []).append(sentence)

    if effective_on > today:
        fault("effective_on", _("วันที่มีผลอยู่ในอนาคต โปรดใส่วันนี้หรือวันก่อนหน้า"))
    opened = factory.states.filter(valid__endswith__isnull=True).values_list("valid", flat=True).first()
    if opened is not None and opened.lower and effective_on < opened.lower:
        fault(
            "effective_on",
            _("ต้องไม่ก่อน %s ซึ่งเป็นวันที่ค่าปัจจุบันเริ่มมีผล") % calendar.format_date(opened.lower),
        )
    if factory.number14 and not identifiers.check_factory_number(factory.number14):
        fault("number14", _("เลข 14 หลักไม่ถูกต้อง โปรดตรวจกับใบอนุญาต"))
    if not factory.number14 and not factory.old_key:
        fault("old_number", _("ต้องมีเลข 14 หลักหรือเลขทะเบียนเดิมอย่างน้อยหนึ่งเลข"))
    for name, label in (("number14", _("เลข 14 หลัก")), ("old_key", _("เลขทะเบียนเดิม"))):
        value = getattr(factory, name)
        with nation("a number is one factory's in the whole nation"):
            if value and Factory.objects.filter(**{name: value}).exclude(pk=factory.pk).exists():
                fault(name.replace("old_key", "old_number"), _("%sนี้เป็นของโรงงานอื่นแล้ว") % label)
    if factory.district_id and not District.objects.filter(
        code=factory.district_id, province_id=factory.province_id
    ):
        fault("district_id", _("อำเภอนี้ไม่อยู่ในจังหวัดของโรงงาน"))
    if (factory.lat is None) != (factory.lng is None):
        fault("lng" if factory.lng is None else "lat", _("ใส่พิกัดให้ครบทั้งละติจูดและลองจิจูด"))
    elif factory.lat is not None and factory.lng is not None:
        lat, lng = Decimal(factory.lat), Decimal(factory.lng)
        if not (5 <= lat <= 21 and 95 <= lng <= 106):
            fault("lat", _("พิกัดอยู่นอกประเทศไทย (ละติจูด 5–21, ลองจิจูด 95–106)"))
    if faults:
        raise Invalid(" ".join(s for sentences in faults.values() for s in sentences), fields=dict(faults))
