"""One random stream per engine stage, the same on every machine and under every hash seed."""

import json
import random
from hashlib import sha256

ENGINE_VERSION = "2"


def stage_random(stage: str, seed: int, *inputs: object) -> random.Random:
    """A generator for one stage; equal inputs give an equal stream in every process.

    `inputs` must be JSON-serialisable; pass everything that should change the result.
    """
    canonical = json.dumps(
        [ENGINE_VERSION, stage, seed, *inputs], sort_keys=True, ensure_ascii=False
    )
    return random.Random(sha256(canonical.encode()).digest())  # noqa: S311  # not for security
