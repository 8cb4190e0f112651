"""
Reads at `/features`: rows go as Arrow, or as JSON where they are dicts; answers come as Arrow. More rows than
the gateway answers at once are read in parts, a few at a time, and joined in their order.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from ._frames import ARROW_STREAM, from_stream, plain, to_stream
from ._gateway import Gateway
from ._tables import are_dicts, to_table
from ._values import encode_row, encode_value
from .errors import ConflictError, LimitExceededError

#: A longer question than a URL should hold stands in the body.
_longest_in_url = 6_000
#: What the gateway answers at once unless it is configured otherwise; where it takes less, parts are halved.
_most_rows = 10_000
_parts_at_once = 4
#: Times that parts are read again because the definitions changed meanwhile.
_most_rounds = 3


async def read_online(gateway: Gateway, question: Mapping[str, Any], entities: Any) -> pa.Table:
    rows = entities if are_dicts(entities) else plain(to_table(entities))
    reading = _Reading(gateway, question, rows)
    parts = await reading.read([(0, len(rows))])
    for _ in range(_most_rounds):
        revision = max(part.registry_version for part in parts)
        older = [part for part in parts if part.registry_version < revision]
        if not older:
            return _joined(sorted(parts, key=lambda part: part.start))
        again = await reading.read([(part.start, part.end) for part in older])
        parts = [part for part in parts if part.registry_version == revision] + again
    raise ConflictError("CONFLICT", "The definitions changed again and again while the rows were read.")


@dataclass(frozen=True)
class _Part:
    start: int
    end: int
    table: pa.Table

    @property
    def registry_version(self) -> int:
        return int(_metadata(self.table)["registryVersion"])


class _Reading:
    def __init__(self, gateway: Gateway, question: Mapping[str, Any], rows: Sequence[Any] | pa.Table) -> None:
        self._gateway = gateway
        self._question = question
        self._rows = rows
        self._most = _most_rows

    async def read(self, stretches: Sequence[tuple[int, int]]) -> list[_Part]:
        waiting = deque(stretches)
        done: list[_Part] = []

        async def work() -> None:
            while waiting:
                start, end = waiting.popleft()
                if end - start > self._most:
                    waiting.appendleft((start + self._most, end))
                    end = start + self._most
                try:
                    done.append(_Part(start, end, await self._ask(start, end)))
                except LimitExceededError:
                    if end - start < 2:
                        raise
                    self._most = min(self._most, (end - start) // 2)
                    waiting.appendleft((start, end))

        workers = [asyncio.ensure_future(work()) for _ in range(_parts_at_once)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
        return done

    async def _ask(self, start: int, end: int) -> pa.Table:
        if not isinstance(self._rows, pa.Table):
            return await self._ask_json(self._part_of_rows(start, end))
        table = self._rows.slice(start, end - start)
        asked = json.dumps(self._question)
        if len(quote(asked)) > _longest_in_url:
            return await self._ask_json(
                {name: encode_value(table.column(name).to_pylist()) for name in table.column_names}
            )
        headers = {"accept": ARROW_STREAM, "content-type": ARROW_STREAM}
        answer = await self._gateway.post("/features", {"request": asked}, headers, to_stream(table))
        return from_stream(answer.content)

    def _part_of_rows(self, start: int, end: int) -> list[dict[str, Any]]:
        rows = [encode_row(row) for row in self._rows[start:end]]
        if len(rows) < len(self._rows) and rows:
            # A column that only rows of other parts have is there, as it would be for all of them at once.
            rows[0] = {**dict.fromkeys(self._names), **rows[0]}
        return rows

    @cached_property
    def _names(self) -> list[str]:
        return list({str(name): None for row in self._rows for name in row})

    async def _ask_json(self, entities: Any) -> pa.Table:
        body = json.dumps({**self._question, "entities": entities}).encode()
        headers = {"accept": ARROW_STREAM, "content-type": "application/json"}
        return from_stream((await self._gateway.post("/features", {}, headers, body)).content)


def _joined(parts: Sequence[_Part]) -> pa.Table:
    if len(parts) == 1:
        return parts[0].table
    errors: list[Mapping[str, Any]] = []
    stale: dict[str, None] = {}
    for part in parts:
        metadata = _metadata(part.table)
        for error in json.loads(metadata.get("rowErrors", "[]")):
            index = error.get("index")
            errors.append({**error, "index": None if index is None else index + part.start})
        stale.update(dict.fromkeys(json.loads(metadata.get("stale", "[]"))))
    metadata = {
        "registryVersion": str(parts[0].registry_version),
        "rowErrors": json.dumps(errors),
        "stale": json.dumps(list(stale)),
    }
    return pa.concat_tables([part.table.replace_schema_metadata(None) for part in parts]).replace_schema_metadata(
        metadata
    )


def _metadata(table: pa.Table) -> Mapping[str, str]:
    return {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
