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
