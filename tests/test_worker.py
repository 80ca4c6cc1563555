"""Requests of the JavaScript side, answered on the fake host."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image
from skimage import data as pictures

from eyebright.host.fake import FakeHost
from eyebright.host.native import NativeHost
from eyebright.metrics import ssimulacra2
from eyebright.policy import decide
from eyebright.values import Box, Capabilities, Crop, Facts, Goal, Plan, Progress, Report
from eyebright.worker import Dispatcher, with_receiver


def png(width: int = 64, height: int = 48, *, seed: int = 1) -> bytes:
    y, x = np.mgrid[:height, :width]
    noise = np.random.default_rng(seed).integers(0, 24, (height, width, 3))
    pixels = (np.dstack([x * 3, y * 4, x + y]) % 200 + noise).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def quiet(_progress: str) -> None:
    pass


def ask(method: str, args: dict[str, Any], *files: bytes) -> tuple[Any, bytes]:
    reply, data = asyncio.run(
        Dispatcher(NativeHost()).handle(1, method, json.dumps(args), files, quiet)
    )
    return json.loads(reply), data


def test_a_file_is_optimised_and_its_report_crosses_as_json() -> None:
    steps: list[str] = []
    dispatcher = Dispatcher(NativeHost())
    args = json.dumps({"name": "a.png", "goal": {"formats": ["webp"], "target": 60}})

    reply, data = asyncio.run(dispatcher.handle(1, "optimise", args, [png()], steps.append))

    report = Report.from_dict(json.loads(reply)["result"]["report"])
    assert report.name == "a.png"
    assert report.bytes == len(data)
    assert report.target == 60
    assert Progress.from_dict(json.loads(steps[-1])) == Progress(stage="deliver", fraction=1.0)


def test_a_score_is_that_of_the_metric() -> None:
    first, second = png(), png(seed=2)

    reply, data = ask("score", {}, first, second)

    pixels = [np.asarray(Image.open(io.BytesIO(file))) for file in (first, second)]
    assert reply["result"] == {"score": ssimulacra2(*pixels), "metric": "ssimulacra2"}
    assert data == b""


def test_facts_lead_to_a_plan() -> None:
    facts = ask("analyse", {"name": "a.png"}, png())[0]["result"]
    capabilities = Capabilities(decode=("jpeg",), encode=("jpeg", "webp")).to_dict()

    plan = ask("decide", {"facts": facts, "goal": {}, "capabilities": capabilities})[0]["result"]

    assert Facts.from_dict(facts).format == "png"
    assert {candidate.format for candidate in Plan.from_dict(plan).candidates} == {"jpeg"}


def test_crops_come_with_the_facts_that_they_rest_on() -> None:
    wish = {"aspect": "1:1", "n": 2, "context": "hero", "focal": [0, 500]}

    answer = ask("crops", {"wish": wish, "models": False}, png())[0]["result"]

    first, _second = (Crop.from_dict(crop) for crop in answer["crops"])
    assert (first.strategy, first.box) == ("user", Box(x=0, y=0, width=48, height=48))
    assert Facts.from_dict(answer["facts"]).width == 64


def test_facts_are_cropped_again_without_their_file() -> None:
    facts = ask("analyse", {"models": False}, png())[0]["result"]
    own = {"x": 3, "y": 4, "width": 20, "height": 20}

    wish = {"aspect": "1:1", "box": own}
    answer = ask("crops", {"wish": wish, "facts": facts})[0]["result"]

    assert answer["crops"][0]["box"] == own
    assert answer["facts"] == facts


def test_facts_made_without_looking_are_not_cropped_by_where_their_file_is_there() -> None:
    out = io.BytesIO()
    Image.fromarray(pictures.astronaut()).save(out, "JPEG", quality=92)
    optimised = ask("optimise", {"goal": {"content": "medical"}}, out.getvalue())[0]["result"]
    unseen = optimised["report"]["facts"]
    assert (unseen["models"], unseen["faces"]) == ({}, [])

    args = {"wish": {"aspect": "3:1", "content": "general"}, "facts": unseen}
    answer = ask("crops", args, out.getvalue())[0]["result"]

    assert answer["facts"]["faces"]
    assert all("faces" in {g["name"] for g in crop["guards"]} for crop in answer["crops"])
    assert answer == ask("crops", {"wish": args["wish"]}, out.getvalue())[0]["result"]


@pytest.mark.parametrize(
    ("content", "models"), [("medical", {}), ("general", {"faces": "1"}), ("auto", {"text": "1"})]
)
def test_nothing_is_looked_at_again_where_looks_are_at_hand_or_crops_forbidden(
    content: str, models: dict[str, str]
) -> None:
    facts = ask("analyse", {"models": False}, png())[0]["result"] | {"models": models}

    wish = {"aspect": "1:1", "content": content}
    answer = ask("crops", {"wish": wish, "facts": facts}, b"no picture")[0]["result"]

    assert answer["facts"] == facts


def test_a_kind_of_content_that_is_never_cropped_stays_whole() -> None:
    wish = {"aspect": "1:1", "content": "medical"}

    [only] = ask("crops", {"wish": wish, "models": False}, png())[0]["result"]["crops"]

    assert only["strategy"] == "whole"


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({}, "aspect: missing required value"),
        ({"aspect": "square"}, "aspect: 'square' is neither an aspect nor a size"),
        ({"aspect": "1:1", "n": 99}, "n: 99 is not between 1 and 12"),
        ({"aspect": "1:1", "zoom": 2}, "zoom: unknown key"),
    ],
)
def test_crops_that_cannot_be_meant_are_refused(wish: dict[str, object], message: str) -> None:
    error = ask("crops", {"wish": wish, "models": False}, png())[0]["error"]

    assert error["name"] == "PolicyError"
    assert error["message"].startswith(message)


def test_capabilities_are_the_hosts() -> None:
    reply, _data = asyncio.run(Dispatcher(FakeHost()).handle(1, "capabilities", "{}", [], quiet))

    expected = asyncio.run(FakeHost().capabilities())
    assert Capabilities.from_dict(json.loads(reply)["result"]) == expected


@pytest.mark.parametrize(
    ("method", "args", "files", "name", "part"),
    [
        ("optimise", {}, [b"no picture"], "UnsupportedFormat", ""),
        ("optimise", {}, [png()[:200]], "CorruptImage", ""),
        ("optimise", {"goal": {"target": "high"}}, [png()], "PolicyError", "goal.target"),
        ("optimise", {"capabilities": {"decod": []}}, [png()], "PolicyError", "capabilities.decod"),
        ("score", {}, [png(), png(63)], "MetricError", "63"),
        ("decide", {"facts": {"format": "jpeg"}}, [], "PolicyError", "facts"),
        ("dance", {}, [], "EyebrightError", "dance"),
    ],
)
def test_an_error_crosses_with_name_message_and_detail(
    method: str, args: dict[str, Any], files: list[bytes], name: str, part: str
) -> None:
    error = ask(method, args, *files)[0]["error"]

    assert error["name"] == name
    assert part in error["message"]
    assert "Traceback" in error["detail"]


def test_a_fault_of_ours_crosses_under_its_own_name() -> None:
    class Broken(FakeHost):
        async def capabilities(self) -> Capabilities:
            raise ZeroDivisionError("nothing to divide by")

    reply, _data = asyncio.run(Dispatcher(Broken()).handle(1, "capabilities", "{}", [], quiet))

    error = json.loads(reply)["error"]
    assert error["name"] == "ZeroDivisionError"
    assert "Broken" in error["detail"] or "capabilities" in error["detail"]


def test_memory_that_runs_out_is_a_limit() -> None:
    class Small(FakeHost):
        async def capabilities(self) -> Capabilities:
            raise MemoryError

    reply, _data = asyncio.run(Dispatcher(Small()).handle(1, "capabilities", "{}", [], quiet))

    assert json.loads(reply)["error"]["name"] == "LimitExceeded"


class Stuck(FakeHost):
    """Never answers, and tells when it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def capabilities(self) -> Capabilities:
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError("never reached")


