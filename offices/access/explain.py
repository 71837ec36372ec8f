"""Why somebody can or cannot see or do a thing on a day, in words, from the same code that admits him.

The answer is put together from what decides: the account, the assignments of the day and why others do not
count, the scope they open, the policy the address states, the list of rows the page itself looks in, and what
the case engine would refuse. Nothing here decides anything of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils.translation import gettext as _

from offices.dated import assistant_enabled
from offices.models import Absence, Assignment, AssignmentKind, Case, Document, Office, Person, SupportAccess
from offices.selectors import cases
from offices.selectors.actors import capacity_label, in_force, standing_by
from offices.services.rules import in_words
from portal import calendar, help, search
from portal.access import Policy
from portal.actors import Actor, actor_of
from portal.checks import policy_of
from portal.problems import Problem
from portal.scope import Scope, nation
from portal.screens import DetailScreen

OTHERS = 20  # assignments that do not count, told of one person
UUID = "<uuid:uuid>"
FOUND = 10  # documents and matters that a number or a name may mean


@dataclass(frozen=True)
class Line:
    """One sentence: ``ok`` says whether it opens or closes; None where it only tells."""

    text: str
    ok: bool | None = None
    url: str = ""
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A titled group of sentences."""

    title: str
    lines: Sequence[Line] = field(default_factory=tuple)


@dataclass(frozen=True)
class Row:
    """The row an address is about: what it is, and its detail page."""

    row: Any
    page: help.Page


def actor_on(person: Person, day: date) -> Actor:
    """The person as an actor on a day; without an account he is nobody's."""
    if person.user is None:
        return Actor(user=None, as_of=day, person_id=person.pk, name=person.name)
    return actor_of(person.user, day)


# --- The person ---


def account(person: Person) -> Part:
    """Whether he can come in at all."""
    user = person.user
    if user is None:
        lines = [Line(_("ไม่มีบัญชีผู้ใช้ จึงลงชื่อเข้าใช้ไม่ได้"), False)]
    elif not user.is_active:
        lines = [Line(_("บัญชีถูกปิด จึงไม่มีสิทธิใดแม้มีคำสั่ง"), False)]
    else:
        lines = [Line(_("มีบัญชีผู้ใช้ที่ใช้งานได้"), True)]
    return Part(_("บัญชี"), lines)


def assignments(person: Person, day: date) -> Part:
    """The assignments that count on a day, then those that do not and why."""
    counted = set(in_force(day).filter(person=person).values_list("pk", flat=True))
    rows = Assignment.objects.filter(person=person).select_related(
        "office__province", "group", "inspection_group", "order"
    )
    lines, others = [], []
    for row in rows.order_by("-valid", "-pk"):
        told = _("%(what)s ตาม%(order)s (%(period)s)") % {
            "what": capacity_label(row), "order": row.order.reference, "period": in_words(row.valid),
        }  # fmt: skip
        if row.pk in counted:
            lines.append(Line(told, True))
        else:
            others.append(Line(told, False, why=tuple(_not_counted(row, day))))
    if not lines:
        lines = [Line(_("ไม่มีคำสั่งแต่งตั้งที่มีผลในวันนั้น จึงไม่มีอำนาจใด"), False)]
    return Part(_("การแต่งตั้งในวันนั้น"), [*lines, *others[:OTHERS]])


def _not_counted(row: Assignment, day: date) -> Iterator[str]:
    """Why an assignment gives nothing on a day: the conditions of ``in_force``, one by one."""
    out = [*_outside(row.valid, day, _("การแต่งตั้ง")), *_outside(row.order.valid, day, _("คำสั่ง"))]
    if row.order.signed_on > day:
        out.append(_("คำสั่งลงนามวันที่ %s จึงยังไม่มีในวันนั้น") % calendar.format_date(row.order.signed_on))
    yield from out
    if row.kind == AssignmentKind.ASSISTANT and not assistant_enabled(row.office.code, day):
        yield _("ตำแหน่งผู้ช่วยอุตสาหกรรมจังหวัดมีผลเฉพาะเมื่อสำนักงานเปิดใช้ตำแหน่งนี้")
    if row.standing and not out:
        yield from _stands_by(row, day)


