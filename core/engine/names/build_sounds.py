"""Bakes how words are said; a developer's tool, not run-time.

`python -m core.engine.names.build_sounds FOLDER` reads the unpacked pronouncing dictionary that
`data/NOTICE` names and writes the section `sounds`: the common dictionary words and all words of
the ontology that it knows.
"""

import re
import sys
from pathlib import Path
from typing import Any

from core.engine.build import packed
from core.engine.ontology import ontology
from core.engine.pack import PACK_DIRECTORY, section

_COMMON_WORDS = 16_000
_ENTRY = re.compile(r"([A-Z]+)  (.+)")


def pronunciations(folder: Path) -> dict[str, str]:
    """The first pronunciation of each plain headword, in ARPABET with stress digits."""
    lines = (folder / "datasets-cmudict/data/dict.txt").read_text().splitlines()
    found = (match for match in map(_ENTRY.fullmatch, lines) if match)
    return {match[1].lower(): match[2] for match in found}


def sounds(folder: Path) -> dict[str, Any]:  # Any: JSON values
    """The section's content: words and their sounds in the same order."""
    said = pronunciations(folder)
    common = section("lexicon")["words"].split()[:_COMMON_WORDS]
    own = {*ontology().words, *ontology().tails}
    words = sorted(word for word in {*common, *own} if word in said)
    return {"words": " ".join(words), "sounds": "|".join(said[word] for word in words)}


if __name__ == "__main__":
    content = sounds(Path(sys.argv[1]))
    (PACK_DIRECTORY / "sounds.json.zz").write_bytes(packed(content))
