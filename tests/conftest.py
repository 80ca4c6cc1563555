"""Settings that all tests share."""

import os

from hypothesis import settings

# A law is no slower to check on a busy machine, only later.
settings.register_profile("eyebright", deadline=None)

# CI tries the same examples every time, so that a red run is about the change; new ones are
# looked for wherever people work.
settings.register_profile("ci", parent=settings.get_profile("eyebright"), derandomize=True)

# A mutant is tried against every law that reaches it: few examples, the same for each mutant.
settings.register_profile(
    "mutation", parent=settings.get_profile("ci"), max_examples=5, database=None
)
settings.load_profile("ci" if os.environ.get("CI") else "eyebright")

# Tests open models by themselves, too, and nothing of that is to be told to anybody.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
