"""A project that answers without end takes little memory, whatever it was asked for."""

from collections.abc import Awaitable, Callable, Mapping

import pytest

from core.exceptions import AppError
from core.providers.supabase.accounts import SupabaseAccounts
from core.providers.supabase.project import ATTEMPTS, SupabaseProject
from core.providers.supabase.signing_keys import SigningKeys
from core.providers.supabase.storage import SupabaseStorage
from core.providers.supabase.transport import MAX_ANSWER_BYTES, MAX_FILE_BYTES
from tests.memory import peak_memory
from tests.simulators.supabase import SupabaseSimulator

KEY = "5f0c/logo-1.png"
OTHERS = 8 << 20  # the stand-in runs in this process too


@pytest.fixture
def calls(
    project: SupabaseProject, accounts: SupabaseAccounts, files: SupabaseStorage
) -> Mapping[str, Callable[[], Awaitable[object]]]:
    return {
        "get": lambda: files.get(KEY),
        "put": lambda: files.put(KEY, b"\x89PNG\r\n\x1a\n"),
        "sign": lambda: files.signed_urls([KEY]),
        "sign in": lambda: accounts.sign_in("a@example.com", "four plain words"),
        "user": lambda: accounts.user_of("token"),
        "keys": lambda: SigningKeys(project).get("1"),
    }


@pytest.mark.parametrize("mode", ["flood", "flood_as_told", "gzip_bomb"])
@pytest.mark.parametrize("call", ["get", "put", "sign", "sign in", "user", "keys"])
async def test_an_answer_without_end_is_cut_at_the_limit(
    supabase: SupabaseSimulator,
    calls: Mapping[str, Callable[[], Awaitable[object]]],
    call: str,
    mode: str,
) -> None:
    with pytest.raises(AppError):
        await calls["user"]()  # loads the library
    supabase.modes.extend([mode] * ATTEMPTS)
    limit = MAX_FILE_BYTES if call == "get" else MAX_ANSWER_BYTES

    with peak_memory() as peak:
        with pytest.raises(AppError):
            await calls[call]()
        assert peak() < 2 * limit + OTHERS
    assert len(supabase.modes) < ATTEMPTS
