"""Draws an SVG of unknown origin in a process of its own that is killed at its limits."""

import subprocess
import sys

RENDER_S = 10
MEMORY_BYTES = 512 * 1024 * 1024
# -I: nothing of the surroundings is imported; the limits are set before the first byte is read.
_PROGRAM = f"""
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_BYTES}, {MEMORY_BYTES}))
    resource.setrlimit(resource.RLIMIT_CPU, ({RENDER_S}, {RENDER_S}))
except ImportError:
    pass
import resvg_py
svg = sys.stdin.buffer.read().decode()
png = resvg_py.svg_to_bytes(svg_string=svg, width=int(sys.argv[1]), skip_system_fonts=True)
sys.stdout.buffer.write(png)
"""


def drawn(svg: str, width: int) -> bytes:
    """The sanitised SVG as a PNG. Raises ValueError when it cannot be drawn within the limits."""
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and program
            [sys.executable, "-I", "-c", _PROGRAM, str(width)],
            input=svg.encode(),
            capture_output=True,
            timeout=RENDER_S,
            check=True,
            env={},
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise ValueError("the SVG cannot be drawn within the limits") from error
    return done.stdout
