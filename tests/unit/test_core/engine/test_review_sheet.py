"""The sheet on which people judge brands: whole, safe to open, without a network."""

import re
from dataclasses import replace

import pytest

from tests.review_sheet.boards import DESCRIPTIONS, Board, make_board
from tests.review_sheet.page import page


@pytest.fixture(scope="module")
def board() -> Board:
    return make_board(DESCRIPTIONS[0], seed=1)


def test_a_board_shows_all_texts_and_every_logo_file(board: Board) -> None:
    html = page([board])

    for name in board.names:
        assert f"<b>{name.text}</b>".replace("&", "&amp;") in html
    for swatch in board.palette.swatches:
        assert f"{swatch.hex} {swatch.role}" in html
    files = sum(len(concept.logo.files) for concept in board.concepts)
    assert html.count("data:image/svg+xml") == files


def test_a_symbol_is_shown_small_and_enlarged(board: Board) -> None:
    widths = re.findall(r'<img width="(\d+)" alt="(\d+) px', page([board]))

    assert {("32", "32"), ("64", "32"), ("16", "16"), ("64", "16")} == set(widths)


def test_the_page_needs_nothing_from_elsewhere(board: Board) -> None:
    sources = re.findall(r'(?:src|href)="([^"]*)"', page([board]))

    assert sources
    assert all(source.startswith("data:") for source in sources)


def test_a_description_cannot_become_markup(board: Board) -> None:
    html = page([replace(board, description="<script>alert(1)</script>")])

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_there_are_24_different_descriptions() -> None:
    assert len(set(DESCRIPTIONS)) == 24
