"""Markers planted in every private tag are nowhere: outputs, reports, messages, logs, caches."""

import asyncio
import json
import logging
import warnings
from pathlib import Path

import metadata_samples as samples
import numpy as np
import pytest

from eyebright import Goal, optimise_sync
from eyebright.__main__ import main
from eyebright.errors import EyebrightError
from eyebright.host.native import NativeHost
from eyebright.values import Trial
from eyebright.worker import Dispatcher

FAST = ("webp", "jpeg")


def jxl() -> bytes:
    trial = Trial(format="jxl", width=160, height=120, quality=98, speed=3)
    stream = asyncio.run(NativeHost().encode(np.asarray(samples.picture()), trial))
    return samples.jxl(stream)


def sources() -> dict[str, bytes]:
    made = {name: make() for name, make in samples.SOURCES.items()}
    return made | {"tiff": samples.tiff(), "jxl": jxl()}


NAMES = (*samples.SOURCES, "tiff", "jxl")
MARKER = samples.PRIVATE.encode()
WIDE_MARKER = samples.PRIVATE.encode("utf-16-le")


def has_marker(data: bytes) -> bool:
    return MARKER in data or WIDE_MARKER in data


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", ["rights", "none"])
def test_outputs_and_reports_hold_no_private_value(
    name: str, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    source = sources()[name]
    with caplog.at_level(logging.DEBUG):
        result = optimise_sync(source, Goal(formats=FAST, metadata=mode), name="cup")

    assert has_marker(source)
    assert not result.report.kept_original
    assert not has_marker(result.data)
    assert samples.PRIVATE not in json.dumps(result.report.to_dict())
    assert samples.PRIVATE not in caplog.text


@pytest.mark.parametrize("name", NAMES)
def test_all_keeps_values_in_the_file_but_out_of_the_report(name: str) -> None:
    result = optimise_sync(sources()[name], Goal(formats=FAST, metadata="all"), name="cup")

    assert has_marker(result.data)
    assert samples.private("thumbnail").encode() not in result.data
    assert samples.PRIVATE not in json.dumps(result.report.to_dict())


def test_the_command_line_prints_no_private_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, data in sources().items():
        (tmp_path / f"cup.{name}").write_bytes(data)
        (tmp_path / f"cut.{name}").write_bytes(data[: len(data) // 2])

    main(["optimise", str(tmp_path), "-o", str(tmp_path / "out"), "--formats", "webp", "--json"])
    main(["analyse", str(tmp_path / "cup.jpeg"), "--json"])
    printed = capsys.readouterr()

    assert "metadata-stripped" in printed.out
    assert "CorruptImage" in printed.out
    assert samples.PRIVATE not in printed.out + printed.err
    for path in (tmp_path / "out").iterdir():
        assert not has_marker(path.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_error_messages_hold_no_private_value(name: str) -> None:
    """Files cut or damaged at many places, decoded through the worker's own border."""
    source = sources()[name]
    replies = []
    for at in range(40, min(len(source), 3000), 97):
        damaged = source[:at] + b"\xff\x00\xff" + source[at + 3 :]
        replies += [asyncio.run(_analysed(data)) for data in (damaged, source[:at])]

    assert any("error" in json.loads(reply) for reply in replies)
    assert not [reply for reply in replies if samples.PRIVATE in reply]


async def _analysed(data: bytes) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # decoders warn of damage; that is not what is tested
        reply, _data = await Dispatcher(NativeHost()).handle(1, "analyse", "{}", [data], print)
    return reply


def test_a_broken_packet_s_own_words_are_in_no_message() -> None:
    packet = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><{samples.PRIVATE}".encode()
    data = samples.jpeg().replace(samples.xmp_packet(), packet.ljust(len(samples.xmp_packet())))

    try:
        told = json.dumps(optimise_sync(data, Goal(formats=FAST)).report.to_dict())
    except EyebrightError as exc:
        told = str(exc)

    assert "metadata-damaged" in told
    assert samples.PRIVATE not in told
