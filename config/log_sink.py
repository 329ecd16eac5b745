"""Where finished log lines end: on stderr and in a file that is rotated."""

import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path

MOST_BYTES = 10_000_000
KEPT_FILES = 5


class LineSink:
    """One sink for both, because the logger does its whole work once a sink.

    Raises OSError when the file cannot be opened.
    """

    def __init__(self, file: Path | None) -> None:
        self._stderr = sys.stderr
        self._lock = threading.Lock()
        self._file = None if file is None else _opened(file)
        self._size = 0 if file is None else file.stat().st_size

    def write(self, line: str) -> None:
        """Write a line that ends with its line break; any thread may."""
        with self._lock:
            self._stderr.write(line)
            if self._file is None:
                return
            self._size += len(line)
            if self._size > MOST_BYTES:
                self._file.doRollover()
                self._size = len(line)
            stream = self._file.stream
            stream.write(line)  # type: ignore[union-attr]  # None only after it was closed
            stream.flush()  # type: ignore[union-attr]  # as above

    def stop(self) -> None:
        """Close the file; the logger calls it when the sink is removed."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _opened(file: Path) -> RotatingFileHandler:
    file.parent.mkdir(parents=True, exist_ok=True)
    return RotatingFileHandler(file, backupCount=KEPT_FILES, encoding="utf-8")
