"""One headless browser for all figures."""

import pytest

from tests.browser.lab import chromium


@pytest.fixture(scope="session")
def browser():
    with chromium() as found:
        yield found
