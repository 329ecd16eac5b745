"""Bakes how words are said and which letters follow each other; a developer's tool, not run-time.

`python -m core.engine.names.build_sounds FOLDER` reads the unpacked pronouncing dictionary that
`data/NOTICE` names and writes two sections. `sounds`: the common dictionary words and all words
of the ontology that it knows; `trigrams`: how often three letters stand in a row in its headwords.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from core.engine.build import packed
from core.engine.ontology import ontology
from core.engine.pack import PACK_DIRECTORY, load

_COMMON_WORDS = 16_000
_ENTRY = re.compile(r"([A-Z]+)  (.+)")


def pronunciations(folder: Path) -> dict[str, str]:
    """The first pronunciation of each plain headword, in ARPABET with stress digits."""
    lines = (folder / "datasets-cmudict/data/dict.txt").read_text().splitlines()
    found = (match for match in map(_ENTRY.fullmatch, lines) if match)
    return {match[1].lower(): match[2] for match in found}


def sounds(said: Mapping[str, str]) -> dict[str, str]:
    """Common words and those of the ontology, each with its sounds on a line of its own."""
    common = load("lexicon")["words"].split()[:_COMMON_WORDS]
    own = {*ontology().words, *ontology().tails}
    words = sorted(word for word in {*common, *own} if word in said)
    return {"said": "".join(f"\n{word} {said[word]}" for word in words) + "\n"}


def trigrams(words: Iterable[str]) -> dict[str, int]:
    """How often each three letters stand in a row, with the edges of words as ^ and $."""
    counts: Counter[str] = Counter()
    for word in words:
        padded = f"^^{word}$"
        counts.update(padded[at : at + 3] for at in range(len(padded) - 2))
    return dict(sorted(counts.items()))


if __name__ == "__main__":
    pronounced = pronunciations(Path(sys.argv[1]))
    plain = (word for word in pronounced if 3 <= len(word) <= 14)
    for name, content in (("sounds", sounds(pronounced)), ("trigrams", trigrams(plain))):
        (PACK_DIRECTORY / f"{name}.json.zz").write_bytes(packed(content))
