"""Each house rule finds its fault and leaves the right form alone."""

import pytest

from tests.house.lint import check_names, check_python, check_text


@pytest.mark.parametrize(
    "code",
    [
        "import datetime\nx = datetime.date.today()",
        "from datetime import date\nx = date.today()",
        "from datetime import datetime\nx = datetime.now(tz)",
        "import datetime\nx = datetime.datetime.utcnow()",
        "from django.utils import timezone\nx = timezone.now()",
        "from django.utils.timezone import localdate\nx = localdate()",
        "from django.db.models.functions import Now\nx = Now()",
        "q = 'select * from t where due < CURRENT_DATE'",
        "q = 'select now()::date'",
        "q = f'select {a} where d = date(now())'",
    ],
)
def test_a_second_clock_is_found(code: str) -> None:
    assert len(list(check_python("offices/services.py", code))) == 1
    assert not list(check_python("portal/calendar.py", code))


@pytest.mark.parametrize(
    "code",
    [
        '"""Never CURRENT_DATE."""\nfrom portal import calendar\nx = calendar.now()',
        "x = date(2026, 1, 1)",
        "q = 'insert into t(created_at) values (now())'",
    ],
)
def test_the_right_clock_is_left_alone(code: str) -> None:
    assert not list(check_python("offices/services.py", code))


def test_raw_sql_has_one_door() -> None:
    for code in (
        "with connection.cursor() as cursor: pass",
        "Factory.objects.raw('select 1')",
        "Factory.objects.filter(a=1).extra(where=[])",
    ):
        assert len(list(check_python("reporting/selectors.py", code))) == 1
        assert not list(check_python("reporting/migrations/0001_x.py", code))
        assert not list(check_python("portal/sql.py", code))
    assert not list(check_python("portal/screens/columns.py", "value = self.raw(row)"))


def test_a_module_that_grew_too_long_is_found() -> None:
    assert list(check_python("offices/services.py", "x = 1\n" * 401))
    assert not list(check_python("offices/services.py", "x = 1\n" * 400))


def test_paths_addresses_and_foreign_files_are_found() -> None:
    assert list(check_text("docs/a.md", "see /ro" + "ot/notes"))
    assert list(check_text("requirements.lock", "    # from https" + "://example.org/simple"))
    assert list(check_text("docs/a.md", "registry.npm" + "js.org"))
    assert not list(check_text("docs/a.md", "https://www.diw.go.th and /work/ alone"))
    assert list(check_names(["static/vendor/bootstrap/bootstrap.min.css", "docs/a.ttf"]))
    assert not list(check_names(["static/portal.css"]))
