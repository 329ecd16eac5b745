"""Progress of a generation as it happens."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, status

from api.dependencies import CurrentUser, Services, services_of
from api.event_stream import MEDIA_TYPE, EventStream
from api.schemas.error_schemas import error_responses
from api.schemas.job_schemas import EventTicketRead
from core.exceptions import AuthenticationError
from middleware.auth import GuardedRoute
from services.auth_provider import Principal
from services.event_streams import TICKET_LIFETIME

_LAST_SEQ = 2**31 - 1  # PostgreSQL's integer
_STREAM: dict[int | str, dict[str, Any]] = {  # Any: OpenAPI values
    200: {
        "description": "The events, until the generation has ended.",
        "content": {
            MEDIA_TYPE: {
                "schema": {"type": "string"},
                "example": "retry: 2000\n\n"
                "event: step.completed\n"
                'data: {"step":"names","created_at":"2026-11-24T10:00:00Z"}\n'
                "id: 3\n\n"
                ": ping\n\n",
            }
        },
    }
}


class TicketRoute(GuardedRoute):
    """A route that takes a ticket from callers without a token."""

    async def authenticate(self, request: Request) -> Principal:
        """The caller. Raises AuthenticationError."""
        ticket = request.query_params.get("ticket")
        if ticket is None or "authorization" in request.headers:
            return await super().authenticate(request)
        try:
            generation_id = UUID(request.path_params["generation_id"])
        except ValueError as error:
            raise AuthenticationError from error
        return await services_of(request).event_streams.redeem_ticket(ticket, generation_id)


_ADDRESS = "/api/generations/{generation_id}/events"
_ERRORS = error_responses(401, 404, 422, 429, 500, 503)

router = APIRouter(tags=["generations"], route_class=TicketRoute, responses=_ERRORS)
guarded = APIRouter(tags=["generations"], route_class=GuardedRoute, responses=_ERRORS)


@router.get(_ADDRESS, status_code=200, response_class=EventStream, responses=_STREAM)
async def stream_generation_events(
    generation_id: UUID,
    user: CurrentUser,
    services: Services,
    after: Annotated[
        int, Query(ge=0, le=_LAST_SEQ, description="Only events with a greater `id`.")
    ] = 0,
    last_event_id: Annotated[
        int | None, Header(ge=0, le=_LAST_SEQ, description="As `after`, and before it.")
    ] = None,
    ticket: Annotated[
        str | None, Query(description="In place of the token, once: see the ticket's endpoint.")
    ] = None,
) -> EventStream:
    """What happens to a generation, from its first event or the one after `after` on.

    Each event has an `id` that rises by one, a type (`job.accepted`, `step.completed`, …) and a
    JSON object as its data. The stream ends with `job.success`, `job.failed` or `job.cancelled`;
    then the result is at `GET /api/generations/{generation_id}`. It also ends when the service
    stops and after ten minutes: open it again with the last `id`, and nothing is missed or
    repeated. A comment every 15 seconds shows that it is alive.

    With `fetch`, send the token as always and read `response.body`. A browser's `EventSource`
    sends no token: ask for a ticket before each connection and open its `url`. It reconnects by
    itself to the same address, whose ticket is used up then: on `error` close it, ask for a new
    ticket and continue with `&after=` the last `id`.
    """
    del ticket  # it has done its work before the route began
    seen = after if last_event_id is None else last_event_id
    return EventStream(services.event_streams.opened(generation_id, user.user_id, seen))


@guarded.post(f"{_ADDRESS}/ticket", status_code=status.HTTP_201_CREATED)
async def create_event_ticket(
    generation_id: UUID, user: CurrentUser, services: Services
) -> EventTicketRead:
    """A ticket that opens one event stream of this generation, once, within a minute."""
    ticket = await services.event_streams.issue_ticket(generation_id, user.user_id)
    return EventTicketRead(
        ticket=ticket,
        expires_in=int(TICKET_LIFETIME.total_seconds()),
        url=f"/api/generations/{generation_id}/events?ticket={ticket}",
    )
