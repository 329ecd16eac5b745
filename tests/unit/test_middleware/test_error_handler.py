"""Every error that we raise on purpose has a status, a code that is documented, and survives."""

import pickle
from collections.abc import Iterator

import orjson
import pytest

from api.schemas.error_schemas import ErrorCode
from core.exceptions import AppError, ProviderRejectedError, TooManyRequestsError
from middleware.error_handler import ANSWER_BY_STATUS, status_for, status_response


def family(error: type[AppError]) -> Iterator[type[AppError]]:
    yield error
    for child in error.__subclasses__():
        yield from family(child)


@pytest.mark.parametrize("error", list(family(AppError)), ids=lambda error: error.__name__)
def test_every_error_has_a_status_a_code_and_survives_pickling(error: type[AppError]) -> None:
    copy = pickle.loads(pickle.dumps(error("because", generation_id="1")))

    assert type(copy) is error
    assert (copy.message, copy.context) == ("because", {"generation_id": "1"})
    assert 400 <= status_for(error) < 600
    assert error.code in set(ErrorCode)


def test_an_error_without_a_status_of_its_own_has_that_of_its_nearest_ancestor() -> None:
    assert status_for(TooManyRequestsError) == 429
    assert status_for(ProviderRejectedError) == 502


@pytest.mark.parametrize("status", [*ANSWER_BY_STATUS, 409, 418, 431, 501, 599])
def test_every_status_has_an_answer_with_a_documented_code(status: int) -> None:
    response = status_response(status, {"Allow": "GET"})
    answer = orjson.loads(response.body)

    assert response.status_code == status
    assert response.headers["allow"] == "GET"
    assert set(answer) == {"error", "code", "details"}
    assert answer["code"] in set(ErrorCode)
    assert answer["details"] == {}
