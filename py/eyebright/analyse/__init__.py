"""Pixels in, integer facts out: quantised at this border, so that two machines decide alike.

`statistics` counts at full resolution; the models look at a proxy (`proxy`), one module each, with
a classical fallback beside what reads the model.
"""
