"""Everything that a deployment consists of, as processes that can be killed one by one."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from anyio.from_thread import start_blocking_portal

from database.migrate import upgrade_to_head
from tests.running_service import ROOT, free_port, wait_until_alive
from tests.simulators.openai_images import OpenAIImagesService
from tests.simulators.postgres_server import PostgresServer
from tests.simulators.redis_server import RedisServer
from tests.simulators.world import ProviderWorld

END_S = 60
QUICK_API = ("-m", "tests.e2e.quick_api")
QUICK_WORKER = "tests.e2e.quick_worker"
WORKER = "workers.celery_app"


def main_program() -> Sequence[str]:
    """The service as a user starts it."""
    return (str(ROOT / "main.py"),)


@dataclass
class Program:
    """A process group of our own: a process with the children that it makes."""

    arguments: Sequence[str]
    environment: dict[str, str]
    folder: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> "subprocess.Popen[bytes]":
        """Start it; nothing is waited for."""
        self.process = subprocess.Popen(
            [sys.executable, *self.arguments],
            cwd=self.folder,
            env=self.environment | {"PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )
        return self.process

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and its children."""
        assert self.process is not None
        os.killpg(self.process.pid, number)

    def children(self) -> list[psutil.Process]:
        """The processes that it made."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def kill(self) -> None:
        """End the whole group without a warning."""
        self.signal(signal.SIGKILL)
        assert self.process is not None
        self.process.wait(timeout=END_S)

    def revive(self) -> None:
        """Start it when it has ended by itself, as a supervisor does: Celery may trip over a lost
        connection (celery/kombu#582)."""
        if self.process is not None and self.process.poll() is not None:
            self.start()

    def end(self) -> int:
        """Tell the process to end, and wait for it; its exit status."""
        return self.tell_to_end().wait(timeout=END_S)

    def tell_to_end(self) -> "subprocess.Popen[bytes]":
        """Send SIGTERM, as whoever runs the service does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process

    def close(self) -> None:
        """End whatever is left of it."""
        if self.process is not None and self.process.poll() is None:
            self.kill()


@dataclass
class Api(Program):
    """The service on a port that stays the same."""

    port: int = field(default_factory=free_port)

    @property
    def address(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "subprocess.Popen[bytes]":
        """Start it, and wait until it answers."""
        process = super().start()
        wait_until_alive(process, self.address)
        return process


@dataclass
class Deployment:
    """PostgreSQL, providers, and what runs on them; `folder` holds all files."""

    folder: Path
    postgres: PostgresServer
    providers: ProviderWorld
    environment: dict[str, str]
    _open: ExitStack
    redis: RedisServer | None = None

    @property
    def storage(self) -> Path:
        """Where the files of results lie."""
        return self.folder / "data" / "storage"

    @property
    def images(self) -> OpenAIImagesService:
        """The one provider of images."""
        (service,) = self.providers.images.values()
        assert isinstance(service, OpenAIImagesService)
        return service

    @property
    def calls(self) -> dict[str, int]:
        """How often each provider was asked for something that costs."""
        drawn = sum(seen.path.endswith("/generations") for seen in self.images.api.seen)
        return {"text": len(self.providers.text.asked), "image": drawn}

    def api(self, entry: Sequence[str] = QUICK_API) -> Api:
        """A service that runs until the end of the deployment."""
        api = Api(entry, self.environment, self.folder)
        api.arguments = [*entry, "--port", str(api.port), "--log-level", "warning"]
        self._open.callback(api.close)
        api.start()
        return api

    def worker(self, application: str = QUICK_WORKER, processes: int = 1) -> Program:
        """A worker that runs until the end of the deployment."""
        options = ("--concurrency", str(processes), "--loglevel", "warning")
        program = Program(
            ["-m", "celery", "-A", application, "worker", *options], self.environment, self.folder
        )
        self._open.callback(program.close)
        program.start()
        return program


@contextmanager
def deployment(folder: Path, *, with_redis: bool = True) -> Iterator[Deployment]:
    """What the service stands on; its providers take their time."""
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal())
        providers = ProviderWorld(images={"openai": OpenAIImagesService()})
        stack.enter_context(portal.wrap_async_context_manager(providers))
        providers.text.latency_s = 0.5
        providers.images["openai"].api.latency_s = 1.5
        postgres = stack.enter_context(PostgresServer(folder / "postgres"))
        upgrade_to_head(postgres.url)
        environment = os.environ | providers.variables
        environment |= {
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": postgres.url,
            "DATABASE_POOL_SIZE": "8",
        }
        redis = None
        if with_redis:
            (folder / "redis").mkdir()
            redis = stack.enter_context(RedisServer(folder / "redis"))
            environment["REDIS_URL"] = redis.url
        yield Deployment(folder, postgres, providers, environment, stack, redis)
