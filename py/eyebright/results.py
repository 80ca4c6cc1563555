"""Results and facts as bytes, for caches on disk and in the browser: made once, used again.

A key is a hash of all that a result was made of: the source, the goal, the policies, the machine's
abilities and all versions. `policy.cache_key` tells as much of a plan, but a plan needs the decoded
picture, which is most of the work that a cache is to save.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from eyebright.analyse import ANALYSIS_VERSION, registry
from eyebright.analyse.asking import FALLBACK
from eyebright.deliver import Optimised
from eyebright.errors import PolicyError
from eyebright.host.base import Host
from eyebright.kernels import implementation
from eyebright.policy import POLICY_VERSION, Decision, Policies, canonical_json
from eyebright.policy.memory import REDUCED_CODE
from eyebright.values import Capabilities, Facts, Goal, Reason, Report
from eyebright.version import VERSION

REUSED = Reason(code="cached", text="This result was made before and comes from the cache.")
DAMAGED = Reason(
    code="cache-damaged", text="What the cache held for it was damaged, so it was made again."
)

PASSING = frozenset(
    {
        *("encoder-failed", "decoder-failed", "metadata-unwritten", "profile-ignored"),
        *("decode-whole", "model-missing", "model-refused", "model-failed", "model-slow"),
        "models-unloaded",
    }
)
"""Codes of what another attempt may not meet: memory at its end, a package that did not load.

That no model runs here at all (models-unavailable) lasts: keys tell of it, and kept reports too."""


class DamagedResult(ValueError):
    """These bytes are no whole result."""


async def key_of(
    data: bytes,
    goal: Goal,
    policies: Policies,
    host: Host,
    capabilities: Capabilities | None,
    *,
    models: bool = True,
) -> str:
    """64 hexadecimal digits, equal only where the result would be equal."""
    able = capabilities or await host.capabilities()
    made_of = {
        "source": hashlib.sha256(data).hexdigest(),
        "goal": goal.to_dict(),
        "versions": [VERSION, POLICY_VERSION, policies.fingerprint, implementation()],
        "analysis": ANALYSIS_VERSION,
        "capabilities": _deciding(able),
        "models": await _models(host) if models else {},
        "encoders": dict(await host.encoder_versions()),
        "decoders": dict(await host.decoder_versions()),
    }
    return hashlib.sha256(canonical_json(made_of).encode()).hexdigest()


async def key_of_facts(data: bytes, host: Host, *, models: bool = True) -> str:
    """64 hexadecimal digits, equal only where the facts of a file would be equal."""
    made_of = {
        "facts of": hashlib.sha256(data).hexdigest(),
        "versions": [VERSION, implementation()],
        "analysis": ANALYSIS_VERSION,
        "decoders": dict(await host.decoder_versions()),
        "models": await _models(host) if models else {},
    }
    return hashlib.sha256(canonical_json(made_of).encode()).hexdigest()


async def _models(host: Host) -> dict[str, str]:
    """The models, and what runs them here."""
    return {**registry.fingerprints(), "runtime": await host.runtime_version()}


def _deciding(able: Capabilities) -> dict[str, Any]:
    """Without the decoding times, new after each picture, where no network makes time matter."""
    if able.throughput_kbps is None and not able.effective_type:
        able = able.replace(decode_ms_per_mp={})
    return able.to_dict()


def pack(made: Optimised) -> bytes:
    """A line of JSON, then the file; of an original that stayed as it was no second copy.

    The source's name, which may tell of people, is left out.
    """
    body = b"" if made.report.kept_original else made.data
    head = {
        "report": made.report.replace(name="").to_dict(),
        "record": made.record.to_dict() if made.record else None,
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return json.dumps(head).encode() + b"\n" + body


def unpack(packed: bytes, data: bytes, name: str) -> Optimised:
    """The result for a file of these bytes and this name. Raises DamagedResult."""
    line, _, body = packed.partition(b"\n")
    try:
        head: Mapping[str, Any] = json.loads(line)
        report = Report.from_dict(head["report"])
        record = Decision.from_dict(head["record"]) if head["record"] else None
        is_whole = head["sha256"] == hashlib.sha256(body).hexdigest()
    except (ValueError, KeyError, TypeError, PolicyError) as exc:
        raise DamagedResult("the entry cannot be read") from exc
    made = data if report.kept_original else body
    if not is_whole or len(made) != report.bytes:
        raise DamagedResult("the entry's file is not the one that was kept")
    told = report.replace(name=name, reasons=(*report.reasons, REUSED))
    return Optimised(data=made, report=told, record=record)


def pack_facts(facts: Facts) -> bytes:
    """A line with the hash of what follows, then JSON. Facts hold no name and no private value."""
    body = canonical_json(facts.to_dict()).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def unpack_facts(packed: bytes) -> Facts:
    """Raises DamagedResult."""
    digest, _, body = packed.partition(b"\n")
    if digest != hashlib.sha256(body).hexdigest().encode():
        raise DamagedResult("the entry is not the one that was kept")
    try:
        return Facts.from_dict(json.loads(body))
    except (ValueError, PolicyError) as exc:
        raise DamagedResult("the entry cannot be read") from exc


def may_be_kept(made: Optimised) -> bool:
    """Whether the next attempt would come to the same: nothing failed that may pass."""
    return _are_lasting((*made.report.fallbacks, *made.report.reasons))


def may_facts_be_kept(facts: Facts, notes: Iterable[Reason]) -> bool:
    """As `may_be_kept`, and every model looked, at all pixels: facts hold no note to say so again.

    Keys do not tell of the memory for want of which it was otherwise.
    """
    told = tuple(notes)
    is_whole = all(note.code != REDUCED_CODE for note in told)
    return is_whole and FALLBACK not in facts.models.values() and _are_lasting(told)


def _are_lasting(reasons: Iterable[Reason]) -> bool:
    return not any(reason.code in PASSING for reason in reasons)


def noting(made: Optimised, note: Reason) -> Optimised:
    """The same result with a fallback more in its report."""
    report = made.report
    return made.replace(report=report.replace(fallbacks=(*report.fallbacks, note)))
