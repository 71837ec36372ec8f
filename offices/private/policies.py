"""Who keeps personnel data, and who may read or write which personal field.

The clearance (``offices.private.clearance``) is the coarse, second lock; the functions here ask exactly.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import Person
from offices.policies import central_admin
from offices.private.clearance import clearances, reaches_people
from offices.private.fields import Field
from offices.selectors.reach import placed_in
from portal.access import Policy
from portal.actors import Actor
from portal.problems import NotAllowed

keepers = central_admin  # of personnel data nationwide: one place to change when another role takes it over

readers = Policy(
    "private_readers",
    gettext_lazy("ผู้ดูแลระบบส่วนกลาง อุตสาหกรรมจังหวัด ผู้รักษาราชการแทน หรือหัวหน้าฝ่ายบริหารทั่วไป"),
    lambda actor: bool(clearances(actor.capacities)),
)


def is_self(actor: Actor, person: Person) -> bool:
    """Whether the person is the actor himself."""
    return actor.person_id == person.pk


def is_keeper(actor: Actor) -> bool:
    """Whether he keeps personnel data nationwide."""
    return keepers.test(actor)


def reading(actor: Actor, person: Person) -> frozenset[str]:
    """The needs for which an actor may read a person's fields: "identity", "contact", both or none."""
    if is_self(actor, person) or is_keeper(actor):
        return frozenset({"identity", "contact"})
    offices = {held.office_id for held in actor.capacities if reaches_people(held)}
    return frozenset({"contact"}) if offices & placed_in(person, actor.as_of) else frozenset()


def writing(actor: Actor, person: Person) -> frozenset[str]:
    """The needs of the fields an actor may write: the keepers all, everybody his own contacts."""
    if is_keeper(actor):
        return frozenset({"identity", "contact"})
    return frozenset({"contact"}) if is_self(actor, person) else frozenset()


def demand(needs: frozenset[str], field: Field) -> None:
    """Raise NotAllowed, naming who may, when the needs do not open the field."""
    if field.need in needs:
        return
    who = (
        _("เจ้าของข้อมูลและผู้ดูแลระบบส่วนกลาง")
        if field.need == "identity"
        else _("เจ้าของข้อมูล ผู้ดูแลระบบส่วนกลาง และหัวหน้าสำนักงานหรือหัวหน้าฝ่ายบริหารทั่วไปของสำนักงานที่เจ้าของข้อมูลปฏิบัติหน้าที่")
    )
    raise NotAllowed(_("“%(field)s” เปิดให้เฉพาะ%(who)s") % {"field": field.label, "who": who})
