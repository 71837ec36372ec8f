"""The portal's web application on a day that the test names: what granian serves instead of `portal.wsgi`.

The file PORTAL_TEST_DAY holds the day; without the file, or while it is empty, it is the real one. Only the
portal's own clock moves: one-time codes and certificates keep real time.
"""

import os
from datetime import date, datetime
from pathlib import Path

from portal import calendar
from portal.wsgi import application

_real_now = calendar.now
_file = Path(os.environ["PORTAL_TEST_DAY"])


def now() -> datetime:
    """This moment's time of day, on the day that the file holds."""
    moment = _real_now()
    asked = _file.read_text().strip() if _file.exists() else ""
    return moment + (date.fromisoformat(asked) - calendar.local_date(moment)) if asked else moment


calendar.now = now

__all__ = ["application"]
