"""Shared columns."""

import uuid

import pgtrigger
from django.db import models


class PublicId(models.Model):
    """bigint inside, random UUID outside: only the UUID stands in addresses and files."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


def append_only(name: str) -> pgtrigger.Protect:
    """Refuses UPDATE and DELETE of an event table in the database itself."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


def is_append_only(model: type[models.Model]) -> bool:
    """True for event tables: history rows and tables under the append-only trigger."""
    triggers = getattr(model._meta, "triggers", [])
    return any(
        isinstance(trigger, pgtrigger.Protect) and str(trigger.name).endswith("append_only")
        for trigger in triggers
    )
