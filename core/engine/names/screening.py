"""What a founder should know of a name before the search for rights."""

from core.engine.names.aloud import say_aloud
from core.engine.names.lexicon import folded, lexicon
from core.engine.names.nearness import nearest_brand
from core.engine.names.sound import spelling_risks, syllables
from core.engine.ontology import ontology
from core.engine.types import Crowdedness, Name, Screening

LANGUAGES = ("de", "en", "es", "fr", "it", "pt")  # whose offensive words are screened out
_COMMON_RANK = 14_000


def screened(name: Name) -> Screening:
    """The report of a name; no search for trade marks or domains."""
    words = [folded(word) for word in name.text.replace("&", " ").split()]
    spoken = list(name.parts) if name.strategy == "compound" and name.parts else words
    key = "".join(words)
    brand = nearest_brand(key)
    return Screening(
        syllables=sum(map(syllables, spoken)),
        say_aloud=say_aloud(name.text, name.strategy, name.parts),
        spelling_risks=tuple(
            dict.fromkeys(risk for word in words for risk in spelling_risks(word))
        ),
        languages=LANGUAGES,
        nearest_brand=brand,
        crowdedness=_crowdedness(key, brand),
    )


def _crowdedness(key: str, brand: str | None) -> Crowdedness:
    """How many companies are likely to use the word: high for words known to be popular."""
    entry = ontology().words.get(key)
    if entry is not None and entry.crowded:
        return "high"
    common = lexicon().rank.get(key, _COMMON_RANK) < _COMMON_RANK
    return "medium" if common or brand is not None else "low"
