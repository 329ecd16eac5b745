"""How much memory something takes in this process, the stand-ins that run in it included."""

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.simulators.http_server import gzip_bomb


@contextmanager
def peak_memory() -> Iterator[Callable[[], int]]:
    """Tells the most bytes that were in use since the block began."""
    gzip_bomb()  # packed before anything is counted
    gc.collect()
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
