"""`typing` for MicroPython, which has none and evaluates no annotations: names are enough.

The shell puts this file where `from typing import Any` finds it; CPython and the checkers use
the real one.
"""

Any = object
