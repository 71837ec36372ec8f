"""Statuses of the yearly forms: a little more than half of the factories have reported, as in the news."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta

from django.db import transaction

from portal import calendar, sql
from portal.actors import Actor
from reporting import forms
from reporting.demonstration.reports import copy
from reporting.forms import FormDeclaration
from reporting.forms.due import due_at
from reporting.models import FormVersion, Submission
from reporting.services import obligations
from reporting.services.submissions import TABLES, Writing, write_versions

REPORTED = 0.55
LATE = 0.12  # of those who reported
NIL = {"CHEM": 0.6, "WASTE-G": 0.1}


def write(rng: random.Random, *, today: date, actor: Actor) -> int:
    """Make the obligations of the newest year of every form of which we hold the status, and write who
    reported; give the number of statuses."""
    written = 0
    for code in forms.codes():
        form = forms.versions(code)[-1]
        if form.status_only and (over := form.over(today, 1)):
            obligations.generate(form=code, period=over[0])
            written += _write(rng, form, over[0], today, actor)
    return written


def _write(rng: random.Random, form: FormDeclaration, period: date, today: date, actor: Actor) -> int:
    owing = sql.rows(
        "SELECT o.factory_id FROM reporting_obligation o JOIN factories_factory f ON f.id = o.factory_id "
        "WHERE o.form_id = %(form)s AND o.period = %(period)s AND o.owed ORDER BY f.old_key",
        {"form": form.code, "period": period},
    )
    reported = [factory for (factory,) in owing if rng.random() < REPORTED]
    version = FormVersion.objects.get(form_id=form.code, version=form.version).pk
    due = calendar.local_date(due_at(form, period))
    days: dict[int, date] = {}
    for factory in reported:
        late = rng.random() < LATE
        day = due + timedelta(days=rng.randint(1, 60)) if late else due - timedelta(days=rng.randint(0, 80))
        days[factory] = min(day, today)
    with transaction.atomic():
        sql.script(TABLES)
        copy(
            "stage_version",
            ["factory_id", "version", "form_version_id", "received"],
            ([factory, 1, version, f"{day} 00:00:00+07"] for factory, day in days.items()),
        )
        copy(
            "stage_line",
            ["factory_id", "section", "line_key", "unit", "payload"],
            (
                [factory, "header", "", "", _payload(form, day, rng.random() < NIL.get(form.code, 0))]
                for factory, day in days.items()
            ),
        )
        received = calendar.start_of_day(today)
        return write_versions(Writing(form, period, received, Submission.Channel.FILE, None, actor))


def _payload(form: FormDeclaration, day: date, nil: bool) -> str:
    return json.dumps({form.received: day.isoformat(), "nil": nil})
