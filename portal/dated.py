"""Dated settings: facts that may change or are not verified yet, never constants.

An app declares a key with its default, source and whether the source was verified; a row in
``DatedSetting`` for the date and place wins over the default. ``portal.facts`` lets one person
propose a value from a document and another one confirm it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.db import models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from portal import audit, calendar, practice, sql
from portal.actors import Actor
from portal.models import DatedSetting
from portal.problems import Invalid

Kind = Literal[
    "bool", "integer", "decimal", "choice", "several", "text", "month_day", "dates", "list", "mapping"
]


@dataclass(frozen=True)
class Declared:
    """A setting as code declares it. ``label``, ``source``, ``blocks`` and ``owner`` are Thai.

    ``blocks`` says what stays blocked or badged while nobody has verified the value; ``owner`` is
    the role or unit that must verify it. ``kind`` says how the value is written where the default
    alone does not: a "decimal" is stored as text, "dates" are ISO days, a "month_day" is "04-30".
    With ``choices`` (code, name) a value is one of them, or, where the default is a list, several.
    ``by_office``: an office may have a value of its own. ``minimum`` and ``maximum`` bound numbers,
    both included.
    """

    key: str
    label: Any
    default: Any
    source: str
    verified: bool = False
    blocks: Any = ""
    owner: Any = ""
    kind: Kind | Literal[""] = ""
    choices: tuple[tuple[Any, Any], ...] = ()
    minimum: Decimal | int | None = None
    maximum: Decimal | int | None = None
    by_office: bool = False

    @property
    def shape(self) -> Kind:
        """How a value of this setting is written."""
        if self.kind:
            return self.kind
        if self.choices:
            return "several" if isinstance(self.default, list) else "choice"
        for type_, kind in _KINDS:
            if isinstance(self.default, type_):
                return kind
        raise TypeError(f"setting {self.key}: no kind for {self.default!r}")

    def faults(self, value: Any) -> Iterator[str]:
        """Everything wrong with a value, as Thai sentences; none means it may be decided."""
        match self.shape:
            case "decimal" if isinstance(value, str):
                try:
                    yield from self._outside(Decimal(value))
                except InvalidOperation:
                    yield _("“%(value)s” ไม่ใช่ตัวเลข เช่น 0.005") % {"value": value}
                return
            case "dates" if isinstance(value, list):
                yield from _date_faults(value)
                return
        if type(value) is not type(self.default):
            yield (
                _("ค่า “%(value)s” ไม่ใช่ชนิดเดียวกับค่าตั้งต้น “%(default)s”")
                % {"value": value, "default": self.default}
            )
            return
        match self.shape:
            case "integer":
                yield from self._outside(Decimal(value))
            case "choice":
                yield from self._not_offered([value])
            case "several":
                yield from self._not_offered(value)
                if len(set(map(str, value))) != len(value):
                    yield _("มีรายการซ้ำกัน")
            case "month_day":
                try:
                    # a year without 29 February, so that the day is in every year
                    known = date.fromisoformat(f"2023-{value}")
                except ValueError:
                    known = None
                if known is None or f"{known:%m-%d}" != value:
                    yield _("“%(value)s” ไม่ใช่วันที่ที่มีทุกปี") % {"value": value}
            case "text" if not value.strip():
                yield _("ต้องไม่ว่าง")
            case "text" if "prefix" in self.key and value.strip().startswith(practice.PREFIX):
                yield _("“%s” ที่ต้นเลขสงวนไว้สำหรับระบบฝึกปฏิบัติ") % practice.PREFIX
            case "list":
                yield from self._list_faults(value)
            case "mapping":
                yield from self._mapping_faults(value)

    def _not_offered(self, values: Sequence[Any]) -> Iterator[str]:
        for value in values:
            if value not in dict(self.choices):
                yield _("“%(value)s” ไม่อยู่ในค่าที่เลือกได้: %(choices)s") % {
                    "value": value,
                    "choices": ", ".join(str(label) for _code, label in self.choices),
                }

    def _outside(self, number: Decimal) -> Iterator[str]:
        if not number.is_finite():
            yield _("“%(value)s” ไม่ใช่ตัวเลข เช่น 0.005") % {"value": number}
            return
        low, high = self.minimum, self.maximum
        if low is not None and number < low:
            yield _("%(value)s น้อยกว่าค่าต่ำสุดที่รับได้ คือ %(limit)s") % {"value": number, "limit": low}
        if high is not None and number > high:
            yield _("%(value)s มากกว่าค่าสูงสุดที่รับได้ คือ %(limit)s") % {"value": number, "limit": high}

    def _list_faults(self, value: Sequence[Any]) -> Iterator[str]:
        if len({str(one) for one in value}) != len(value):
            yield _("มีรายการซ้ำกัน")
        if not self.default:
            return
        like = self.default[0]
        for one in value:
            if type(one) is not type(like):
                yield _("“%(value)s” ควรเป็นชนิดเดียวกับ “%(like)s”") % {"value": one, "like": like}
        # numbers in a list are bounds: each has its place
        if isinstance(like, int) and len(value) != len(self.default):
            yield _("ต้องมี %(n)s รายการ") % {"n": len(self.default)}
        elif isinstance(like, int) and sorted(self.default) == self.default and list(value) != sorted(value):
            yield _("ต้องเรียงจากน้อยไปมาก")

    def _mapping_faults(self, value: Mapping[str, Any]) -> Iterator[str]:
        for name, one in value.items():
            like = self.default.get(name, next(iter(self.default.values()), one))
            if type(one) is not type(like):
                yield _("ค่าของ “%(name)s” คือ “%(value)s” ควรเป็นชนิดเดียวกับ “%(like)s”") % {
                    "name": name,
                    "value": one,
                    "like": like,
                }


# bool is an int to Python, so it is asked first
_KINDS: tuple[tuple[type, Kind], ...] = (
    (bool, "bool"), (int, "integer"), (str, "text"), (list, "list"), (dict, "mapping"),
)  # fmt: skip


def _date_faults(days: Sequence[Any]) -> Iterator[str]:
    seen = set()
    for day in days:
        try:
            seen.add(date.fromisoformat(day))
        except (TypeError, ValueError):
            yield _("“%(value)s” ไม่ใช่วันที่") % {"value": day}
    if len(seen) < len({str(day) for day in days}) or len(set(map(str, days))) < len(days):
        yield _("มีวันที่ซ้ำกันหรืออ่านไม่ได้")


@dataclass(frozen=True)
class Value:
    """What holds on a date: the value, where it comes from, and whether that was verified.

    ``key`` leads from a badge to the fact's page.
    """

    value: Any
    source: str
    verified: bool
    key: str = field(default="", compare=False)


_declared: dict[str, Declared] = {}


def declare(setting: Declared) -> Declared:
    """Make a key known; the same key twice with other content is a programming error."""
    known = _declared.setdefault(setting.key, setting)
    if known != setting:
        raise ValueError(f"setting {setting.key} declared twice")
    return setting


def declared() -> tuple[Declared, ...]:
    """Every declared setting, by key."""
    return tuple(_declared[key] for key in sorted(_declared))


def declaration(key: str) -> Declared:
    """The declaration of a key. Raises KeyError when no app declared it."""
    return _declared[key]


def on(key: str, day: date, *, place: str = "") -> Value:
    """The value of a setting on a day, for a place first and then for the nation.

    Raises KeyError when no app declared the key.
    """
    known = _declared[key]
    rows = DatedSetting.objects.filter(key=key, place__in={place, ""}, valid__contains=day)
    return _held(known, max(rows, key=lambda row: row.place != "", default=None))


def each(*asked: tuple[str, date]) -> list[Value]:
    """The values of several settings for the nation, each on its day: one query.

    Raises KeyError when no app declared one of the keys.
    """
    wanted = models.Q(pk__in=[])
    for key, day in asked:
        wanted |= models.Q(key=key, valid__contains=day)
    rows = list(DatedSetting.objects.filter(wanted, place=""))
    return [
        _held(_declared[key], next((row for row in rows if row.key == key and day in row.valid), None))
        for key, day in asked
    ]


def everywhere(keys: Iterable[str], day: date) -> dict[tuple[str, str], Value]:
    """The values of several settings on a day by (key, place): of the nation ('') every one, of a place
    those decided for it. One query. Raises KeyError when no app declared one of the keys."""
    known = {key: _declared[key] for key in keys}
    found = {(key, ""): _held(one, None) for key, one in known.items()}
    for row in DatedSetting.objects.filter(key__in=list(known), valid__contains=day):
        found[row.key, row.place] = _held(known[row.key], row)
    return found


def _held(known: Declared, row: DatedSetting | None) -> Value:
    """What a row decides; without one the default."""
    if row is None:
        return Value(known.default, known.source, known.verified, known.key)
    return Value(row.value, row.source, row.verified, known.key)


def beside(key: str, day: date) -> Coalesce:
    """The value of a setting for the nation on a day, as a column of another query.

    Raises KeyError when no app declared the key.
    """
    known = _declared[key]
    held = DatedSetting.objects.filter(key=key, place="", valid__contains=day).values("value")[:1]
    return Coalesce(models.Subquery(held), models.Value(known.default, models.JSONField()))


def faults(
    *, key: str, value: Any, since: date | None, source: str, place: str = ""
) -> list[tuple[str, str]]:
    """Everything that keeps a value from holding from a day on, each as (field, Thai sentence).

    The fields are key, value, since, source and place. ``since`` None leaves the day unasked.
    """
    known = _declared.get(key)
    if known is None:
        sentence = _("ไม่มีค่าตั้งชื่อ “%(key)s” ชื่อที่มีคือ %(known)s") % {"key": key, "known": ", ".join(_declared)}
        return [("key", sentence)]
    found = [("value", sentence) for sentence in known.faults(value)]
    if not source.strip():
        found.append(("source", _("โปรดระบุที่มาของค่าตั้ง เช่น เลขที่และวันที่ของหนังสือ")))
    if place and not known.by_office:
        found.append(("place", _("ค่าตั้งนี้มีค่าเดียวทั้งประเทศ กำหนดรายสำนักงานไม่ได้")))
    if since is not None:
        later = DatedSetting.objects.filter(key=key, place=place, valid__startswith__gte=since)
        if later.exists():
            found.append(
                (
                    "since",
                    _("มีค่าที่ตัดสินไว้ให้เริ่มตั้งแต่ %s หรือหลังจากนั้นแล้ว โปรดเลือกวันหลังจากนั้น")
                    % calendar.format_date(since),
                )
            )
    return found


def place_of(office_code: str) -> str:
    """The ``place`` of the values of one office: 'office:25'."""
    return f"office:{office_code}"


def lock(key: str, place: str) -> None:
    """Let nobody else decide this setting of this place until the transaction ends."""
    sql.lock("dated", key, place)


def decide(
    *,
    actor: Actor | None,
    key: str,
    value: Any,
    since: date,
    source: str,
    place: str = "",
    verified: bool = False,
) -> DatedSetting:
    """Let a value hold from a day on; what held until then ends the day before.

    ``source`` says who decided or which document says so. Raises Invalid with every fault at once: a
    key that no app declared, a value its declaration does not take, an empty source, a place for a
    setting of the whole nation, or a day on or before which a later decision already stands: history
    is not rewritten.
    """
    with transaction.atomic():
        lock(key, place)
        found = faults(key=key, value=value, since=since, source=source, place=place)
        if found:
            fields: dict[str, list[str]] = {}
            for name, sentence in found:
                fields.setdefault(name, []).append(sentence)
            raise Invalid(" ".join(sentence for _name, sentence in found), fields=dict(fields))
        rows = DatedSetting.objects.select_for_update().filter(key=key, place=place)
        for row in rows.filter(valid__contains=since):
            row.valid = DateRange(row.valid.lower, since)
            row.save(update_fields=["valid"])
        made = DatedSetting.objects.create(
            key=key,
            place=place,
            value=value,
            valid=DateRange(since, None),
            source=source.strip(),
            verified=verified,
            created_by=actor.user if actor else None,
        )
        audit.record(
            actor,
            "setting.decided",
            made,
            key=key,
            place=place,
            value=value,
            since=since.isoformat(),
            source=source,
        )
    return made
