"""What the rows of a list may mean: offices, groups, people, posts, lines and orders, each read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

import pghistory
from django.db.models import Q

from offices.models import (
    AppointmentOrder,
    Assignment,
    Group,
    Incumbency,
    InspectionGroup,
    Office,
    Person,
    Placement,
    PositionLine,
    Post,
)
from portal.sheets.cells import fold

NEAR = 3  # suggestions for a word that nothing is called


def tidy(text: str | None) -> str:
    return " ".join((text or "").split())


def people_of(office_id: int | None) -> Q | None:
    """Whom a file of an office may name: who is or was of that office. The centre names anybody."""
    if office_id is None:
        return None
    mine = Q(pk__in=Assignment.objects.filter(office=office_id).values("person"))
    mine |= Q(pk__in=Placement.objects.filter(office=office_id).values("person"))
    return mine | Q(pk__in=Incumbency.objects.filter(post__office=office_id).values("person"))


@dataclass
class Known:
    """The house's words. Names are compared without case and spaces; Thai digits count as digits."""

    offices: dict[str, Office] = field(default_factory=dict)
    lines: dict[str, PositionLine] = field(default_factory=dict)
    groups: dict[tuple[int, str], list[Group]] = field(default_factory=dict)
    inspection_groups: dict[str, InspectionGroup] = field(default_factory=dict)
    people: dict[tuple[str, str], list[Person]] = field(default_factory=dict)
    formerly: dict[tuple[str, str], Person] = field(default_factory=dict)
    posts: dict[str, list[Post]] = field(default_factory=dict)
    orders: dict[tuple[str, str, int], AppointmentOrder] = field(default_factory=dict)

    def group(self, office: Office, code: str, day: date) -> Group | None:
        """The group of this code that an office has on a day."""
        return next((one for one in self.groups.get((office.pk, code), ()) if day in one.valid), None)

    def post(self, number: str, day: date) -> Post | None:
        """The post of this number that exists on a day; else any later one of that number."""
        rows = self.posts.get(fold(number), [])
        later = [one for one in rows if one.valid.lower is None or one.valid.lower >= day]
        return next((one for one in rows if day in one.valid), later[0] if later else None)

    def called(self, first: str, last: str, email: str) -> list[Person]:
        """The people of this name, and of this address when one is given."""
        rows = self.people.get((fold(first), fold(last)), [])
        if not email:
            return rows
        return [one for one in rows if one.user and one.user.email.casefold() == email.casefold()]

    def once_called(self, first: str, last: str) -> Person | None:
        """Somebody of this name who is called otherwise now."""
        return self.formerly.get((fold(first), fold(last)))

    def order(self, issuer: str, number: str, year: int) -> AppointmentOrder | None:
        return self.orders.get((fold(issuer), fold(number), year))

    @staticmethod
    def near(word: str, names: Iterable[str]) -> str:
        """The names nearest to a word, as one line."""
        return ", ".join(get_close_matches(word, list(names), n=NEAR, cutoff=0.5))


def known(
    *,
    names: Collection[tuple[str, str]],
    numbers: Collection[str] = (),
    years: Collection[int] = (),
) -> Known:
    """All that these names, post numbers and orders of these years (B.E.) could mean; one query of each.

    Runs inside nation scope: the batch's office is the caller's to keep to.
    """
    made = Known()
    for office in Office.objects.select_related("province"):
        words = {office.code, office.short_th, office.name_th}
        if office.province is not None:
            words |= {office.province.name_th, f"จังหวัด{office.province.name_th}"}
        made.offices |= {fold(word): office for word in words}
    for line in PositionLine.objects.all():
        made.lines |= {fold(line.code): line, fold(line.name_th): line}
    groups = defaultdict(list)
    for group in Group.objects.order_by("pk"):
        groups[group.office_id, group.code].append(group)
    made.groups = dict(groups)
    made.inspection_groups = {fold(one.name_th): one for one in InspectionGroup.objects.order_by("pk")}
    people = defaultdict(list)
    wanted = {(fold(first), fold(last)) for first, last in names}
    for person in Person.objects.filter(first_th__in={first for first, _last in names}).select_related(
        "user"
    ):
        key = (fold(person.first_th), fold(person.last_th))
        if key in wanted:
            people[key].append(person)
    made.people = dict(people)
    made.formerly = _formerly({key for key in wanted if key not in people})
    posts = defaultdict(list)
    for post in (
        Post.objects.filter(number__in=set(numbers))
        .select_related("line", "office", "group")
        .order_by("valid")
    ):
        posts[fold(post.number)].append(post)
    made.posts = dict(posts)
    for order in AppointmentOrder.objects.filter(year_be__in=years):
        made.orders[fold(order.issuer), fold(order.number), order.year_be] = order
    return made


def _formerly(wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Person]:
    """Whose name it was once, of names that nobody has now; as their history tells."""
    (events,) = pghistory.core.event_models(tracks_model=Person)
    rows = events._default_manager.filter(first_th__in={first for first, _last in wanted})
    once = {
        pk: key
        for pk, first, last in rows.values_list("pgh_obj", "first_th", "last_th")
        if (key := (fold(first), fold(last))) in wanted
    }
    return {once[person.pk]: person for person in Person.objects.filter(pk__in=once)}
