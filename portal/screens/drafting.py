"""Forms that keep what is typed: which forms do, what they keep, and how it comes back.

Decided here for every form of the house: one with free text or with more than five fields saves
itself while its reader types, offers the draft when it is opened again, and shows what changed in the
row meanwhile. A draft holds the reader's own changes only: on the way back they are laid over the row
as it is now, so that nobody else's change is written over unseen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal import calendar, drafts, writers
from portal.models import Draft
from portal.problems import Problem
from portal.screens.base import Screen
from portal.templatetags.portal import NOTHING

PARAMETER = "_draft"  # in a POST: what to do with the draft; in the address: "use"
CONTINUES = "_draft_id"
BASE = "_base"
MANY_FIELDS = 5  # a form of more is kept
FREE_TEXT = 200  # a line that takes so many characters is free text

Texts = dict[str, list[str]]


@dataclass(frozen=True)
class Difference:
    """A field whose value in the row changed after the draft was begun; ``typed`` is the draft's own."""

    label: Any
    before: str
    now: str
    typed: str = ""


def kept_fields(form: forms.BaseForm) -> list[str]:
    """The fields of a form that a draft holds: never files, passwords or what the page carries hidden."""
    never = (forms.FileInput, forms.PasswordInput, forms.HiddenInput)
    return [
        name
        for name, field in form.fields.items()
        if not isinstance(field.widget, never) and not field.widget.is_hidden and not field.disabled
    ]


def is_kept(form: forms.BaseForm) -> bool:
    """Whether a form is worth keeping: free text, or more than five fields."""
    names = kept_fields(form)
    return len(names) > MANY_FIELDS or any(_is_free_text(form.fields[name]) for name in names)


def _is_free_text(field: forms.Field) -> bool:
    if isinstance(field.widget, forms.Textarea):
        return True
    if type(field) is not forms.CharField or not isinstance(field.widget, forms.TextInput):
        return False
    return field.max_length is None or field.max_length >= FREE_TEXT


def as_shown(form: forms.BaseForm) -> Texts:
    """The texts a browser would send for an unbound form that nobody touches."""
    return {name: _sent(form[name]) for name in kept_fields(form)}


def _sent(field: forms.BoundField) -> list[str]:
    widget, value = field.field.widget, field.value()
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    shown = widget.format_value(value)
    texts = shown if isinstance(shown, list | tuple) else [shown]
    return _plain(str(text) for text in texts if text is not None)


def _plain(texts: Any) -> list[str]:
    """Line ends as one character, and an empty box like one that was not sent."""
    found = [text.replace("\r\n", "\n") for text in texts]
    return [] if found == [""] else found


def _in_words(form: forms.BaseForm, name: str, texts: Sequence[str]) -> str:
    """Texts of a field as its reader sees them: a choice by its words."""
    field = form.fields[name]
    if isinstance(field, forms.BooleanField):
        return _("ใช่") if texts else _("ไม่ใช่")
    words = {str(value): str(label) for value, label in _flat(getattr(field, "choices", ()))}
    return ", ".join(words.get(text, text) for text in texts) or NOTHING


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for value, label in choices:
        found += _flat(label) if isinstance(label, list | tuple) else [(value, label)]
    return found


