"""What a screen declares, as sections of its help."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from portal import words
from portal.help.fields import field_table, told
from portal.help.pages import SOURCES, Page, Section
from portal.screens import Column, DetailScreen, EditScreen, ListScreen, Screen, Table


def sections(page: Page, request: Any, about: str) -> list[Section]:
    """Everything the page declares, then what its app adds, then the state words that stand on it."""
    screen = page.screen()
    screen.setup(request)
    found: list[Section] = []
    columns: list[Column] = []
    if isinstance(screen, ListScreen):
        columns += _declared(screen, "columns")
        found += _of_list(screen, columns)
    if isinstance(screen, DetailScreen):
        for group in _declared(screen, "groups"):
            columns += group.fields
            found.append(Section(group.title, table=_columns(group.fields, group.title)))
        for one in _declared(screen, "related"):
            columns += one.columns
            found.append(Section(one.title, table=_columns(one.columns, one.title)))
    if isinstance(screen, EditScreen):
        found += _of_form(screen)
    if page.view_name in SOURCES:
        found += SOURCES[page.view_name](request.actor, about)
    return [*found, *_of_words([*screen.help_words, *(column.group for column in columns)])]


def _declared(screen: Screen, name: str) -> Sequence[Any]:
    """An attribute of a screen that stands at no address; empty where only a row can say it."""
    try:
        return tuple(getattr(screen, name))
    except (Http404, KeyError):
        return ()


def _columns(columns: Iterable[Column], caption: Any, can: Callable[[Column], str] = lambda c: "") -> Table:
    return told(
        (
            Column("label", _("ข้อมูล")),
            Column("unit", _("หน่วย")),
            Column("can", _("ทำอะไรได้"), can),
            Column("note", _("หมายเหตุ")),
        ),
        columns,
        caption,
    )


def _of_list(screen: ListScreen, columns: Sequence[Column]) -> Iterator[Section]:
    if columns:
        default = set(screen.default_columns)

        def can(column: Column) -> str:
            acts = (
                _("เรียงลำดับได้") if column.sort else "",
                _("มียอดรวม") if column.sum else "",
                _("เลือกให้แสดงเพิ่มได้") if default and column.key not in default else "",
            )
            return " · ".join(filter(None, acts))

        yield Section(_("คอลัมน์"), table=_columns(columns, _("คอลัมน์"), can))
    if screen.search:
        searched = _searched(columns, screen.search)
        lines = [screen.search_hint, *([_("ค้นใน: %s") % ", ".join(searched)] if searched else ())]
        yield Section(_("ช่องค้นหา"), lines)
    if screen.filterset_class is not None:
        made: Any = screen.filterset_class  # of no rows: which there are, only an address says
        none = made._meta.model._default_manager.none()
        asked = made(QueryDict(), queryset=none, request=screen.request).form.fields
        yield Section(_("ตัวกรอง"), table=field_table(asked, _("ตัวกรอง"), asked=False))
    if screen.exports:
        lines = [_("ส่งออกรายการที่กรองแล้วเป็น %s") % ", ".join(kind.upper() for kind in screen.exports)]
        if type(screen).sheet is not None:
            lines.append(_("ส่งออกเป็นตารางของการนำเข้า แก้ในไฟล์แล้วนำเข้ากลับได้"))
        else:
            lines.append(_("ไฟล์ที่ส่งออกมีไว้อ่าน นำเข้ากลับไม่ได้"))
        yield Section(_("ส่งออก"), lines)


def _searched(columns: Sequence[Column], search: Sequence[str]) -> list[str]:
    """The columns the search box looks in; none where it looks in something that no column shows."""
    found: dict[str, str] = {}
    for column in columns:
        for said in (column.key, column.value, column.sort):
            if isinstance(said, str):
                found[said.replace(".", "__").replace("sort_key", "search_key")] = str(column.label)
    return list(dict.fromkeys(found[name] for name in search)) if found.keys() >= set(search) else []


def _of_form(screen: EditScreen) -> Iterator[Section]:
    try:
        shown = screen.form_class.base_fields  # type: ignore[attr-defined]
    except (Http404, KeyError):  # the row or the sheet decides which fields there are
        return
    shown = {name: field for name, field in shown.items() if not field.widget.is_hidden}
    if shown:
        yield Section(_("ช่องที่กรอก"), table=field_table(shown, _("ช่องที่กรอก")))
    if screen.confirm:
        yield Section(_("ก่อนบันทึก"), [_("ระบบแสดงสิ่งที่จะเปลี่ยนก่อน แล้วจึงเขียนเมื่อกดยืนยัน")])


def _of_words(groups: Iterable[str]) -> Iterator[Section]:
    known = [words.GROUPS[group] for group in dict.fromkeys(groups) if group]
    if not known:
        return
    yield Section(
        _("คำบอกสถานะ"),
        table=Table(
            (
                Column("word", _("คำ"), lambda word: word, kind="state"),
                Column("meaning", _("ความหมาย")),
                Column("next_actor", _("ใครทำต่อ")),
            ),
            [word for group in known for word in group],
            _("คำบอกสถานะ"),
        ),
    )
