"""What answers hold beside the result: wishes followed, screening, themes, and the scorecard."""

from typing import Any

import httpx
import pytest

from api.schemas.response_schemas import (
    ColorGenerationResponse,
    NameGenerationResponse,
    PackageGenerationResponse,
    TaglineGenerationResponse,
)

BAKERY = {"description": "A small bakery that delivers sourdough bread by bike", "seed": 7}


async def post(client: httpx.AsyncClient, path: str, headers: dict[str, str], **body: Any) -> Any:
    answer = await client.post(f"/api/generate/{path}", json=BAKERY | body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_names_follow_the_wishes_and_tell_what_was_screened(
    client: httpx.AsyncClient, premium: dict[str, str]
) -> None:
    answer = NameGenerationResponse.model_validate(
        await post(
            client,
            "names",
            premium,
            tlds=[],
            min_length=5,
            max_length=9,
            include_words=["rye"],
            avoid_words=["oven"],
            locked=["Crumbloom"],
            exclude=["Barley"],
            surprise="high",
        )
    )
    texts = [name.name for name in answer.names]
    assert len(texts) == 10
    assert "Crumbloom" in texts
    assert "Barley" not in texts
    assert any("rye" in text.lower() for text in texts)
    assert all("oven" not in text.lower() for text in texts)
    assert all(5 <= sum(map(str.isalpha, text)) <= 9 for text in texts)
    assert all(name.screening.languages for name in answer.names)
    assert [check.number for check in answer.scorecard] == list(range(1, 9))
    assert answer.understood.confidence > 0.7
    assert max(answer.understood.fields.values()) == 1.0


async def test_what_no_field_covers_is_said_so(
    client: httpx.AsyncClient, premium: dict[str, str]
) -> None:
    answer = await post(client, "colors", premium, description="zxqv blorp frimble")
    assert answer["understood"]["confidence"] < 0.35
    assert answer["understood"]["fields"] == {}
    assert answer["understood"]["concepts"]


async def test_wishes_that_cannot_be_met_are_told(
    client: httpx.AsyncClient, premium: dict[str, str]
) -> None:
    answer = await post(client, "names", premium, tlds=[], max_length=3, locked=["Spotify"])
    assert any("letters long" in warning for warning in answer["warnings"])
    assert any("known brand" in warning for warning in answer["warnings"])
    assert len(answer["names"]) == 10


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"min_length": 9, "max_length": 4}, "body"),
        ({"min_length": 2}, "body.min_length"),
        ({"surprise": "extreme"}, "body.surprise"),
        ({"include_words": ["two words"]}, "body.include_words.0"),
        ({"include_words": ["rye"] * 9}, "body.include_words"),
        ({"liked": [""]}, "body.liked.0"),
        ({"locked": ["x" * 41]}, "body.locked.0"),
    ],
)
async def test_wishes_out_of_bounds_are_invalid(
    client: httpx.AsyncClient, premium: dict[str, str], body: dict[str, Any], path: str
) -> None:
    answer = await client.post("/api/generate/names", json=BAKERY | body, headers=premium)
    assert answer.status_code == 422
    assert answer.json()["code"] == "VALIDATION_ERROR"
    assert path in {field["path"] for field in answer.json()["details"]["fields"]}


async def test_a_palette_comes_with_both_themes_and_ramps(
    client: httpx.AsyncClient, premium: dict[str, str]
) -> None:
    answer = ColorGenerationResponse.model_validate(
        await post(client, "colors", premium, colors="navy and gold")
    )
    scheme = answer.palette.scheme
    assert "navy" in answer.palette.reasoning.lower()
    for theme in (scheme.light, scheme.dark):
        assert {"primary", "on-primary", "surface", "text-muted", "error"} <= set(theme.colors)
        assert all(pair.ratio >= pair.required for pair in theme.pairs)
    assert {len(ramp) for ramp in scheme.ramps.values()} == {11}
    assert [(check.number, check.result) for check in answer.scorecard] == [
        (1, "pass"), (19, "pass"), (20, "pass"),
    ]  # fmt: skip


async def test_taglines_are_measured(client: httpx.AsyncClient, premium: dict[str, str]) -> None:
    answer = TaglineGenerationResponse.model_validate(
        await post(client, "taglines", premium, name="Crumbloom")
    )
    assert [check.number for check in answer.scorecard] == [1, 9, 10, 11, 12]
    assert all(check.result == "pass" for check in answer.scorecard if check.kind == "gate")


async def test_a_package_carries_the_whole_card_and_follows_the_wishes_for_names(
    client: httpx.AsyncClient, premium: dict[str, str]
) -> None:
    answer = PackageGenerationResponse.model_validate(
        await post(
            client,
            "package",
            premium,
            tlds=[],
            preferences={"names": {"avoid_words": ["a"]}, "colors": "earthy"},
        )
    )
    assert all("a" not in name.name.lower() for name in answer.names)
    assert [check.number for check in answer.scorecard] == list(range(1, 21))
    assert all(check.result != "fail" for check in answer.scorecard if check.kind == "gate")
