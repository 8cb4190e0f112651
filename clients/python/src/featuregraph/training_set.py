"""A training set that is drawn when it is first needed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from typing import Any

from . import _documents
from ._gateway import Gateway
from ._progress import Progress
from ._runner import Runner
from .errors import FeaturegraphError, InvalidRequestError, RunFailedError, raise_errors
from .results import Difference, LeakageFinding, Reproduction
from .rows import AsyncRows, Rows


class AsyncTrainingSet(AsyncRows):
    """
    Point-in-time correct rows: every label row, once, in its order, with the features as they were known then.
    Drawn on the server by the first call that needs it, downloaded as Parquet by the first that reads it; both once.
    """

    def __init__(
        self, gateway: Gateway, request: Callable[[], Awaitable[Mapping[str, Any]]] | str, *, progress: bool
    ) -> None:
        super().__init__(gateway, progress=progress)
        self._request = request
        self._drawing = asyncio.Lock()
        self._drawn: Mapping[str, Any] | None = None

    async def draw(self) -> Mapping[str, Any]:
        """Draws it and waits for the end. RunFailedError says why there is none."""
        async with self._drawing:
            if self._drawn is None:
                self._drawn = await self._follow(await self._begin())
        return self._drawn

    async def _begin(self) -> str:
        if isinstance(self._request, str):
            return self._request
        payload = (await self._gateway.ask(_documents.CREATE_TRAINING_SET, {"input": await self._request()}))[
            "createTrainingSet"
        ]
        raise_errors(payload["userErrors"])
        return str(payload["trainingSet"]["id"])

    async def _follow(self, identity: str) -> Mapping[str, Any]:
        latest: Mapping[str, Any] | None = None
        try:
            with Progress("Drawing the training set", shown=self._progress) as bar:
                async for event in self._gateway.events(_documents.TRAINING_SET_PROGRESS, lambda: {"id": identity}):
                    latest = event["trainingSetProgress"]
                    if latest is not None:
                        bar.to(latest["progress"])
        except asyncio.CancelledError:
            await asyncio.shield(self._gateway.ask(_documents.CANCEL_RUN, {"id": identity}))
            raise
        if latest is None:
            raise FeaturegraphError("NOT_FOUND", f'There is no training set "{identity}".', name=identity)
        if latest["state"] != "SUCCEEDED":
            failure = latest["failure"] or {
                "code": "JOB_CANCELLED",
                "message": "The training set was cancelled.",
            }
            raise RunFailedError(
                failure["code"],
                failure["message"],
                name=failure.get("name"),
                nearest=failure.get("nearest") or (),
                hint=failure.get("hint"),
            )
        return latest

    async def _made(self) -> Mapping[str, Any]:
        return await self.draw()

    async def id(self) -> str:
        return str((await self.draw())["id"])

    async def content_hash(self) -> str:
        """Of columns, types and values in order: the same inputs give the same hash."""
        return str((await self.draw())["contentHash"])

    async def leakage(self) -> tuple[LeakageFinding, ...]:
        """Features whose values look like knowledge from the future."""
        found = (await self.draw())["leakage"] or ()
        return tuple(
            LeakageFinding(each["column"], each["share"], each["reason"], each["labelColumn"], each["correlation"])
            for each in found
        )

    async def provenance(self) -> Mapping[str, Any]:
        """What it was made from and what it holds, as the server recorded it; `columns` with counts and ranges."""
        found = await self._gateway.ask(_documents.PROVENANCE, {"id": await self.id()})
        return dict(found["trainingSet"]["provenance"] or {})

    async def reproduce(self) -> Reproduction:
        """Draws it again as of the recorded definitions and log positions, waits for the end, and says what differs."""
        payload = (await self._gateway.ask(_documents.REPRODUCE, {"id": await self.id()}))["reproduceTrainingSet"]
        raise_errors(payload["userErrors"])
        again = str((await self._follow(str(payload["trainingSet"]["id"])))["id"])
        found = (await self._gateway.ask(_documents.REPRODUCTION, {"id": again}))["trainingSet"]["reproduction"]
        differences = (
            Difference(each["column"], int(each["rowCount"]), each["reason"]) for each in found["differences"] or ()
        )
        return Reproduction(found["identical"] is True, tuple(differences), again)

    async def splits(self) -> Mapping[str, int]:
        """Rows of each of its splits, by name; empty without any."""
        return {each["name"]: int(each["rowCount"]) for each in (await self.draw())["splits"] or ()}

    def split(self, name: str) -> AsyncRows:
        """The rows of one of its splits."""
        return AsyncSplit(self, name)

    def __repr__(self) -> str:
        drawn = self._drawn
        if drawn is None:
            return "TrainingSet(not drawn yet; .draw(), .to_pandas(), .to_arrow(), .to_polars() or .to_parquet(path))"
        return f"TrainingSet({drawn['id']}: {drawn['rowCount']} rows, content {drawn['contentHash'][:12]})"

    def _repr_html_(self) -> str:
        drawn = self._drawn
        if drawn is None:
            return f"<code>{escape(repr(self))}</code>"
        findings = "".join(
            f"<li>{escape(each['column'])}: {each['share']:.1%} of the rows, {escape(each['reason'])}</li>"
            for each in drawn["leakage"] or ()
        )
        warning = f"<p>May leak the future:</p><ul>{findings}</ul>" if findings else ""
        return f"<code>{escape(repr(self))}</code>{warning}"


class AsyncSplit(AsyncRows):
    """A part of a training set, which has a file of its own."""

    def __init__(self, whole: AsyncTrainingSet, name: str) -> None:
        super().__init__(whole._gateway, progress=whole._progress)
        self._whole = whole
        self._name = name

    async def _made(self) -> Mapping[str, Any]:
        splits = (await self._whole.draw())["splits"] or ()
        for split in splits:
            if split["name"] == self._name:
                return dict(split)
        raise InvalidRequestError(
            "NOT_FOUND",
            f'The training set has no split "{self._name}".',
            name=self._name,
            hint=f"It has: {', '.join(split['name'] for split in splits) or 'none; ask for them with `splits`'}.",
        )

    def __repr__(self) -> str:
        return f"Split({self._name!r} of {self._whole!r})"


class TrainingSet(Rows):
    """The sync twin of AsyncTrainingSet."""

    def __init__(self, runner: Runner, training_set: AsyncTrainingSet) -> None:
        super().__init__(runner, training_set)
        self._async: AsyncTrainingSet = training_set

    def draw(self) -> TrainingSet:
        """Draws it now and waits for the end, where otherwise the first read would."""
        self._runner.run(self._async.draw())
        return self

    @property
    def id(self) -> str:
        return self._runner.run(self._async.id())

    @property
    def content_hash(self) -> str:
        """Of columns, types and values in order: the same inputs give the same hash."""
        return self._runner.run(self._async.content_hash())

    @property
    def leakage(self) -> tuple[LeakageFinding, ...]:
        """Features whose values look like knowledge from the future."""
        return self._runner.run(self._async.leakage())

    @property
    def provenance(self) -> Mapping[str, Any]:
        """What it was made from and what it holds, as the server recorded it; `columns` with counts and ranges."""
        return self._runner.run(self._async.provenance())

    def reproduce(self) -> Reproduction:
        """Draws it again as of the recorded definitions and log positions, waits for the end, and says what differs."""
        return self._runner.run(self._async.reproduce())

    @property
    def splits(self) -> Mapping[str, int]:
        """Rows of each of its splits, by name; empty without any."""
        return self._runner.run(self._async.splits())

    def split(self, name: str) -> Rows:
        """The rows of one of its splits."""
        return Rows(self._runner, self._async.split(name))

    def __repr__(self) -> str:
        return repr(self._async)

    def _repr_html_(self) -> str:
        return self._async._repr_html_()
