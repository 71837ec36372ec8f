"""Who did or read what: events for people, and the context that row history carries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pghistory
from django.db import models
from pghistory import runtime

from portal import logs
from portal.actors import Actor
from portal.models import AuditEvent


@contextmanager
def context(actor: Actor | None, *, job_id: str = "", **extra: Any) -> Iterator[None]:
    """Set the context of history triggers before the first write, COPY included.

    ``extra`` says why many rows change together, e.g. ``batch=…, act="undo"``; contexts inside keep it.
    Inside another context that says something else a context of its own begins: pghistory would write
    the new words over those of the outer one, also for changes made, and sealed, before.
    """
    outer = getattr(runtime._tracker, "value", None)
    said = (outer.metadata if outer else {}) | {
        "user": actor.user_id if actor else None,
        "person": actor.person_id if actor else None,
        "name": actor.name if actor else "",
        "capacity": _capacity(actor),
        "request": logs.request_id.get() or "",
        "job": job_id or logs.job_id.get() or "",
        **extra,
    }
    if outer is None:
        with pghistory.context(**said):
            yield
    elif outer.metadata == said:
        yield
    else:
        runtime._tracker.value = runtime.Context(id=uuid4(), metadata=said)
        try:
            yield
        finally:
            runtime._tracker.value = outer


def record(actor: Actor | None, verb: str, obj: models.Model | None = None, **data: Any) -> AuditEvent:
    """Write one event, e.g. ``record(actor, "batch.applied", batch, rows=631)``.

    ``verb`` is ``<noun>.<past tense>``; ``data`` holds plain JSON values and no personal data.
    """
    return AuditEvent.objects.create(
        user_id=actor.user_id if actor else None,
        person_id=actor.person_id if actor else None,
        actor_name=actor.name if actor else "",
        capacity=_capacity(actor),
        verb=verb,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(getattr(obj, "uuid", obj.pk)) if obj is not None else "",
        office_id=getattr(obj, "office_id", None),
        province=getattr(obj, "province_id", "") or "",
        data=data,
        request_id=logs.request_id.get() or "",
        job_id=logs.job_id.get() or "",
    )


def _capacity(actor: Actor | None) -> str:
    if actor is None:
        return ""
    if actor.chosen:
        return actor.chosen.label
    return ", ".join(capacity.label for capacity in actor.capacities)[:300]


_sentences: dict[str, Any] = {}


def register_verbs(sentences: dict[str, Any]) -> None:
    """Say in Thai what the verbs of an app mean; call from ``AppConfig.ready``."""
    _sentences.update(sentences)


def sentence(verb: str) -> str:
    """The Thai words of a verb, or the verb itself where no app has named it."""
    return str(_sentences.get(verb, verb))
