"""Which steps a generation has, and which of them wait for which."""

from collections.abc import Collection, Mapping

from database.job_models import Step
from database.models import GenerationType

STEPS: Mapping[GenerationType, tuple[Step, ...]] = {
    GenerationType.NAME: (Step.NAMES,),
    GenerationType.LOGO: (Step.LOGOS,),
    GenerationType.COLOR: (Step.PALETTE,),
    GenerationType.TAGLINE: (Step.TAGLINES,),
    GenerationType.PACKAGE: (
        Step.NAMES,
        Step.PALETTE,
        Step.DOMAINS,
        Step.TAGLINES,
        Step.LOGOS,
    ),
}

# Within a package; a step alone waits for nothing.
_NEEDS: Mapping[Step, frozenset[Step]] = {
    Step.DOMAINS: frozenset({Step.NAMES}),
    Step.TAGLINES: frozenset({Step.NAMES}),
    Step.LOGOS: frozenset({Step.NAMES, Step.PALETTE}),
}


def startable(kind: GenerationType, ended: Collection[str]) -> list[Step]:
    """The steps that can be under way when those in `ended` have ended, in the usual order."""
    steps = STEPS[kind]
    return [
        step
        for step in steps
        if step not in ended
        and all(need in ended for need in _NEEDS.get(step, ()) if need in steps)
    ]


FIRST_STEPS: Mapping[str, list[str]] = {kind.value: [*startable(kind, ())] for kind in STEPS}
