"""Wrong callers, addresses and headers to every operation of the document.

The operations are read from the OpenAPI document, so a new one is tested as soon as it is there.
"""

import base64

import httpx
import pytest
from jose import jwt

from tests.conftest import ENVIRONMENT
from tests.integration.test_api.document import (
    OPERATIONS,
    SECURED,
    UNKNOWN_ID,
    WITH_ID,
    WITH_QUERY,
    Json,
    Operation,
    send,
)

NO_TOKENS = [
    b"",
    b"Bearer",
    b"Bearer x.y.z",
    b"Basic Zm91bmRlcjp4",
    b"Bearer eyJhbGciOiJub25lIn0.e30.",
    b"Bearer " + b"x" * 5_000,
    b"Bearer \xe9",
]


@pytest.mark.parametrize("operation", SECURED, ids=str)
async def test_a_token_is_asked_for_before_anything_else(
    client: httpx.AsyncClient, operation: Operation
) -> None:
    for token in NO_TOKENS:
        request = client.build_request(
            operation.method,
            operation.address("no-id"),
            headers=[(b"Authorization", token)] if token else [],
            content=b"{",
        )
        answer = await client.send(request)

        assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_REQUIRED"), token
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def forged_tokens(client: httpx.AsyncClient, genuine: str) -> dict[str, str]:
    """Tokens that were good once, or almost are."""
    claims = jwt.get_unverified_claims(genuine)
    past = {"iat": claims["iat"] - 7_200, "exp": claims["iat"] - 3_600}
    secret = ENVIRONMENT["JWT_SECRET_KEY"]
    head, payload, signature = genuine.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    resigned = {"Authorization": f"Bearer {jwt.encode(claims, secret)}"}
    assert (await client.get("/api/users/me", headers=resigned)).status_code == 200
    account = {"email": "leaver@example.com", "password": "four plain words here"}
    gone = (await client.post("/api/auth/signup", json=account)).json()["access_token"]
    left = await client.request(
        "DELETE",
        "/api/users/me",
        json={"password": account["password"]},
        headers={"Authorization": f"Bearer {gone}"},
    )
    assert left.status_code == 204
    return {
        "expired": jwt.encode(claims | past, secret),
        "of another key": jwt.encode(claims, secret[::-1]),
        "of another algorithm": jwt.encode(claims, secret, algorithm="HS512"),
        "of nobody": jwt.encode(claims | {"sub": UNKNOWN_ID}, secret),
        "of a login that never was": jwt.encode(claims | {"sid": UNKNOWN_ID}, secret),
        "unsigned": f"{none}.{payload}.",
        "unsigned, with a signature": f"{none}.{payload}.{signature}",
        "cut off": f"{head}.{payload}.{signature[:-4]}",
        "of a deleted account": gone,
    }


async def test_forged_tokens_open_nothing(
    client: httpx.AsyncClient, premium: dict[str, str]
) -> None:
    tokens = await forged_tokens(client, premium["Authorization"].partition(" ")[2])

    for operation in SECURED:
        for name, token in tokens.items():
            headers = {"Authorization": f"Bearer {token}"}
            answer = await send(client, operation, headers, content=b"{")
            assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_REQUIRED"), name
            assert answer.headers["www-authenticate"] == "Bearer"


