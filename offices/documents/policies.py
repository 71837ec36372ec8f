"""Who may issue in an office, who keeps its registers, who enters papers from outside."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import AssignmentKind, Document, Group
from offices.orders import powers
from offices.policies import CHIEF_KINDS, of_orders
from portal.access import Policy
from portal.actors import Actor, Capacity
from portal.problems import NotAllowed

# The centre's own papers are issued and kept by its administrators: their office is the centre's.
_ISSUERS = (*CHIEF_KINDS, AssignmentKind.CENTRAL_ADMIN)
_SIGNING = {powers.SIGN_ORDERS.code, powers.SIGN_DOCUMENTS.code}


def issuing(actor: Actor, office_id: int) -> tuple[Capacity, ...]:
    """The capacities in which an actor issues documents of an office: its chief, who acts for him, or
    whoever was delegated a power to sign."""
    delegated = actor.holding([AssignmentKind.DELEGATED], office_id=office_id)
    signing = [held for held in delegated if set(held.powers) & _SIGNING]
    return of_orders((*actor.holding(_ISSUERS, office_id=office_id), *signing))


def keeping(actor: Actor, office_id: int) -> tuple[Capacity, ...]:
    """The capacities in which an actor keeps an office's registers: chief, or head of its general
    administration."""
    return tuple(capacity for capacity in _keeping(actor) if capacity.office_id == office_id)


def kept_offices(actor: Actor) -> frozenset[int]:
    """The offices whose registers an actor keeps."""
    return frozenset(held.office_id for held in _keeping(actor) if held.office_id is not None)


def _keeping(actor: Actor) -> tuple[Capacity, ...]:
    heads = actor.holding([AssignmentKind.GROUP_HEAD])
    admin = tuple(head for head in heads if head.group_code == Group.Code.ADMIN)
    return of_orders((*actor.holding(_ISSUERS), *admin))


def entering(actor: Actor, office_id: int) -> tuple[Capacity, ...]:
    """The capacities in which an actor enters papers from outside for an office."""
    return keeping(actor, office_id) or actor.holding([AssignmentKind.CENTRAL_ADMIN])


def ending(actor: Actor, document: Document, by: Document) -> tuple[Capacity, ...]:
    """The capacities in which an actor records that one document ends another: of ours whoever issues them,
    of others' whoever enters them. What somebody above the office issued ends a paper of the office, too,
    and that the centre may record."""
    if document.register_id is None:
        return entering(actor, document.office_id)
    held = issuing(actor, document.office_id)
    if not held and by.register_id is None:
        held = of_orders(actor.holding([AssignmentKind.CENTRAL_ADMIN]))
    return held


register_keepers = Policy(
    "register_keepers",
    gettext_lazy("หัวหน้าฝ่ายบริหารทั่วไป อุตสาหกรรมจังหวัด ผู้รักษาราชการแทน หรือผู้ดูแลระบบส่วนกลางสำหรับทะเบียนของส่วนกลาง"),
    lambda actor: bool(_keeping(actor)),
)


def demand(held: tuple[Capacity, ...], actor: Actor, who: str) -> Capacity:
    """The capacity in which he acts: the one he chose, else the first. Raises NotAllowed, naming who may."""
    if not held:
        raise NotAllowed(_("เฉพาะ%(who)sเท่านั้นที่ทำรายการนี้ได้") % {"who": who})
    return actor.chosen if actor.chosen in held else held[0]
