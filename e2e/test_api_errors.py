"""What the JavaScript API rejects with: calls that are cancelled, and files that it refuses."""

from __future__ import annotations

import pictures
import pytest
import skimage.data
from helpers.api import optimise
from helpers.engine import text
from playwright.sync_api import Page


def test_a_call_is_cancelled_at_once_and_the_next_one_works(api: Page) -> None:
    slow = pictures.noise_jpeg(1500, 1500)

    name, is_late, report = api.evaluate(
        """async ([slow, photo]) => {
          const controller = new AbortController();
          let isLate = false;
          const onProgress = ({ stage }) => {
            if (stage !== "encode" || controller.signal.aborted) return;
            setTimeout(() => { isLate = true; });
            controller.abort();
          };
          const options = { signal: controller.signal, onProgress };
          const { error } = await outcome(eyebright.optimise(file("slow.jpg", slow), {}, options));
          const wasLate = isLate;
          const { report } = await eyebright.optimise(file("next.jpg", photo));
          return [error.name, wasLate, report];
        }""",
        [text(slow), text(pictures.astronaut_jpeg())],
    )

    assert name == "AbortError"
    assert not is_late, "something else was done first"
    assert report["name"] == "next.jpg"


def test_a_signal_that_fired_before_is_heeded(api: Page) -> None:
    error = api.evaluate(
        """async (photo) => (await outcome(
          eyebright.optimise(file("a.jpg", photo), {}, { signal: AbortSignal.abort() }))).error""",
        text(pictures.astronaut_jpeg()),
    )

    assert error["name"] == "AbortError"


BROKEN = {
    "cut short": (pictures.astronaut_jpeg()[:20_000], "CorruptImage"),
    "without its end": (pictures.astronaut_jpeg()[:-2], "CorruptImage"),
    "empty": (b"", "CorruptImage"),
    "a text": (b"Just a few words, no picture at all.", "UnsupportedFormat"),
}


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.replace(" ", "-"))
def test_a_file_that_is_no_picture_is_an_input_error(api: Page, case: str) -> None:
    data, name = BROKEN[case]

    error = optimise(api, "broken.jpg", data)["error"]

    assert error["name"] == name
    assert {name, "InputError", "EyebrightError"} <= set(error["kinds"])
    assert error["message"]
    assert "smaller" not in error["message"]


def test_a_wrong_goal_is_a_policy_error_that_names_the_key(api: Page) -> None:
    error = optimise(api, "a.jpg", pictures.astronaut_jpeg(), {"max_widht": 5})["error"]

    assert "PolicyError" in error["kinds"]
    assert "goal.max_widht" in error["message"]


def test_what_is_no_file_is_refused_with_its_type(api: Page) -> None:
    error = api.evaluate("async () => (await outcome(eyebright.optimise('photo.jpg'))).error")

    assert "InputError" in error["kinds"]
    assert "string" in error["message"]


def test_pictures_of_different_size_are_not_compared(api: Page) -> None:
    photo = skimage.data.chelsea()
    whole, cut = pictures.save(photo, "PNG"), pictures.save(photo[:-10], "PNG")

    error = api.evaluate(
        "async ([a, b]) => (await outcome(eyebright.score(file('a', a), file('b', b)))).error",
        [text(whole), text(cut)],
    )

    assert "MetricError" in error["kinds"]


def test_a_file_of_gigabytes_is_refused_before_it_is_read(api: Page) -> None:
    error = api.evaluate(
        """async () => {
          const part = new Blob([new Uint8Array(2 ** 24)]);
          return (await outcome(eyebright.optimise(new Blob(Array(100).fill(part))))).error;
        }"""
    )

    assert error["name"] == "LimitExceeded"
    assert "1.7 GB" in error["message"]
