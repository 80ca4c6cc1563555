"""Decoding and encoding machines behind one protocol; `base` is the contract."""
