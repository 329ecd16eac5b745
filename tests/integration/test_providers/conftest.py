"""What the tests of outside providers share."""

import io
from collections.abc import Iterator

import pytest
from loguru import logger

from tests.simulators.image_service import KEY


@pytest.fixture
def nothing_logged_holds_the_key() -> Iterator[None]:
    """Searches every line that a test writes, also those of debugging."""
    sink = io.StringIO()
    handler = logger.add(sink, level=0, diagnose=True, backtrace=True)
    yield
    logger.remove(handler)
    assert KEY not in sink.getvalue()
