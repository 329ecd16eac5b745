"""Reading registry records: nothing that is not the asked name's own record proves it taken."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.providers.domain.base import Lifecycle, RdapVerdict
from core.providers.domain.rdap_answer import Reading, read_reply
from core.providers.domain.rdap_http import Reply
from tests.simulators.rdap_server import HTML, record

JSON_TYPE = "application/rdap+json"


def read(
    body: object, status: int = 200, *, trusted: bool = True, kind: str = JSON_TYPE
) -> Reading:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_reply(Reply(status, kind, content, None), "brand.com", trusted=trusted)


@pytest.mark.parametrize(
    ("statuses", "lifecycle"),
    [
        (("active",), Lifecycle.REGISTERED),
        (("client transfer prohibited",), Lifecycle.REGISTERED),
        (("redemption period",), Lifecycle.REDEMPTION),
        (("pending delete", "redemption period"), Lifecycle.REDEMPTION),
        (("pending delete",), Lifecycle.DROPPING),
        (("pendingDelete",), Lifecycle.DROPPING),
        (("server hold",), Lifecycle.ON_HOLD),
        (("client hold", "inactive"), Lifecycle.ON_HOLD),
        (("inactive",), Lifecycle.NO_NAMESERVERS),
        (("pending create",), Lifecycle.PENDING),
        (("pending transfer",), Lifecycle.PENDING),
    ],
)
def test_lifecycles(statuses: tuple[str, ...], lifecycle: Lifecycle) -> None:
    reading = read(record("brand.com", *statuses))

    assert (reading.verdict, reading.lifecycle) == (RdapVerdict.REGISTERED, lifecycle)


def test_reads_expiry_and_registrar() -> None:
    reading = read(record("brand.com"))

    assert reading.expires_on == date(2027, 3, 1)
    assert reading.registrar == "Example Registrar"


@pytest.mark.parametrize("name", ["brand.com", "BRAND.COM", "brand.com."])
def test_name_is_compared_without_case_and_final_dot(name: str) -> None:
    assert read({"objectClassName": "domain", "ldhName": name}).verdict is RdapVerdict.REGISTERED


def test_unicode_name_counts_where_the_ascii_one_is_missing() -> None:
    body = json.dumps({"objectClassName": "domain", "unicodeName": "Bücher.com"}).encode()
    reply = Reply(200, JSON_TYPE, body, None)

    reading = read_reply(reply, "xn--bcher-kva.com", trusted=True)

    assert reading.verdict is RdapVerdict.REGISTERED


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (record("other.com"), "other_name"),
        (record("brand.com", unicodeName="other.com") | {"ldhName": "sub.brand.com"}, "other_name"),
        ({"objectClassName": "domain"}, "other_name"),
        ({"objectClassName": "domain", "ldhName": 7}, "other_name"),
        ({"objectClassName": "entity", "ldhName": "brand.com"}, "not_a_domain_record"),
        ({"rdapConformance": []}, "not_a_domain_record"),
        ([], "not_a_domain_record"),
        (HTML.encode(), "not_json"),
        (b"", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"ldhName": "\xff"}', "not_json"),
    ],
)
def test_other_200s_prove_nothing(body: object, detail: str) -> None:
    assert read(body) == Reading(RdapVerdict.FAILED, detail)


@pytest.mark.parametrize(
    ("body", "kind", "trusted", "verdict"),
    [
        (b"", "", True, RdapVerdict.NOT_FOUND),
        (HTML.encode(), "text/html", True, RdapVerdict.NOT_FOUND),
        (b"{}", JSON_TYPE, False, RdapVerdict.NOT_FOUND_LOW_TRUST),
        (b"", "", False, RdapVerdict.NOT_FOUND_LOW_TRUST),
        (HTML.encode(), "text/html", False, RdapVerdict.FAILED),
        (b" \n" + HTML.encode(), "", False, RdapVerdict.FAILED),
    ],
)
def test_404(body: bytes, kind: str, trusted: bool, verdict: RdapVerdict) -> None:
    assert read(body, 404, trusted=trusted, kind=kind).verdict is verdict


@pytest.mark.parametrize("status", [204, 400, 401, 403, 418, 422, 501])
def test_other_statuses_prove_nothing(status: int) -> None:
    assert read(record("brand.com"), status) == Reading(RdapVerdict.FAILED, f"http_{status}")


def test_foreign_text_becomes_one_short_printable_line() -> None:
    card = ["vcard", [["fn", {}, "text", "Evil\n\u202e\x00 Registrar " + "x" * 500]]]
    reading = read(record("brand.com", entities=[{"roles": ["registrar"], "vcardArray": card}]))

    assert reading.registrar is not None
    assert reading.registrar.startswith("Evil Registrar x")
    assert len(reading.registrar) == 100


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
_MEMBERS = st.dictionaries(
    st.sampled_from(["status", "events", "entities", "ldhName", "unicodeName"]), _JSON
)


@given(_MEMBERS)
def test_any_shape_is_read_without_an_error(members: dict[str, object]) -> None:
    assert read({"objectClassName": "domain", "ldhName": "brand.com"} | members).verdict in {
        RdapVerdict.REGISTERED,
        RdapVerdict.FAILED,
    }


@given(_JSON)
def test_any_entity_and_event_is_read_without_an_error(part: object) -> None:
    entity = {"roles": ["registrar"], "vcardArray": part}
    event = {"eventAction": "expiration", "eventDate": part}

    reading = read(record("brand.com", entities=[part, entity], events=[part, event]))

    assert reading.verdict is RdapVerdict.REGISTERED
