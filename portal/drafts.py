"""Drafts: what was typed and not sent yet. The one door to them, and it opens to their owner only.

Every function takes the actor and looks among his own drafts; nothing here asks for anybody else's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal import calendar
from portal.actors import Actor
from portal.models import Draft, User
from portal.problems import Problem

BIN_DAYS = 30  # how long what was thrown away can be had back
LARGEST = 300_000  # characters of one draft

Values = Mapping[str, Sequence[str]]


class TooLong(Problem):
    """More text than a draft holds."""

    status = 413


@dataclass(frozen=True)
class Place:
    """Which form a draft belongs to: the screen, the row, where it opens, what it is called."""

    screen: str
    object: str
    address: str
    title: str


def mine(actor: Actor) -> QuerySet[Draft]:
    """The actor's own drafts, thrown away or not, newest first; nobody's for nobody."""
    if actor.user_id is None:
        return Draft.objects.none()
    return Draft.objects.filter(user_id=actor.user_id).order_by("-saved_at")


def live(actor: Actor, place: Place) -> Draft | None:
    """The draft that waits at this form."""
    return mine(actor).filter(screen=place.screen, object=place.object, discarded_at=None).first()


def keep(
    *,
    actor: Actor,
    place: Place,
    values: Values,
    base: Values,
    told: Sequence[tuple[str, str]],
    draft_uuid: str = "",
) -> Draft | None:
    """Save what was typed; give the draft, or None when nothing differs from what the page showed.

    ``draft_uuid`` is the draft this page continues. Another one that waits at the same form goes to
    the bin, so that two open pages never write over each other. Raises TooLong.
    """
    if sum(len(text) for texts in values.values() for text in texts) > LARGEST:
        raise TooLong(_("ข้อความยาวเกินที่เก็บเป็นร่างได้"), mend=_("บันทึกส่วนที่เสร็จแล้วก่อน หรือแนบเป็นไฟล์"))
    with transaction.atomic():
        user = _lock(actor)
        waiting = live(actor, place)
        row = _continued(actor, place, draft_uuid)
        if values == base:
            if row is not None:
                row.delete()
            return None
        if waiting is not None and waiting != row:
            _throw_away(waiting)
        row = row or Draft(user=user, screen=place.screen, object=place.object)
        row.address, row.title = place.address[:500], place.title[:400]
        row.values, row.base, row.told = dict(values), dict(base), list(told)
        row.saved_at, row.discarded_at = calendar.now(), None
        row.save()
    return row


def done(*, actor: Actor, place: Place, draft_uuid: str = "") -> None:
    """The form was sent: its draft is gone; another that waited there unread goes to the bin."""
    with transaction.atomic():
        _lock(actor)
        row = _continued(actor, place, draft_uuid)
        if row is not None:
            row.delete()
        waiting = live(actor, place)
        if waiting is not None:
            _throw_away(waiting)


def discard(*, actor: Actor, draft_uuid: UUID | str) -> None:
    """Throw a draft away; it can be had back for ``BIN_DAYS`` days."""
    row = _named(mine(actor).filter(discarded_at=None), draft_uuid)
    if row is not None:
        _throw_away(row)


def restore(*, actor: Actor, draft_uuid: UUID | str) -> Draft:
    """Take a draft out of the bin; one that waits at the same form takes its place there.

    Raises Draft.DoesNotExist.
    """
    with transaction.atomic():
        _lock(actor)
        row = mine(actor).get(uuid=draft_uuid)
        waiting = live(actor, Place(row.screen, row.object, row.address, row.title))
        if waiting is not None and waiting != row:
            _throw_away(waiting)
        row.discarded_at = None
        row.save(update_fields=["discarded_at"])
    return row


def delete(*, actor: Actor, draft_uuid: UUID | str) -> None:
    """Delete a draft for good."""
    mine(actor).filter(uuid=draft_uuid).delete()


def purge(*, today: date) -> int:
    """Delete what has lain in the bin for ``BIN_DAYS`` days; give how many. Run daily."""
    edge = calendar.start_of_day(today - timedelta(days=BIN_DAYS))
    return Draft.objects.filter(discarded_at__lt=edge).delete()[0]


def days_left(row: Draft, today: date) -> int | None:
    """For how many days more a draft lies in the bin; None for one that was not thrown away."""
    if row.discarded_at is None:
        return None
    return max(0, BIN_DAYS - (today - calendar.local_date(row.discarded_at)).days)


def _lock(actor: Actor) -> User:
    """One writer of a person's drafts at a time: two pages may save in the same second."""
    return User.objects.select_for_update(no_key=True).get(pk=actor.user_id or 0)


def _continued(actor: Actor, place: Place, draft_uuid: str) -> Draft | None:
    return _named(mine(actor).filter(screen=place.screen, object=place.object), draft_uuid)


def _named(rows: QuerySet[Draft], draft_uuid: UUID | str) -> Draft | None:
    """The draft that a page named; None when it named none of these."""
    try:
        return rows.filter(uuid=UUID(str(draft_uuid))).first()
    except ValueError:
        return None


def _throw_away(row: Draft) -> None:
    row.discarded_at = calendar.now()
    row.save(update_fields=["discarded_at"])
