"""Tunes Python's cyclic garbage collector for a server."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Young collections each 10,000 new containers instead of 700, old ones more rarely: requests leave
# little that reference counting does not free, and an old collection walks the whole heap.
_THRESHOLDS = (10_000, 20, 50)


@contextmanager
def lasting_objects() -> Iterator[None]:
    """Load modules in the block: what they create lives on, so no collection ever looks at it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def settle_garbage_collector() -> None:
    """Call once after start-up: what lives now is never looked at again, the rest more rarely."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
