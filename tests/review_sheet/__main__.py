"""Makes the review sheet: `python -m tests.review_sheet [--seed 1] [--only 3,9]`.

`index.html` holds all boards; with a Chromium each board becomes a PNG beside it.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import ARGUMENTS, find_chromium
from tests.review_sheet.boards import DESCRIPTIONS, make_board
from tests.review_sheet.page import page

FOLDER = Path(".data/review")


def main() -> None:
    """Make the sheet and say where it is."""
    parser = argparse.ArgumentParser(description="Make the review sheet.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="numbers of descriptions, from 1: 3,9")
    options = parser.parse_args()
    numbers = [int(part) for part in options.only.split(",")] if options.only else None
    chosen = [DESCRIPTIONS[number - 1] for number in numbers] if numbers else DESCRIPTIONS
    with ProcessPoolExecutor() as pool:
        boards = list(pool.map(partial(make_board, seed=options.seed), chosen))
    FOLDER.mkdir(parents=True, exist_ok=True)
    sheet = FOLDER / "index.html"
    sheet.write_text(page(boards), encoding="utf-8")
    sys.stdout.write(f"{sheet}\n")
    _take_pictures(sheet)


def _take_pictures(sheet: Path) -> None:
    """One PNG a board."""
    program = find_chromium()
    if program is None:
        sys.stdout.write("no Chromium is installed: the boards are not made into PNG files\n")
        return
    for old in FOLDER.glob("board-*.png"):
        old.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        opened = browser.new_page(viewport={"width": 1280, "height": 1600})
        opened.goto(sheet.resolve().as_uri())
        for number, board in enumerate(opened.locator("section").all(), start=1):
            picture = FOLDER / f"board-{number:02}.png"
            board.screenshot(path=picture)
            sys.stdout.write(f"{picture}\n")
        browser.close()


if __name__ == "__main__":
    main()
