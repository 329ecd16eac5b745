"""Taglines: five for a brief and a name, and the judgement of lines written elsewhere."""

from core.engine.taglines.generate import generate_taglines
from core.engine.taglines.judge import judge_tagline

__all__ = ["generate_taglines", "judge_tagline"]
