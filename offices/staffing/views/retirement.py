"""The page on which personnel say in which fiscal year somebody serves last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from offices.models import Person, Retirement
from offices.staffing.forms import RetirementForm
from offices.staffing.policies import personnel
from offices.staffing.selectors import history
from offices.staffing.services import retirement as services
from offices.staffing.views.shared import person_url
from portal.actors import Actor
from portal.screens import Crumb, EditScreen
from portal.screens.base import found


class RetirementEdit(EditScreen):
    """One person's year."""

    policy = personnel
    title = gettext_lazy("ปีเกษียณ")
    form_class = RetirementForm
    done = gettext_lazy("บันทึกปีเกษียณแล้ว")

    @cached_property
    def person(self) -> Person:
        return found(history.seen_people().filter(uuid=self.kwargs["uuid"]).first())

    def get_title(self) -> Any:
        return f"{self.title}: {self.person.name}"

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(gettext_lazy("บุคลากร"), self.here(reverse("offices:person-list"))),
            Crumb(self.person.name, self.here(person_url(self.person))),
        ]

    def initial(self) -> dict[str, Any]:
        known = Retirement.objects.filter(person=self.person).first()
        return {"fiscal_year": known.fiscal_year, "source": known.source} if known else {}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.set_year(actor=actor, person=self.person, **data)
        return person_url(self.person)
