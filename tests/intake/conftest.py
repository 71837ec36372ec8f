"""The people of the registry's tests, and the browser's door."""

from tests.factories.conftest import centre, everywhere, officer, people, reference, sign_in
from tests.factories.test_pages import clock

__all__ = ["centre", "clock", "everywhere", "officer", "people", "reference", "sign_in"]
