"""Rows that the server has made a file of: downloaded when they are first read, and once."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from ._download import download_rows
from ._gateway import Gateway
from ._runner import Runner
from ._tables import to_pandas

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


class AsyncRows(ABC):
    """Rows in their order, as Arrow, pandas, polars or a Parquet file."""

    def __init__(self, gateway: Gateway, *, progress: bool) -> None:
        self._gateway = gateway
        self._progress = progress
        self._turn = asyncio.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @abstractmethod
    async def _made(self) -> Mapping[str, Any]:
        """`url` and `byteCount` of the file."""

    async def _files(self) -> list[Path]:
        """Its rows in order, as files of ours: one, or for a large one several."""
        made = await self._made()
        async with self._turn:
            if self._folder is None:
                folder = tempfile.TemporaryDirectory(prefix="featuregraph-")
                await self._download(made, Path(folder.name) / "rows.parquet")
                self._folder = folder
        rows = Path(self._folder.name) / "rows.parquet"
        return sorted(rows.iterdir()) if rows.is_dir() else [rows]

    async def _download(self, made: Mapping[str, Any], target: Path) -> Path:
        size = None if made["byteCount"] is None else int(made["byteCount"])
        return await download_rows(self._gateway, made["url"], target, size=size, progress=self._progress)

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
        made = await self._made()
        if self._folder is None:
            return await self._download(made, Path(path))
        rows = Path(self._folder.name) / "rows.parquet"
        if rows.is_dir():
            return Path(await asyncio.to_thread(shutil.copytree, rows, path, dirs_exist_ok=True))
        return Path(await asyncio.to_thread(shutil.copyfile, rows, path))


class Rows:
    """The sync twin of AsyncRows."""

    def __init__(self, runner: Runner, rows: AsyncRows) -> None:
        self._runner = runner
        self._rows = rows

    def to_arrow(self) -> pa.Table:
        return self._runner.run(self._rows.to_arrow())

    def to_batches(self, rows: int = 65_536) -> Iterator[pa.RecordBatch]:
        """Its rows in order, so many at a time: for what does not fit in memory."""
        return self._runner.iterate(self._rows.to_batches(rows))

    def to_pandas(self) -> pd.DataFrame:
        return self._runner.run(self._rows.to_pandas())

    def to_polars(self) -> pl.DataFrame:
        return self._runner.run(self._rows.to_polars())

    def to_parquet(self, path: str | Path) -> Path:
        """
        Streams the file to `path` as the server made it; a very large one, which is in parts, as a folder of that name.
        Where it breaks off, a later call goes on from there: it needs no memory, and no second try from the start.
        """
        return self._runner.run(self._rows.to_parquet(path))

    def __repr__(self) -> str:
        return repr(self._rows)
