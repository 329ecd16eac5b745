"""What each image provider is asked, and the logo that comes of its answer."""

import io
import json
from decimal import Decimal

import pytest
from PIL import Image

from core.exceptions import ProviderUnavailableError
from tests.integration.test_providers.image_world import (
    PRICE,
    PROVIDERS,
    REQUEST,
    SERVICES,
    made,
    opened,
)
from tests.simulators.flux import Flux
from tests.simulators.ideogram import Ideogram
from tests.simulators.image_service import ImageService
from tests.simulators.openai_images import OpenAIImagesService
from tests.simulators.openrouter_images import OpenRouterImagesService
from tests.simulators.pictures import picture, svg
from tests.simulators.recraft import Recraft
from tests.simulators.stability import Stability


def size_of(png: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(png), formats=["PNG"]) as opened_picture:
        return opened_picture.size


@pytest.mark.parametrize("name", PROVIDERS)
async def test_every_provider_makes_a_logo_in_three_widths(name: str) -> None:
    service = SERVICES[name]()
    image = await made(name, service)

    assert image.provider == name
    pngs = [file for file in image.files if file.media_type == "image/png"]
    assert [size_of(file.content)[0] for file in pngs] == [1024, 512, 256]
    assert image.files[0] is pngs[0]
    assert {(file.lockup, file.treatment) for file in image.files} == {("stacked", "color")}
    with Image.open(io.BytesIO(pngs[0].content)) as main:
        assert main.mode == "RGBA"
        assert main.getpixel((0, 0)) == (0, 0, 0, 0)
        assert main.getpixel((main.width // 2, main.height // 2)) == (31, 58, 46, 255)


@pytest.mark.parametrize("name", PROVIDERS)
async def test_the_name_and_the_palette_reach_every_provider(name: str) -> None:
    service = SERVICES[name]()
    await made(name, service)

    assert service.api.seen[0].method == "POST"
    sent = service.api.seen[0].body.decode()
    assert "Harbor & Pine" in sent
    assert "#1f3a2e" in sent


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
async def test_the_kind_of_picture_is_read_from_its_bytes(file_format: str) -> None:
    service = Stability()
    service.content = picture(file_format)
    service.content_type = "application/octet-stream"
    image = await made("stability", service)
    assert size_of(image.files[0].content)[0] == 1024


async def test_flux_is_polled_where_it_says_and_fetched_without_the_key() -> None:
    service = Flux()
    image = await made("flux", service)

    assert image.model == "flux-2-pro"
    assert image.cost_usd == Decimal("0.03")
    assert [seen.path for seen in service.polls.seen] == ["/v1/get_result"] * 4
    assert [seen.path for seen in service.results.seen] == ["/result.png"]
    assert "x-key" not in service.results.seen[0].headers
    body = json.loads(service.api.seen[0].body)
    assert (body["width"], body["height"], body["output_format"]) == (1024, 1024, "png")


@pytest.mark.parametrize(
    "model", ["flux-3-image", "flux-pro-1.1", "flux-kontext-pro", "flux-pro-1.1-ultra"]
)
async def test_each_flux_model_gets_the_fields_that_it_knows(model: str) -> None:
    service = Flux()
    service.statuses = ["Ready"]
    image = await made("flux", service, model)
    assert image.model == model


async def test_flux_gets_the_id_into_an_address_without_one_and_unknown_states_go_on() -> None:
    service = Flux()
    service.statuses = ["Task not found", "Warming up", "Ready"]
    async with service, opened("flux", service) as provider:
        service.polling_url = f"{service.polls.url}/v1/get_result"
        await provider.generate(REQUEST)
    assert all(seen.query["id"] for seen in service.polls.seen)


async def test_flux_states_count_whatever_the_http_status_and_polls_may_fail() -> None:
    service = Flux()
    service.statuses = ["Generating", "Ready"]
    service.polls.modes.extend(["500", "reset", "status_503", "429", "ok"])
    await made("flux", service)
    assert len(service.polls.seen) == 5


@pytest.mark.parametrize("model", [None, "ideogram-v3"])
async def test_ideogram_gets_the_palette_as_a_field(model: str | None) -> None:
    service = Ideogram()
    image = await made("ideogram", service, model)

    assert service.fields["color_palette"]["members"][0] == {
        "color_hex": "#1F3A2E",
        "color_weight": 0.5,
    }
    assert service.fields["style_type"].lower() == "design"
    assert image.cost_usd == PRICE


async def test_ideogram_models_without_palettes_get_none() -> None:
    service = Ideogram()
    await made("ideogram", service, "ideogram-4-5")
    assert service.fields.keys() == {"prompt", "magic_prompt", "num_images"}


async def test_ideogram_vectors_are_polled_for_also_past_a_limit_or_an_outage() -> None:
    service = Ideogram()
    service.api.modes.extend(["ok", "429", "503"])
    service.states = ["pending", "completed"]
    service.content, service.content_type = svg(), "image/svg+xml"
    image = await made("ideogram", service, "ideogram-vector-1")
    assert image.files[-1].media_type == "image/svg+xml"
    assert image.cost_usd == Decimal("0.16")


@pytest.mark.parametrize(
    ("model", "path"), [("core", "core"), ("ultra", "ultra"), ("sd3.5-medium", "sd3")]
)
async def test_stability_models_have_paths(model: str, path: str) -> None:
    service = Stability()
    await made("stability", service, model)
    assert service.api.seen[0].path.endswith(path)
    assert service.fields.get("model") == (model if path == "sd3" else None)


async def test_stability_may_answer_in_json() -> None:
    service = Stability()
    service.json_only = True
    assert (await made("stability", service)).files


@pytest.mark.parametrize("name", ["openai", "dalle"])
async def test_dalle_means_a_model_that_lives(name: str) -> None:
    service = OpenAIImagesService()
    image = await made(name, service, "dall-e-3")

    assert service.fields["model"] == image.model == "gpt-image-2.6-flare"
    assert (image.input_tokens, image.output_tokens) == (19, 1763)
    assert service.fields["background"] == "transparent"


async def test_recraft_draws_vectors_in_the_brands_colours() -> None:
    image = await made("recraft", Recraft())
    vector = image.files[-1]
    assert vector.media_type == "image/svg+xml"
    assert b"#1f3a2e" in vector.content
    assert image.cost_usd == Decimal("0.08")


async def test_recraft_may_answer_with_an_address() -> None:
    service = Recraft()
    service.url_only = True
    image = await made("recraft", service)
    assert len(service.results.seen) == 1
    assert image.files[-1].media_type == "image/svg+xml"


async def test_recraft_gets_short_prompts_for_its_older_models() -> None:
    service = Recraft()
    async with service, opened("recraft", service, model="recraftv3") as provider:
        await provider.generate(type(REQUEST)("word " * 600))
    assert len(service.fields["prompt"]) == 1000
    assert service.fields["image_format"] == "png"


async def test_openrouter_tells_the_cost_and_makes_vectors() -> None:
    service = OpenRouterImagesService()
    image = await made("openrouter", service, "recraft/recraft-v4.1-vector")
    assert image.cost_usd == Decimal("0.04")
    assert image.files[-1].media_type == "image/svg+xml"


async def test_a_lost_connection_does_not_lose_a_paid_picture() -> None:
    service: ImageService = Ideogram()
    service.results.modes.append("cut_off")
    await made("ideogram", service)
    assert len(service.results.seen) == 2


async def test_redirects_of_pictures_are_followed_twice_at_most() -> None:
    service = Ideogram()
    async with service, opened("ideogram", service) as provider:
        service.results.modes.extend([f"to {service.results.url}/a.png", "to /b.png", "ok"])
        await provider.generate(REQUEST)
    assert [seen.path for seen in service.results.seen] == ["/result.png", "/a.png", "/b.png"]


@pytest.mark.parametrize("name", PROVIDERS)
async def test_a_probe_is_free_and_tells_of_the_key(name: str) -> None:
    service = SERVICES[name]()
    async with service:
        async with opened(name, service) as provider:
            await provider.probe()
        async with opened(name, service, key="wrong") as provider:
            with pytest.raises(ProviderUnavailableError) as caught:
                await provider.probe()
    assert caught.value.context["kind"] == "auth"
    assert all(
        seen.method == "GET" or seen.query == {"dry_run": "true"} for seen in service.api.seen
    )
