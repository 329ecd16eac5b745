"""IANA's list of RDAP servers and a retailer's prices, fetched once and read by all."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from aiohttp import web
from loguru import logger

from config.settings import DomainSettings, Settings
from core.exceptions import AppError
from core.providers.domain import rdap_refresh
from core.providers.domain.base import DomainName, LifeSigns, RdapVerdict
from core.providers.domain.bootstrap import RdapDirectory, RdapServer, shipped_directory
from core.providers.domain.limiter import shipped_rates
from core.providers.domain.network import _open_client
from core.providers.domain.normalise import parse_domain
from core.providers.domain.rdap import RdapStage
from core.providers.domain.rdap_refresh import SERVERS, StoredDirectory, refresh_servers
from database.repositories.snapshot_repository import SnapshotRepository
from database.unit_of_work import Database
from services.container import Container
from services.schedule import REFRESH_PRICES, REFRESH_RDAP
from tests.simulators.http_server import HttpSimulator
from tests.simulators.porkbun import PorkbunSimulator

Services = list[list[list[str]]]


def services(count: int) -> Services:
    """`com` and `so` at a server of their own, and as many suffixes as wanted in all."""
    others = [f"tld{number}" for number in range(count - 2)]
    return [[["com", "SO"], ["https://young.test/rdap"]], [others, ["https://rdap.test/"]]]


class Iana(HttpSimulator):
    """Serves `document`."""

    def __init__(self) -> None:
        super().__init__(self._bootstrap)
        listed: Any = [*services(1_200), [["kg"], ["http://plain.test/"]]]
        self.document: Any = {"version": "1.0", "services": listed}

    async def _bootstrap(self, request: web.Request) -> web.StreamResponse:
        if request["mode"] == "redirect":
            raise web.HTTPFound("/elsewhere")
        return web.json_response(self.document)


@pytest.fixture
async def iana() -> AsyncIterator[Iana]:
    async with Iana() as simulator:
        yield simulator


@pytest.fixture
def store(database: Database) -> SnapshotRepository:
    return database.alone.snapshots


@pytest.fixture
def warnings() -> Iterator[list[str]]:
    found: list[str] = []
    sink = logger.add(lambda line: found.append(str(line)), level="WARNING", format="{message}")
    yield found
    logger.remove(sink)


async def refresh(iana: Iana, store: SnapshotRepository) -> int:
    return await refresh_servers(f"{iana.url}/rdap/dns.json", store, loopback=True)


async def used(store: SnapshotRepository, servers: StoredDirectory) -> StoredDirectory:
    """The directory of a process that has used it before."""
    servers.server_for("brand.com")
    assert servers._stored._task is not None
    await servers._stored._task
    return servers


async def test_every_process_reads_what_one_has_fetched(
    iana: Iana, store: SnapshotRepository
) -> None:
    assert await refresh(iana, store) == 1_200

    young = RdapServer("https://young.test/rdap/")
    for _ in range(2):
        servers = await used(store, StoredDirectory(store))
        assert servers.server_for("brand.com") == servers.server_for("brand.so") == young
        assert servers.server_for("brand.kg") is None
        assert servers.server_for("brand.co") == shipped_directory().server_for("brand.co")
        assert "young.test" in servers.hosts
        await servers.aclose()
    assert len(iana.seen) == 1


LEAST = int(shipped_directory().listed * 0.9 + 0.999)


@pytest.mark.parametrize(("count", "is_taken"), [(LEAST, True), (LEAST - 1, False)])
async def test_a_list_that_lost_a_tenth_is_not_believed(
    iana: Iana, store: SnapshotRepository, count: int, is_taken: bool
) -> None:
    iana.document["services"] = services(count)

    if is_taken:
        assert await refresh(iana, store) == count
    else:
        with pytest.raises(AppError):
            await refresh(iana, store)
    assert (await store.get(SERVERS) is not None) == is_taken


@pytest.mark.parametrize(
    "mode",
    ["500", "404", "429", "html", "empty", "reset", "redirect", "flood", "flood_as_told",
     "gzip_bomb", "hang", "drip"],
)  # fmt: skip
async def test_a_bad_answer_changes_nothing(
    iana: Iana, store: SnapshotRepository, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await refresh(iana, store)
    before = await store.get(SERVERS)
    if mode in {"hang", "drip"}:
        monkeypatch.setattr(rdap_refresh, "_CALL_SECONDS", 0.3)
    iana.modes.extend([mode] * 2)  # the client tries a broken connection again

    with pytest.raises(AppError):
        await refresh(iana, store)

    assert await store.get(SERVERS) == before


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"services": []},
        {"services": {}},
        {"services": [["com"], ["https://a.test/"]]},
        {"services": [[[f"tld{n}" for n in range(1_200)], ["https://10.0.0.1/"]]]},
        {"services": [[[f"tld{n}" for n in range(1_200)], ["https://rdap.test:22/"]]]},
        {"services": services(1_200), "more": "x" * 256 * 1024},
    ],
    ids=["list", "none", "object", "flat", "private", "port", "huge"],
)
async def test_a_lying_answer_changes_nothing(
    iana: Iana, store: SnapshotRepository, document: object
) -> None:
    iana.document = document

    with pytest.raises(AppError):
        await refresh(iana, store)

    assert await store.get(SERVERS) is None


async def test_only_what_was_understood_is_stored(iana: Iana, store: SnapshotRepository) -> None:
    iana.document["services"].append([["evil"], ["https://user@a.test/", "http://\u0000.test/"]])
    await refresh(iana, store)

    stored = await store.get(SERVERS)
    assert stored is not None
    assert list(stored[0]) == ["services"]
    assert "plain.test" not in str(stored[0])
    assert "evil" not in str(stored[0])


async def test_a_copy_that_somebody_spoilt_is_not_used(store: SnapshotRepository) -> None:
    await store.put(SERVERS, {"services": [[["com"], ["https://10.0.0.1/"]], [["net"], [7]]]})

    servers = await used(store, StoredDirectory(store))

    assert servers.server_for("brand.com") == shipped_directory().server_for("brand.com")


async def test_a_listed_host_that_leads_into_our_network_is_not_asked() -> None:
    name = parse_domain("brand.com")
    assert isinstance(name, DomainName)
    servers = RdapDirectory({"com": RdapServer("https://localhost/")})
    stage = RdapStage(_open_client(), servers, shipped_rates(), LifeSigns())

    answer = await stage.look_up(name, asyncio.get_running_loop().time() + 30)

    assert (answer.verdict, answer.evidence.detail) == (
        RdapVerdict.FAILED, "address_not_allowed",
    )  # fmt: skip
    await stage.aclose()


@pytest.fixture
async def open_container(
    make_settings: Callable[..., Settings],
) -> AsyncIterator[Callable[..., Container]]:
    """Builds a container with some settings changed; all are closed in the end."""
    opened: list[Container] = []

    def build(**changes: Any) -> Container:
        opened.append(Container(make_settings(**changes)))
        return opened[-1]

    yield build
    for container in opened:
        await container.aclose()


@pytest.fixture
async def porkbun() -> AsyncIterator[PorkbunSimulator]:
    async with PorkbunSimulator() as simulator:
        yield simulator


async def test_the_schedule_fetches_both_once_for_all(
    iana: Iana,
    porkbun: PorkbunSimulator,
    store: SnapshotRepository,
    open_container: Callable[..., Container],
    warnings: list[str],
) -> None:
    domains = DomainSettings(
        DOMAIN_RDAP_BOOTSTRAP_URL=f"{iana.url}/rdap/dns.json",
        DOMAIN_PRICE_LIST="porkbun",
        DOMAIN_PRICE_LIST_URL=porkbun.url,
    )
    processes = [open_container(domains=domains, providers_on_loopback=True) for _ in range(2)]
    names = (REFRESH_RDAP, REFRESH_PRICES)

    await asyncio.gather(*(each.schedule.run(name) for each in processes for name in names))

    assert (len(iana.seen), len(porkbun.seen), warnings) == (1, 1, [])
    assert await store.get(SERVERS) is not None
    assert await store.get("domain prices") is not None


@pytest.mark.parametrize("loopback", [True, False])
async def test_without_a_network_it_is_one_line(
    iana: Iana,
    store: SnapshotRepository,
    open_container: Callable[..., Container],
    warnings: list[str],
    loopback: bool,
) -> None:
    iana.modes.extend(["500"])
    domains = DomainSettings(DOMAIN_RDAP_BOOTSTRAP_URL=f"{iana.url}/rdap/dns.json")
    container = open_container(domains=domains, providers_on_loopback=loopback)

    await container.schedule.run(REFRESH_RDAP)

    [line] = warnings
    assert "'provider': 'iana'" in line
    assert len(iana.seen) == loopback, "this machine is asked only when that is wanted"


async def test_switched_off_nothing_is_fetched_or_read(
    database: Database, open_container: Callable[..., Container], warnings: list[str]
) -> None:
    container = open_container()
    assert container.settings.domains.rdap_bootstrap_url == "off"

    for name in (REFRESH_RDAP, REFRESH_PRICES):
        await container.schedule.run(name)

    assert warnings == []
    assert await database.alone.snapshots.get(SERVERS) is None
