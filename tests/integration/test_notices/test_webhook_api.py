"""Webhooks over HTTP: set, look at, try, delete."""

import base64

import httpx
import pytest
from sqlalchemy import text

from database.unit_of_work import Database
from middleware.buckets import Rate
from middleware.rate_limiter import rate_for
from tests.simulators.webhook_receiver import WebhookReceiver, canary

PATH = "/api/users/me/webhook"
Headers = dict[str, str]


async def put(client: httpx.AsyncClient, headers: Headers, url: str) -> httpx.Response:
    return await client.put(PATH, json={"url": url}, headers=headers)


async def test_a_webhook_is_set_shown_tried_and_deleted(
    client: httpx.AsyncClient, signed_in: Headers, receiver: WebhookReceiver
) -> None:
    made = await put(client, signed_in, receiver.address)
    assert made.status_code == 200, made.text
    assert made.json()["url"] == receiver.address
    secret = made.json()["secret"]
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32

    shown = await client.get(PATH, headers=signed_in)
    assert shown.json() == {"url": receiver.address, "created_at": made.json()["created_at"]}

    receiver.secret = secret
    tried = await client.post(f"{PATH}/test", headers=signed_in)
    assert tried.json() == {
        "delivered": True, "status": 204, "reason": "the receiver took the message"
    }  # fmt: skip
    (message,) = receiver.messages.values()
    assert message["type"] == "webhook.test"

    assert (await client.delete(PATH, headers=signed_in)).status_code == 204
    for answer in (
        await client.get(PATH, headers=signed_in),
        await client.delete(PATH, headers=signed_in),
        await client.post(f"{PATH}/test", headers=signed_in),
    ):
        assert answer.status_code == 404
        assert answer.json()["code"] == "RESOURCE_NOT_FOUND"


async def test_a_new_webhook_has_a_new_secret_and_none_is_stored(
    client: httpx.AsyncClient, signed_in: Headers, receiver: WebhookReceiver, database: Database
) -> None:
    first, second = [await put(client, signed_in, receiver.address) for _ in range(2)]
    secrets = [answer.json()["secret"] for answer in (first, second)]
    assert secrets[0] != secrets[1]
    async with database.session() as session:
        rows = (await session.execute(text("select * from webhooks"))).all()
    assert len(rows) == 1
    assert not any(secret.removeprefix("whsec_") in str(rows) for secret in secrets)

    receiver.secret = secrets[0]
    tried = await client.post(f"{PATH}/test", headers=signed_in)
    assert tried.json()["status"] == 401  # the old secret signs no more


async def test_a_webhook_belongs_to_its_user(
    client: httpx.AsyncClient, signed_in: Headers, receiver: WebhookReceiver
) -> None:
    await put(client, signed_in, receiver.address)
    other = {"email": "other@example.com", "password": "four plain words here"}
    token = (await client.post("/api/auth/signup", json=other)).json()["access_token"]
    stranger = {"Authorization": f"Bearer {token}"}

    assert (await client.get(PATH, headers=stranger)).status_code == 404
    assert (await client.delete(PATH, headers=stranger)).status_code == 404
    assert (await client.get(PATH, headers=signed_in)).status_code == 200


async def test_a_deleted_account_sets_no_webhook(
    client: httpx.AsyncClient, signed_in: Headers, database: Database
) -> None:
    await client.get(PATH, headers=signed_in)  # the token is remembered for a while
    async with database.session() as session:
        await session.execute(text("delete from users"))
    answer = await put(client, signed_in, "https://example.com/hook")
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://example.com/hook", "https://"),
        ("https://user:word@example.com/", "user name"),
        ("https://10.0.0.1/", "public"),
        ("https://[::1]/", "public"),
        ("https://2130706433/", "public"),
        ("https://localhost/", "public"),
        ("https://example.com:22/", "port"),
        ("ftp://example.com/", "https://"),
        ("example.com", "https://"),
        ("", "https://"),
        ("https://exa mple.com/", "no host"),
        ("https://example.com/" + "x" * 2_000, "2000 characters"),
    ],
)
async def test_addresses_that_cannot_be_used_are_explained(
    client: httpx.AsyncClient, signed_in: Headers, url: str, problem: str
) -> None:
    answer = await put(client, signed_in, url)

    assert answer.status_code == 422
    (field,) = answer.json()["details"]["fields"]
    assert field["path"] == "body.url"
    assert problem in field["message"]
    assert (await client.get(PATH, headers=signed_in)).status_code == 404


@pytest.mark.parametrize(
    ("mode", "status", "reason"),
    [
        ("500", 500, "the receiver did not answer with a success"),
        ("429:9", 429, "the receiver did not answer with a success"),
        ("410", 410, "the receiver wants no more messages; the webhook was deleted"),
        ("reset", None, "the receiver cannot be reached"),
        ("hang", None, "the receiver took too long to answer"),
    ],
)
async def test_a_trial_tells_what_went_wrong(
    client: httpx.AsyncClient, signed_in: Headers, receiver: WebhookReceiver,
    monkeypatch: pytest.MonkeyPatch, mode: str, status: int | None, reason: str,
) -> None:  # fmt: skip
    if mode == "hang":
        monkeypatch.setattr("core.providers.notices.webhook._DEADLINE_S", 0.3)
    await put(client, signed_in, receiver.address)
    receiver.modes.append(mode)

    tried = await client.post(f"{PATH}/test", headers=signed_in)
    assert tried.status_code == 200
    assert tried.json() == {"delivered": False, "status": status, "reason": reason}
    left = (await client.get(PATH, headers=signed_in)).status_code
    assert left == (404 if mode == "410" else 200)


async def test_what_was_allowed_once_is_judged_again(
    client: httpx.AsyncClient, signed_in: Headers, database: Database
) -> None:
    await put(client, signed_in, "https://example.com/hook")
    async with canary() as inside, database.session() as session:
        await session.execute(
            text("update webhooks set url = :url"), {"url": f"https://127.0.0.1:{inside.port}/"}
        )
        await session.commit()
        tried = await client.post(f"{PATH}/test", headers=signed_in)

        assert tried.json()["reason"] == "the address leads to where messages are not sent"
        assert inside.connections == 0


def test_trials_are_limited() -> None:
    assert rate_for(f"{PATH}/test") == Rate("webhook-test", 5, 60)
    assert rate_for(PATH) == rate_for("/api/users/me")


async def test_whether_mail_is_wanted_is_the_users_choice(
    client: httpx.AsyncClient, signed_in: Headers
) -> None:
    async def patch(**body: object) -> httpx.Response:
        return await client.patch("/api/users/me", json=body, headers=signed_in)

    assert (await client.get("/api/users/me", headers=signed_in)).json()["wants_mail"] is False
    assert (await patch(wants_mail=True)).json()["wants_mail"] is True
    assert (await patch(username="Ada")).json()["wants_mail"] is True
    assert (await patch(wants_mail=False)).json()["wants_mail"] is False
    assert (await patch(wants_mail="perhaps")).status_code == 422
