"""Screens that write: a form whose errors come all at once, and the confirmation of official acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import writers
from portal.actors import Actor, Capacity
from portal.problems import Invalid, Problem
from portal.screens.drafting import BASE, CONTINUES, Drafting


@dataclass(frozen=True)
class Change:
    """One line of what an act will do: ``before`` is empty for what is new."""

    label: Any
    after: Any
    before: Any = ""


class EditScreen(Drafting):
    """A form for one service call.

    ``save(data, actor)`` calls the service and gives the address to go to. ``Invalid`` and
    ``ValidationError`` from the service are shown at their fields, together with the form's own
    errors. With ``confirm`` the page first shows ``changes(data)``; only the second press writes.
    """

    template_name = "screens/edit.html"
    form_class: type[forms.BaseForm] = forms.Form
    submit: Any = gettext_lazy("บันทึก")
    done: Any = gettext_lazy("บันทึกแล้ว")
    confirm = False
    danger = False

    # --- what a subclass declares ---

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        """Call the service; give the address of what was made or changed."""
        raise NotImplementedError

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        """What the service will do with these values, for the confirmation."""
        return ()

    def initial(self) -> dict[str, Any]:
        return {}

    def form_kwargs(self) -> dict[str, Any]:
        """Further arguments of the form's constructor."""
        return {}

    def back(self) -> str:
        """Where "cancel" leads."""
        crumbs = [crumb for crumb in self.crumbs() if crumb.url]
        return crumbs[-1].url if crumbs else "/"

    def capacities(self) -> Sequence[Capacity]:
        """The capacities in which this actor may do this; with several the page asks which."""
        return ()

    # --- the machinery ---

    @cached_property
    def form(self) -> Any:
        if self.request.method != "POST":
            return self.with_draft()
        return self.form_class(
            self.request.POST, self.request.FILES, initial=self.initial(), **self.form_kwargs()
        )

    def opened(self, values: Mapping[str, Any] | None = None) -> Any:
        return self.form_class(initial={**self.initial(), **(values or {})}, **self.form_kwargs())

    def acting(self) -> Actor:
        """The actor in the capacity he chose, or in the only one he has."""
        choice = self.capacities()
        if not choice:
            return self.actor
        wanted = self.request.POST.get("capacity", "")
        for capacity in choice:
            if capacity.key == wanted or len(choice) == 1:
                return self.actor.acting_as(capacity)
        raise Invalid(_("โปรดเลือกว่าปฏิบัติในฐานะใด"))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.form.is_valid():
            try:
                actor = self.acting()
                if self.confirm and "confirmed" not in request.POST:
                    self.keep_sent()
                    return self.render(confirming=True)
                target = self.save(self.form.cleaned_data, actor)
            except Invalid as problem:
                self._add(problem)
            except ValidationError as error:
                self.form.add_error(None, error)
            except Problem as problem:
                raise self.keeping(problem) from problem
            else:
                self.draft_done()
                if self.done:
                    messages.success(request, self.done)
                return redirect(self.here(target))
        self.keep_sent()
        return self.render(status=422)

    def _add(self, problem: Invalid) -> None:
        known = set(self.form.fields)
        for name, sentences in problem.fields.items():
            for sentence in sentences:
                self.form.add_error(name if name in known else None, sentence)
        if not problem.fields or problem.message not in str(self.form.errors):
            self.form.add_error(None, " ".join(filter(None, (problem.message, problem.mend))))

    def context(self, *, confirming: bool = False, **extra: Any) -> dict[str, Any]:
        form = self.form
        return super().context(
            form=form,
            summary=self._summary(form),
            confirming=confirming,
            changes=self.changes(form.cleaned_data) if confirming else (),
            capacities=self.capacities(),
            capacity=self.request.POST.get("capacity", ""),
            carried=self._carried(form) if confirming else (),
            submit=self.submit,
            danger=self.danger,
            back=self.here(self.back()),
            **self.draft_context(),
            **extra,
        )

    @staticmethod
    def _summary(form: Any) -> list[tuple[str, str]]:
        """(id of the field or '', sentence) of every error, in the order of the form."""
        if not form.is_bound:
            return []
        lines = [("", str(sentence)) for sentence in form.errors.get(NON_FIELD_ERRORS, ())]
        for name in form.fields:
            field = form[name]
            lines += [(field.id_for_label, f"{field.label}: {sentence}") for sentence in field.errors]
        return lines

    def _carried(self, form: Any) -> list[tuple[str, str]]:
        """The posted values, so that the second press sends what the first one showed."""
        skipped = {"csrfmiddlewaretoken", "confirmed", writers.FIELD, BASE, CONTINUES}
        return [(k, v) for k, values in self.request.POST.lists() if k not in skipped for v in values]


class ActScreen(EditScreen):
    """An official act on one row: the page shows exactly what will change, one press does it.

    The form asks only for what the act needs (a reason, a version), or nothing.
    """

    template_name = "screens/act.html"
    submit = gettext_lazy("ยืนยัน")

    def context(self, *, confirming: bool = False, **extra: Any) -> dict[str, Any]:
        context = super().context(confirming=False, **extra)
        context["changes"] = self.changes({})
        return context
