"""Lists of who reported start from the reader's own factories."""

from __future__ import annotations

from django.utils.functional import cached_property

from factories.views.whose import OfWhom
from reporting.dated import package_group


class OfOwners(OfWhom):
    """Whose a factory is, by the rules of the group that owns the reports."""

    @cached_property
    def whose_group(self) -> str:
        return package_group("", self.actor.as_of)
