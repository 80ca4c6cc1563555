"""The quick variant: one encode at a safe quality, and when there is none."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from skimage import data as samples

from eyebright.errors import EyebrightError
from eyebright.host import default_host
from eyebright.host.native import NativeHost
from eyebright.intake import DEFAULT_LIMITS
from eyebright.metrics import ssimulacra2
from eyebright.pipeline import analyse
from eyebright.policy import BUILT_IN, load_policies, negotiate
from eyebright.server.faults import NeedsTime
from eyebright.server.quick import quick
from eyebright.transform import resize
from eyebright.values import Goal

PHOTO = Image.fromarray(samples.astronaut())
ALL = {"Accept": "image/avif,image/webp,*/*"}


def saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **({"quality": 95} if kind == "JPEG" else {}), **options)
    return out.getvalue()


def moving() -> bytes:
    small = PHOTO.resize((64, 64))
    return saved(small, "GIF", save_all=True, append_images=[small.rotate(9)])


def made(
    data: bytes, policies: Any = BUILT_IN, facts: Any = None, headers: Any = ALL, **goal: Any
) -> tuple[dict[str, Any], bytes]:
    async def all_of_it() -> tuple[dict[str, Any], bytes]:
        host = default_host()
        able = negotiate(headers, await host.capabilities())
        wanted = Goal(purpose="serve", views=100).replace(**goal)
        task = {
            "name": "photo",
            "limits": DEFAULT_LIMITS.to_dict(),
            "goal": wanted.to_dict(),
            "capabilities": able.to_dict(),
            "facts": facts,
        }
        return await quick(host, data, task, policies)

    return asyncio.run(all_of_it())


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body)).convert("RGB")


def test_it_looks_as_good_as_the_target_asks_without_having_been_measured() -> None:
    told, body = made(saved(PHOTO), max_width=300)

    shown = np.asarray(opened(body))
    assert (told["format"], told["width"], told["encodes"]) == ("jpeg", 300, 1)
    assert ssimulacra2(resize(np.asarray(PHOTO), 300, 300), shown) >= 75
    assert not {"verify", "deliver"} & set(told["stages_ms"])


def test_a_large_jpeg_is_decoded_at_a_part_of_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    divisors = []
    decode = NativeHost.decode

    async def watched(self: NativeHost, data: bytes, **how: Any) -> Any:
        divisors.append(how["divisor"])
        return await decode(self, data, **how)

    monkeypatch.setattr(NativeHost, "decode", watched)
    told, _body = made(saved(PHOTO.resize((2048, 2048))), max_width=100)

    assert (told["width"], divisors) == (100, [8])


def test_a_shape_is_cut_from_all_pixels() -> None:
    told, body = made(saved(PHOTO), crop="2:1", max_width=300)

    assert (told["width"], told["height"]) == opened(body).size == (300, 150)


def test_transparency_stays() -> None:
    clear = PHOTO.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))

    told, body = made(saved(clear, "PNG"), max_width=300)

    assert told["format"] in {"webp", "avif"}
    assert Image.open(io.BytesIO(body)).mode == "RGBA"


def test_private_metadata_do_not_pass_and_rights_do() -> None:
    exif = Image.Exif()
    exif[0x8298] = "Jane Doe"  # copyright
    exif[0x010F] = "Camera of somebody"

    _told, body = made(saved(PHOTO, exif=exif), max_width=300)

    assert b"Jane Doe" in body
    assert b"Camera of somebody" not in body


def test_an_original_that_is_smaller_already_is_sent_without_its_private_metadata() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    original = saved(PHOTO, exif=exif, qtables="web_low")

    told, body = made(original, headers={"Accept": "image/jpeg"}, target=95.0)

    assert (told["format"], told["width"]) == ("jpeg", 512)
    assert len(body) <= len(original)
    assert b"Camera of somebody" not in body


def test_known_facts_are_not_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(PHOTO)
    facts = asyncio.run(analyse(data, models=False))
    _told, looked_at = made(data, max_width=300)

    monkeypatch.setattr("eyebright.server.quick.facts_of", None)
    _told, known = made(data, facts=facts.to_dict(), max_width=300)

    assert known == looked_at


@pytest.mark.parametrize(
    ("data", "policies"),
    [
        (moving(), BUILT_IN),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', BUILT_IN),
        (saved(PHOTO, "PNG"), load_policies('[brand]\nname = "A"\nforbid = ["lossy"]')),
    ],
    ids=["it moves", "it is drawn", "no pixel may change"],
)
def test_there_is_none_where_only_a_measured_file_will_do(data: bytes, policies: Any) -> None:
    with pytest.raises(NeedsTime):
        made(data, policies)


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(EyebrightError) as caught:
        made(saved(PHOTO)[:900])

    assert caught.value.kind == "CorruptImage"