def _stands_by(row: Assignment, day: date) -> Iterator[str]:
    """Why a standing order that holds does not act on a day: who is there, and its own person's absence."""
    kept = standing_by(Assignment.objects.filter(pk=row.pk), day).get()
    others = Assignment.objects.select_related(
        "person", "office__province", "group", "inspection_group", "order"
    ).in_bulk([pk for pk in (kept.holder, kept.before) if pk is not None])
    for pk, said in (
        (kept.holder, _("%(who)s %(what)s ตาม%(order)s อยู่ที่ตำแหน่งในวันนั้น")),
        (kept.before, _("%(who)s %(what)s ตาม%(order)s มาก่อนในลำดับและอยู่ในวันนั้น")),
    ):
        if pk is not None:
            other = others[pk]
            yield said % {
                "who": other.person.name, "what": capacity_label(other), "order": other.order.reference,
            }  # fmt: skip
    if kept.away is not None:
        valid = Absence.objects.get(pk=kept.away).valid
        yield _("เจ้าตัวไม่อยู่ทั้งวันในวันนั้น (%s)") % in_words(valid)


def _outside(valid: DateRange, day: date, what: str) -> Iterator[str]:
    if valid.lower is not None and day < valid.lower:
        yield _("%(what)sเริ่มวันที่ %(day)s") % {"what": what, "day": calendar.format_date(valid.lower)}
    if valid.upper is not None and day >= valid.upper:
        last = valid.upper - timedelta(days=1)
        yield _("%(what)sสิ้นสุดวันที่ %(day)s") % {"what": what, "day": calendar.format_date(last)}


def scope_part(scope: Scope) -> Part:
    """Whose rows he sees."""
    if scope.is_nation:
        return Part(_("ขอบเขตข้อมูล"), [Line(_("ทั้งประเทศ"), True)])
    offices = Office.objects.filter(pk__in=scope.offices or ()).order_by("code")
    names = ", ".join(offices.values_list("short_th", flat=True))
    if not names:
        return Part(_("ขอบเขตข้อมูล"), [Line(_("ไม่เห็นข้อมูลของสำนักงานใด"), False)])
    return Part(_("ขอบเขตข้อมูล"), [Line(_("ข้อมูลของ %s") % names, True)])


def support_part(person: Person, day: date) -> Part | None:
    """Access lent for support on that day, which is beside all orders."""
    start, end = calendar.start_of_day(day), calendar.end_of_day(day)
    rows = SupportAccess.objects.filter(person=person, starts_at__lte=end, ends_at__gte=start)
    lines = [
        Line(
            _("%(kind)s %(office)s %(start)s – %(end)s เหตุผล: %(reason)s")
            % {
                "kind": row.get_kind_display(), "office": row.office.short_th,
                "start": calendar.format_time(row.starts_at), "end": calendar.format_time(row.ends_at),
                "reason": row.reason,
            },
        )
        for row in rows.select_related("office").order_by("starts_at")
    ]  # fmt: skip
    return Part(_("การเข้าถึงเพื่อสนับสนุนในวันนั้น"), lines) if lines else None


# --- The thing ---


def _details() -> Iterator[Any]:
    """The pages that show one row of a list of rows, found by its UUID."""
    for page in help.pages().values():
        of_a_row = page.view_name.endswith("-detail") and page.path.endswith(f"{UUID}/")
        if of_a_row and issubclass(page.screen, DetailScreen):
            yield page


@lru_cache(maxsize=1)
def detail_pages() -> dict[type[models.Model], help.Page]:
    """The detail page of each model that has one, read from what the page itself looks in."""
    found: dict[type[models.Model], help.Page] = {}
    somebody = Actor(user=None, as_of=calendar.today())
    for page in _details():
        with nation("which rows a page looks in"), suppress(Exception):
            found.setdefault(_screen(page.screen, somebody, {}).rows().model, page)
    return found


