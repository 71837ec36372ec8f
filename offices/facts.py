"""Who keeps the facts: the centre the nation's, a chief those of his own office (``portal.facts``)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from offices.models import AssignmentKind, Office
from offices.policies import CHIEF_KINDS, fact_keepers, of_orders
from portal.actors import Actor, Capacity
from portal.dated import Declared, place_of
from portal.facts import Keepers

_PREFIX = place_of("")


def _office(place: str) -> Office | None:
    return Office.objects.filter(code=place.removeprefix(_PREFIX)).first() if place else None


def capacities(actor: Actor, place: str) -> Sequence[Capacity]:
    """The capacities in which the actor decides for a place: the centre anywhere, chiefs for their office."""
    centre = actor.holding([AssignmentKind.CENTRAL_ADMIN])
    chiefs = of_orders(actor.holding(CHIEF_KINDS))
    if not place or not chiefs:
        return centre
    office = _office(place)
    return (*centre, *(held for held in chiefs if office is not None and held.office_id == office.pk))


def places(actor: Actor, declared: Declared) -> Sequence[tuple[str, str]]:
    """(place, name) of everything the actor may decide this setting for, the nation first."""
    offices = Office.objects.filter(kind=Office.Kind.PROVINCIAL).order_by("code")
    found: list[tuple[str, str]] = []
    if actor.holding([AssignmentKind.CENTRAL_ADMIN]):
        found.append(("", name("")))
    else:
        offices = offices.filter(pk__in=[held.office_id for held in actor.holding(CHIEF_KINDS)])
    if declared.by_office:
        found += [(place_of(office.code), office.short_th) for office in offices]
    return found


def who(place: str) -> str:
    """Who decides for a place, in Thai."""
    if not place:
        return _("ผู้ดูแลระบบส่วนกลาง")
    return _("อุตสาหกรรมจังหวัดหรือผู้รักษาราชการแทนของ%(office)s หรือผู้ดูแลระบบส่วนกลาง") % {"office": name(place)}


def name(place: str) -> str:
    """What a place is called."""
    if not place:
        return _("ทั้งประเทศ")
    office = _office(place)
    return office.short_th if office is not None else place


KEEPERS = Keepers(fact_keepers, capacities, places, who, name)
