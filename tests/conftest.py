"""Laws are about results: a busy machine must not fail them by its pauses."""

from hypothesis import settings

settings.register_profile("eyebright", deadline=None)
settings.load_profile("eyebright")
