"""Who acts: a user in one or more dated capacities, on one date.

The kernel knows the shape only. The app that owns assignments registers the resolver; without
one nobody has a capacity, and therefore no power.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from portal.scope import NOTHING, Scope

if TYPE_CHECKING:
    from django.db import models

    from portal.models import User


@dataclass(frozen=True)
class Capacity:
    """One assignment in force: what a person is, where, and the order that says so."""

    assignment_id: int
    key: str  # the assignment's public UUID
    kind: str  # offices.models.AssignmentKind value
    office_id: int | None
    group_code: str
    label: str  # Thai, as printed: "อุตสาหกรรมจังหวัดสระบุรี"
    order_ref: str  # Thai: "คำสั่ง สปอ. ที่ 12/2569"
    place: str = ""  # Thai, as the place filter calls the office: "สอจ.สระบุรี"
    support: bool = False  # no order says so: lent for support, see ``portal.support``
    powers: tuple[str, ...] = ()  # of one who was delegated named powers
    narrow: bool = False  # opens only pages whose policy names its kind


@dataclass(frozen=True)
class Support:
    """Access lent for a short time to help an office; named wherever its holder acts meanwhile."""

    key: str  # its public UUID
    label: str  # Thai: "เข้าถึงเพื่อสนับสนุนในฐานะอุตสาหกรรมจังหวัดสระบุรี"
    until: datetime
    may_write: bool  # a second central administrator agreed
    url: str  # its page
    end_url: str  # where it is ended, by POST
    row: models.Model  # what events are about


@dataclass(frozen=True)
class Actor:
    """The one who asks a service to act; ``as_of`` is the Bangkok date of the act."""

    user: User | None
    as_of: date
    person_id: int | None = None
    name: str = ""
    capacities: tuple[Capacity, ...] = ()
    chosen: Capacity | None = None
    scope: Scope = field(default=NOTHING)
    job_id: str = ""
    support: Support | None = None

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    def kinds(self) -> frozenset[str]:
        return frozenset(capacity.kind for capacity in self.capacities)

    def holding(self, kinds: Iterable[str], *, office_id: int | None = None) -> tuple[Capacity, ...]:
        """The capacities of one of these kinds, in this office when one is named."""
        wanted = frozenset(kinds)
        return tuple(
            capacity
            for capacity in self.capacities
            if capacity.kind in wanted and (office_id is None or capacity.office_id == office_id)
        )

    def acting_as(self, capacity: Capacity) -> Actor:
        """The same person, acting in one of the capacities he holds."""
        if capacity not in self.capacities:
            raise ValueError("not a capacity of this actor")
        return replace(self, chosen=capacity)


Resolver = Callable[["User", date], Actor]
_resolver: list[Resolver] = []


def register_resolver(resolver: Resolver) -> None:
    """Called once, by the app that owns assignments."""
    _resolver[:] = [resolver]


def actor_of(user: User, as_of: date) -> Actor:
    """The actor for a signed-in user on a date; no resolver means no capacity."""
    if not _resolver or not user.is_active:
        return Actor(user=user, as_of=as_of)
    return _resolver[0](user, as_of)
