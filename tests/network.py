"""Closes the network for tests: only loopback addresses and Unix sockets can be reached."""

import errno
import ipaddress
import socket
from typing import Any

REFUSED: list[str] = []

_LOCAL_NAMES = {"localhost", "", None}


def _is_local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _check(address: Any) -> None:  # Any: what the socket module takes as an address
    if isinstance(address, tuple) and not _is_local(address[0]):
        REFUSED.append(str(address[0]))
        raise OSError(errno.ENETUNREACH, f"tests may not leave this machine: {address[0]}")


def allow_loopback_only() -> None:
    """Make every other connection, datagram or name look-up of this process fail at once."""
    connect, connect_ex, sendto = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.socket.sendto,
    )
    getaddrinfo = socket.getaddrinfo

    class GuardedSocket(socket.socket):
        def connect(self, address: Any, /) -> None:
            _check(address)
            connect(self, address)

        def connect_ex(self, address: Any, /) -> int:
            _check(address)
            return connect_ex(self, address)

        def sendto(self, *arguments: Any) -> int:
            _check(arguments[-1])
            return sendto(self, *arguments)

    def guarded_getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if not _is_local(host) and not options.get("flags", 0) & socket.AI_NUMERICHOST:
            REFUSED.append(str(host))
            raise socket.gaierror(
                socket.EAI_NONAME, f"tests may not look up names of the network: {host}"
            )
        return getaddrinfo(host, *arguments, **options)

    for name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, name, GuardedSocket.__dict__[name])
    socket.getaddrinfo = guarded_getaddrinfo
