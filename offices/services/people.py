"""People and their accounts, as the centre enters them. What they may do comes from orders alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from offices.models import Person
from offices.policies import administered, central_admin, demand, is_central_admin, name_keepers
from offices.selectors.reach import placed_in
from offices.services.rules import Fault, explained, refuse
from portal import audit
from portal.actors import Actor
from portal.models import User
from portal.problems import NotAllowed


@contextmanager
def explaining_transaction() -> Iterator[None]:
    """A transaction whose broken constraints come out as sentences."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise explained(error) from error


def add_person(
    *, actor: Actor, title_th: str, first_th: str, last_th: str, employment: str, position_th: str = ""
) -> Person:
    """Enter somebody who works in an office or the centre. Raises NotAllowed, Invalid."""
    demand(central_admin, actor)
    values = {"title_th": title_th, "first_th": first_th, "last_th": last_th, "position_th": position_th}
    values = {name: " ".join(value.split()) for name, value in values.items()}
    faults: list[Fault] = [
        (name, _("ต้องกรอก")) for name in ("title_th", "first_th", "last_th") if not values[name]
    ]
    if employment not in Person.Employment.values:
        faults.append(("employment", _("ต้องเลือกประเภทบุคลากร")))
    refuse(faults)
    with explaining_transaction():
        person = Person.objects.create(employment=employment, **values)
        audit.record(actor, "person.added", person)
    return person


def may_rename(actor: Actor, person: Person) -> bool:
    """Whether the actor may write a person's name: the centre anybody's, the head of an office's general
    administration that of whoever is placed there."""
    return is_central_admin(actor) or bool(administered(actor) & placed_in(person, actor.as_of))


def edit_person(
    *,
    actor: Actor,
    person: Person,
    title_th: str,
    first_th: str,
    last_th: str,
    reason: str,
    position_th: str | None = None,
) -> Person:
    """Change a person's name, as after a marriage, or the post he is called by while he holds none.

    What was signed before keeps the former name. Raises NotAllowed; Invalid with every fault at once.
    """
    if not may_rename(actor, person):
        raise NotAllowed(
            _("เฉพาะ%(who)sเท่านั้นที่ทำรายการนี้ได้") % {"who": name_keepers.label},
            reasons=name_keepers.why_not(actor),
        )
    values = {"title_th": title_th, "first_th": first_th, "last_th": last_th, "reason": reason}
    values = {name: " ".join(value.split()) for name, value in values.items()}
    refuse([(name, _("ต้องกรอก")) for name, value in values.items() if not value])
    reason = values.pop("reason")
    if position_th is not None:
        values["position_th"] = " ".join(position_th.split())
    with explaining_transaction():
        row = Person.objects.select_for_update().get(pk=person.pk)
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        audit.record(actor, "person.renamed", row, reason=reason)  # the names are in its history
    return row


def email_faults(email: str) -> Iterator[Fault]:
    """What is wrong with an address for a new account."""
    try:
        validate_email(email.strip())
    except ValidationError:
        yield "email", _("“%(email)s” ไม่ใช่อีเมลที่ใช้ได้") % {"email": email.strip()[:80]}
        return
    if User.objects.filter(email__iexact=email.strip()).exists():
        yield "email", _("อีเมล %(email)s มีผู้ใช้งานแล้ว") % {"email": email.strip()}
