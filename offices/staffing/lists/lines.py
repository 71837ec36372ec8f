"""The rows of a file as lines of an order, each with everything wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from offices.models import LineKind, OrderLine, OrderProposal, Person
from offices.orders import carry, powers
from offices.orders.services import Line
from offices.staffing.lists.known import Known, known, tidy
from portal.sheets.cells import fold
from portal.sheets.findings import Finding
from portal.sheets.spec import SheetSpec

# Which cell a fault of a line's field is told at, where the two are not of one name.
_CELLS = {"person": "first_th", "post": "post_number", "number": "post_number"}


@dataclass
class Listed:
    """One row: what stood in it, the line it is, and everything wrong with it."""

    row_no: int
    raw: Mapping[str, Any]
    sheet: SheetSpec
    # columns whose cell is empty against the rule, or says nothing known
    unread: frozenset[str] = frozenset()
    line: OrderLine | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{tidy(self.raw.get('first_th'))} {tidy(self.raw.get('last_th'))}"

    @property
    def refused(self) -> bool:
        return bool(self.unread or self.findings)

    def read(self, *names: str) -> bool:
        """Whether each of these cells was read, so that a check may go by what it holds."""
        return self.unread.isdisjoint(names)

    def say(self, code: str, column: str, message: str, *, expected: str = "", mend: str = "") -> None:
        """Keep a finding at a cell of this row."""
        name = _CELLS.get(column, column)
        name = name if name in self.sheet.keys else "kind"
        header = str(self.sheet.column(name).header)
        found = str(self.raw.get(name) or "") or self.key
        self.findings.append(
            Finding(
                code, "block", message, mend or _("แก้ค่าในช่องนี้"), self.row_no, name, header, found, expected
            )
        )


def read(
    rows: Sequence[Mapping[str, Any]],
    proposal: OrderProposal,
    sheet: SheetSpec,
    *,
    people: Q | None,
    unread: Mapping[int, Collection[str]] | None = None,
) -> list[Listed]:
    """The rows as unsaved lines of a proposal. ``people``: whom the file may name; ``unread``: the columns of
    each row whose cells could not be read. What such a row says besides is checked, but it is no line."""
    required = [one.key for one in sheet.columns if one.required]
    listed = []
    for row in rows:
        missing = [key for key in required if row.get(key) in (None, "")]
        unknown = (unread or {}).get(int(row["row_no"]), ())
        listed.append(Listed(int(row["row_no"]), row, sheet, frozenset({*unknown, *missing})))
    words = known(
        names={
            (tidy(one.raw["first_th"]), tidy(one.raw["last_th"]))
            for one in listed
            if one.read("first_th", "last_th")
        },
        numbers={tidy(one.raw["post_number"]) for one in listed if one.raw["post_number"]},
    )
    there = [person.pk for rows_ in words.people.values() for person in rows_]
    allowed = (
        None
        if people is None
        else set(Person.objects.filter(people, pk__in=there).values_list("pk", flat=True))
    )
    for one in listed:
        one.line = _line(one, proposal, words, allowed)
    return listed


def _line(one: Listed, proposal: OrderProposal, words: Known, allowed: set[int] | None) -> OrderLine | None:
    """The line a row is, or None with everything that is wrong with it."""
    raw = one.raw
    starts_on: date = raw["starts_on"]  # where it was read
    found: list[Person] = []
    if one.read("first_th", "last_th", "email"):
        found = words.called(tidy(raw["first_th"]), tidy(raw["last_th"]), tidy(raw["email"]))
        if allowed is not None:
            found = [person for person in found if person.pk in allowed]
        if not found:
            one.say("LIN01", "first_th", _("ไม่พบบุคคลชื่อนี้"), mend=_("ตรวจตัวสะกด หรือนำเข้าบัญชีบุคลากรก่อน"))
        elif len(found) > 1:
            one.say("LIN02", "first_th", _("มีหลายคนชื่อนี้"), mend=_("ใส่อีเมลบัญชีผู้ใช้ของคนที่หมายถึง"))
    number, post = tidy(raw["post_number"]), None
    if number and one.read("post_number", "starts_on"):
        post = words.post(number, starts_on)
        if post is None:
            one.say(
                "LIN03", "post_number", _("ไม่พบเลขที่ตำแหน่งนี้"), mend=_("ตรวจเลขที่ หรือนำเข้าบัญชีบุคลากรและตำแหน่งก่อน")
            )
    said, office = tidy(raw["office"]), post.office if post else proposal.office
    if said and one.read("office"):
        named = words.offices.get(fold(said))
        if named is None:
            one.say(
                "LIN04",
                "office",
                _("ไม่พบสำนักงานนี้"),
                expected=words.near(said, {place.short_th for place in words.offices.values()}),
            )
        office = named or office
    group = None
    if raw["group"] and one.read("group", "office", "post_number", "starts_on"):
        group = words.group(office, tidy(raw["group"]), starts_on)
        if group is None:
            one.say("LIN05", "group", _("สำนักงานนี้ไม่มีกลุ่มนี้ในวันเริ่ม"), mend=_("ตรวจกลุ่มและวันเริ่ม"))
    inspection = None
    if raw["inspection_group"] and one.read("inspection_group"):
        inspection = words.inspection_groups.get(fold(raw["inspection_group"]))
        if inspection is None:
            one.say("LIN06", "inspection_group", _("ไม่พบกลุ่มตรวจราชการนี้"))
    if raw["last_day"] and one.read("last_day", "starts_on") and raw["last_day"] < starts_on:
        one.say("LIN07", "last_day", _("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม"))
    given = _powers(one) if one.read("powers") else []
    if one.refused:
        return None
    return OrderLine(
        proposal=proposal, issuing_office=proposal.office, kind=LineKind(raw["kind"]), person=found[0],
        office=office, group=group, inspection_group=inspection, post=post,
        starts_on=starts_on, last_day=raw["last_day"] or None,
        rank=int(raw["rank"] or 1), standing=raw["standing"] in (True, "true"), powers=given,
        act=raw["act"] or "", card_number=tidy(raw["card_number"]), text=tidy(raw["text"]),
    )  # fmt: skip


def _powers(one: Listed) -> list[str]:
    words = {fold(str(label)): code for code, label in powers.choices()}
    words |= {fold(code): code for code, _label in powers.choices()}
    given = []
    for word in (one.raw["powers"] or "").split(";"):
        if not word.strip():
            continue
        code = words.get(fold(word))
        if code is None:
            expected = ", ".join(str(label) for _code, label in powers.choices())
            one.say("LIN08", "powers", _("ไม่รู้จักอำนาจ “%s”") % word.strip(), expected=expected)
        else:
            given.append(code)
    return given


def fit(
    listed: Sequence[Listed],
    proposal: OrderProposal,
    there: Sequence[OrderLine],
    sheet: SheetSpec,
    *,
    today: date,
) -> None:
    """Rehearse the order with these lines behind those that are there; tell each fault at its row."""
    by_nth: dict[int, Listed] = {}
    lines = list(there)
    nth = max((line.nth for line in there), default=0)
    for one in listed:
        if one.line is not None:
            nth += 1
            one.line.nth = nth
            by_nth[nth] = one
            lines.append(one.line)
    if not by_nth:
        return
    first = next(iter(by_nth.values()))
    for fault in carry.rehearse(proposal, today=today, lines=lines).faults:
        # what stands in the way of the order as a whole, or of other lines, is told at the first row
        row = by_nth.get(fault.nth, first)
        row.say("LIN10", fault.field, fault.sentence, mend=fault.mend)


def as_line(line: OrderLine) -> Line:
    """An unsaved or saved row as the services take it."""
    return Line(
        kind=str(line.kind), person=line.person, office=line.office, starts_on=line.starts_on,
        last_day=line.last_day, group=line.group, inspection_group=line.inspection_group, post=line.post,
        rank=line.rank,
        standing=line.standing, powers=tuple(line.powers), act=line.act, card_number=line.card_number,
        text=line.text,
    )  # fmt: skip


def as_row(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What stood in a row, as JSON."""
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in raw.items()
        if key != "row_no" and value not in (None, "")
    }
