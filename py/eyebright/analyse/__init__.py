"""Pixels in, integer facts out: quantised at this border, so that two machines decide alike.

`statistics` counts at full resolution; the models look at a proxy (`proxy`), one module each, with
a classical fallback beside what reads the model.
"""

ANALYSIS_VERSION = "6"
"""Raised when the same picture and models may give other facts: when statistics, a `prepare`, a
`read` or a fallback change. Kept facts and results of another version are not used again."""
