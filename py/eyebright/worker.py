"""Runs the requests of the JavaScript side, several at once, on one host.

Plain values come and go as JSON, files as bytes. Nothing is raised across this border: an error is
part of the reply, as {name, message, detail}.
"""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from eyebright import intake, pipeline
from eyebright.analyse import seeing
from eyebright.asked import (
    Args,
    CropWish,
    Files,
    bytes_of,
    goal_of,
    limits_of,
    policies_of,
    wants_models,
)
from eyebright.deliver import Optimised
from eyebright.errors import EyebrightError, LimitExceeded
from eyebright.host import default_host
from eyebright.host.base import Connected, Host, Remembering
from eyebright.metrics import ssimulacra2
from eyebright.opening import must_look_again
from eyebright.policy import (
    Decision,
    Policies,
    bucketed,
    check_goal,
    decide,
    explain,
    from_network_information,
    from_window,
    record,
    verify_record,
)
from eyebright.policy.wishes import read_wish
from eyebright.remembering import remembered, remembered_facts
from eyebright.results import key_of, key_of_facts
from eyebright.values import Capabilities, Facts, Goal, Progress
from eyebright.version import VERSION

METRIC = "ssimulacra2"

NETWORK_PURPOSES = frozenset({"upload", "serve"})
"""Purposes for which the file goes over the network; elsewhere only its bytes count."""

Answer = tuple[dict[str, Any], bytes]
"""A JSON value, and the bytes of a file where there is one."""
OnProgress = Callable[[str], object]
"""Takes a `values.Progress` as JSON."""