class Drafting(Screen):
    """Mixed into screens with a form. The screen gives ``opened(values)``."""

    # None: as ``is_kept`` says. False: what is typed here is kept nowhere, not even while he signs in again.
    keeps_drafts: bool | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        signed_out = request.method == "POST" and request.user.is_anonymous and not self.policy.public
        if signed_out and self.keeps_drafts is not False:
            return writers.ask_to_sign_in(request)
        return super().dispatch(request, *args, **kwargs)

    def admitted(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST":
            writers.demand_same(request)
            request.session.pop(writers.HELD, None)
            if PARAMETER in request.POST:
                return self.draft_act()
        return super().admitted(request, *args, **kwargs)

    @property
    def writer(self) -> str:
        """The mark that the form carries: whose words it holds."""
        return writers.mark(self.request.user)

    def opened(self, values: Mapping[str, Any] | None = None) -> Any:
        """The unbound form as the page opens it now, with these initial values laid over the row's.

        A form whose number of fields depends on what is in it has room for all of ``values``.
        """
        raise NotImplementedError

    @cached_property
    def untouched(self) -> Any:
        return self.opened()

    @cached_property
    def keeps(self) -> bool:
        """Whether this form keeps drafts."""
        if self.request.user.is_anonymous:
            return False
        return is_kept(self.untouched) if self.keeps_drafts is None else self.keeps_drafts

    @cached_property
    def draft(self) -> Draft | None:
        """The reader's draft that waits here."""
        return drafts.live(self.actor, self.draft_place) if self.keeps else None

    @property
    def draft_place(self) -> drafts.Place:
        match = self.request.resolver_match
        row = "/".join(str(value) for value in match.kwargs.values())
        rooms = [str(crumb.label) for crumb in self.crumbs() if crumb.url][-1:]
        title = " · ".join([str(self.get_title()), *rooms])
        return drafts.Place(match.view_name, row, self.request.path, title)

    @cached_property
    def uses_draft(self) -> bool:
        return self.draft is not None and self.request.GET.get("draft") == "use"

    def with_draft(self) -> Any:
        """The form as the page opens it: with the draft, when the reader wants it."""
        if self.draft is None or not self.uses_draft:
            return self.untouched
        form = self.opened(self.draft.values)
        own = {name: texts for name, texts in self._own(self.draft).items() if name in form.fields}
        return self.opened({name: self._initial(form, name, texts) for name, texts in own.items()})

    @staticmethod
    def _own(draft: Draft) -> Texts:
        """What its owner typed, without what only stood there."""
        return {name: texts for name, texts in draft.values.items() if draft.base.get(name, []) != texts}

    @staticmethod
    def _initial(form: forms.BaseForm, name: str, texts: list[str]) -> Any:
        widget = form.fields[name].widget
        if isinstance(widget, forms.CheckboxInput):
            return bool(texts)
        if getattr(widget, "allow_multiple_selected", False):
            return texts
        return texts[0] if texts else ""

    def meanwhile(self) -> list[Difference]:
        """What changed in the row after the draft was begun."""
        if self.draft is None:
            return []
        form, own = self.untouched, self._own(self.draft)
        return [
            Difference(
                form[name].label,
                _in_words(form, name, self.draft.base[name]),
                _in_words(form, name, now),
                _in_words(form, name, own[name]) if name in own else "",
            )
            for name, now in as_shown(form).items()
            if self.draft.base.get(name, now) != now
        ]

    # --- what is sent ---

    def draft_act(self) -> HttpResponse:
        """Keep, keep by itself, or throw away; asked for by ``_draft`` in a POST of the form."""
        self.crumbs()  # 404 for a row that is not the reader's, also where the form does not ask for it
        wanted = self.request.POST[PARAMETER]
        here = self.here(self.request.path)
        if not self.keeps:
            return JsonResponse({}, status=404)
        if wanted == "drop":
            drafts.discard(actor=self.actor, draft_uuid=self.request.POST.get(CONTINUES, ""))
            messages.success(self.request, _("ทิ้งร่างแล้ว กู้คืนได้จากถังทิ้งภายใน %d วัน") % drafts.BIN_DAYS)
            return redirect(here)
        row = self.keep_draft()
        if wanted != "auto":
            if row is None:
                messages.info(self.request, _("ยังไม่มีอะไรต่างจากเดิม จึงไม่มีร่างให้เก็บ"))
                return redirect(here)
            messages.success(self.request, _("เก็บร่างไว้แล้วเมื่อ %s") % calendar.format_clock_th(row.saved_at))
            return redirect(self.draft_url())
        if row is None:
            return JsonResponse({"id": "", "said": ""})
        said = _("บันทึกร่างเองเมื่อ %s") % calendar.format_clock_th(row.saved_at)
        return JsonResponse({"id": str(row.uuid), "said": said})

    def keep_draft(self) -> Draft | None:
        """Save what this POST holds as the reader's draft."""
        form = self.opened(self.request.POST)
        values = {
            name: _plain(self.request.POST.getlist(form.add_prefix(name))) for name in kept_fields(form)
        }
        base = self._base(list(values))
        return drafts.keep(
            actor=self.actor,
            place=self.draft_place,
            values=values,
            base=base,
            told=[
                (str(form[name].label), _in_words(form, name, texts))
                for name, texts in values.items()
                if texts != base.get(name)
            ],
            draft_uuid=self.request.POST.get(CONTINUES, ""),
        )

    def _base(self, names: Sequence[str]) -> Texts:
        """What the page showed when it was opened: it came with the form, else what it would show now."""
        now = as_shown(self.untouched)
        try:
            sent = json.loads(self.request.POST.get(BASE, ""))
        except ValueError:
            sent = {}
        base = {name: now.get(name, []) for name in names}
        if isinstance(sent, dict):
            lists = {name: texts for name, texts in sent.items() if name in base and isinstance(texts, list)}
            base |= {name: _plain(str(text) for text in texts) for name, texts in lists.items()}
        return base

    def draft_done(self) -> None:
        """The form was carried out: nothing is left to keep."""
        if self.keeps:
            place = self.draft_place
            drafts.done(actor=self.actor, place=place, draft_uuid=self.request.POST.get(CONTINUES, ""))

    def keep_sent(self) -> None:
        """Keep what was sent and not carried out: refused, or waiting for the second press."""
        if self.keeps:
            with suppress(drafts.TooLong):
                self.kept = self.keep_draft()

    kept: Draft | None = None

    def keeping(self, problem: Problem) -> Problem:
        """The refusal of an act whose form is kept: it leads back to the form with what was typed."""
        self.keep_sent()
        if self.kept is not None:
            problem.way_on = (self.draft_url(), _("เปิดแบบฟอร์มอีกครั้งพร้อมข้อความที่กรอก"))
        return problem

    def draft_url(self) -> str:
        """Where this form opens with its draft."""
        url = self.here(self.request.path)
        return f"{url}{'&' if '?' in url else '?'}draft=use"

    def draft_context(self) -> dict[str, Any]:
        """What ``parts/_draft*.html`` show."""
        if not self.keeps:
            return {}
        if self.request.method == "POST":
            sent = self.request.POST
            known = str(self.kept.uuid) if self.kept else sent.get(CONTINUES, "")
            shown = {"base": sent.get(BASE, ""), "id": known, "offered": None, "used": None}
        else:
            row = self.draft
            shown = {
                "base": json.dumps(as_shown(self.untouched), ensure_ascii=False),
                "id": str(row.uuid) if row and self.uses_draft else "",
                "offered": None if self.uses_draft else row,
                "used": row if self.uses_draft else None,
                "differences": self.meanwhile(),
                "url": self.draft_url(),
            }
        return {"draft": shown}
