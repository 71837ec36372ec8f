"""Who enters whose absences, who reads why somebody is away, and who is warned of what ends.

That somebody is away, and who acts, is known in his office; why he is away (illness) is his own, his
superiors' and personnel's business.
"""

from __future__ import annotations

from typing import Literal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import Assignment, AssignmentKind, Group, Person
from offices.policies import CHIEF_KINDS, OFFICER_KINDS, of_orders
from offices.selectors.people import visible_people
from portal.access import Policy
from portal.actors import Actor, Capacity
from portal.problems import NotAllowed

Right = Literal["own", "chief", "personnel"]

WHO = gettext_lazy("เจ้าตัว อุตสาหกรรมจังหวัดหรือผู้รักษาราชการแทน ฝ่ายบริหารทั่วไปของสำนักงาน หรือผู้ดูแลระบบส่วนกลาง")
PERSONNEL = gettext_lazy("ฝ่ายบริหารทั่วไปของสำนักงานหรือผู้ดูแลระบบส่วนกลาง")

persons = Policy(
    "persons",
    gettext_lazy("บุคลากรที่มีคำสั่งแต่งตั้งที่มีผล"),
    lambda actor: bool(actor.capacities),
)


def _of_personnel(actor: Actor) -> tuple[Capacity, ...]:
    """The capacities in which the actor is personnel of an office: those of its general administration."""
    return tuple(one for one in actor.holding(OFFICER_KINDS) if one.group_code == Group.Code.ADMIN)


def kept_offices(actor: Actor) -> frozenset[int]:
    """The offices whose people's absences and terms the actor looks after: as chief, as personnel, and the
    centre's own administrators the centre's."""
    held = of_orders((*actor.holding([*CHIEF_KINDS, AssignmentKind.CENTRAL_ADMIN]), *_of_personnel(actor)))
    return frozenset(one.office_id for one in held if one.office_id is not None)


def acted_offices(actor: Actor) -> frozenset[int]:
    """Those of them that the actor looks after only because he acts for their chief. He does not look after
    the chief himself: whoever acts while the chief is away must not say how long that is."""
    others = of_orders(
        (*actor.holding([AssignmentKind.CHIEF, AssignmentKind.CENTRAL_ADMIN]), *_of_personnel(actor))
    )
    return kept_offices(actor) - {one.office_id for one in others}


def keeps_nation(actor: Actor) -> bool:
    """Whether the actor looks after everybody's: the central administrators."""
    return bool(of_orders(actor.holding([AssignmentKind.CENTRAL_ADMIN])))


def kept_people(actor: Actor) -> QuerySet[Person]:
    """The people whose absences the actor may enter: his own, and of those who have or will have something
    to do in the offices he looks after; of the central administrators everybody in the active scope."""
    if keeps_nation(actor):
        return visible_people()
    rows = _now(actor).filter(person=OuterRef("pk"))
    kept = Q(Exists(rows.filter(office__in=kept_offices(actor))))
    kept &= ~Q(Exists(rows.filter(office__in=acted_offices(actor), kind=AssignmentKind.CHIEF)))
    return Person.objects.filter(Q(pk=actor.person_id) | kept)


def _now(actor: Actor) -> QuerySet[Assignment]:
    return Assignment.objects.filter(Q(valid__endswith__gt=actor.as_of) | Q(valid__endswith__isnull=True))


def right_over(actor: Actor, person: Person) -> Right | None:
    """As what the actor enters this person's absences; None when he may not. Himself comes first: nobody is
    his own personnel."""
    if actor.person_id == person.pk:
        return "own"
    if keeps_nation(actor):
        return "personnel"
    held = set(_now(actor).filter(person=person).values_list("office_id", "kind"))
    offices = {office for office, _kind in held}
    if any(one.office_id in offices for one in of_orders(_of_personnel(actor))):
        return "personnel"
    led = {office for office, kind in held if kind == AssignmentKind.CHIEF}
    if offices & (kept_offices(actor) - (acted_offices(actor) & led)):
        return "chief"
    return None


def demand_right(actor: Actor, person: Person) -> Right:
    """As ``right_over``; raises NotAllowed, naming who may."""
    found = right_over(actor, person)
    if found is None:
        raise NotAllowed(
            _("บันทึกการลาหรือไปราชการของ %(whom)s ไม่ได้ ผู้ที่ทำได้: %(who)s") % {"whom": person.name, "who": WHO}
        )
    return found
