"""A training set that is drawn when it is first needed."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from . import _documents
from ._download import download_rows
from ._gateway import Gateway
from ._progress import Progress
from ._runner import Runner
from ._tables import to_pandas
from .errors import FeaturegraphError, RunFailedError, raise_errors
from .results import LeakageFinding

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


class AsyncTrainingSet:
    """
    Point-in-time correct rows: every label row, once, in its order, with the features as they were known then.
    Drawn on the server by the first call that needs it, downloaded as Parquet by the first that reads it; both once.
    """

    def __init__(
        self, gateway: Gateway, request: Callable[[], Awaitable[Mapping[str, Any]]] | str, *, progress: bool
    ) -> None:
        self._gateway = gateway
        self._request = request
        self._progress = progress
        self._turn = asyncio.Lock()
        self._drawn: Mapping[str, Any] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    async def draw(self) -> Mapping[str, Any]:
        """Draws it and waits for the end. RunFailedError says why there is none."""
        async with self._turn:
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

    async def _files(self) -> list[Path]:
        """Its rows in order, as files of ours: one, or for a large one several."""
        drawn = await self.draw()
        async with self._turn:
            if self._folder is None:
                folder = tempfile.TemporaryDirectory(prefix="featuregraph-")
                await self._download(drawn, Path(folder.name) / "rows.parquet")
                self._folder = folder
        rows = Path(self._folder.name) / "rows.parquet"
        return sorted(rows.iterdir()) if rows.is_dir() else [rows]

    async def _download(self, drawn: Mapping[str, Any], target: Path) -> Path:
        size = None if drawn["byteCount"] is None else int(drawn["byteCount"])
        return await download_rows(self._gateway, drawn["url"], target, size=size, progress=self._progress)

    async def id(self) -> str:
        return str((await self.draw())["id"])

    async def content_hash(self) -> str:
        """Of columns, types and values in order: the same inputs give the same hash."""
        return str((await self.draw())["contentHash"])

    async def leakage(self) -> tuple[LeakageFinding, ...]:
        """Features whose values look like knowledge from the future."""
        found = (await self.draw())["leakage"] or ()
        return tuple(LeakageFinding(each["column"], each["share"], each["reason"]) for each in found)

    async def to_arrow(self) -> pa.Table:
        tables = [await asyncio.to_thread(pq.read_table, path) for path in await self._files()]
        return pa.concat_tables(tables)

    async def to_batches(self, rows: int = 65_536) -> AsyncIterator[pa.RecordBatch]:
        """Its rows in order, so many at a time: for what does not fit in memory."""
        for path in await self._files():
            with pq.ParquetFile(path) as file:
                batches = file.iter_batches(rows)
                while (batch := await asyncio.to_thread(next, batches, None)) is not None:
                    yield batch

    async def to_pandas(self) -> pd.DataFrame:
        return to_pandas(await self.to_arrow())

    async def to_polars(self) -> pl.DataFrame:
        import polars as pl

        return await asyncio.to_thread(pl.read_parquet, await self._files())

    async def to_parquet(self, path: str | Path) -> Path:
        """
        Streams the file to `path` as the server made it; a very large one, which is in parts, as a folder of that name.
        Where it breaks off, a later call goes on from there: it needs no memory, and no second try from the start.
        """
        drawn = await self.draw()
        if self._folder is None:
            return await self._download(drawn, Path(path))
        rows = Path(self._folder.name) / "rows.parquet"
        if rows.is_dir():
            return Path(await asyncio.to_thread(shutil.copytree, rows, path, dirs_exist_ok=True))
        return Path(await asyncio.to_thread(shutil.copyfile, rows, path))

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


class TrainingSet:
    """The sync twin of AsyncTrainingSet."""

    def __init__(self, runner: Runner, training_set: AsyncTrainingSet) -> None:
        self._runner = runner
        self._async = training_set

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

    def to_arrow(self) -> pa.Table:
        return self._runner.run(self._async.to_arrow())

    def to_batches(self, rows: int = 65_536) -> Iterator[pa.RecordBatch]:
        """Its rows in order, so many at a time: for what does not fit in memory."""
        return self._runner.iterate(self._async.to_batches(rows))

    def to_pandas(self) -> pd.DataFrame:
        return self._runner.run(self._async.to_pandas())

    def to_polars(self) -> pl.DataFrame:
        return self._runner.run(self._async.to_polars())

    def to_parquet(self, path: str | Path) -> Path:
        """
        Streams the file to `path` as the server made it; a very large one, which is in parts, as a folder of that name.
        Where it breaks off, a later call goes on from there: it needs no memory, and no second try from the start.
        """
        return self._runner.run(self._async.to_parquet(path))

    def __repr__(self) -> str:
        return repr(self._async)

    def _repr_html_(self) -> str:
        return self._async._repr_html_()
