"""`python -m tests.simulators`: the service in front of stand-ins for all its providers."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tests.simulators.http_server import Answered
from tests.simulators.modes import CONTROL
from tests.simulators.world import ProviderWorld

ROOT = Path(__file__).parents[2]
STOP_DEADLINE_S = 40.0
# Nothing else of the environment, nor a `.env` file: the demonstration spends nobody's credits.
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR", "XDG_RUNTIME_DIR")


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulators",
        description="Serve the API in front of simulated providers, to see failover happen.",
    )
    parser.add_argument("--port", type=int, default=8000, help="of the API")
    parser.add_argument(
        "--first-port", type=int, default=8101, help="of the simulators; 0 takes free ones"
    )
    parser.add_argument("--data-dir", type=Path, default=ROOT / ".data" / "demo")
    return parser.parse_args()


def tell(line: str) -> None:
    """Write a line at once, whoever reads it."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def tell_request(name: str, seen: Answered) -> None:
    """One line for a request to a simulator; queries and headers hold keys and are left out."""
    at = datetime.now().astimezone().strftime("%H:%M:%S")
    status = seen.status or "no answer"
    request = f"{seen.method} {seen.path}"
    tell(f"{at}  {name:24} {request:48} {seen.mode} → {status}, {seen.seconds * 1000:.0f} ms")


def tell_addresses(world: ProviderWorld, api: str) -> None:
    """The table of providers, and how to make them fail."""
    text = world.text.url
    tell(f"{'provider':24} address")
    for name, simulator in world.providers.items():
        tell(f"{name:24} {simulator.url}")
    tell(f"{'API':24} {api}")
    tell("")
    tell("Make one fail for good, three times of ten, for its next two requests, or not any more:")
    for change in (
        '{"modes": ["500"], "share": 1}',
        '{"modes": ["429", "hang"], "share": 0.3}',
        '{"modes": ["reset", "html"]}',
        '{"modes": []}',
    ):
        tell(f"  curl -d '{change}' {text}{CONTROL}")
    tell("Any status and hang, reset, html, empty, drip, flood are known to all. Ctrl-C ends it.")
    tell("")


async def run_service(port: int, folder: Path, variables: Mapping[str, str]) -> int:
    """Run the service until it ends, or until this process is told to; its exit status."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    own = {
        "DATA_DIR": str(folder),
        "PYTHONPATH": str(ROOT),
        "RATE_LIMIT_GENERATIONS": "1000000",
        "RATE_LIMIT_REQUESTS": "false",
    }
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for signalled in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signalled, stop.set)
    service = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "main.py"),
        *("--port", str(port)),
        cwd=folder,
        env={**kept, **own, **variables},
        start_new_session=True,  # Ctrl-C reaches us alone, and we end it in order
    )
    stopping = asyncio.create_task(stop.wait())
    ending = asyncio.create_task(service.wait())
    await asyncio.wait({stopping, ending}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not stop.is_set():
        return await ending
    await _end(service, ending)
    return 0


async def _end(service: asyncio.subprocess.Process, ending: asyncio.Task[int]) -> None:
    """End the service in an orderly way, and by force when it takes too long."""
    if service.returncode is None:
        service.terminate()
    done, _ = await asyncio.wait({ending}, timeout=STOP_DEADLINE_S)
    if not done:
        os.killpg(service.pid, signal.SIGKILL)
        await ending


async def demonstrate(arguments: argparse.Namespace) -> int:
    """Everything from the start to the end."""
    world = ProviderWorld(arguments.first_port, tell_request)
    try:
        async with world:
            tell_addresses(world, f"http://localhost:{arguments.port}")
            return await run_service(arguments.port, arguments.data_dir.resolve(), world.variables)
    except OSError as error:
        tell(f"{error.strerror or error}; --first-port 0 takes free ports")
        return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(demonstrate(parse_arguments())))
