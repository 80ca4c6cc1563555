"""The files of web/ as visitors get them: scripts without their comments."""

from __future__ import annotations


def as_shipped(name: str, data: bytes) -> bytes:
    """What a visitor gets of the file."""
    return without_comments(data.decode()).encode() if name.endswith(".js") else data


def without_comments(script: str) -> str:
    """The script without empty lines and comments that have lines of their own.

    A comment behind code stays, and so does what a string holds, unless a line of a template
    begins as a comment does: web/ has that in style sheets alone, where it is one.
    """
    kept, within = [], False
    for line in script.splitlines():
        text = line.strip()
        if within or text.startswith("/*"):
            within = "*/" not in text
            if not within and not text.endswith("*/"):
                kept.append(line.partition("*/")[2])  # code behind a comment
        elif text and not text.startswith("//"):
            kept.append(line)
    return "\n".join(kept) + "\n"