def _screen(kind: type[DetailScreen], actor: Actor, kwargs: dict[str, Any]) -> DetailScreen:
    """A page as it would be made for this actor, asked for nothing but its rows."""
    request: Any = HttpRequest()
    request.method, request.GET = "GET", QueryDict()
    request.user, request.actor, request.place, request.places = actor.user, actor, None, ()
    request.resolver_match = None
    screen = kind()
    screen.setup(request, **kwargs)
    return screen


def row_of(path: str) -> Row | None:
    """The row an address is about, inside the active scope: that of the detail page it lies under."""
    try:
        uuid = resolve(path).kwargs.get("uuid")
    except Resolver404:
        return None
    under = [page for page in _details() if uuid and path.startswith(page.path.replace(UUID, str(uuid)))]
    for page in sorted(under, key=lambda page: len(page.path), reverse=True):
        actor = Actor(user=None, as_of=calendar.today())
        with suppress(Http404, Problem):
            row = _screen(page.screen, actor, {"uuid": uuid}).rows().filter(uuid=uuid).first()
            if row is not None:
                return Row(row, page)
    return None


def shows(row: Row, actor: Actor) -> bool:
    """Whether the row's own page would find it for this actor."""
    with actor.scope.active(), suppress(Http404, Problem):
        screen = _screen(row.page.screen, actor, {"uuid": row.row.uuid})  # type: ignore[arg-type]
        return screen.rows().filter(uuid=row.row.uuid).exists()
    return False


def address_part(path: str, actor: Actor) -> Part:
    """The policy an address states, and whether it lets the actor in."""
    try:
        match = resolve(path)
    except Resolver404:
        return Part(_("หน้า"), [Line(_("ไม่มีหน้านี้ในระบบ"), False)])
    policy = _policy_of(match.func)
    page = help.pages().get(match.view_name)
    title = str(page.title) if page is not None else path
    return Part(_("หน้า"), [_of_policy(title, policy, actor)])


def _policy_of(view: Any) -> Policy | None:
    return getattr(view, "policy", None) or getattr(getattr(view, "view_class", None), "policy", None)


def _of_policy(title: str, policy: Policy | None, actor: Actor, url: str = "") -> Line:
    if policy is None:
        return Line(_("“%s” เป็นหน้าของระบบลงชื่อเข้าใช้ เปิดให้ทุกคน") % title, True, url)
    told = _("“%(page)s” เปิดให้%(who)s") % {"page": title, "who": policy.label}
    if not policy.public and actor.user is None:
        return Line(told, False, url, (_("ต้องลงชื่อเข้าใช้"),))
    # whom it is open to the sentence says already, and what he holds stands above
    return Line(told, not policy.why_not(actor), url)


def row_part(row: Row, actor: Actor) -> Part:
    """Whether the scope holds the row, whose it is, and what each address about it says."""
    thing = row.row
    seen = shows(row, actor)
    belongs = _belongs(thing)
    lines = []
    if belongs:
        lines.append(Line(_("รายการนี้เป็นของ %s") % belongs))
    lines.append(
        Line(_("อยู่ในขอบเขตข้อมูลในวันนั้น"), True)
        if seen
        else Line(_("อยู่นอกขอบเขตข้อมูลในวันนั้น ทุกหน้าของรายการนี้จึงตอบว่าไม่พบ"), False)
    )
    return Part(_("รายการ: %s") % thing, lines)


def _belongs(thing: Any) -> str:
    """The office or province a row belongs to, in words; '' where it belongs to neither."""
    if isinstance(thing, Office):
        return thing.short_th
    office = getattr(thing, "office", None)
    if isinstance(office, Office):
        return office.short_th
    if getattr(thing, "office_id", None):
        return str(Office.objects.filter(pk=thing.office_id).values_list("short_th", flat=True).first() or "")
    return str(getattr(thing, "province", None) or "")


