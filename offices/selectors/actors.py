"""Who a signed-in user is today: his assignments in force, and the scope they open.

Runs on each request: one query, and a second for those who hold nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    CharField,
    Exists,
    ExpressionWrapper,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Concat, JSONArray

from offices.dated import ASSISTANT_ENABLED, place_of
from offices.models import Absence, Assignment, AssignmentKind, Office, Person, Province
from offices.models.people import INSPECTION_GROUP_KINDS, NATION_KINDS, OFFICE_KINDS
from offices.private.clearance import clearances
from portal.actors import Actor, Capacity
from portal.models import DatedSetting, User
from portal.places import Place
from portal.scope import NOTHING, Scope
from portal.thai import sort_key


def in_force(day: date) -> QuerySet[Assignment]:
    """The assignments that give authority on a day.

    The day lies in the assignment and in its order, the order was signed by then, and an assistant
    counts only while his office has that post (setting ``offices.assistant_enabled``). A standing order
    to act counts only while whoever it is for is away or nobody holds his post, and then for the first
    in line who is there himself.
    """
    return _rule_of(day).all()


@lru_cache(maxsize=64)
def _rule_of(day: date) -> QuerySet[Assignment]:
    """The question itself, put once for a day: to put it takes longer than to ask it, and every request asks.
    It names no scope, and nobody carries it out but by copies."""
    switch = (
        DatedSetting.objects.filter(
            Q(place="") | Q(place=Concat(Value(place_of("")), OuterRef("office__code"))),
            key=ASSISTANT_ENABLED.key,
            valid__contains=day,
        )
        .order_by("-place")  # the office's own value before the nation's
        .values("value")[:1]
    )
    return (
        _signed(day)
        .alias(has_assistants=Subquery(switch))
        .filter(~Q(kind=AssignmentKind.ASSISTANT) | Q(has_assistants=True))
        .filter(
            Q(standing=False)
            | (
                ~Exists(_at_his_post(day))
                & ~Exists(absences(day, whole=True).filter(person=OuterRef("person")))
                & ~Exists(_asked_before(day))
            )
        )
    )


def _signed(day: date) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        valid__contains=day, order__valid__contains=day, order__signed_on__lte=day
    )


def absences(day: date, *, whole: bool = False) -> QuerySet[Absence]:
    """The absences of a day; ``whole``: only those that, alone or with another, leave no half of it."""
    away = Absence.objects.filter(cancelled_at__isnull=True, valid__contains=day)
    if not whole:
        return away
    half = Q(valid__startswith=day, from_noon=True) | Q(
        valid__endswith=day + timedelta(days=1), until_noon=True
    )
    # no two absences share a half day: whoever has two of one day is away all of it
    other = away.filter(person=OuterRef("person")).exclude(pk=OuterRef("pk"))
    return away.filter(~half | Exists(other))


def _at_his_post(day: date) -> QuerySet[Assignment]:
    """Whoever holds what the outer, standing assignment acts in, unless he is away for part of the day."""
    away = absences(day).filter(person=OuterRef("person"))
    return (
        _signed(day)
        .alias(acts=ExpressionWrapper(OuterRef("kind"), CharField()))
        .filter(
            Q(kind=AssignmentKind.CHIEF, acts=AssignmentKind.ACTING_CHIEF, office=OuterRef("office"))
            | Q(kind=AssignmentKind.GROUP_HEAD, acts=AssignmentKind.GROUP_HEAD, group=OuterRef("group")),
            ~Exists(away),
            acting_rank=0,
        )
    )


def _asked_before(day: date) -> QuerySet[Assignment]:
    """Whoever acts in the same post, comes before the outer assignment in line, and is there all day."""
    away = absences(day).filter(person=OuterRef("person"))
    return _signed(day).filter(
        Q(kind=AssignmentKind.ACTING_CHIEF) | Q(group=OuterRef("group"), acting_rank__gte=1),
        ~Exists(away),
        kind=OuterRef("kind"),
        office=OuterRef("office"),
        acting_rank__lt=OuterRef("acting_rank"),
    )


def standing_by(rows: QuerySet[Assignment], day: date) -> QuerySet[Any]:
    """Standing orders to act, each with what keeps it from counting on a day: ``holder`` and ``before``, the
    assignments of whoever is at the post and of whoever comes first in line, and ``away``, the absence of its
    own person. Each is null where it keeps nothing."""
    own = absences(day, whole=True).filter(person=OuterRef("person"))
    return rows.filter(standing=True).annotate(
        holder=Subquery(_at_his_post(day).order_by("pk").values("pk")[:1]),
        before=Subquery(_asked_before(day).order_by("acting_rank", "pk").values("pk")[:1]),
        away=Subquery(own.order_by("pk").values("pk")[:1]),
    )


def resolve(user: User, as_of: date) -> Actor:
    """The actor of a user on a Bangkok date; without a person or an assignment he has no power.

    A sole capacity is chosen already; with several the page asks in which one he acts.
    """
    held: list[Any] = list(_held(as_of).filter(person__user=user))
    person = held[0].person if held else Person.objects.filter(user=user).first()
    if person is None:
        return Actor(user=user, as_of=as_of)
    capacities = tuple(capacity_of(assignment) for assignment in held)
    return Actor(
        user=user,
        as_of=as_of,
        person_id=person.pk,
        name=person.name,
        capacities=capacities,
        chosen=capacities[0] if len(capacities) == 1 else None,
        scope=replace(_scope(held), person=person.pk, clearance=clearances(capacities)),
    )


@lru_cache(maxsize=64)
def _held(day: date) -> QuerySet[Any]:
    """What gives authority on a day, with all that an actor is made of; put once, as ``_rule_of``."""
    return (
        in_force(day)
        .exclude(kind=AssignmentKind.DUTY)  # names a task and gives no authority
        .annotate(inspected=ArraySubquery(_inspected_places(day)))
        .select_related("person", "office__province", "group", "inspection_group", "order")
        .order_by("id")
    )


def capacity_of(assignment: Assignment) -> Capacity:
    """An assignment as the kernel sees it; needs office, group, inspection group and order loaded."""
    return Capacity(
        assignment_id=assignment.pk,
        key=str(assignment.uuid),
        kind=assignment.kind,
        office_id=assignment.office_id,
        group_code=assignment.group.code if assignment.group else "",
        label=capacity_label(assignment),
        order_ref=assignment.order.reference,
        place=assignment.office.short_th,
        powers=tuple(assignment.powers),
        narrow=assignment.kind == AssignmentKind.EXECUTIVE,
    )


def capacity_label(assignment: Assignment) -> str:
    """The capacity in Thai as it stands under a signature, whatever the reader's language."""
    office, group = assignment.office, assignment.group
    province = office.province.name_th if office.province else ""
    match assignment.kind:
        case AssignmentKind.OFFICER if group:
            return f"เจ้าหน้าที่{group.name_th} {office.name_th}"
        case AssignmentKind.GROUP_HEAD if group and assignment.acting_rank:
            return f"รักษาการในตำแหน่งหัวหน้า{group.name_th} {office.name_th}"
        case AssignmentKind.GROUP_HEAD if group:
            return f"หัวหน้า{group.name_th} {office.name_th}"
        case AssignmentKind.ASSISTANT:
            return f"ผู้ช่วยอุตสาหกรรมจังหวัด{province}"
        case AssignmentKind.CHIEF:
            return f"อุตสาหกรรมจังหวัด{province}"
        case AssignmentKind.ACTING_CHIEF:
            return f"รักษาราชการแทนอุตสาหกรรมจังหวัด{province}"
        case AssignmentKind.DELEGATED:
            return f"ปฏิบัติราชการแทนอุตสาหกรรมจังหวัด{province}"
        case AssignmentKind.DUTY:
            return f"{assignment.text} {office.name_th}".strip()
        case AssignmentKind.INSPECTOR if assignment.inspection_group:
            return f"ผู้ตรวจราชการ {assignment.inspection_group.name_th}"
        case AssignmentKind.INSPECTOR_STAFF if assignment.inspection_group:
            return f"เจ้าหน้าที่ของผู้ตรวจราชการ {assignment.inspection_group.name_th}"
        case AssignmentKind.HEAD_INSPECTOR:
            return "หัวหน้าผู้ตรวจราชการกระทรวง"
        case AssignmentKind.READER:
            return f"ผู้อ่านข้อมูล {assignment.text}".strip()
        case AssignmentKind.EXECUTIVE:
            return "ผู้บริหารที่อ่านตัวเลขเผยแพร่"
        case AssignmentKind.CENTRAL_ADMIN:
            return f"ผู้ดูแลระบบส่วนกลาง {office.name_th}"
    raise ValueError(f"assignment {assignment.uuid} lacks what its kind needs")


