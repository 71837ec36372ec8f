"""Fills the database of a browser test's own portal; run as a program with the portal's settings.

python -m tests.browser.prepare tables | staff | demonstration
"""

import os
import random
import sys

import django
from django.core.management import call_command


def main(what: str) -> None:
    """Make the tables with the reference data, or add the demonstration's staff with its papers, or
    all of its data."""
    from offices import demo
    from offices.documents import demo as documents
    from portal import calendar
    from portal.scope import nation

    if what == "tables":
        call_command("migrate", verbosity=0)
        call_command("load_reference", verbosity=0)
    elif what == "staff":
        with nation("browser tests"):
            demo.create_staff(rng=random.Random(1), today=calendar.today())
            documents.write(today=calendar.today())
    else:
        # The picture for the README wants a year behind it; the pages look the same with less.
        months = 14 if os.environ.get("PORTAL_SCREENSHOTS") else 3
        call_command("load_demo", scale="tiny", months=months)
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
