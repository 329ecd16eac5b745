"""The resolvers that the settings name; loads no DNS library."""

from dataclasses import dataclass
from ipaddress import ip_address


@dataclass(frozen=True, slots=True)
class Nameserver:
    """A recursive resolver."""

    address: str
    port: int = 53


def parse_nameserver(text: str) -> Nameserver:
    """`1.1.1.1`, `127.0.0.1:5353`, `2606:4700:4700::1111` or `[::1]:53`.

    Raises:
        ValueError: not an IP address, or the port is not a number.
    """
    address, port = text, "53"
    if text.startswith("["):
        address, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":") or "53"
    elif text.count(":") == 1:
        address, _, port = text.partition(":")
    return Nameserver(str(ip_address(address)), int(port))
