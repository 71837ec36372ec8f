"""The people of the registry's tests, and the browser's door."""

from tests.factories.conftest import centre, everywhere, officer, people, reference
from tests.factories.test_pages import clock, sign_in

__all__ = ["centre", "clock", "everywhere", "officer", "people", "reference", "sign_in"]
