"""What the adapters of all image APIs share: access, limits, download, and the way to a logo."""

import asyncio
import base64
import binascii
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import ClassVar

from core.engine.types import Lockup, LogoFamily
from core.engine_pool import Engine
from core.exceptions import AppError, ProviderUnavailableError
from core.places import Cap
from core.providers.addresses import AllowedHosts
from core.providers.base import (
    FailureKind,
    GeneratedImage,
    ImageFile,
    ImageRequest,
    failure_kind,
)
from core.providers.image.access import ImageAccess
from core.providers.image.bill import Bill
from core.providers.model_ends import warn_of_ends
from core.providers.outbound import Call, Judge, Outbound, Reply, bearer, failure
from core.providers.per_loop import PerLoop
from core.providers.room import Loan, Room
from utils.logo_pictures import LogoPictures, UnusablePictureError
from utils.picture_process import contained_logo_pictures

MAX_PICTURE_BYTES = 25 * 1024 * 1024
MAX_BASE64_BYTES = MAX_PICTURE_BYTES * 4 // 3 + 64 * 1024

_ROOM_MIB = 256  # for the pictures of one provider: seven of the longest base64, or most others
_PROBE_S = 10.0
_HIGHEST_COUNT = 10**9  # of tokens or millionths of a dollar
_FAMILIES: tuple[LogoFamily, ...] = ("combination", "compact", "wordmark")
_SAID: dict[LogoFamily, str] = {
    "combination": "A symbol with the name",
    "compact": "A compact mark",
    "wordmark": "The name as a wordmark",
}
_WEIGHTS = (("primary", 0.5), ("secondary", 0.3), ("accent", 0.2))
_VERSION = re.compile(r"/v\d\w*/?$")


