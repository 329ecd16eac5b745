"""What a keyed availability service or a registrar is asked, and how it is selected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr

from core.providers.domain.base import ApiVerdict, Price


@dataclass(frozen=True, slots=True)
class VendorAccess:
    """A configured vendor. `url` replaces its own address; `account` is for registrars.

    `loopback` lets it be a simulator on this machine.
    """

    provider: str
    key: SecretStr | None = None
    url: str | None = None
    account: str = ""
    loopback: bool = False


@dataclass(frozen=True, slots=True)
class VendorAnswer:
    """What a vendor said of one name; `detail` is a word of ours for the evidence.

    `tld_unsupported` means that it has nothing to say of any name under this suffix.
    """

    verdict: ApiVerdict
    detail: str
    price: Price | None = None
    tld_unsupported: bool = False


class Vendor(Protocol):
    """One adapter: it translates, and leaves pace, retries, health and choice to its checker."""

    @property
    def name(self) -> str:
        """Shown as the source of the answer."""
        ...

    @property
    def batch(self) -> int:
        """The names that one call may hold."""
        ...

    async def ask(self, domains: Sequence[str]) -> Mapping[str, VendorAnswer]:
        """Answers by domain for at most `batch` lower-case ASCII names; a missing one is no answer.

        Raises ProviderUnavailableError or ProviderRejectedError as `core.providers.base` says.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        ...
