"""Whether the lock files belong to the .in files, carry hashes, and name no package index.

Compiling needs a package index; without one only the parts that need none are checked, and said so.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
NAMES = ("requirements", "requirements-dev")
COMPILE = (
    "uv", "pip", "compile", "-q", "--universal", "--generate-hashes", "--no-strip-extras",
    "--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.11", "--no-header",
)  # fmt: skip


def pins(lock: str) -> dict[str, str]:
    """The pinned version of each package, with its extras, of a lock file."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9.-]*(?:\[.*\])?)==(\S+)", lock, flags=re.MULTILINE))


def wishes(source: Path) -> set[str]:
    """The packages that an .in file asks for."""
    lines = (line.split("#")[0].strip() for line in source.read_text().splitlines())
    return {re.split(r"[\[;<>=!~ ]", line)[0].lower() for line in lines if line and line[0] != "-"}


def faults(name: str) -> list[str]:
    """What can be found wrong with one lock file without a package index."""
    lock = (ROOT / f"{name}.txt").read_text()
    pinned = {requirement.partition("[")[0] for requirement in pins(lock)}
    found = [f"{name}.txt lacks {wish}" for wish in wishes(ROOT / f"{name}.in") - pinned]
    if re.search(r"^\s*--(extra-)?index-url|https?://", lock, flags=re.MULTILINE):
        found.append(f"{name}.txt names an address")
    unhashed = re.findall(r"^[a-z0-9][^\n]*==[^\\\n]*$", lock, flags=re.MULTILINE)
    return found + [f"{name}.txt has no hash for {line}" for line in unhashed]


def is_fresh(name: str) -> bool | None:
    """Whether compiling again, from the present pins, changes nothing; None without an index."""
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / f"{name}.txt"
        shutil.copy(ROOT / f"{name}.txt", again)
        uv = Path(sys.executable).parent / "uv"
        done = subprocess.run(
            [uv, *COMPILE[1:], f"{name}.in", "-o", again],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            return None
        return pins(again.read_text()) == pins((ROOT / f"{name}.txt").read_text())


def main() -> int:
    """Print what is wrong; the exit status is the number of lock files with faults."""
    failed = 0
    for name in NAMES:
        found = faults(name)
        fresh = is_fresh(name)
        if fresh is False:
            found.append(f"{name}.txt is stale: run make lock")
        for fault in found:
            sys.stderr.write(f"{fault}\n")
        if fresh is None:
            sys.stderr.write(f"{name}.txt: no package index in reach, not compiled again\n")
        failed += bool(found)
    return failed


if __name__ == "__main__":
    sys.exit(main())
