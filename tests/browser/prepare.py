"""Fills the database of a browser test's own portal; run as a program with the portal's settings.

python -m tests.browser.prepare tables | staff | screening | demonstration
python -m tests.browser.prepare tables | staff | acting | demonstration
"""

import os
import random
import sys

import django
from django.core.management import call_command


def main(what: str) -> None:
    """Make the tables with the reference data, or add the demonstration's staff with its papers (screening:
    and a package that waits for it; acting: and a standing order by which a head acts for the chief), or all
    of its data."""
    from offices import demo
    from offices.documents import demo as documents
    from offices.learning import demo as learning
    from offices.private import demo as private
    from portal import calendar
    from portal.scope import nation

    if what == "tables":
        call_command("migrate", verbosity=0)
        call_command("load_reference", verbosity=0)
    elif what in ("staff", "screening", "acting"):
        with nation("browser tests"):
            demo.create_staff(rng=random.Random(1), today=calendar.today())
            documents.write(today=calendar.today())
            private.write(today=calendar.today())
            learning.write(today=calendar.today())
            if what == "screening":
                _package_to_screen()
            if what == "acting":
                stand_by()
    else:
        # The picture for the README wants a year behind it; the pages look the same with less.
        months = 14 if os.environ.get("PORTAL_SCREENSHOTS") else 3
        call_command("load_demo", scale="tiny", months=months)
    call_command("collectstatic", interactive=False, verbosity=0)


def _package_to_screen() -> None:
    """Saraburi's package of last month, as the head of the group left it."""
    from django.db import transaction

    from offices.models import Case, CaseEvent, Office
    from portal import calendar
    from portal.actors import actor_of
    from portal.models import User
    from reporting.services import packages

    actor = actor_of(User.objects.get(email="officer2.factory.19@demo.invalid"), calendar.today())
    month = calendar.add_months(calendar.month_start(calendar.today()), -1)
    package = packages.open_package(
        actor=actor, form="PROD-M", period=month, office=Office.objects.get(code="19")
    )
    with transaction.atomic():
        Case.objects.filter(pk=package.case_id).update(state="screening", version=2)
        CaseEvent.objects.create(
            case_id=package.case_id,
            office_id=package.office_id,
            transition="endorse",
            from_state="group_review",
            to_state="screening",
            version_after=2,
        )


def stand_by() -> None:
    """In Prachin Buri the head of factories acts for the chief whenever he is away."""
    from offices.demo import DOMAIN
    from offices.models import Office, Person
    from tests.offices import make

    head = Person.objects.get(user__email=f"head.factory.25@{DOMAIN}")
    make.assign(head, "ACTING_CHIEF", Office.objects.get(code="25"), acting_rank=1, standing=True)


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
