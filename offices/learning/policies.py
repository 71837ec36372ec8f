"""Whose levels, ratings and plans a reader sees, and who decides about them.

Ratings and plans: the person himself, his superiors, personnel. Subject levels besides: the inspector of
his office. The board with its words, but without names, is open to everybody of the office.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import AssignmentKind, Group, Person
from offices.policies import CHIEF_KINDS, is_central_admin
from offices.selectors.placements import Seat, placements, seats
from portal.access import Policy
from portal.actors import Actor, Capacity
from portal.problems import NotAllowed
from portal.scope import current

SUPERIORS = gettext_lazy("ผู้บังคับบัญชาของบุคคลนี้ (หัวหน้ากลุ่มหรืออุตสาหกรรมจังหวัด) หรือผู้ดูแลระบบส่วนกลาง")
HIMSELF_OR_SUPERIORS = gettext_lazy("เจ้าตัว ผู้บังคับบัญชา หรือผู้ดูแลระบบส่วนกลาง")


# --- Superiors ---


def is_above(capacity: Capacity, seat: Seat) -> bool:
    """Whether who holds this capacity is a superior of who sits there: the head over the officers of his
    group, the chief over everybody of his office, who acts for him over everybody but the chief."""
    if capacity.office_id != seat.office:
        return False
    match capacity.kind:
        case AssignmentKind.GROUP_HEAD:
            return seat.kind == AssignmentKind.OFFICER and seat.group == capacity.group_code
        case AssignmentKind.CHIEF:
            return True
        case AssignmentKind.ACTING_CHIEF:
            return seat.kind != AssignmentKind.CHIEF
    return False


def superior(actor: Actor, person_id: int, held: Iterable[Seat]) -> Capacity | None:
    """The capacity in which the actor is a superior of a person who sits in ``held``, the chosen one first;
    None when he is none, and always for himself.

    The centre is the superior of chiefs and of its own people.
    """
    if actor.person_id == person_id:
        return None
    held = list(held)
    found = [one for one in actor.capacities if any(is_above(one, seat) for seat in held)]
    if not held or any(seat.kind == AssignmentKind.CHIEF for seat in held):
        found += actor.holding([AssignmentKind.CENTRAL_ADMIN])
    return _preferred(actor, found)


def deciding(actor: Actor, person_id: int) -> Capacity | None:
    """The capacity in which the actor decides about a person: as his superior, or for personnel."""
    found = superior(actor, person_id, seats(actor.as_of, people=[person_id]))
    if found is None and actor.person_id != person_id:
        found = _preferred(actor, actor.holding([AssignmentKind.CENTRAL_ADMIN]))
    return found


def demand_deciding(actor: Actor, person: Person) -> Capacity:
    """The capacity in which the actor decides about a person. Raises NotAllowed, naming who may."""
    found = deciding(actor, person.pk)
    if found is None:
        if actor.person_id == person.pk:
            raise NotAllowed(_("ไม่มีผู้ใดตัดสินเรื่องของตนเองได้ ผู้ที่ทำได้: %s") % SUPERIORS)
        raise NotAllowed(_("ผู้ที่ทำรายการนี้ได้: %s") % SUPERIORS)
    return found


def own_capacity(actor: Actor) -> Capacity | None:
    """The capacity in which somebody acts for himself: the chosen one, else the first."""
    return _preferred(actor, actor.capacities)


def demand_own_or_deciding(actor: Actor, person: Person) -> Capacity:
    """The capacity in which a person himself, a superior or personnel acts. Raises NotAllowed."""
    found = own_capacity(actor) if actor.person_id == person.pk else deciding(actor, person.pk)
    if found is None:
        raise NotAllowed(_("ผู้ที่ทำรายการนี้ได้: %s") % HIMSELF_OR_SUPERIORS)
    return found


def _preferred(actor: Actor, found: Iterable[Capacity]) -> Capacity | None:
    found = list(found)
    if actor.chosen is not None and actor.chosen in found:
        return actor.chosen
    return found[0] if found else None


# --- Sight ---


def inspects(actor: Actor, office_id: int) -> bool:
    """Whether the actor is an inspector whose zones have this office."""
    return AssignmentKind.INSPECTOR in actor.kinds() and actor.scope.has_office(office_id)


def sees_whole(actor: Actor, seat: Seat) -> bool:
    """Whether the reader sees ratings, plan and hours of who sits there; asks nothing of the database."""
    return (
        is_central_admin(actor)
        or actor.person_id == seat.person
        or any(is_above(one, seat) for one in actor.capacities)
    )


def sees_level(actor: Actor, seat: Seat) -> bool:
    """Whether the reader sees the subject levels of who sits there; asks nothing of the database."""
    return sees_whole(actor, seat) or inspects(actor, seat.office)


def levels_seen(actor: Actor) -> QuerySet[Person]:
    """The people whose subject levels the reader sees, within the active scope."""
    return _seen(actor, inspected=True)


def people_seen(actor: Actor) -> QuerySet[Person]:
    """The people whose ratings, plans and records the reader sees, within the active scope."""
    return _seen(actor, inspected=False)


def _seen(actor: Actor, *, inspected: bool) -> QuerySet[Person]:
    placed, offices = placements(actor.as_of), current().offices
    if offices is not None:
        placed = placed.filter(office__in=offices)
    if is_central_admin(actor):
        if offices is None:
            return Person.objects.all()
        return Person.objects.filter(pk__in=placed.values("person"))
    mine = Q(pk__in=[])
    for one in actor.capacities:
        match one.kind:
            case AssignmentKind.GROUP_HEAD:
                mine |= Q(kind=AssignmentKind.OFFICER, office=one.office_id, group__code=one.group_code)
            case AssignmentKind.CHIEF:
                mine |= Q(office=one.office_id)
            case AssignmentKind.ACTING_CHIEF:
                mine |= Q(office=one.office_id) & ~Q(kind=AssignmentKind.CHIEF)
            case AssignmentKind.INSPECTOR if inspected:
                mine |= Q(office__in=actor.scope.offices or ())
            case AssignmentKind.HEAD_INSPECTOR if inspected:
                mine |= Q(office__isnull=False)
    return Person.objects.filter(Q(pk=actor.person_id) | Q(pk__in=placed.filter(mine).values("person")))


# --- Policies of pages ---


def _keeps_training(actor: Actor) -> tuple[Capacity, ...]:
    heads = actor.holding([AssignmentKind.GROUP_HEAD])
    admin = tuple(head for head in heads if head.group_code == Group.Code.ADMIN)
    return (*actor.holding([AssignmentKind.CENTRAL_ADMIN, *CHIEF_KINDS]), *admin)


def _of_the_service(actor: Actor) -> tuple[Capacity, ...]:
    """Not those who only read: they learn where they work."""
    outside = (AssignmentKind.READER, AssignmentKind.EXECUTIVE)
    return tuple(held for held in actor.capacities if held.kind not in outside)


training_keepers = Policy(
    "training_keepers",
    gettext_lazy("หัวหน้าฝ่ายบริหารทั่วไป อุตสาหกรรมจังหวัด ผู้รักษาราชการแทน หรือผู้ดูแลระบบส่วนกลาง"),
    lambda actor: bool(_keeps_training(actor)),
)
learners = Policy(
    "learners",
    gettext_lazy("ผู้ที่มีคำสั่งแต่งตั้งที่มีผล นอกจากผู้อ่านข้อมูลและผู้บริหาร"),
    lambda actor: bool(_of_the_service(actor)) and actor.person_id is not None,
)
superiors = Policy(
    "superiors",
    gettext_lazy("หัวหน้ากลุ่ม อุตสาหกรรมจังหวัด ผู้รักษาราชการแทน หรือผู้ดูแลระบบส่วนกลาง"),
    lambda actor: bool(
        actor.holding([AssignmentKind.GROUP_HEAD, AssignmentKind.CENTRAL_ADMIN, *CHIEF_KINDS])
    ),
)


def keeping_training(actor: Actor, office_id: int) -> Capacity | None:
    """The capacity in which the actor keeps the training of an office: its own keepers, or the centre."""
    held = [
        one
        for one in _keeps_training(actor)
        if one.kind == AssignmentKind.CENTRAL_ADMIN or one.office_id == office_id
    ]
    return _preferred(actor, held)


def demand_training(actor: Actor, office_id: int) -> Capacity:
    """As ``keeping_training``; raises NotAllowed, naming who may."""
    found = keeping_training(actor, office_id)
    if found is None:
        raise NotAllowed(_("ผู้ที่ทำรายการนี้ได้: %sของหน่วยงานผู้จัด") % training_keepers.label)
    return found


def training_offices(actor: Actor) -> frozenset[int]:
    """The offices whose training an actor keeps in their own name."""
    return frozenset(one.office_id for one in _keeps_training(actor) if one.office_id is not None)
