"""Tunes Python's cyclic garbage collector for a server."""

import gc

# Young collections each 10,000 new containers instead of 700, old ones more rarely: requests leave
# little that reference counting does not free, and an old collection walks the whole heap.
_THRESHOLDS = (10_000, 20, 50)


def settle_garbage_collector() -> None:
    """Call once after start-up: what lives now is never looked at again, the rest more rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
