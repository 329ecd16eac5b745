"""Every motif and container: inside its box, simple, legible when small."""

import pytest

from core.engine.logos.art import Art, one_colour
from core.engine.logos.containers import CONTAINER_IDS, container
from core.engine.logos.geometry import rect
from core.engine.logos.ideas import alike, motif_of, noun, setting
from core.engine.logos.layout import symbol_alone
from core.engine.logos.motifs import motif
from core.engine.logos.motifs.base import plain
from core.engine.logos.svg import document, path_data
from core.engine.logos.symbols import bare, cut_out, ringed
from core.engine.ontology import ontology
from core.engine.pack import section
from core.engine.types import MOTIF_IDS
from utils.image_utils import ink_share, legibility, lost_ink


def black(art: Art) -> str:
    """A symbol as it ships in one ink."""
    sheet = symbol_alone(art)
    data = "".join(path_data(shape) for shape in one_colour(sheet.art))
    return document("symbol", sheet.view, [(data, "#000000")])


@pytest.mark.parametrize("motif_id", MOTIF_IDS)
def test_a_motif_lies_in_its_box_and_its_parts_lie_apart(motif_id: str) -> None:
    drawing = motif(motif_id)
    left, top, right, bottom = drawing.ink.bounds
    assert min(left, top) >= -0.5
    assert max(right, bottom) <= 100.5
    assert max(right - left, bottom - top) >= 70
    if not drawing.second.empty:
        overlap = drawing.main & drawing.second
        assert overlap.empty or overlap.area < 0.5


@pytest.mark.parametrize("motif_id", MOTIF_IDS)
def test_a_motif_is_simple(motif_id: str) -> None:
    drawing = motif(motif_id)
    paths = [shape.path for shape in (drawing.main, drawing.second)]
    assert sum(len(list(path)) for path in paths) <= 142
    assert sum(len(shape.contours()) for shape in (drawing.main, drawing.second)) <= 9
    assert len(black(bare(motif_id))) < 12_600


@pytest.mark.parametrize("motif_id", MOTIF_IDS)
def test_a_motif_is_legible_at_sixteen_pixels(motif_id: str) -> None:
    for art in (bare(motif_id), cut_out(motif_id, "circle"), ringed(motif_id)):
        assert legibility(black(art)) >= 0.77
    alone = black(bare(motif_id))
    assert lost_ink(alone, 16) <= 0.36
    assert lost_ink(alone, 32) <= 0.06
    assert 0.11 <= ink_share(alone) <= 0.79


@pytest.mark.parametrize("container_id", CONTAINER_IDS)
def test_a_container_holds_what_is_cut_out_of_it(container_id: str) -> None:
    holder = container(container_id)
    for motif_id in ("flame", "bird", "book", "star", "kite", "bars", "fish", "mask", "sail"):
        mark = cut_out(motif_id, container_id)[0].shape
        assert mark.bounds == pytest.approx(holder.shape.bounds, abs=0.01)
        assert mark.area < holder.shape.area
        assert len(mark.contours()) >= len(holder.shape.contours()) + 1
        assert legibility(black(cut_out(motif_id, container_id))) >= 0.77


def test_ids_are_in_order_and_each_has_enough_words() -> None:
    assert list(MOTIF_IDS) == sorted(set(MOTIF_IDS))
    assert min(len(record["words"]) for record in section("logos")["motifs"].values()) >= 10


def test_a_primitive_that_a_file_imports_is_no_motif() -> None:
    assert motif("ring").second.centre[1] < 50  # the stone, above the hoop


def test_a_turned_motif_fills_the_box_again() -> None:
    slim = plain(rect(45, -20, 10, 140)).turned(45)
    assert slim.ink.centre == pytest.approx((50, 50), abs=0.01)
    assert max(slim.ink.width, slim.ink.height) == pytest.approx(94, abs=0.01)


def test_unknown_ids_are_refused() -> None:
    with pytest.raises(KeyError):
        motif("unicorn")
    with pytest.raises(KeyError):
        container("cube")


def test_the_tables_speak_of_known_things_only() -> None:
    assert set(section("logos")["motifs"]) == set(MOTIF_IDS)
    assert set(setting("containers")) == set(CONTAINER_IDS)
    assert set(setting("same")) == set(CONTAINER_IDS)
    assert set(setting("concepts")) == set(ontology().concepts)
    assert set(setting("badges")) <= set(ontology().industries)
    for table in ("same", "concepts"):
        for motifs in setting(table).values():
            assert set(motifs) <= set(MOTIF_IDS)


def test_every_word_of_the_table_stands_for_one_motif() -> None:
    words = [
        word for motif_id in MOTIF_IDS for word in section("logos")["motifs"][motif_id]["words"]
    ]
    assert len(words) >= 2000
    assert len(words) == len(set(words))
    assert all(word == word.lower() and word.isalpha() for word in words)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("ember", "flame"),
        ("Hawk", "bird"),
        ("stones", "bricks"),
        ("harbor", "anchor"),
        ("honey", "bee"),
        ("Melody", "note"),
        ("sails", "sail"),
        ("nest", "gable"),
    ],
)
def test_a_part_of_a_name_finds_its_motif(part: str, expected: str) -> None:
    assert motif_of(part) == expected


def test_a_part_is_never_searched_for_words_inside_it() -> None:
    assert motif_of("crumbloom") is None


def test_a_container_that_repeats_the_motif_is_known() -> None:
    assert alike("bean", "bean")
    assert not alike("bean", "flame")


def test_nouns_carry_their_article() -> None:
    assert noun("oak") == "a tree"
    assert noun("anchor") == "an anchor"
