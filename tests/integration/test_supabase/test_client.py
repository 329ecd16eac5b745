"""The real `supabase` client against the stand-in, with the traps of its documentation."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from supabase import (
    AsyncClient,
    AsyncClientOptions,
    AuthApiError,
    AuthWeakPasswordError,
    StorageException,
)

from tests.simulators.supabase import SupabaseSimulator
from tests.simulators.supabase_keys import PUBLIC_KEY, SECRET_KEY

EMAIL = "founder@example.com"
PASSWORD = "four plain words here"
PNG = b"\x89PNG\r\n\x1a\nrest"


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


def client_of(supabase: SupabaseSimulator, http: httpx.AsyncClient, key: str) -> AsyncClient:
    options = AsyncClientOptions(
        auto_refresh_token=False, persist_session=False, flow_type="implicit", httpx_client=http
    )
    return AsyncClient(supabase.url, key, options)


@pytest.fixture
def visitor(supabase: SupabaseSimulator, http: httpx.AsyncClient) -> AsyncClient:
    return client_of(supabase, http, PUBLIC_KEY)


@pytest.fixture
def service(supabase: SupabaseSimulator, http: httpx.AsyncClient) -> AsyncClient:
    return client_of(supabase, http, SECRET_KEY)


async def test_sign_up_log_in_refresh_read_and_log_out(
    visitor: AsyncClient, service: AsyncClient
) -> None:
    created = await visitor.auth.sign_up({"email": EMAIL.upper(), "password": PASSWORD})
    opened = await visitor.auth.sign_in_with_password({"email": EMAIL, "password": PASSWORD})
    assert created.user is not None
    assert opened.session is not None
    renewed = await visitor.auth.refresh_session(opened.session.refresh_token)
    assert renewed.session is not None
    found = await service.auth.get_user(renewed.session.access_token)

    assert found is not None
    assert found.user.id == created.user.id
    assert found.user.email == EMAIL
    claims = await service.auth.get_claims(jwt=renewed.session.access_token)
    assert claims is not None
    assert claims["claims"]["sub"] == created.user.id
    await service.auth.admin.sign_out(renewed.session.access_token, "local")
    with pytest.raises(AuthApiError) as ended:
        await service.auth.get_user(renewed.session.access_token)
    assert (ended.value.status, ended.value.code) == (403, "session_not_found")


async def test_upload_sign_download_and_remove(
    service: AsyncClient, http: httpx.AsyncClient
) -> None:
    await service.storage.create_bucket("files", options={"public": False})
    bucket = service.storage.from_("files")
    stored = await bucket.upload("a/b.png", PNG, {"content-type": "image/png", "upsert": "false"})
    signed = await bucket.create_signed_url("a/b.png", 60)
    assert signed["signedURL"] is not None
    opened = await http.get(signed["signedURL"])

    assert stored.full_path == "files/a/b.png"
    assert opened.content == await bucket.download("a/b.png") == PNG
    assert opened.headers["content-type"] == "image/png"
    assert (await http.get(signed["signedURL"].replace("b.png", "c.png"))).status_code == 400
    assert [row["name"] for row in await bucket.remove(["a/b.png", "none.png"])] == ["a/b.png"]
    assert (await http.get(signed["signedURL"])).json()["statusCode"] == "404"
    assert not await bucket.exists("a/b.png")


async def test_a_link_ends_in_time(
    supabase: SupabaseSimulator, service: AsyncClient, http: httpx.AsyncClient
) -> None:
    await service.storage.create_bucket("files")
    bucket = service.storage.from_("files")
    await bucket.upload("a.png", PNG, {"content-type": "image/png"})
    signed = await bucket.create_signed_url("a.png", 60)
    assert signed["signedURL"] is not None

    supabase.skip(61)
    assert (await http.get(signed["signedURL"])).json()["error"] == "InvalidJWT"


@pytest.mark.parametrize(
    ("path", "media_type", "content", "status", "code"),
    [
        ("a.png", "text/html", PNG, "415", "invalid_mime_type"),
        ("a.png", "image/png", b"x" * 101, "413", "Payload too large"),
        ("kept.png", "image/png", PNG, "409", "Duplicate"),
        ("naïve.png", "image/png", PNG, "400", "InvalidKey"),
    ],
)
async def test_uploads_are_refused_in_the_body_and_not_by_status(
    service: AsyncClient, path: str, media_type: str, content: bytes, status: str, code: str
) -> None:
    await service.storage.create_bucket(
        "files", options={"file_size_limit": 100, "allowed_mime_types": ["image/png"]}
    )
    bucket = service.storage.from_("files")
    await bucket.upload("kept.png", PNG, {"content-type": "image/png"})

    with pytest.raises(StorageException) as refused:
        await bucket.upload(path, content, {"content-type": media_type})
    assert vars(refused.value)["status"] == status
    assert vars(refused.value)["code"] == code


async def test_the_public_key_writes_no_file(visitor: AsyncClient, service: AsyncClient) -> None:
    await service.storage.create_bucket("files")

    with pytest.raises(StorageException) as refused:
        await visitor.storage.from_("files").upload("a.png", PNG)
    assert vars(refused.value)["status"] == "403"


async def test_a_shared_client_carries_the_last_users_token(
    supabase: SupabaseSimulator, service: AsyncClient
) -> None:
    """The trap that a throw-away client for each sign-in avoids."""
    await service.auth.sign_up({"email": EMAIL, "password": PASSWORD})
    with pytest.raises(StorageException):
        await service.storage.from_("files").remove(["a.png"])

    token = supabase.seen[-1].headers["authorization"].removeprefix("Bearer ")
    assert supabase.keyring.read(token)["email"] == EMAIL


async def test_without_the_echoed_version_header_there_is_no_code(
    supabase: SupabaseSimulator, http: httpx.AsyncClient
) -> None:
    url = f"{supabase.url}/auth/v1/token?grant_type=password"
    body = {"email": EMAIL, "password": PASSWORD}
    old = await http.post(url, json=body, headers={"apikey": PUBLIC_KEY})
    new = await http.post(
        url, json=body, headers={"apiKey": PUBLIC_KEY, "X-Supabase-Api-Version": "2024-01-01"}
    )
    nobody = await http.post(url, json=body)

    assert old.json()["error_code"] == new.json()["code"] == "invalid_credentials"
    assert old.json()["code"] == old.status_code == 400
    assert new.headers["X-Supabase-Api-Version"] == "2024-01-01"
    assert nobody.status_code == 401


async def test_a_weak_password_says_why(visitor: AsyncClient) -> None:
    with pytest.raises(AuthWeakPasswordError) as refused:
        await visitor.auth.sign_up({"email": EMAIL, "password": "abc"})
    assert refused.value.reasons == ["length"]


async def test_confirmation_hides_who_has_an_account(
    supabase: SupabaseSimulator, visitor: AsyncClient
) -> None:
    await visitor.auth.sign_up({"email": EMAIL, "password": PASSWORD})
    supabase.switches.autoconfirm = False
    fake = await visitor.auth.sign_up({"email": EMAIL, "password": "another one here"})
    real = await visitor.auth.sign_up({"email": "new@example.com", "password": PASSWORD})

    assert fake.session is real.session is None
    assert fake.user is not None
    assert real.user is not None
    assert fake.user.identities == []
    assert len(real.user.identities or []) == 1
    assert [mail.email for mail in supabase.mails] == ["new@example.com"]


class Chain:
    """Refreshes of one login by the rules of section 3.6."""

    def __init__(self, visitor: AsyncClient) -> None:
        self._auth = visitor.auth

    async def first(self) -> str:
        answer = await self._auth.sign_up({"email": EMAIL, "password": PASSWORD})
        assert answer.session is not None
        return answer.session.refresh_token

    async def next(self, token: str) -> str:
        answer = await self._auth.refresh_session(token)
        assert answer.session is not None
        return answer.session.refresh_token


async def test_a_lost_answer_is_forgiven_and_a_copy_ends_the_family(
    supabase: SupabaseSimulator, visitor: AsyncClient
) -> None:
    chain = Chain(visitor)
    first = await chain.first()
    second = await chain.next(first)
    supabase.skip(3600)
    assert await chain.next(first) == second  # the parent of the active token, at any time
    third = await chain.next(second)
    sibling = await chain.next(second)
    assert sibling == third

    supabase.skip(11)
    fourth = await chain.next(third)
    supabase.skip(11)
    with pytest.raises(AuthApiError) as replayed:
        await chain.next(first)
    assert str(replayed.value.code) == "refresh_token_already_used"
    supabase.skip(11)
    for token in (first, second, third, fourth):
        with pytest.raises(AuthApiError) as dead:
            await chain.next(token)
        assert str(dead.value.code) == "refresh_token_already_used"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("01234567890", "validation_failed"),
        ("AAAAAAAAAAAA", "validation_failed"),
        ("0123456abcde", "refresh_token_not_found"),
    ],
)
async def test_unknown_refresh_tokens(visitor: AsyncClient, token: str, code: str) -> None:
    with pytest.raises(AuthApiError) as refused:
        await visitor.auth.refresh_session(token)
    assert refused.value.code == code


async def test_many_refreshes_at_once_leave_one_login(visitor: AsyncClient) -> None:
    chain = Chain(visitor)
    first = await chain.first()

    assert len(set(await asyncio.gather(*(chain.next(first) for _ in range(10))))) == 1
