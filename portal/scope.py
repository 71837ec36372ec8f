"""Which rows a reader may touch: fail-closed, with four parts.

A query on a scoped model outside an active scope raises ``django_scopes.exceptions.ScopeError``.
``None`` in a part means the whole nation and is given only by assignments of the centre, or by
``nation(reason)`` for work that belongs to nobody (migrations, compile, the job runner).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import django_scopes
from django.db import models
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


class OutOfScope(Exception):
    """A write that would touch a row outside the writer's scope."""


@dataclass(frozen=True)
class Scope:
    """Provinces (two-digit codes), offices (ids), subjects and clearances a reader has.

    ``None`` for provinces, offices or subjects means all of them; clearance is never implied.
    ``person`` is the reader himself (his id), who may read his own personal data wherever he works.
    """

    provinces: frozenset[str] | None = field(default_factory=frozenset)
    offices: frozenset[int] | None = field(default_factory=frozenset)
    subjects: frozenset[str] | None = field(default_factory=frozenset)
    clearance: frozenset[str] = frozenset()
    person: int | None = None

    @property
    def is_nation(self) -> bool:
        return self.provinces is None and self.offices is None

    def has_province(self, code: str | None) -> bool:
        return self.provinces is None or code in self.provinces

    def has_office(self, office_id: int | None) -> bool:
        return self.offices is None or office_id in self.offices

    def union(self, other: Scope) -> Scope:
        """The scope of a person who holds both."""

        def both(a: Any, b: Any) -> Any:
            return None if a is None or b is None else a | b

        return Scope(
            provinces=both(self.provinces, other.provinces),
            offices=both(self.offices, other.offices),
            subjects=both(self.subjects, other.subjects),
            clearance=self.clearance | other.clearance,
            person=other.person if self.person is None else self.person,
        )

    @contextmanager
    def active(self) -> Iterator[Scope]:
        """Make this the scope of every query inside the block."""
        token = _current.set(self)
        try:
            with django_scopes.scope(
                province=None if self.provinces is None else sorted(self.provinces),
                office=None if self.offices is None else sorted(self.offices),
            ):
                yield self
        finally:
            _current.reset(token)


NOTHING = Scope()
NATION = Scope(provinces=None, offices=None, subjects=None)
_current: ContextVar[Scope | None] = ContextVar("portal_scope", default=None)


def current() -> Scope:
    """The active scope; an empty one when none is active."""
    return _current.get() or NOTHING


@contextmanager
def nation(reason: str) -> Iterator[Scope]:
    """Open the whole nation for work that belongs to no single office; the reason is logged."""
    if not reason:
        raise ValueError("nation() needs a reason")
    logger.debug("nation scope: %s", reason)
    with NATION.active() as scope:
        yield scope


def _demanded() -> Scope:
    """The active scope; raises OutOfScope without one."""
    scope = _current.get()
    if scope is None:
        raise OutOfScope(_("ไม่มีขอบเขตข้อมูลในขณะบันทึก"))
    return scope


def _allowed(model: type[models.Model], dimension: str, attribute: str, value: Any) -> bool:
    """Whether a row with this value in its column of scope may be written now. An expression, whose
    value nobody knows before the database, is the nation's."""
    scope = _demanded()
    if scope.is_nation:
        return True
    if value is None:
        return attribute in getattr(model, "SCOPE_NULLABLE", ())
    if hasattr(value, "resolve_expression"):
        return False
    return scope.has_province(value) if dimension == "province" else scope.has_office(value)


def _guard(obj: models.Model) -> None:
    _demanded()
    dimensions: dict[str, str] = getattr(type(obj), "SCOPE", {})
    for dimension, attribute in dimensions.items():
        value: Any = obj
        for step in attribute.split("__"):  # a line's office is that of what it belongs to
            value = getattr(value, step)
        if not _allowed(type(obj), dimension, attribute, value):
            raise OutOfScope(_("รายการนี้อยู่นอกขอบเขตข้อมูลของท่าน"))


class ScopedQuerySet(models.QuerySet[Any]):
    """Guards bulk writes; single writes are guarded in ``ScopedModel.save``.

    What a query built here finds lies in the scope already. A query that was built under a wider
    scope, or a relation of a foreign row, does not: its rows are asked once more before the write.
    """

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        objs = list(objs)
        for obj in objs:
            _guard(obj)
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        objs = list(objs)
        for obj in objs:
            _guard(obj)
        return super().bulk_update(objs, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """No row outside the scope changes, and none is carried out of it."""
        self._refuse_outside()
        for dimension, attribute in self._dimensions().items():
            for name in {attribute, attribute.removesuffix("_id")} & kwargs.keys():
                value = getattr(kwargs[name], "pk", kwargs[name])
                if not _allowed(self.model, dimension, attribute, value):
                    raise OutOfScope(_("รายการนี้อยู่นอกขอบเขตข้อมูลของท่าน"))
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_outside()
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def _dimensions(self) -> dict[str, str]:
        return getattr(self.model, "SCOPE", {})

    def _refuse_outside(self) -> None:
        """Raises OutOfScope when this query finds a row that the active scope does not."""
        scope = _demanded()
        inside = models.Q()
        for dimension, attribute in self._dimensions().items():
            wanted = scope.provinces if dimension == "province" else scope.offices
            if wanted is None:
                continue
            part = models.Q(**{f"{attribute}__in": wanted})
            if attribute in getattr(self.model, "SCOPE_NULLABLE", ()):
                part |= models.Q(**{f"{attribute}__isnull": True})
            inside &= part
        if inside and self.order_by().exclude(inside).exists():
            raise OutOfScope(_("รายการนี้อยู่นอกขอบเขตข้อมูลของท่าน"))


def scoped(**dimensions: str) -> Any:
    """The manager of a scoped model: ``objects = scoped(province="province_id")``."""
    return django_scopes.ScopedManager(
        _manager_class=models.Manager.from_queryset(ScopedQuerySet), **dimensions
    )


class ScopedModel(models.Model):
    """A model whose rows belong to a province or an office; ``SCOPE`` says by which column."""

    SCOPE: dict[str, str] = {}

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        _guard(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        _guard(self)
        return super().delete(*args, **kwargs)