def test_a_cancelled_call_says_so_and_the_others_go_on() -> None:
    async def play() -> tuple[str, str, bool]:
        host = Stuck()
        dispatcher = Dispatcher(host)
        stuck = asyncio.ensure_future(dispatcher.handle(1, "capabilities", "{}", [], quiet))
        await host.asked.wait()
        facts = Facts(format="jpeg", width=9, height=9, size_bytes=9, sha256="")
        able = Capabilities()
        args = {"facts": facts.to_dict(), "goal": Goal().to_dict(), "capabilities": able.to_dict()}
        other, _data = await dispatcher.handle(2, "decide", json.dumps(args), [], quiet)
        dispatcher.cancel(1)
        reply, _data = await stuck
        return reply, other, dispatcher.cancel(1)

    reply, other, again = asyncio.run(play())

    assert json.loads(reply)["error"]["name"] == "Cancelled"
    assert "result" in json.loads(other)
    assert not again


def test_closing_ends_what_still_runs() -> None:
    async def play() -> str:
        host = Stuck()
        dispatcher = Dispatcher(host)
        stuck = asyncio.ensure_future(dispatcher.handle(1, "capabilities", "{}", [], quiet))
        await host.asked.wait()
        await dispatcher.close()
        return (await stuck)[0]

    assert json.loads(asyncio.run(play()))["error"]["name"] == "Cancelled"


