"""Who may do what in offices: policies of pages, and questions about one row.

Services ask the same questions again, so that a page forgotten is not a door.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import AssignmentKind, Group
from offices.models.people import OFFICE_KINDS
from portal.access import Policy, holders
from portal.actors import Actor, Capacity
from portal.problems import NotAllowed

OFFICER_KINDS = (AssignmentKind.OFFICER, AssignmentKind.GROUP_HEAD, AssignmentKind.ASSISTANT)
CHIEF_KINDS = (AssignmentKind.CHIEF, AssignmentKind.ACTING_CHIEF)
INSPECTOR_KINDS = (AssignmentKind.INSPECTOR, AssignmentKind.HEAD_INSPECTOR, AssignmentKind.INSPECTOR_STAFF)

central_admin = holders("central_admin", gettext_lazy("ผู้ดูแลระบบส่วนกลาง"), [AssignmentKind.CENTRAL_ADMIN])
office_staff = holders(
    "office_staff", gettext_lazy("บุคลากรของสำนักงานอุตสาหกรรมจังหวัด"), (*OFFICER_KINDS, *CHIEF_KINDS)
)
office_officers = holders(
    "office_officers", gettext_lazy("เจ้าหน้าที่ หัวหน้ากลุ่ม หรือผู้ช่วยอุตสาหกรรมจังหวัด"), OFFICER_KINDS
)
chiefs = holders("chiefs", gettext_lazy("อุตสาหกรรมจังหวัดหรือผู้รักษาราชการแทน"), CHIEF_KINDS)
inspectors = holders(
    "inspectors",
    gettext_lazy("ผู้ตรวจราชการ หัวหน้าผู้ตรวจราชการ หรือเจ้าหน้าที่ของผู้ตรวจราชการ"),
    INSPECTOR_KINDS,
)
office_or_centre = holders(
    "office_or_centre",
    gettext_lazy("บุคลากรของสำนักงานอุตสาหกรรมจังหวัดหรือผู้ดูแลระบบส่วนกลาง"),
    [*OFFICE_KINDS, AssignmentKind.CENTRAL_ADMIN],
)
figure_readers = holders(
    "figure_readers",
    gettext_lazy("บุคลากรสำนักงาน ผู้ตรวจราชการ ผู้อ่านข้อมูลของหน่วยงานส่วนกลาง หรือผู้ดูแลระบบส่วนกลาง"),
    sorted({*AssignmentKind.values} - {AssignmentKind.EXECUTIVE, AssignmentKind.DUTY}),
)
directory_readers = holders(
    "directory_readers",
    gettext_lazy("บุคลากรสำนักงาน ผู้ตรวจราชการ หรือผู้ดูแลระบบส่วนกลาง"),
    sorted({*AssignmentKind.values} - {AssignmentKind.READER, AssignmentKind.EXECUTIVE, AssignmentKind.DUTY}),
)
published_readers = holders(
    "published_readers", gettext_lazy("ผู้ที่อ่านตัวเลขได้ รวมถึงผู้บริหาร"), AssignmentKind.values
)
fact_keepers = holders(
    "fact_keepers",
    gettext_lazy("ผู้ดูแลระบบส่วนกลาง อุตสาหกรรมจังหวัด หรือผู้รักษาราชการแทน"),
    [AssignmentKind.CENTRAL_ADMIN, *CHIEF_KINDS],
)

order_drafters = holders(
    "order_drafters",
    gettext_lazy("บุคลากรของสำนักงาน หรือผู้ดูแลระบบส่วนกลางสำหรับคำสั่งจากภายนอก"),
    [*OFFICER_KINDS, *CHIEF_KINDS, AssignmentKind.CENTRAL_ADMIN],
)

# whoever was delegated the power to sign sees what he signs, and drafts nothing
order_readers = holders(
    "order_readers",
    gettext_lazy("บุคลากรของสำนักงาน ผู้ปฏิบัติราชการแทน หรือผู้ดูแลระบบส่วนกลาง"),
    [*OFFICER_KINDS, *CHIEF_KINDS, AssignmentKind.DELEGATED, AssignmentKind.CENTRAL_ADMIN],
)

name_keepers = Policy(
    "name_keepers",
    gettext_lazy("ผู้ดูแลระบบส่วนกลาง หรือหัวหน้าฝ่ายบริหารทั่วไปของสำนักงาน"),
    lambda actor: is_central_admin(actor) or bool(administered(actor)),
)

auditors = holders(
    "auditors",
    gettext_lazy("อุตสาหกรรมจังหวัด ผู้ตรวจราชการ หรือผู้ดูแลระบบส่วนกลาง"),
    [
        *CHIEF_KINDS,
        AssignmentKind.INSPECTOR,
        AssignmentKind.HEAD_INSPECTOR,
        AssignmentKind.CENTRAL_ADMIN,
    ],
)


def may_work_in(actor: Actor, office_id: int) -> bool:
    """Holds any capacity of this office."""
    return bool(actor.holding(OFFICE_KINDS, office_id=office_id))


def may_prepare_in(actor: Actor, office_id: int) -> bool:
    """Officer, group head or assistant of this office: those who enter and mend data."""
    return bool(actor.holding(OFFICER_KINDS, office_id=office_id))


def is_chief_of(actor: Actor, office_id: int) -> bool:
    """Chief or acting chief of this office."""
    return bool(actor.holding(CHIEF_KINDS, office_id=office_id))


def is_assistant_in(actor: Actor, office_id: int) -> bool:
    """Assistant of this office, of whichever group."""
    return bool(actor.holding([AssignmentKind.ASSISTANT], office_id=office_id))


def heads_group(actor: Actor, office_id: int, group_code: str) -> bool:
    """Head of this group of this office."""
    heads = actor.holding([AssignmentKind.GROUP_HEAD], office_id=office_id)
    return any(capacity.group_code == group_code for capacity in heads)


def administered(actor: Actor) -> frozenset[int]:
    """The offices whose general administration the actor heads."""
    heads = of_orders(actor.holding([AssignmentKind.GROUP_HEAD]))
    return frozenset(
        head.office_id for head in heads if head.group_code == Group.Code.ADMIN and head.office_id is not None
    )


def is_central_admin(actor: Actor) -> bool:
    return bool(actor.holding([AssignmentKind.CENTRAL_ADMIN]))


def may_read_office(actor: Actor, office_id: int) -> bool:
    """Has the office in scope: works there, inspects its zone, or belongs to the centre."""
    return bool(actor.capacities) and actor.scope.has_office(office_id)


def of_orders(capacities: Iterable[Capacity]) -> tuple[Capacity, ...]:
    """The capacities that an order gives: official acts refuse access lent for support."""
    return tuple(capacity for capacity in capacities if not capacity.support)


def demand(policy: Policy, actor: Actor) -> None:
    """Raise NotAllowed, naming who may, when the policy does not let the actor in."""
    if not policy.test(actor):
        raise NotAllowed(
            _("เฉพาะ%(who)sเท่านั้นที่ทำรายการนี้ได้") % {"who": policy.label}, reasons=policy.why_not(actor)
        )


def capacities_for(
    kinds: Iterable[str], actor: Actor, *, office_id: int, group_code: str | None
) -> tuple[Capacity, ...]:
    """The capacities of these kinds in which the actor may act on a matter of a group of an office.

    Officers and heads act for the matter's own group only (``group_code`` None: for any group);
    assistants and chiefs for their office; inspectors for the offices of their zones; the centre anywhere.
    Access lent for support is no capacity to act on a matter in: no order says so.
    """
    return tuple(
        capacity
        for capacity in actor.holding(kinds)
        if not capacity.support and _reaches(capacity, actor, office_id=office_id, group_code=group_code)
    )


def _reaches(capacity: Capacity, actor: Actor, *, office_id: int, group_code: str | None) -> bool:
    match capacity.kind:
        case AssignmentKind.CENTRAL_ADMIN:
            return True
        case AssignmentKind.INSPECTOR | AssignmentKind.HEAD_INSPECTOR | AssignmentKind.INSPECTOR_STAFF:
            return actor.scope.has_office(office_id)
        case AssignmentKind.OFFICER | AssignmentKind.GROUP_HEAD:
            return capacity.office_id == office_id and group_code in (None, capacity.group_code)
        case _:
            return capacity.office_id == office_id
