"""The whole nation's rows are in scope of these tests; each narrows where that matters."""

from collections.abc import Iterator

import pytest

from portal.scope import nation


@pytest.fixture
def everywhere() -> Iterator[None]:
    with nation("test"):
        yield