class ConnectedHost(FakeHost):
    """In a browser on a thin line."""

    def receiver(self) -> dict[str, Any]:
        return {"effectiveType": "3g", "rtt": 310, "downlink": 0.55, "deviceMemory": 3}


def plan_for(**args: Any) -> Plan:
    facts = Facts(format="jpeg", width=900, height=600, size_bytes=300_000, sha256="")
    asked = json.dumps({"facts": facts.to_dict(), **args})
    dispatcher = Dispatcher(ConnectedHost())
    reply, _data = asyncio.run(dispatcher.handle(1, "decide", asked, [], quiet))
    return Plan.from_dict(json.loads(reply)["result"])


@pytest.mark.parametrize("purpose", ["upload", "serve"])
def test_what_goes_over_the_network_is_decided_with_the_connections_class(purpose: str) -> None:
    able = asyncio.run(FakeHost().capabilities())
    told = with_receiver(able, ConnectedHost().receiver())
    facts = Facts(format="jpeg", width=900, height=600, size_bytes=300_000, sha256="")

    assert (told.effective_type, told.throughput_kbps, told.device_memory_gb) == ("3g", 400, 4)
    assert plan_for(goal={"purpose": purpose}) == decide(facts, Goal(purpose=purpose), told)
    assert plan_for(goal={"purpose": purpose}) != decide(facts, Goal(purpose=purpose), able)


def test_a_conversion_does_not_depend_on_the_connection() -> None:
    able = asyncio.run(FakeHost().capabilities())

    assert plan_for() == plan_for(capabilities=able.to_dict())


def test_capabilities_given_are_taken_as_they_are() -> None:
    able = asyncio.run(FakeHost().capabilities())
    facts = Facts(format="jpeg", width=900, height=600, size_bytes=300_000, sha256="")
    goal = {"purpose": "upload"}

    assert plan_for(goal=goal, capabilities=able.to_dict()) == decide(
        facts, Goal(purpose="upload"), able
    )


def test_what_the_window_tells_fills_the_picture_s_slot() -> None:
    window = {"devicePixelRatio": 2, "innerWidth": 320}

    served = plan_for(goal={"purpose": "serve"}, window=window)

    assert (served.width, served.height) == (640, 427)
    assert plan_for(goal={"purpose": "upload"}, window=window).width == 900
    assert plan_for(window=window).width == 900


def test_a_visitor_who_saves_data_gets_a_lower_target() -> None:
    class Thrifty(ConnectedHost):
        def receiver(self) -> dict[str, Any]:
            return {"effectiveType": "4g", "saveData": True}

    facts = Facts(format="jpeg", width=900, height=600, size_bytes=900_000, sha256="")
    asked = json.dumps({"facts": facts.to_dict(), "goal": {"purpose": "serve"}})
    reply, _data = asyncio.run(Dispatcher(Thrifty()).handle(1, "decide", asked, [], quiet))

    assert json.loads(reply)["result"]["target"] == 67


