"""What the pages of readiness share: the day looked at, whom the reader sees, cells that open lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from offices.learning import policies
from offices.learning.boards import Cover, Ground
from offices.learning.forms import DayForm
from offices.policies import directory_readers
from portal.screens import Column, Screen
from portal.screens.columns import Cell
from portal.templatetags import portal as show


@dataclass(frozen=True, slots=True)
class Marked(Cell):
    """A cell of the board: a word with shape and colour, what is behind it, and a line below."""

    markup: str = ""

    def html(self) -> str:
        return self.markup


@dataclass(frozen=True)
class StateCell(Column):
    """A column whose cells open the list behind them. ``told`` gives (word, address, line below)."""

    told: Any = None
    said: dict[str, str] = field(default_factory=dict)  # the markup of each word, once for the whole column

    def cell(self, row: Any) -> Cell:
        state, url, line = self.told(row)
        if state is None:
            return Cell(self, show.NOTHING)
        said = self.said.get(state.code) or self.said.setdefault(state.code, show.state(state))
        parts = f'<a class="cell" href="{show.escaped(url)}">{said}</a>' if url else said
        if line:
            parts += f" <small>{show.escaped(line)}</small>"
        return Marked(self, state.label, markup=mark_safe(f'<span class="told">{parts}</span>'))

    def plain(self, row: Any) -> Any:
        state, _url, line = self.told(row)
        return " ".join(filter(None, (state.label if state else "", line)))


def with_query(url: str, asked: Mapping[str, str]) -> str:
    """An address with these parameters, whose values are codes and dates, behind those that it has."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


class OnADay(Screen):
    """What the pages of readiness share: the day looked at, which the address names."""

    policy = directory_readers
    help_words = ("readiness", "share", "assistants")

    day_form: type[DayForm] = DayForm

    @cached_property
    def form(self) -> DayForm:
        return self.day_form(self.request.GET)

    @cached_property
    def day(self) -> date:
        asked = self.form.cleaned_data.get("on") if self.form.is_valid() else None
        return asked or self.actor.as_of

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(status=200 if self.form.is_valid() else 422)

    @cached_property
    def seen(self) -> frozenset[int]:
        """The people of the ground whose levels the reader sees."""
        return frozenset(seat.person for seat in self.ground.seats if policies.sees_level(self.actor, seat))

    @cached_property
    def wholly(self) -> frozenset[int]:
        """Those of them whose plans and hours he sees."""
        return frozenset(seat.person for seat in self.ground.seats if policies.sees_whole(self.actor, seat))

    @property
    def ground(self) -> Ground:
        raise NotImplementedError

    def on_that_day(self, url: str, **asked: str) -> str:
        """An address of these pages that keeps the day."""
        if self.day != self.actor.as_of:
            asked["on"] = self.day.isoformat()
        return with_query(url, asked)

    def names(self, people: Sequence[int]) -> str:
        """The names of people whose levels the reader sees; nothing where he sees none of them."""
        return ", ".join(self.ground.members[pk].name for pk in people if pk in self.seen)

    def cover_line(self, one: Cover) -> str:
        """The line below a subject's word: the single person, how many there are, or who is near."""
        if one.single is not None:
            return self.names([one.single])
        if one.state == "covered":
            return _("%s คน") % len(one.holders)
        return self.names(one.near) if one.state == "gap" else ""
