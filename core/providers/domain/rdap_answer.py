"""Reading an RDAP response (RFC 9083) without believing more than it says."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

import idna
import orjson

from core.providers.domain.base import Lifecycle, RdapVerdict
from core.providers.domain.rdap_http import Reply

_MAX_REGISTRAR = 100
# EPP status values as RDAP spells them (RFC 8056), first match first. A name in redemption is
# "pending delete" as well, so redemption is looked for before it.
_LIFECYCLES = (
    (frozenset({"redemptionperiod"}), Lifecycle.REDEMPTION),
    (frozenset({"pendingdelete"}), Lifecycle.DROPPING),
    (frozenset({"clienthold", "serverhold"}), Lifecycle.ON_HOLD),
    (frozenset({"inactive"}), Lifecycle.NO_NAMESERVERS),
    (frozenset({"pendingcreate", "pendingtransfer"}), Lifecycle.PENDING),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one response means; `detail` is a word for the evidence."""

    verdict: RdapVerdict
    detail: str
    lifecycle: Lifecycle | None = None
    expires_on: date | None = None
    registrar: str | None = None


def read_reply(reply: Reply, domain: str, *, trusted: bool) -> Reading:
    """Interpret any final response except 429 and 5xx, which are a matter of retrying."""
    if reply.status == 200:
        return _read_record(reply.body, domain)
    if reply.status == 404:
        return _read_not_found(reply, trusted=trusted)
    return Reading(RdapVerdict.FAILED, f"http_{reply.status}")


def _read_not_found(reply: Reply, *, trusted: bool) -> Reading:
    """No record. From a server that IANA does not list, a page for people is a wrong path."""
    if trusted:
        return Reading(RdapVerdict.NOT_FOUND, "http_404")
    if "html" in reply.content_type or reply.body.lstrip()[:1] == b"<":
        return Reading(RdapVerdict.FAILED, "http_404_page")
    return Reading(RdapVerdict.NOT_FOUND_LOW_TRUST, "http_404_unlisted_host")


def _read_record(body: bytes, domain: str) -> Reading:
    try:
        record = orjson.loads(body)
    except orjson.JSONDecodeError:
        return Reading(RdapVerdict.FAILED, "not_json")
    if not isinstance(record, dict) or record.get("objectClassName") != "domain":
        return Reading(RdapVerdict.FAILED, "not_a_domain_record")
    if _own_name(record) != domain:
        return Reading(RdapVerdict.FAILED, "other_name")
    return Reading(
        RdapVerdict.REGISTERED,
        "registered",
        _lifecycle(record),
        _expiry(record),
        _registrar(record),
    )


def _own_name(record: dict[str, Any]) -> str | None:  # Any: foreign JSON
    """The record's name in ASCII; `unicodeName` counts only where `ldhName` is missing."""
    text = record.get("ldhName") or record.get("unicodeName")
    if not isinstance(text, str):
        return None
    try:
        return idna.encode(text.removesuffix("."), uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return None


def _lifecycle(record: dict[str, Any]) -> Lifecycle:  # Any: foreign JSON
    statuses = {
        text.replace(" ", "").lower()
        for text in _members(record, "status")
        if isinstance(text, str)
    }
    for words, lifecycle in _LIFECYCLES:
        if words & statuses:
            return lifecycle
    return Lifecycle.REGISTERED


def _expiry(record: dict[str, Any]) -> date | None:  # Any: foreign JSON
    for event in _members(record, "events"):
        if isinstance(event, dict) and event.get("eventAction") == "expiration":
            try:
                return date.fromisoformat(str(event.get("eventDate"))[:10])
            except ValueError:
                return None
    return None


def _registrar(record: dict[str, Any]) -> str | None:  # Any: foreign JSON
    """The formatted name in the registrar's jCard (RFC 7095): [name, params, type, value]."""
    for entity in _members(record, "entities"):
        if isinstance(entity, dict) and "registrar" in _members(entity, "roles"):
            card = _members(entity, "vcardArray")
            for field in card[1] if len(card) == 2 and isinstance(card[1], list) else ():
                if isinstance(field, list) and len(field) > 3 and field[0] == "fn":
                    return _printable(field[3])
    return None


def _printable(text: object) -> str | None:
    """One short line of a foreign text, or None."""
    if not isinstance(text, str):
        return None
    kept = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in text)
    return " ".join(kept.split())[:_MAX_REGISTRAR] or None


def _members(record: dict[str, Any], key: str) -> list[Any]:  # Any: foreign JSON
    value = record.get(key)
    return value if isinstance(value, list) else []