class RemoteImageProvider(ABC):
    """One image API. A subclass says where it is and translates one request.

    The key goes to `api_hosts` and the configured host only; pictures are fetched from
    `result_hosts` without it.
    """

    default_url: ClassVar[str]
    default_model: ClassVar[str]
    deadline_s: ClassVar[float]
    api_hosts: ClassVar[tuple[str, ...]] = ()
    result_hosts: ClassVar[tuple[str, ...]] = ()
    longest_prompt: ClassVar[int] = 10_000
    most_at_once: ClassVar[int | None] = None
    """Of the requests that one account may have running, those that we use."""
    hint_s: ClassVar[float | None] = None
    """How long to leave the API alone that limits the rate and does not say for how long."""

    def __init__(
        self, access: ImageAccess, engine: Engine, *, deadline_s: float | None = None
    ) -> None:
        self.name = access.name
        self.model = access.model or self.default_model
        self._access = access
        self.cap = self._capped(self.most_at_once) if self.most_at_once else None
        self._engine = engine
        self._total_s = deadline_s or self.deadline_s
        self._base = (access.url or self.default_url).rstrip("/")
        hosts = AllowedHosts(self.api_hosts, access.loopback).including(self._base)
        self._api = Outbound(self.name, hosts, hint_s=self.hint_s)
        self._results = Outbound(self.name, AllowedHosts(self.result_hosts, access.loopback))
        self._room = PerLoop(lambda: Room(_ROOM_MIB))

    def _capped(self, calls: int) -> Cap:
        return Cap((type(self), self._access.key), calls)

    @abstractmethod
    async def _draw(self, request: ImageRequest, bill: Bill, loan: Loan) -> bytes:
        """Make one picture, unchecked, and note its price as soon as it is owed.

        Whatever may hold a picture is read on the `loan`.

        Raises ProviderUnavailableError and ProviderRejectedError.
        """

    @abstractmethod
    def _free_call(self) -> Call:
        """A call that costs nothing and shows whether the key is accepted."""

    async def probe(self) -> None:
        """Ask whether the API is there and takes our key; makes no picture and costs nothing.

        Raises ProviderUnavailableError and ProviderRejectedError.
        """
        await self._api.ask(self._free_call())

    def _models_call(self) -> Call | None:
        """A call that lists models with the days on which they end, if there is one."""
        return None

    async def warn_of_end(self) -> None:
        """Log it when the model will be switched off, as far as the API tells."""
        call = self._models_call()
        if call is not None:
            await warn_of_ends(self._api, call, [self.model])

    async def generate(self, request: ImageRequest) -> GeneratedImage:
        """A logo as PNG files, the largest first, and as SVG where the model draws vectors.

        Raises ProviderUnavailableError and ProviderRejectedError.
        """
        bill = Bill()
        try:
            with bill.told_of_failures(), Loan(self._room.get()) as loan:
                pictures = await self._made(request, bill, loan)
        except AppError as error:
            # Failures are kept while others are asked, and frames would keep what has been read.
            error.__context__ = None
            raise error.with_traceback(None) from None
        family = _FAMILIES[(request.task.variation - 1) % 3 if request.task else 0]
        return GeneratedImage(
            files=tuple(_files(pictures, _lockup(family, pictures))),
            family=family,
            idea=f"{_SAID[family]}, drawn by an image model from the brief.",
            provider=self.name,
            model=self.model,
            input_tokens=bill.input_tokens,
            output_tokens=bill.output_tokens,
            cost_usd=bill.cost_usd or Decimal(0),
        )

    async def _made(self, request: ImageRequest, bill: Bill, loan: Loan) -> LogoPictures:
        try:
            async with asyncio.timeout(min(self._total_s, request.timeout_s)):
                content = await self._draw(request, bill, loan)
        except TimeoutError:
            bill.taken = True  # for all we know
            raise failure(self.name, "timeout") from None
        loan.keep(len(content))
        return await self._pictures(content)

    async def _pictures(self, content: bytes) -> LogoPictures:
        try:
            return await self._engine.run(contained_logo_pictures, content)
        except UnusablePictureError as error:
            raise failure(self.name, "bad_payload", reason=str(error)) from None

    async def _posted(
        self, path: str, body: Mapping[str, object], judge: Judge, loan: Loan
    ) -> Reply:
        """The reply to a JSON request that is answered with the picture inside."""
        return await self._api.ask(
            Call(
                "POST",
                self._base + path,
                headers=self._bearer,
                json=body,
                deadline_s=self._total_s,
                max_bytes=MAX_BASE64_BYTES,
                loan=loan,
            ),
            judge,
        )

    async def _download(self, url: object, loan: Loan) -> bytes:
        """The picture behind a URL of an answer, fetched without any credentials.

        It is paid, so a connection that breaks gets a second chance.
        """
        if not isinstance(url, str):
            raise failure(self.name, "bad_payload")
        loan.keep(0)  # who waits holds nothing that others wait for
        call = Call("GET", url, max_bytes=MAX_PICTURE_BYTES, redirects=2, loan=loan)
        try:
            reply = await self._results.ask(call, _lost)
        except ProviderUnavailableError as error:
            if failure_kind(error) != "transient":
                raise
            reply = await self._results.ask(call, _lost)
        return reply.body

    def _decoded(self, text: object) -> bytes:
        """A picture that came as base64."""
        try:
            if isinstance(text, str) and text:
                return base64.b64decode(text, validate=True)
        except binascii.Error:
            pass
        raise failure(self.name, "bad_payload")

    @property
    def _bearer(self) -> dict[str, str]:
        return bearer(self._access.key)

    def _free_get(self, url: str, headers: Mapping[str, str]) -> Call:
        return Call("GET", url, headers, deadline_s=_PROBE_S)

    @property
    def _root(self) -> str:
        """The configured address without a version, for APIs that have several of them."""
        return _VERSION.sub("", self._base)

    def _prompt(self, request: ImageRequest) -> str:
        return request.prompt[: self.longest_prompt]

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        await self._api.aclose()
        await self._results.aclose()


def weighted_colors(request: ImageRequest) -> list[tuple[str, float]]:
    """The brand's colours as #RRGGBB with their weight, the heaviest first; none without a task."""
    palette = request.task.palette if request.task else {}
    return [(palette[role].upper(), weight) for role, weight in _WEIGHTS if role in palette]


def first_entry(found: object) -> dict[str, object]:
    """The first object of a list in an answer, or an empty one."""
    if isinstance(found, list) and found and isinstance(found[0], dict):
        return found[0]
    return {}


def whole_number(found: object) -> int:
    """A count in an answer; 0 for anything else, and for more than can be."""
    return found if type(found) is int and 0 < found <= _HIGHEST_COUNT else 0


def amount(found: object) -> Decimal | None:
    """A number in an answer as a sum of money; None for anything else."""
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found < 1e6:
        return None
    return Decimal(str(found))


def _lost(reply: Reply) -> FailureKind | None:
    """A picture that cannot be fetched says nothing of the account: its URL needs none."""
    return "transient" if reply.status >= 400 else None


def _lockup(family: LogoFamily, pictures: LogoPictures) -> Lockup:
    if family == "combination":
        return "horizontal" if pictures.shape == "wide" else "stacked"
    return "symbol" if family == "compact" else "wordmark"


def _files(pictures: LogoPictures, lockup: Lockup) -> Iterator[ImageFile]:
    for png in pictures.pngs:
        yield ImageFile(lockup, "color", "image/png", png)
    if pictures.svg is not None:
        yield ImageFile(lockup, "color", "image/svg+xml", pictures.svg.encode())
