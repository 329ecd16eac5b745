"""What `python main.py` understands."""

import argparse
from collections.abc import Sequence

from config.settings import Settings


def parse_arguments(settings: Settings, given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line; its defaults are the settings."""
    parser = argparse.ArgumentParser(description="Serve the Brand Package Generator.")
    parser.add_argument("--host", default=settings.host)
    parser.add_argument("--port", type=int, default=settings.port)
    parser.add_argument("--reload", action="store_true", default=settings.reload)
    parser.add_argument("--log-level", default=settings.log_level, type=str.upper)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--check-config", action="store_true", help="say what is used, and end")
    commands = parser.add_subparsers(dest="command", metavar="doctor")
    doctor = commands.add_parser(
        "doctor",
        help="say how the service does, and end",
        description="Say how the service does. Exit status: 0 fine, 1 something needs attention, "
        "2 the database does not answer.",
    )
    doctor.add_argument("--json", action="store_true", help="for machines")
    return parser.parse_args(given)
