"""What ends with a group: the rules by which factories are somebody's in it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from factories.selectors import loads
from factories.services import responsibility
from offices.models import Group
from portal.actors import Actor
from portal.templatetags.portal import number


class RulesOfGroup:
    """The rules of responsibility of a group (``offices.staffing.services.groups.Companion``)."""

    code = "factories.responsibility"

    def told(self, group: Group, since: date) -> list[str]:
        """How many rules end, and of how many factories."""
        rules = responsibility.standing(group, since).count()
        if not rules:
            return []
        said = {"rules": number(rules, 0), "factories": number(len(loads.held(group, since)), 0)}
        return [_("กฎความรับผิดชอบโรงงาน %(rules)s ข้อ ซึ่งวันนั้นดูแลโรงงาน %(factories)s แห่ง") % said]

    def end(self, group: Group, since: date, actor: Actor) -> None:
        """Let them end. Raises Invalid for a day that is over."""
        responsibility.end_with_group(actor=actor, group=group, from_day=since)
