"""What somebody's post is called on a day: under a signature, in an order's lines, in lists of people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Concat

from offices.models import Incumbency, Person


def titled(people: QuerySet[Person], day: date) -> QuerySet[Any]:
    """The people, each with ``post_title``: the name of the post he holds on the day (``Post.name``), else
    what was written down of him when he was entered."""
    held = Incumbency.objects.filter(person=OuterRef("pk"), valid__contains=day).annotate(
        called=Case(
            When(post__title_th="", then=Concat("post__line__name_th", "post__level")),
            default="post__title_th",
        )
    )
    return people.annotate(post_title=Coalesce(Subquery(held.values("called")[:1]), F("position_th")))


def post_titles(people: Iterable[int], day: date) -> dict[int, str]:
    """The titles of many people on a day, by their ids; one query."""
    rows = titled(Person.objects.filter(pk__in=set(people)), day)
    return dict(rows.values_list("pk", "post_title"))


def post_title(person: int, day: date) -> str:
    """The title of one person on a day; '' when nothing is known."""
    return post_titles([person], day).get(person, "")
