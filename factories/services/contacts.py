"""Ways to reach a factory: adding one, and saying whether it works."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from factories import policies
from factories.models import Factory, FactoryContact
from factories.services.factories import may_edit
from portal import audit, thai
from portal.actors import Actor
from portal.problems import Invalid, NotAllowed

_TELEPHONE = re.compile(r"(0[0-9]{8,9}|\+[0-9]{9,15})")


def clean(kind: str, value: str) -> str:
    """The value as it is kept. Raises Invalid for what cannot be dialled, mailed or posted to."""
    text = thai.from_thai_digits(thai.clean_text(value))[:300]
    if not text:
        raise Invalid(_("โปรดใส่เลขหรือที่อยู่"), fields={"value": [_("โปรดใส่เลขหรือที่อยู่")]})
    if kind == FactoryContact.Kind.TELEPHONE:
        if not _TELEPHONE.fullmatch(FactoryContact(value=text).dialled):
            said = _("หมายเลขโทรศัพท์ต้องมี 9 หรือ 10 หลักและขึ้นต้นด้วย 0 เลขต่อเขียนหลังคำว่า “ต่อ”")
            raise Invalid(said, fields={"value": [said]})
    elif kind == FactoryContact.Kind.EMAIL:
        try:
            validate_email(text)
        except ValidationError:
            said = _("ที่อยู่อีเมลไม่ถูกต้อง")
            raise Invalid(said, fields={"value": [said]}) from None
    return text


def add(
    *,
    actor: Actor,
    factory_uuid: UUID | str,
    kind: str,
    value: str,
    source: str,
    role: str = "",
    personal: bool = False,
    said_by: str = "",
    state: str = FactoryContact.State.UNVERIFIED,
) -> FactoryContact:
    """Add a way to reach a factory. What is there already stays as it is.

    ``source`` says where it comes from; ``said_by`` names an office or a function, never a person. Raises
    Factory.DoesNotExist outside the scope, NotAllowed, Invalid for a value that is no such thing, without
    a source, or that the factory has already.
    """
    with actor.scope.active(), audit.context(actor), transaction.atomic():
        factory = Factory.objects.select_for_update().get(uuid=factory_uuid)
        demand(actor, factory)
        text = clean(kind, value)
        if not source.strip():
            raise Invalid(_("โปรดระบุที่มา"), fields={"source": [_("โปรดระบุที่มา")]})
        known = FactoryContact.objects.filter(factory=factory, kind=kind, value=text)
        if known.exclude(state=FactoryContact.State.RETIRED).exists():
            said = _("โรงงานนี้มีช่องทางนี้อยู่แล้ว แก้สถานะของรายการเดิมแทน")
            raise Invalid(said, fields={"value": [said]})
        contact = FactoryContact.objects.create(
            factory=factory,
            province_id=factory.province_id,
            kind=kind,
            value=text,
            role=thai.clean_text(role)[:80],
            personal=personal,
            source=thai.clean_text(source)[:200],
            said_by=thai.clean_text(said_by)[:120],
            noted_on=actor.as_of,
            state=state,
            state_on=actor.as_of,
        )
        audit.record(actor, "contact.added", factory, kind=kind, state=state)
    return contact


def set_state(
    *, actor: Actor, contact: FactoryContact, state: str, on: date, said_by: str = ""
) -> FactoryContact:
    """Say from a day on whether a contact works; give the row as it is now.

    A retired contact stays retired: the same number again is a new row. Raises
    FactoryContact.DoesNotExist outside the scope, NotAllowed, Invalid.
    """
    with actor.scope.active(), audit.context(actor), transaction.atomic():
        row = FactoryContact.objects.select_for_update().select_related("factory").get(pk=contact.pk)
        demand(actor, row.factory)
        if row.state == FactoryContact.State.RETIRED and state != row.state:
            raise Invalid(_("ช่องทางนี้เลิกใช้แล้ว ถ้ากลับมาใช้ ให้เพิ่มเป็นรายการใหม่"))
        if row.state == state and not said_by:
            return row
        row.state, row.state_on = state, on
        row.said_by = thai.clean_text(said_by)[:120] or row.said_by
        row.save(update_fields=["state", "state_on", "said_by"])
        audit.record(actor, "contact.state_changed", row.factory, kind=row.kind, state=state)
    return row


def demand(actor: Actor, factory: Factory) -> None:
    """Raise NotAllowed unless the actor may change this factory."""
    if not may_edit(actor, factory):
        raise NotAllowed(_("เฉพาะ%s ของจังหวัดนี้") % policies.registry_writers.label)
