"""What requests and responses have in common."""

from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from utils.validators import display_text

Item = TypeVar("Item")

Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(display_text)]
ShortText = Annotated[Text, Field(min_length=1, max_length=100)]


class RequestModel(BaseModel):
    """What a client sends. Unknown fields are ignored: nothing can be set that is not declared."""

    model_config = ConfigDict(frozen=True)


class ResponseModel(BaseModel):
    """What a client gets."""


class Page(ResponseModel, Generic[Item]):
    """One page of a list, newest first."""

    items: list[Item]
    next_cursor: str | None = Field(description="Null on the last page.")
