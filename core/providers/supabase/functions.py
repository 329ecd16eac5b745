"""Mails through an Edge Function of a Supabase project, which has no way to send one by itself."""

from collections.abc import Mapping

from core.exceptions import ProviderRejectedError, UnavailableError
from core.providers.notices.base import Mail
from core.providers.supabase.project import SupabaseProject

_REFUSED = frozenset({400, 413, 422})
_RETRY_AFTER_S = 60


class SupabaseMailer:
    """The `Mailer` that calls a function of the operator's with `to`, `subject` and `text`.

    The project is one of its own, for a function that fails must not shut accounts and files out.
    """

    def __init__(self, project: SupabaseProject, function: str) -> None:
        self._project = project
        self._function = function

    async def send(self, mail: Mail) -> None:
        """Hand the mail over. Raises UnavailableError and ProviderRejectedError."""
        body = {"to": mail.to, "subject": mail.subject, "text": mail.text}
        await self._project.call(lambda: self._invoke(body, {"Idempotency-Key": str(mail.id)}))

    async def _invoke(self, body: Mapping[str, str], headers: Mapping[str, str]) -> None:
        from supabase import FunctionsError  # noqa: PLC0415  # loaded on first use of a project

        try:
            await self._project.service.functions.invoke(
                self._function, {"body": dict(body), "headers": dict(headers)}
            )
        except FunctionsError as error:
            kind = ProviderRejectedError if error.status in _REFUSED else UnavailableError
            # What the function has written goes no further.
            raise kind(supabase_status=error.status, retry_after=_RETRY_AFTER_S) from None

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        await self._project.aclose()