def powers_part(row: Row, actor: Actor) -> Part:
    """Every address about the row, as far as its policy goes: what may be opened and sent there."""
    lines = []
    for name, path, pattern in named_views():
        if f"/{path}".startswith(row.page.path):
            page = help.pages().get(name)
            lines.append(_of_policy(str(page.title) if page is not None else name, policy_of(pattern), actor))
    return Part(_("สิ่งที่ทำกับรายการนี้ได้ตามนโยบายของหน้า"), list(dict.fromkeys(lines)))


@lru_cache(maxsize=1)
def named_views() -> tuple[tuple[str, str, URLPattern], ...]:
    """(name with its namespace, path, pattern) of every address of the house; libraries' are left out."""
    return tuple(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, space: str, path: str) -> Iterator[tuple[str, str, URLPattern]]:
    for one in resolver.url_patterns:
        here = path + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one, f"{space}{one.namespace}:" if one.namespace else space, here)
        elif one.name and policy_of(one) is not None:
            yield space + one.name, here, one


def case_part(thing: Any, actor: Actor) -> Part | None:
    """Every act of a case's workflow: what the engine itself would refuse this actor now."""
    case = thing if isinstance(thing, Case) else getattr(thing, "case", None)
    if not isinstance(case, Case):
        return None
    lines = [
        Line(
            str(answer.transition.label), answer.allowed, why=tuple(str(reason) for reason in answer.reasons)
        )
        for answer in cases.explain(case, actor)
        if answer.fits
    ]
    return Part(_("การดำเนินการในเรื่องตามสถานะปัจจุบัน คำตอบที่ระบบให้ผู้นี้"), lines)


def candidates(actor: Actor, text: str) -> list[tuple[str, str]]:
    """(name, address) of what somebody may mean by a number or a name, inside the active scope."""
    found = [
        ("".join(part.text for part in hit.title), hit.url)
        for group in search.find(actor, text)
        for hit in group.hits
    ]
    documents = Document.objects.filter(reference__icontains=text.strip()).order_by("-pk")[:FOUND]
    found += [(str(row), reverse("offices:document-detail", args=[row.uuid])) for row in documents]
    matters = list(Case.objects.filter(title__icontains=text.strip()).order_by("-pk")[:FOUND])
    for model, page in detail_pages().items():
        if matters and _is_of_a_case(model):
            rows: Any = model._default_manager.filter(case__in=matters).select_related("case")
            found += [(row.case.title, reverse(page.view_name, args=[row.uuid])) for row in rows]
    return list(dict.fromkeys(found))


def _is_of_a_case(model: type[models.Model]) -> bool:
    return any(one.name == "case" and one.related_model is Case for one in model._meta.concrete_fields)


def path_of(text: str) -> str:
    """The path in what somebody typed, when it is an address of the house; else ''."""
    parts = urlsplit(text.strip())
    return parts.path if parts.path.startswith("/") else ""


def explain(person: Person, day: date, path: str = "") -> list[Part]:
    """Everything about a person on a day, and about an address for him. Runs inside a scope that may see the
    row: the nation for an administrator, the reader's own for himself."""
    actor = actor_on(person, day)
    parts = [account(person), assignments(person, day), scope_part(actor.scope)]
    lent = support_part(person, day)
    if lent is not None:
        parts.append(lent)
    if not path:
        return parts
    parts.append(address_part(path, actor))
    row = row_of(path)
    if row is not None:
        parts += [row_part(row, actor), powers_part(row, actor)]
        acts = case_part(row.row, actor)
        if acts is not None:
            parts.append(acts)
    return parts


def verdict(person: Person, day: date, path: str) -> Line:
    """In one sentence: whether the page at an address would open to him on that day, with this row on it."""
    actor = actor_on(person, day)
    page = address_part(path, actor).lines[0]
    row = row_of(path)
    ok = bool(page.ok) and (row is None or shows(row, actor))
    when = calendar.format_date(day)
    said = _("%(who)s เปิดหน้านี้ได้ในวันที่ %(day)s") if ok else _("%(who)s เปิดหน้านี้ไม่ได้ในวันที่ %(day)s")
    return Line(said % {"who": person.name, "day": when}, ok, path)
