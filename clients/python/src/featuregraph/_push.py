"""Rows into the gateway, batch by batch: each under a key of its own, so that a retry repeats nothing."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import pyarrow as pa

from ._frames import ARROW_STREAM, plain, slices, to_stream
from ._gateway import Gateway
from ._progress import Progress
from ._tables import are_dicts, to_table
from ._values import encode_row
from .errors import FeaturegraphError, LimitExceededError, UnavailableError, error_of
from .results import PushResult

#: What the gateway takes at once unless it is configured otherwise; where it takes less, batches are halved.
_most_rows = 10_000
_most_bytes = 4 << 20
_attempts = 6
_first_wait_seconds = 0.25


#: What rows do: give values, or end them.
Kind = Literal["rows", "deletes"]


class Batch(Protocol):
    """Some of the rows, in the form in which they travel."""

    @property
    def row_count(self) -> int: ...

    def part(self, start: int, row_count: int) -> Batch: ...

    def body(self, request: Mapping[str, Any], kind: Kind) -> tuple[Mapping[str, str], str, Any]:
        """The parameters of the URL, the media type and the content."""
        ...


@dataclass(frozen=True)
class _Columns:
    table: pa.Table

    @property
    def row_count(self) -> int:
        return int(self.table.num_rows)

    def part(self, start: int, row_count: int) -> Batch:
        return _Columns(self.table.slice(start, row_count))

    def body(self, request: Mapping[str, Any], kind: Kind) -> tuple[Mapping[str, str], str, Any]:
        return {"request": json.dumps({**request, "rowsAre": kind.upper()})}, ARROW_STREAM, to_stream(self.table)


@dataclass(frozen=True)
class _Rows:
    """Dicts stay rows: each may leave out other columns, and one that is wrong does not spoil the others."""

    rows: Sequence[Mapping[str, Any]]

    @property
    def row_count(self) -> int:
        return len(self.rows)

    def part(self, start: int, row_count: int) -> Batch:
        return _Rows(self.rows[start : start + row_count])

    def body(self, request: Mapping[str, Any], kind: Kind) -> tuple[Mapping[str, str], str, Any]:
        rows = [encode_row(row) for row in self.rows]
        return {}, "application/json", json.dumps({**request, kind: rows}).encode()


def batches_of(rows: Any) -> tuple[int | None, Iterator[Batch]]:
    """How many rows there are, where that is known, and the rows. A reader is read as they are sent."""
    if are_dicts(rows):
        return len(rows), (_Rows(rows[start : start + _most_rows]) for start in range(0, len(rows), _most_rows))
    if isinstance(rows, pa.RecordBatchReader):
        tables = (plain(pa.Table.from_batches([batch])) for batch in rows)
        return None, (_Columns(part) for table in tables for part in slices(table, _most_rows, _most_bytes))
    table = plain(to_table(rows))
    return table.num_rows, (_Columns(part) for part in slices(table, _most_rows, _most_bytes))


async def push_batches(
    gateway: Gateway, request: Mapping[str, Any], kind: Kind, rows: Any, idempotency_key: str | None, *, progress: bool
) -> PushResult:
    key = idempotency_key or uuid.uuid4().hex
    total, batches = batches_of(rows)
    taken = _Taken()
    most = _most_rows
    with Progress("Pushing", shown=progress, total=total, unit="rows") as bar:
        try:
            for batch in batches:
                start = 0
                while start < batch.row_count:
                    part = batch.part(start, min(most, batch.row_count - start))
                    try:
                        key_of_part = f"{key}:{taken.row_count}+{part.row_count}"
                        answer = await _push(gateway, part.body(request, kind), key_of_part, taken)
                    except LimitExceededError:
                        if part.row_count == 1:
                            raise
                        most = part.row_count // 2
                        continue
                    taken.add(answer, part.row_count)
                    start += part.row_count
                    bar.advance(part.row_count)
        except FeaturegraphError as error:
            if taken.row_count > 0:
                again = f'Push the same rows again with idempotency_key="{key}": nothing is taken twice.'
                error.hint = f"The first {taken.row_count} rows were taken. {again} {error.hint or ''}".rstrip()
            raise
    return taken.result()


async def _push(
    gateway: Gateway, body: tuple[Mapping[str, str], str, Any], key: str, taken: _Taken
) -> Mapping[str, Any]:
    parameters, media_type, content = body
    headers = {"content-type": media_type, "idempotency-key": key}
    attempt = 0
    while True:
        attempt += 1
        try:
            response = await gateway.post("/push", parameters, headers, content)
            answer: Mapping[str, Any] = response.json()
            return answer
        except UnavailableError as error:
            # Nobody waits for a gateway that was never there.
            absent = error.code == "GATEWAY_UNREACHABLE" and taken.row_count == 0 and attempt == 2
            if absent or attempt == _attempts:
                raise
            await asyncio.sleep(max(_first_wait_seconds * 2.0 ** (attempt - 1), error.retry_after or 0.0))


class _Taken:
    def __init__(self) -> None:
        self.row_count = 0
        self._accepted = 0
        self._stale = 0
        self._rejected: list[FeaturegraphError] = []
        # One of a kind and column: each batch tells its own.
        self._warnings: dict[tuple[str, str | None], FeaturegraphError] = {}

    def add(self, answer: Mapping[str, Any], row_count: int) -> None:
        self._accepted += answer["accepted"]
        self._stale += answer["stale"]
        self._rejected.extend(self._shifted(answer["rejected"]))
        for warning in self._shifted(answer["warnings"]):
            self._warnings.setdefault((warning.code, warning.name), warning)
        self.row_count += row_count

    def _shifted(self, errors: Sequence[Mapping[str, Any]]) -> Iterator[FeaturegraphError]:
        for error in errors:
            index = error.get("index")
            yield error_of({**error, "index": None if index is None else index + self.row_count})

    def result(self) -> PushResult:
        return PushResult(self._accepted, self._stale, tuple(self._rejected), tuple(self._warnings.values()))
