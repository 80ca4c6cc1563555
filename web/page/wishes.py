"""What the settings ask for, in plain words. No browser in here."""

from typing import Any

from page import words


def settings(goal: dict[str, Any], policy: dict[str, str] | None = None) -> str:
    """The settings in one line, for the closed panel."""
    parts = []
    if goal["content"] != "auto":
        parts.append(words.CONTENT.get(goal["content"], goal["content"]))
    parts.append(MODE_WISH[goal.get("mode", "auto")])
    for key, say in WISHES:
        if goal.get(key) is not None:
            parts.append(say(goal[key]))
    parts.append(METADATA_WISH[goal.get("metadata", "rights")])
    parts.append("their own colours kept" if goal.get("colour") == "keep" else "")
    parts.append(f"by {policy['name']}" if policy else "")
    line = ", ".join(part for part in parts if part)
    return line[0].upper() + line[1:] if line else AUTOMATIC


def cropped(crop: dict[str, Any] | None) -> dict[str, Any]:
    """The goal's part that asks for a crop: a box, or a shape whose best box is taken."""
    if crop is None:
        return {}
    return {"crop_box": crop["box"]} if crop["box"] else {"crop": crop["shape"]}


def kind_name(name: str) -> str:
    """A kind of content of a policy file, as one of the list."""
    spaced = name.replace("-", " ").replace("_", " ")
    return spaced[0].upper() + spaced[1:]


def kind_help(kind: dict[str, Any], file_name: str) -> str:
    """What a policy file asks of a kind of content, `eyebright.policy.ContentPolicy` as JSON."""
    if kind.get("keep_original"):
        asked = "not a byte may change"
    elif kind.get("lossless_only"):
        asked = "no pixel may change"
    else:
        asked = f"score {kind['target']:g} or better"
    return f"As {file_name} says: {asked}."


def being_checked(file_name: str) -> str:
    return f"{file_name}, being checked"


def policy_refused(file_name: str, fault: str, kept: dict[str, str] | None) -> str:
    """Why a policy file is not in force, and which one is."""
    named = fault if file_name in fault else f"{file_name}: {fault}"
    whole = named if named[-1] in ".!?" else f"{named}."
    still = f"{kept['name']} stays" if kept else "No policy file is"
    return f"{whole} {still} in force."


AUTOMATIC = "Automatic: the best format and quality for each picture"

WISHES: tuple[tuple[str, Any], ...] = (
    ("target", lambda target: f"score {target:g}"),
    ("max_width", lambda width: f"at most {width} pixels wide"),
    ("max_height", lambda height: f"at most {height} pixels high"),
    ("max_bytes", lambda count: f"at most {words.size(count)}"),
    ("formats", lambda formats: " or ".join(words.FORMAT[f] for f in formats)),
)
"""Words for each setting that is not left open, by its key in the goal."""

MODE_WISH = {"auto": "", "fast": "fast", "best": "as small as can be"}

METADATA_WISH = {"rights": "", "all": "all metadata kept", "none": "no metadata kept"}
