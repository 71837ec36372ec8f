"""Saved views: how somebody likes to look at a list, under a name, shared with his office if he likes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal import audit
from portal.actors import Actor
from portal.models import SavedView
from portal.places import PARAMETER
from portal.problems import Invalid, NotAllowed

# What of a list's address names a page, a file or a reader's place, and so belongs to no view.
PASSING = frozenset({"view", "after", "before", "last", "columns", "move", "export", "page", PARAMETER})
LONGEST = 2000


def offices_of(actor: Actor) -> list[int]:
    """The offices in which this actor holds a post: whose shared views he sees."""
    return sorted({capacity.office_id for capacity in actor.capacities if capacity.office_id is not None})


def of(actor: Actor, list_name: str) -> list[SavedView]:
    """The views an actor finds above a list: his own, then those his offices share; by name."""
    mine = Q(owner_id=actor.user_id)
    rows = SavedView.objects.filter(mine | Q(office_id__in=offices_of(actor)), list_name=list_name)
    return sorted(rows, key=lambda view: (view.owner_id != actor.user_id, view.name))


def kept_part(query: QueryDict) -> str:
    """The part of an address that makes a view, always written the same way."""
    kept = QueryDict(mutable=True)
    for key, values in query.lists():
        values = [value for value in values if value != ""]
        if key not in PASSING and values:
            kept.setlist(key, values)
    return kept.urlencode()


def save(
    *, actor: Actor, list_name: str, name: str, query: str, shared: bool = False, is_default: bool = False
) -> SavedView:
    """Keep a view under a new name. ``query`` is the list's address behind the question mark.

    Raises Invalid for a name in use and for an address too long to keep.
    """
    query = kept_part(QueryDict(query))
    if len(query) > LONGEST:
        raise Invalid(_("เงื่อนไขของรายการนี้ยาวเกินกว่าจะบันทึกเป็นมุมมอง"), mend=_("ลดคำค้นหรือตัวกรองลง"))
    view = SavedView(owner=actor.user, list_name=list_name, query=query)
    return _write(actor, view, name=name, shared=shared, is_default=is_default)


def change(*, actor: Actor, view_uuid: UUID | str, name: str, shared: bool, is_default: bool) -> SavedView:
    """Rename a view of one's own, share it or take it back. Raises Invalid, NotAllowed."""
    return _write(actor, _mine(actor, view_uuid), name=name, shared=shared, is_default=is_default)


def replace(*, actor: Actor, view_uuid: UUID | str, query: str) -> SavedView:
    """Let a view of one's own show what the list shows now. Raises NotAllowed."""
    view = _mine(actor, view_uuid)
    view.query = kept_part(QueryDict(query))[:LONGEST]
    view.save(update_fields=["query"])
    return view


def delete(*, actor: Actor, view_uuid: UUID | str) -> SavedView:
    """Forget a view of one's own; give what it was. Raises NotAllowed."""
    view = _mine(actor, view_uuid)
    audit.record(actor, "savedview.deleted", view, shared=view.office_id is not None)
    SavedView.objects.filter(pk=view.pk).delete()
    return view


def mine(actor: Actor, view_uuid: UUID | str) -> SavedView | None:
    """A view of the actor's own, or nothing."""
    return SavedView.objects.filter(uuid=view_uuid, owner_id=actor.user_id).first()


def _mine(actor: Actor, view_uuid: UUID | str) -> SavedView:
    view = mine(actor, view_uuid)
    if view is None:
        raise NotAllowed(_("แก้หรือลบได้เฉพาะมุมมองที่ท่านบันทึกเอง"))
    return view


def _write(actor: Actor, view: SavedView, *, name: str, shared: bool, is_default: bool) -> SavedView:
    offices: Sequence[int | None] = offices_of(actor)
    if shared and not offices:
        raise Invalid(_("ท่านยังไม่มีสำนักงานตามคำสั่งที่จะใช้มุมมองร่วมกัน"), fields={"shared": [_("ใช้ร่วมกันไม่ได้")]})
    chosen = actor.chosen.office_id if actor.chosen else None
    view.name = " ".join(name.split())[:80]
    if not shared:
        view.office_id = None
    elif view.office_id not in offices:
        view.office_id = chosen or offices[0]
    view.is_default = is_default
    try:
        with transaction.atomic():
            if is_default:
                others = SavedView.objects.filter(owner_id=actor.user_id, list_name=view.list_name)
                others.filter(is_default=True).exclude(pk=view.pk).update(is_default=False)
            view.save()
            audit.record(actor, "savedview.saved", view, list=view.list_name, shared=shared)
    except IntegrityError as error:
        raise Invalid(_("ท่านมีมุมมองชื่อนี้ในรายการนี้แล้ว"), fields={"name": [_("ชื่อนี้ใช้แล้ว โปรดใช้ชื่ออื่น")]}) from error
    return view
