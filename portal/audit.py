"""Who did or read what: events for people, and the context that row history carries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pghistory
from django.db import models
from django.urls import NoReverseMatch, reverse
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
        **_support(actor),
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
        office_id=getattr(obj, "office_id", None) or _office(actor),
        province=getattr(obj, "province_id", "") or "",
        data=data | _support(actor),
        request_id=logs.request_id.get() or "",
        job_id=logs.job_id.get() or "",
    )


def _office(actor: Actor | None) -> int | None:
    """The office an actor acts for, when it is one only: so that its chief sees what was done in it."""
    if actor is None:
        return None
    held = [actor.chosen] if actor.chosen else actor.capacities
    offices = {capacity.office_id for capacity in held}
    return offices.pop() if len(offices) == 1 else None


def _capacity(actor: Actor | None) -> str:
    if actor is None:
        return ""
    held = [actor.chosen] if actor.chosen else actor.capacities
    labels = [capacity.label for capacity in held if not capacity.support]
    if actor.support is not None:
        labels.insert(0, actor.support.label)  # first, so that no length cuts it off
    return ", ".join(labels)[:300]


def _support(actor: Actor | None) -> dict[str, str]:
    """What contexts and events say of access lent for support, so that nobody acts under it unnamed."""
    return {"support": actor.support.key} if actor is not None and actor.support is not None else {}


def bulk(verb: str, row: models.Model) -> dict[str, str]:
    """What changes of many rows by one act carry in their context: ``context(actor, **bulk(…))``."""
    return {"bulk": verb, "bulk_type": row._meta.label_lower, "bulk_id": str(getattr(row, "uuid", row.pk))}


def page_of(object_type: str, object_id: str) -> str:
    """The address of the page that shows an object of an event, or ''."""
    app, _dot, model = object_type.partition(".")
    for namespace in (app, "intake"):
        try:
            return reverse(f"{namespace}:{model}-detail", args=[object_id])
        except NoReverseMatch:
            continue
    return ""


_sentences: dict[str, Any] = {}


def register_verbs(sentences: dict[str, Any]) -> None:
    """Say in Thai what the verbs of an app mean; call from ``AppConfig.ready``."""
    _sentences.update(sentences)


def sentence(verb: str) -> str:
    """The Thai words of a verb, or the verb itself where no app has named it."""
    return str(_sentences.get(verb, verb))


@dataclass(frozen=True)
class Thing:
    """A kind of row that events are about: its Thai name, and how its rows are found by what people
    type (number or name); ``find`` gives ids, at most a few dozen, inside the active scope."""

    label: Any
    find: Callable[[str], Iterable[int]] | None = None


_things: dict[str, Thing] = {}
_people: list[Callable[[str], Iterable[int]]] = []


def register_things(things: dict[str, Thing]) -> None:
    """Say what the rows of an app's models are called and how they are found; from ``AppConfig.ready``."""
    _things.update(things)


def things() -> dict[str, Thing]:
    """Kinds of rows by model label, e.g. ``factories.factory``."""
    return dict(_things)


def thing_label(object_type: str) -> str:
    """What a row of this model is called, or ''."""
    found = _things.get(object_type)
    return str(found.label) if found else ""


def register_people(find: Callable[[str], Iterable[int]]) -> None:
    """Called once, by the app that owns people: ids of the users whose name or address matches."""
    _people[:] = [find]


def users_called(text: str) -> list[int]:
    """Ids of users by name."""
    return list(_people[0](text)) if _people else []


def verbs() -> dict[str, str]:
    """Every verb that has a sentence, in Thai order of the sentences."""
    return {verb: str(words) for verb, words in sorted(_sentences.items(), key=lambda one: str(one[1]))}
