"""The drawings of twelve brands, byte for byte: a change of the look must be meant.

After a meant change, `python -m tests.unit.test_core.engine.test_logos_golden` prints the new ones.
"""

import hashlib
import subprocess
import sys

import pytest

from core.engine.logos.generate import generate_logos
from tests.unit.test_core.engine.logo_cases import BRANDS, GOLDEN, brief, palette


def digest(name: str, parts: tuple[str, ...], industry: str) -> str:
    """The hash of every SVG of the three concepts, in their order."""
    logos = generate_logos(brief(industry), name, parts, palette(), seed=7)
    text = "".join(file.svg for logo in logos for file in logo.files)
    return hashlib.sha256(text.encode()).hexdigest()


def printed() -> str:
    """One line for each brand."""
    return "\n".join(f'    "{brand[0]}": "{digest(*brand)}",' for brand in BRANDS)


@pytest.mark.parametrize("brand", BRANDS, ids=lambda brand: brand[0])
def test_the_files_are_those_that_were_reviewed(brand: tuple[str, tuple[str, ...], str]) -> None:
    assert digest(*brand) == GOLDEN[brand[0]]


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_a_process_with_another_hash_seed_draws_the_same(hash_seed: str) -> None:
    there = subprocess.run(
        [sys.executable, "-m", __name__],
        env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.rstrip("\n")
    assert there == "\n".join(f'    "{name}": "{code}",' for name, code in GOLDEN.items())


if __name__ == "__main__":
    sys.stdout.write(printed() + "\n")