class Dispatcher:
    """Answers requests by their method's name, and cancels them by their id."""

    def __init__(self, host: Host | None = None) -> None:
        self._host = host or default_host()
        self._tasks: dict[int, asyncio.Task[Any]] = {}
        self._methods: dict[str, Callable[[Args, Files, OnProgress], Awaitable[Answer]]] = {
            "optimise": self._optimise,
            "score": self._score,
            "analyse": self._analyse,
            "crops": self._crops,
            "decide": self._decide,
            "record": self._record,
            "explain": self._explain,
            "verifyRecord": self._verify_record,
            "policies": self._policies,
            "capabilities": self._capabilities,
            "forget": self._forget,
            "warm": self._warm,
            "free": self._free,
        }

    async def handle(
        self, call_id: int, method: str, args_json: str, files: Files, on_progress: OnProgress
    ) -> tuple[str, bytes]:
        """A reply as JSON, {"result": ...} or {"error": ...}, and the bytes of a file or none."""
        task = asyncio.ensure_future(self._answer(method, args_json, files, on_progress))
        self._tasks[call_id] = task
        try:
            result, data = await task
        except asyncio.CancelledError:
            return _error("Cancelled", "the call was given up by its caller"), b""
        except MemoryError as exc:
            return _failure(
                LimitExceeded("not enough memory here; use a smaller picture"), exc
            ), b""
        except Exception as exc:  # noqa: BLE001  # the border: whatever it is, the caller must hear of it
            return _failure(exc, exc), b""
        finally:
            del self._tasks[call_id]
        return json.dumps({"result": result}), data

    def cancel(self, call_id: int) -> bool:
        """Stop a call between two steps; False where it is over already."""
        task = self._tasks.get(call_id)
        return task.cancel() if task else False

    async def close(self) -> None:
        for task in tuple(self._tasks.values()):
            task.cancel()
        await self._host.close()

    async def _answer(
        self, method: str, args_json: str, files: Files, on_progress: OnProgress
    ) -> Answer:
        if method not in self._methods:
            raise EyebrightError(f"no method {method!r}; there are {', '.join(self._methods)}")
        return await self._methods[method](json.loads(args_json), files, on_progress)

    async def _optimise(self, args: Args, files: Files, on_progress: OnProgress) -> Answer:
        def tell(progress: Progress) -> None:
            on_progress(json.dumps(progress.to_dict()))

        goal, policies = goal_of(args), policies_of(args)
        check_goal(goal, policies)
        capabilities = await self._receiver(args, goal)
        limits, models = limits_of(args), wants_models(args)
        data, name = bytes_of(files[0]), args.get("name") or ""

        async def make() -> Optimised:
            return await pipeline.optimise(
                data,
                goal,
                name=name,
                host=self._host,
                capabilities=capabilities,
                policies=policies,
                limits=limits,
                on_progress=tell,
                models=models,
            )

        most_bytes = int(args.get("cache") or 0)
        if most_bytes and isinstance(self._host, Remembering):
            intake.read(data, name=name, limits=limits)  # what is refused is in no cache either
            key = await key_of(data, goal, policies, self._host, capabilities, models=models)
            optimised = await remembered(self._host, key, most_bytes, (data, name), make)
        else:
            optimised = await make()
        made = optimised.record.to_dict() if optimised.record else None
        return {"report": optimised.report.to_dict(), "record": made}, optimised.data

    async def _score(self, args: Args, files: Files, _on_progress: OnProgress) -> Answer:
        limits = limits_of(args)
        pictures = [
            await pipeline.decode(bytes_of(data), host=self._host, limits=limits) for data in files
        ]
        (_first, reference), (_second, distorted) = pictures
        return {"score": ssimulacra2(reference, distorted), "metric": METRIC}, b""

    async def _analyse(self, args: Args, files: Files, _on_progress: OnProgress) -> Answer:
        return (await self._facts(args, files)).to_dict(), b""

    async def _crops(self, args: Args, files: Files, _on_progress: OnProgress) -> Answer:
        """Of a file, of facts that were told before, or of both.

        With both, the file is looked at where the facts were made without the looks that are due.
        """
        from eyebright.policy.crops import crops  # noqa: PLC0415 - the engine starts without

        wish = CropWish.from_dict(args.get("wish") or {})
        read_wish(wish.aspect)  # before the work, not after
        told, policies = args.get("facts"), policies_of(args)
        facts = None if told is None else Facts.from_dict(told, path="facts")
        if facts is None or (
            files and wants_models(args) and must_look_again(facts, wish.content, policies)
        ):
            facts = await self._facts(args, files)
        found = crops(
            facts,
            wish.aspect,
            context=wish.context,
            content=wish.content,
            n=wish.n,
            focal_permille=wish.focal,
            box=wish.box,
            policies=policies,
        )
        return {"crops": [crop.to_dict() for crop in found], "facts": facts.to_dict()}, b""

    async def _facts(self, args: Args, files: Files) -> Facts:
        data, name, limits = bytes_of(files[0]), args.get("name") or "", limits_of(args)
        models = wants_models(args)
        look = partial(pipeline.analyse_noting, data, name=name, host=self._host, limits=limits)
        look = partial(look, models=models)
        most_bytes = int(args.get("cache") or 0)
        if most_bytes and isinstance(self._host, Remembering):
            intake.read(data, name=name, limits=limits)
            key = await key_of_facts(data, self._host, models=models)
            return await remembered_facts(self._host, key, most_bytes, look)
        facts, _notes = await look()
        return facts

    async def _decide(self, args: Args, _files: Files, _on_progress: OnProgress) -> Answer:
        facts, goal, capabilities, policies = await self._case(args)
        return decide(facts, goal, capabilities, policies).to_dict(), b""

    async def _record(self, args: Args, _files: Files, _on_progress: OnProgress) -> Answer:
        facts, goal, capabilities, policies = await self._case(args)
        versions = {"eyebright": VERSION, "kernels": capabilities.kernels}
        made = record(facts, goal, capabilities, policies=policies, versions=versions)
        return made.to_dict(), b""

    async def _explain(self, args: Args, _files: Files, _on_progress: OnProgress) -> Answer:
        made = Decision.from_dict(args.get("record") or {}, path="record")
        return {"sentences": list(explain(made))}, b""

    async def _verify_record(self, args: Args, _files: Files, _on_progress: OnProgress) -> Answer:
        facts, goal, capabilities, policies = await self._case(args)
        given: Any = args.get("record")
        return verify_record(given, facts, goal, capabilities, policies).to_dict(), b""

    async def _policies(self, args: Args, _files: Files, _on_progress: OnProgress) -> Answer:
        return policies_of(args).to_dict(), b""

    async def _capabilities(self, _args: Args, _files: Files, _on_progress: OnProgress) -> Answer:
        return (await self._host.capabilities()).to_dict(), b""

    async def _case(self, args: Args) -> tuple[Facts, Goal, Capabilities, Policies]:
        """What is to be decided, and by which tables. Raises PolicyError by the argument's path."""
        goal, policies = goal_of(args), policies_of(args)
        check_goal(goal, policies)
        facts = Facts.from_dict(args.get("facts") or {}, path="facts")
        capabilities = await self._receiver(args, goal) or await self._host.capabilities()
        return facts, goal, capabilities, policies

    async def _forget(self, _args: Args, _files: Files, _on_progress: OnProgress) -> Answer:
        """How many results were kept; nothing is where nothing can be."""
        if not isinstance(self._host, Remembering):
            return {"forgotten": 0}, b""
        return {"forgotten": await self._host.forget()}, b""

    async def _warm(self, _args: Args, _files: Files, _on_progress: OnProgress) -> Answer:
        await seeing.warm(self._host)
        return {}, b""

    async def _free(self, _args: Args, _files: Files, _on_progress: OnProgress) -> Answer:
        seeing.free(self._host)
        return {}, b""

    async def _receiver(self, args: Args, goal: Goal) -> Capabilities | None:
        """As the caller gives them, else with this browser's connection where it matters.

        None is the host's own, asked for when they are needed.
        """
        given = args.get("capabilities")
        if given is not None:
            return Capabilities.from_dict(given, path="capabilities")
        if goal.purpose not in NETWORK_PURPOSES or not isinstance(self._host, Connected):
            return None
        told = {**self._host.receiver(), **(args.get("window") or {})}
        return with_receiver(await self._host.capabilities(), told)


def with_receiver(capabilities: Capabilities, told: Mapping[str, Any]) -> Capabilities:
    """With what a browser tells of itself, in the classes that keep cache keys few."""
    return bucketed(capabilities.replace(**from_network_information(told), **from_window(told)))


def _failure(shown: Exception, cause: BaseException) -> str:
    name = shown.kind if isinstance(shown, EyebrightError) else type(shown).__name__
    return _error(name, str(shown), "".join(traceback.format_exception(cause)))


def _error(name: str, message: str, detail: str = "") -> str:
    return json.dumps({"error": {"name": name, "message": message, "detail": detail}})