def _scope(held: Sequence[Any]) -> Scope:
    scope = NOTHING
    for assignment in held:
        if assignment.kind in NATION_KINDS:
            scope = scope.union(Scope(provinces=None, offices=None, subjects=None))
        elif assignment.kind in OFFICE_KINDS:
            scope = scope.union(_part([(assignment.office.province_id, assignment.office_id)]))
        elif assignment.kind in INSPECTION_GROUP_KINDS:
            scope = scope.union(_part(assignment.inspected))
    return scope


def _part(places: Sequence[tuple[str | None, int | None]]) -> Scope:
    return Scope(
        provinces=frozenset(province for province, _office in places if province is not None),
        offices=frozenset(office for _province, office in places if office is not None),
        subjects=None,
    )


def _inspected_places(day: date) -> QuerySet[Any]:
    """[province, office] of every zone that an assignment's inspection group has on the day; Bangkok has
    no office."""
    place = JSONArray("code", "office__id")
    return Province.objects.filter(
        zones__valid__contains=day,
        zones__zone__groups__valid__contains=day,
        zones__zone__groups__group=OuterRef("inspection_group"),
        zones__zone__groups__group__valid__contains=day,
    ).values(place=place)


def places(actor: Actor) -> list[Place]:
    """What the place filter offers: the provincial offices of the actor's scope in Thai order, then,
    for those with several offices, the inspection zones they lie in. One query."""
    offices = Office.objects.filter(kind=Office.Kind.PROVINCIAL)
    if actor.scope.offices is not None:
        offices = offices.filter(pk__in=actor.scope.offices)
    # a province lies in at most one zone at a time, so that no office comes twice
    today = FilteredRelation("province__zones", condition=Q(province__zones__valid__contains=actor.as_of))
    rows = list(
        offices.annotate(member=today)
        .order_by("member__zone__number", "province_id")
        .values_list(
            "code", "short_th", "pk", "province_id",
            "member__zone__number", "member__zone__name_th", "member__zone__cluster_th",
        )
    )  # fmt: skip
    found = [
        Place(code=code, label=label, offices=frozenset({pk}), provinces=frozenset({province or ""}))
        for code, label, pk, province, *_zone in rows
    ]
    found.sort(key=lambda place: sort_key(place.label))
    return found + (_zones(rows) if len(rows) > 1 else [])


def _zones(offices: Sequence[tuple[Any, ...]]) -> list[Place]:
    """The zones that these offices lie in, each with its offices and provinces among them."""
    zones: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for _code, _label, pk, province, number, name, cluster in offices:
        if number is not None:
            zones.setdefault((number, f"{name} {cluster}".strip()), []).append((pk, province))
    return [
        Place(
            code=f"zone-{number}",
            label=label,
            offices=frozenset(pk for pk, _province in members),
            provinces=frozenset(province for _pk, province in members),
            zone=True,
        )
        for (number, label), members in zones.items()
    ]
