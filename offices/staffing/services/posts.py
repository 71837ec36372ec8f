"""Numbered posts: added, corrected, abolished."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from offices.models import Group, Incumbency, Office, PositionLine, Post
from offices.orders.obstacles import given_words
from offices.policies import demand
from offices.services.people import explaining_transaction
from offices.services.rules import Fault, broken, ending_faults, in_words, inside, period, refuse
from offices.staffing.policies import personnel
from portal import audit
from portal.actors import Actor


def add_post(
    *,
    actor: Actor,
    office: Office,
    number: str,
    line: PositionLine,
    level: str,
    starts_on: date,
    group: Group | None = None,
    title_th: str = "",
    leads: str = "",
) -> Post:
    """Add a post to an office from a day on. Raises NotAllowed; Invalid with every fault at once."""
    demand(personnel, actor)
    number, title_th = " ".join(number.split()), " ".join(title_th.split())
    valid = period(starts_on, None)
    faults = list(_level_faults(line, level))
    if not number:
        faults.append(("number", _("ต้องกรอก")))
    if group is not None and group.office_id != office.pk:
        faults.append(broken("post_group_of_office"))
    elif group is not None and not inside(valid, group.valid):
        said = {"group": group.name_th, "period": in_words(group.valid)}
        faults.append(("starts_on", _("%(group)sมีอยู่ %(period)s") % said))
    if leads == Post.Leads.GROUP and group is None:
        faults.append(broken("post_of_head_has_group"))
    for other in Post.objects.filter(number=number, valid__overlap=valid).select_related("line", "office"):
        said = {"post": str(other), "office": other.office.short_th, "period": in_words(other.valid)}
        faults.append(("number", _("เลขที่ตำแหน่งนี้คือ %(post)s ของ%(office)s (%(period)s)") % said))
    if leads == Post.Leads.OFFICE:
        chiefs = Post.objects.filter(office=office, leads=leads, valid__overlap=valid).select_related("line")
        faults += [("leads", _("หัวหน้าสำนักงานคือตำแหน่ง %(post)s อยู่แล้ว") % {"post": other}) for other in chiefs]
    refuse(faults)
    with explaining_transaction():
        row = Post.objects.create(
            number=number, office=office, group=group, line=line, level=level, title_th=title_th,
            leads=leads, valid=valid,
        )  # fmt: skip
        audit.record(actor, "post.added", row, number=number, since=starts_on.isoformat())
    return row


def correct_post(
    *, actor: Actor, post: Post, line: PositionLine, level: str, title_th: str, reason: str
) -> Post:
    """Correct what was written down of a post; it never was called otherwise, and papers keep what they say.

    Raises NotAllowed; Invalid with every fault at once.
    """
    demand(personnel, actor)
    faults = list(_level_faults(line, level))
    if not reason.strip():
        faults.append(("reason", _("ต้องระบุเหตุผล")))
    refuse(faults)
    with explaining_transaction():
        row = Post.objects.select_for_update(of=("self",)).select_related("line").get(pk=post.pk)
        row.line, row.level, row.title_th = line, level, " ".join(title_th.split())
        row.save(update_fields=["line", "level", "title_th"])
        audit.record(actor, "post.corrected", row, reason=reason.strip())
    return row


def end_post(*, actor: Actor, post: Post, last_day_on: date, reason: str) -> Post:
    """Abolish a post after a day. Raises NotAllowed; Invalid, naming whoever is in it after that day, by
    which order and until when."""
    demand(personnel, actor)
    with explaining_transaction():
        row = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
        faults = list(ending_faults(row.valid, last_day_on, reason))
        refuse(faults or list(_held_after(row, last_day_on)))
        row.valid = period(row.valid.lower, last_day_on)
        row.save(update_fields=["valid"])
        audit.record(actor, "post.ended", row, reason=reason.strip(), last_day=last_day_on.isoformat())
    return row


def _level_faults(line: PositionLine, level: str) -> Iterator[Fault]:
    if level not in line.levels:
        said = {"line": line.name_th, "level": level, "levels": ", ".join(line.levels)}
        yield "level", _("สายงาน%(line)sไม่มีระดับ “%(level)s” มี: %(levels)s") % said


def _held_after(post: Post, day: date) -> Iterator[Fault]:
    later = DateRange(day + timedelta(days=1), None)
    rows = Incumbency.objects.filter(post=post, valid__overlap=later).select_related(
        "person", "order", "post__line", "post__office"
    )
    for row in rows.order_by("valid"):
        yield "last_day_on", given_words(row)
    if rows:
        yield "last_day_on", _("ออกคำสั่งให้พ้นหรือย้ายจากตำแหน่งก่อน แล้วจึงยุบตำแหน่ง")
