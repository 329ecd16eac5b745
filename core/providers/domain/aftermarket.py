"""Hints without a key that a taken name is for sale (contract, section 4.6); off by default."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from urllib.parse import urlsplit

import dns.asyncquery
import dns.exception
import dns.message
import dns.rdatatype

from core.providers.domain.base import Aftermarket, DomainName, Evidence, witness
from core.providers.domain.nameserver import Nameserver, parse_nameserver

_SECONDS = 2.0
_PARALLEL = 20
_MAX_RECORD = 255
_TAG = "v=FORSALE1;"
_PRICE = re.compile(r"fval=([A-Z]{3})(\d{1,12}(?:\.\d{1,2})?)", re.ASCII)
_LINK = re.compile(r"furi=([!-~]{1,240})", re.ASCII)  # printable ASCII without spaces
_MARKETS = ("sedoparking.com", "dan.com", "afternic.com")

_SOURCE = "aftermarket"


class AftermarketStage:
    """Asks a resolver for the `_for-sale` record (RFC 10023) and for marketplaces' name servers."""

    def __init__(self, nameservers: Sequence[str]) -> None:
        self._server = parse_nameserver(nameservers[0])
        self._slots = asyncio.Semaphore(_PARALLEL)

    async def look_up(self, name: DomainName) -> tuple[Aftermarket | None, Evidence]:
        """See `AftermarketLookup`. A record's free text and codes are never passed on."""
        started = asyncio.get_running_loop().time()
        found, detail = None, "nothing_found"
        try:
            async with asyncio.timeout(_SECONDS), self._slots:
                found = read_records(
                    await _texts(self._server, f"_for-sale.{name.domain}.", dns.rdatatype.TXT)
                ) or read_hosts(await _texts(self._server, f"{name.domain}.", dns.rdatatype.NS))
        except (TimeoutError, OSError, EOFError, dns.exception.DNSException):
            detail = "unreachable"
        verdict = "for_sale" if found else "no_hint"
        return found, witness(_SOURCE, verdict, found.source if found else detail, started)


def read_records(records: Iterable[str]) -> Aftermarket | None:
    """The price and the link of valid records; None if there is no valid one."""
    contents = [
        text.removeprefix(_TAG)
        for text in records
        if text.startswith(_TAG) and len(text) <= _MAX_RECORD
    ]
    if not contents:
        return None
    prices = [match for text in contents if (match := _PRICE.fullmatch(text))]
    links = [match[1] for text in contents if (match := _LINK.fullmatch(text))]
    return Aftermarket(
        source="for_sale_record",
        price=Decimal(prices[0][2]) if prices else None,
        currency=prices[0][1] if prices else None,
        url=next((link for link in links if _is_safe(link)), None),
    )


def read_hosts(hosts: Iterable[str]) -> Aftermarket | None:
    """A marketplace's name servers: probably for sale, no more."""
    for host in hosts:
        for market in _MARKETS:
            if host == market or host.endswith(f".{market}"):
                return Aftermarket(source=market)
    return None


def _is_safe(link: str) -> bool:
    """Web and mail addresses only: the record is anybody's text and the link will be shown."""
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path and not parts.netloc
    return parts.scheme in {"http", "https"} and bool(host) and "@" not in parts.netloc


async def _texts(server: Nameserver, name: str, kind: dns.rdatatype.RdataType) -> list[str]:
    """The records of one kind as text: a TXT record's strings joined, a host without its dot."""
    response, _ = await dns.asyncquery.udp_with_fallback(
        dns.message.make_query(name, kind),
        server.address,
        timeout=_SECONDS,
        port=server.port,
        ignore_unexpected=True,
        ignore_errors=True,
    )
    texts = []
    for rrset in response.answer:
        for record in rrset if rrset.rdtype == kind else ():
            if kind == dns.rdatatype.TXT:
                texts.append(b"".join(record.strings).decode("ascii", "replace"))
            else:
                texts.append(record.target.to_text(omit_final_dot=True).lower())
    return texts
