"""Groups of an office: opened, renamed, ended. Of two that are merged one ends, the other gets a new name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Protocol

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from offices.models import Assignment, Group, Incumbency, Office, Placement, Post
from offices.orders.obstacles import given_words
from offices.policies import demand
from offices.services.people import explaining_transaction
from offices.services.rules import Fault, ending_faults, in_words, period, refuse
from offices.staffing.matters import open_cases
from offices.staffing.policies import personnel
from portal import audit
from portal.actors import Actor

TOLD = 12  # of what stands in the way; the others are counted


class Companion(Protocol):
    """An app's own kind of thing that belongs to a group and ends with it; in the caller's transaction."""

    code: str

    def told(self, group: Group, since: date) -> list[str]:
        """What of it would end when the group is no more from a day on, in words."""

    def end(self, group: Group, since: date, actor: Actor) -> None:
        """Let it end. Raises a Problem when it cannot."""


_companions: dict[str, Companion] = {}


def register(companion: Companion) -> None:
    """Add a kind; apps call this when they are ready."""
    _companions[companion.code] = companion


def ends_with(group: Group, since: date) -> list[str]:
    """What ends with a group that is no more from a day on, in words."""
    return [sentence for one in _companions.values() for sentence in one.told(group, since)]


def open_group(*, actor: Actor, office: Office, code: str, name_th: str, starts_on: date) -> Group:
    """Give an office a group from a day on. Raises NotAllowed; Invalid with every fault at once."""
    demand(personnel, actor)
    name_th = " ".join(name_th.split())
    valid = period(starts_on, None)
    faults: list[Fault] = []
    if code not in Group.Code.values:
        faults.append(("code", _("ต้องเลือกกลุ่ม")))
    if not name_th:
        faults.append(("name_th", _("ต้องกรอก")))
    for other in Group.objects.filter(office=office, code=code, valid__overlap=valid):
        said = {"office": office.short_th, "group": other.name_th, "period": in_words(other.valid)}
        faults.append(("starts_on", _("%(office)sมี%(group)sอยู่แล้ว (%(period)s) เริ่มได้หลังจากกลุ่มนั้นสิ้นสุด") % said))
    refuse(faults)
    with explaining_transaction():
        row = Group.objects.create(office=office, code=code, name_th=name_th, valid=valid)
        audit.record(actor, "group.opened", row, code=code, since=starts_on.isoformat())
    return row


def rename_group(*, actor: Actor, group: Group, name_th: str, reason: str) -> Group:
    """Call a group otherwise; papers keep the name they were signed with. Raises NotAllowed, Invalid."""
    demand(personnel, actor)
    name_th, reason = " ".join(name_th.split()), reason.strip()
    refuse([(name, _("ต้องกรอก")) for name, said in (("name_th", name_th), ("reason", reason)) if not said])
    with explaining_transaction():
        row = Group.objects.select_for_update().get(pk=group.pk)
        row.name_th = name_th
        row.save(update_fields=["name_th"])
        audit.record(actor, "group.renamed", row, reason=reason)
    return row


def end_group(*, actor: Actor, group: Group, last_day_on: date, reason: str) -> Group:
    """Let a group end after a day, and with it what belongs to it alone. Its people move by an order first,
    and its matters come to their end.

    Raises NotAllowed; Invalid with every fault at once, each post, person and open matter in the way by name.
    """
    demand(personnel, actor)
    with explaining_transaction():
        row = Group.objects.select_for_update().get(pk=group.pk)
        faults = list(ending_faults(row.valid, last_day_on, reason))
        since = last_day_on + timedelta(days=1)
        refuse(faults or list(_in_the_way(row, since)))
        for one in _companions.values():
            one.end(row, since, actor)
        row.valid = period(row.valid.lower, last_day_on)
        row.save(update_fields=["valid"])
        audit.record(actor, "group.ended", row, reason=reason.strip(), last_day=last_day_on.isoformat())
    return row


def _in_the_way(group: Group, since: date) -> Iterator[Fault]:
    """What is in a group on a day or later: appointments, places, posts with their holders, open matters."""
    later = {"valid__overlap": DateRange(since, None)}
    assigned = Assignment.objects.filter(group=group, **later).select_related(
        "person", "order", "office", "group", "inspection_group"
    )
    placed = Placement.objects.filter(group=group, **later).select_related(
        "person", "order", "office", "group"
    )
    held = Incumbency.objects.filter(post__group=group, **later).select_related(
        "person", "order", "post__line", "post__office"
    )
    posts = Post.objects.filter(group=group, **later).select_related("line")
    told = [given_words(row) for rows in (assigned, placed, held) for row in rows.order_by("valid", "pk")]
    told += [_("ตำแหน่ง %(post)s ยังไม่ยุบ") % {"post": post} for post in posts.order_by("number")]
    cases = open_cases().filter(group=group).order_by("pk")
    told += [_("เรื่อง “%(title)s” ยังไม่เสร็จ") % {"title": case.title} for case in cases]
    if not told:
        return
    yield "last_day_on", _("หลังวันนั้นยังมีผู้อยู่ในกลุ่มหรือเรื่องค้าง ให้ออกคำสั่งย้ายหรือพ้นจากหน้าที่ ยุบตำแหน่ง และปิดเรื่องก่อน")
    for sentence in told[:TOLD]:
        yield "last_day_on", sentence
    if len(told) > TOLD:
        yield "last_day_on", _("และอีก %(count)s รายการ") % {"count": len(told) - TOLD}
