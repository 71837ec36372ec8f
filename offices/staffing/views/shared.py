"""What pages on a day share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from offices.models import AppointmentOrder, Person, Post
from offices.staffing.forms import OnDayForm
from portal.screens import Screen


class OnDay(Screen):
    """A page about a day that the address names; today without one."""

    day_form: type[OnDayForm] = OnDayForm

    @cached_property
    def form(self) -> OnDayForm:
        return self.day_form(self.request.GET)

    @cached_property
    def asked(self) -> dict[str, Any]:
        return self.form.cleaned_data if self.form.is_valid() else {}

    @cached_property
    def day(self) -> date:
        return self.asked.get("on") or self.actor.as_of

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(status=200 if self.form.is_valid() else 422)

    def that_day(self, url: str, **asked: str) -> str:
        """An address of these pages that keeps the day."""
        if self.day != self.actor.as_of:
            asked["on"] = self.day.isoformat()
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        return self.here(f"{url}?{query}" if query else url)

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(form=self.form, day=self.day, **extra)


def person_url(person: Person) -> str:
    return reverse("offices:personhistory-detail", args=[person.uuid])


def post_url(post: Post) -> str:
    return reverse("offices:posthistory-detail", args=[post.uuid])


def order_url(order: AppointmentOrder) -> str:
    return reverse("offices:order-detail", args=[order.uuid])