STRANGE_HEADERS = [
    (b"Prefer", b"x" * 300),
    (b"Prefer", b"\xff\xfe"),
    (b"Prefer", b"wait=NaN, wait=-1"),
    (b"Idempotency-Key", b"x" * 300),
    (b"Idempotency-Key", b"\xe9"),
    (b"If-None-Match", b"x" * 600),
    (b"Accept", b"image/none"),
    (b"Accept-Encoding", b"gzip;q=nonsense, \xff"),
    (b"Range", b"bytes=9-1, x"),
    (b"X-Request-ID", b"a b\xff"),
    (b"X-Forwarded-For", b"\xff, 1.2.3.4.5"),
    (b"Origin", b"null"),
    (b"Origin", b"\xff"),
    (b"Host", b"\xff"),
    (b"Cookie", b"a" * 9_000),
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
async def test_strange_headers_and_unknown_queries(
    client: httpx.AsyncClient, premium: dict[str, str], operation: Operation
) -> None:
    address = f"{operation.address()}?nonsense=%F0%9F&nonsense=2&__proto__=x&;=&&"
    for name, value in STRANGE_HEADERS:
        headers = [*((key.encode(), text.encode()) for key, text in premium.items()), (name, value)]
        await send(client, operation, headers, address=address, json={"name": 1})


async def test_heads_are_refused_like_every_other_undeclared_method(
    client: httpx.AsyncClient,
) -> None:
    for operation in OPERATIONS:
        for method in ("HEAD", "TRACE", "PROPFIND"):
            answer = await client.request(method, operation.address())
            assert answer.status_code == 405, (method, str(operation))
            assert operation.method in answer.headers["allow"]
            assert answer.headers["x-request-id"]


@pytest.mark.parametrize("operation", WITH_ID, ids=str)
async def test_ids_that_name_nothing(
    client: httpx.AsyncClient, premium: dict[str, str], operation: Operation
) -> None:
    body: Json = {} if operation.body is None else {"json": {}}

    unknown = await send(client, operation, premium, **body)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "RESOURCE_NOT_FOUND")
    for malformed in ("x", "1", "%00", "%ED%A0%80", UNKNOWN_ID + "0", "x" * 2_000, "{}"):
        answer = await send(
            client, operation, premium, address=operation.address(malformed), **body
        )
        assert answer.status_code == 422, (malformed, answer.text)


@pytest.mark.parametrize("operation", WITH_QUERY, ids=str)
async def test_wrong_queries(
    client: httpx.AsyncClient, premium: dict[str, str], operation: Operation
) -> None:
    for parameter in operation.parameters("query"):
        for value in ("", "-1", "0", "1e9", "NaN", "%00", "%ED%A0%80", "x" * 3_000, "9" * 400):
            address = f"{operation.address()}?{parameter['name']}={value}"
            answer = await send(client, operation, premium, address=address)
            assert answer.status_code >= 400, (address[:90], answer.text)


async def test_every_error_of_another_users_things_is_the_same_as_for_none(
    client: httpx.AsyncClient, premium: dict[str, str]
) -> None:
    made = await client.post(
        "/api/generate/logos", json={"description": "A small bakery"}, headers=premium
    )
    own = await client.get(f"/api/generations/{made.json()['generation_id']}", headers=premium)
    assert own.status_code == 200
    account = {"email": "stranger@example.com", "password": "four other words here"}
    signup = await client.post("/api/auth/signup", json=account)
    stranger = {"Authorization": f"Bearer {signup.json()['access_token']}"}
    ids = {
        "project_id": made.json()["project_id"],
        "generation_id": made.json()["generation_id"],
        "asset_id": made.json()["logos"][0]["files"][0]["asset_id"],
    }

    for operation in WITH_ID:
        (parameter,) = operation.parameters("path")
        body: Json = {} if operation.body is None else {"json": {}}
        address = operation.address(ids[parameter["name"]])
        foreign = await send(client, operation, stranger, address=address, **body)
        unknown = await send(client, operation, stranger, **body)
        assert foreign.status_code == 404, str(operation)
        assert foreign.json() == unknown.json()

    assert (await client.get(f"/api/projects/{ids['project_id']}", headers=premium)).is_success
    foreign_project = {"description": "A small bakery", "project_id": ids["project_id"]}
    answer = await client.post("/api/generate/names", json=foreign_project, headers=stranger)
    assert (answer.status_code, answer.json()["code"]) == (404, "RESOURCE_NOT_FOUND")
