"""What is counted, in Prometheus's form. No label holds a name, an address or a path."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from eyebright.server.variants import Variant

SECONDS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
"""Borders of the histograms: from a hit in memory to `settings.GIVE_UP_S`."""


class Meters:
    """Of one server; each has its own registry, so that several can run in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        kept = self.registry
        self.requests = Counter(
            "eyebright_requests", "Answers by route and status", ("route", "status"), registry=kept
        )
        self.request_seconds = Histogram(
            "eyebright_request_seconds",
            "Time to answer",
            ("route",),
            buckets=SECONDS,
            registry=kept,
        )
        self.variants = Counter(
            "eyebright_variants",
            "Variants sent, by where they came from: memory and store are hits, made a miss",
            ("from",),
            registry=kept,
        )
        self.encodes = Counter("eyebright_encodes", "Full-size encodes made", registry=kept)
        self.stage_seconds = Histogram(
            "eyebright_stage_seconds",
            "Time of each stage of a variant's making",
            ("stage",),
            buckets=SECONDS,
            registry=kept,
        )
        self.fallbacks = Counter(
            "eyebright_fallbacks",
            "What stood in for what failed, by code",
            ("code",),
            registry=kept,
        )
        self.bytes_saved = Counter(
            "eyebright_bytes_saved", "Bytes of originals that were not sent", registry=kept
        )
        self.bytes_sent = Counter("eyebright_bytes_sent", "Bytes of variants sent", registry=kept)
        self.workers_lost = Counter(
            "eyebright_workers_lost", "Working processes that died", registry=kept
        )
        self.waiting = Gauge("eyebright_waiting", "Tasks in the queue", registry=kept)

    def count_made(self, variant: Variant) -> None:
        """A variant that was computed, whoever waited for it."""
        self.encodes.inc(variant.encodes)
        for stage, ms in variant.stages_ms.items():
            self.stage_seconds.labels(stage).observe(ms / 1000)
        for code in variant.fallbacks:
            self.fallbacks.labels(code).inc()

    def count_sent(self, variant: Variant, sent_bytes: int) -> None:
        """A variant that was answered with, its body's bytes as far as they were sent."""
        self.variants.labels(variant.came_from).inc()
        self.bytes_sent.inc(sent_bytes)
        if sent_bytes:
            self.bytes_saved.inc(max(0, variant.original_bytes - len(variant.body)))

    def text(self) -> bytes:
        return generate_latest(self.registry)