FOOD = '[content.food]\nextends = "product"\ntarget = 81\n'
FACTS = Facts(format="jpeg", width=900, height=600, size_bytes=900_000, sha256="").to_dict()


def test_a_policy_file_s_content_is_decided_by_it() -> None:
    policies = [{"name": "acme.toml", "text": FOOD}]

    reply, _data = ask(
        "decide", {"facts": FACTS, "goal": {"content": "food"}, "policies": policies}
    )

    plan = Plan.from_dict(reply["result"])
    assert (plan.content, plan.target, plan.floor) == ("food", 81, 85)


def test_a_file_is_optimised_by_a_policy_file_and_its_record_comes_with_it() -> None:
    policies = [{"name": "acme.toml", "text": FOOD}]
    args = {"goal": {"content": "food", "formats": ["webp"]}, "policies": policies}

    reply, _data = ask("optimise", args, png())

    report, made = reply["result"]["report"], reply["result"]["record"]
    assert (report["content"], report["target"]) == ("food", 81)
    assert report["versions"]["policy"] == made["plan"]["policy_version"]
    assert report["cache_key"] == made["cache_key"]
    again = {key: made[key] for key in ("facts", "goal", "capabilities")}
    found = ask("verifyRecord", {"record": made, **again, "policies": policies})[0]["result"]
    assert found == {"same": True, "acceptable": True, "differences": [], "reasons": []}


def test_a_mistake_in_a_policy_file_names_the_file_and_the_key() -> None:
    policies = [
        {"name": "acme.toml", "text": FOOD},
        {"name": "me.toml", "text": "[brand]\nflour=1"},
    ]

    error = ask("policies", {"policies": policies})[0]["error"]

    assert error["name"] == "PolicyError"
    assert error["message"].startswith("me.toml: brand.flour: unknown key; known keys are ")


def test_the_tables_of_policy_files_are_told() -> None:
    policies = [{"name": "acme.toml", "text": FOOD}]

    tables = ask("policies", {"policies": policies})[0]["result"]

    assert tables["contents"]["food"]["target"] == 81
    assert tables["brand"] is None
    assert len(tables["fingerprint"]) == 8


def test_a_record_is_made_explained_and_verified() -> None:
    able = Capabilities().to_dict()
    case = {"facts": FACTS, "goal": {"max_width": 300}, "capabilities": able}

    made = ask("record", case)[0]["result"]
    sentences = ask("explain", {"record": made})[0]["result"]["sentences"]
    forged = {**made, "plan": {**made["plan"], "target": 10.0}}
    found = ask("verifyRecord", {"record": forged, **case})[0]["result"]

    assert made["plan"] == ask("decide", case)[0]["result"]
    assert "Scale from 900 x 600 to 300 x 200 pixels, as asked." in sentences
    assert not found["acceptable"]
    assert [difference["path"] for difference in found["differences"]] == ["plan.target"]


def test_a_record_that_is_none_is_refused_by_its_path() -> None:
    error = ask("explain", {"record": {"plan": 3}})[0]["error"]

    assert error["name"] == "PolicyError"
    assert error["message"].startswith("record.facts")


def test_a_browser_that_tells_nothing_changes_nothing() -> None:
    able = asyncio.run(FakeHost().capabilities())

    assert with_receiver(able, {"effectiveType": None, "downlink": 0}) == able


@pytest.mark.parametrize("method", ["optimise", "analyse"])
def test_a_caller_s_limits_on_inputs_hold(method: str) -> None:
    reply, _ = ask(method, {"name": "a.png", "limits": {"max_pixels": 1000}}, png())

    assert reply["error"]["name"] == "LimitExceeded"
    assert (
        "a.png: 64 x 48 pixels is more than the limit of 1000 pixels" in reply["error"]["message"]
    )


def test_limits_that_nobody_knows_are_named() -> None:
    reply, _ = ask("analyse", {"limits": {"max_fun": 1}}, png())

    assert reply["error"]["name"] == "PolicyError"
    assert "limits.max_fun" in reply["error"]["message"]
