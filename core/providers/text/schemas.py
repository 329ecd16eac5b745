"""The JSON schemas of the answers to brand tasks, for models that can be held to one.

A strict schema needs an object at the top and every member required: section 3.1 of the contract
of text and image providers. Models that ignore it are read all the same.
"""

from typing import Any, get_args

from core.engine.types import NameStrategy
from core.providers.base import BrandTask

_TEXT = {"type": "string"}
_COLOR_ROLES = ("primary", "secondary", "accent", "background", "text")
FRAMEWORKS = (
    "claim", "contrast", "imperative", "triad", "name-play", "audience", "action", "place",
)  # fmt: skip


def _strict(**members: Any) -> dict[str, Any]:  # Any: JSON values
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(members),
        "properties": members,
    }


def _listed(items: Any) -> dict[str, Any]:  # Any: JSON values
    return {"type": "array", "items": items}


_SCHEMAS = {
    "names": _strict(
        names=_listed(
            _strict(
                name=_TEXT,
                style={"type": "string", "enum": list(get_args(NameStrategy))},
                parts=_listed(_TEXT),
                reasoning=_TEXT,
            )
        )
    ),
    "taglines": _strict(
        taglines=_listed(_strict(text=_TEXT, framework={"type": "string", "enum": [*FRAMEWORKS]}))
    ),
    "palette": _strict(**dict.fromkeys(_COLOR_ROLES, _TEXT)),
}


def response_format(task: BrandTask) -> dict[str, Any]:  # Any: JSON values
    """The `response_format` that asks for the task's answer."""
    return {
        "type": "json_schema",
        "json_schema": {
            "name": f"brand_{task.kind}",
            "strict": True,
            "schema": _SCHEMAS[task.kind],
        },
    }
