"""Settings that all tests share."""

from hypothesis import settings

# A law is no slower to check on a busy machine, only later.
settings.register_profile("eyebright", deadline=None)
settings.load_profile("eyebright")
