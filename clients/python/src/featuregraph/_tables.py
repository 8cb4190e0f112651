"""Whatever holds rows, as an Arrow table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from ._values import encode_row


def to_table(rows: Any) -> pa.Table:
    """
    From a pandas or polars data frame, an Arrow table, batch or reader, a list of dicts, or anything with
    `__arrow_c_stream__`. An index of pandas is left out.
    """
    if isinstance(rows, pa.Table):
        return rows
    if isinstance(rows, pa.RecordBatch):
        return pa.Table.from_batches([rows])
    if isinstance(rows, pa.RecordBatchReader):
        return rows.read_all()
    if isinstance(rows, Sequence) and all(isinstance(row, Mapping) for row in rows):
        return pa.Table.from_pylist([dict(row) for row in rows])
    if type(rows).__module__.split(".")[0] == "pandas":
        return pa.Table.from_pandas(rows, preserve_index=False)
    if hasattr(rows, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(rows).read_all()
    kind = type(rows).__name__
    raise TypeError(f"Rows come as a data frame of pandas or polars, an Arrow table or a list of dicts, not as {kind}.")


def all_rows(rows: Any) -> list[dict[str, Any]]:
    """The rows as JSON holds them."""
    return [row for batch in rows_in_batches(rows, 10_000) for row in batch]


def rows_in_batches(rows: Any, size: int) -> Iterator[list[dict[str, Any]]]:
    """The rows as JSON holds them, in lists of at most `size`."""
    if isinstance(rows, Sequence) and all(isinstance(row, Mapping) for row in rows):
        for start in range(0, len(rows), size):
            yield [encode_row(row) for row in rows[start : start + size]]
        return
    for batch in to_table(rows).to_batches(max_chunksize=size):
        yield [encode_row(row) for row in batch.to_pylist()]
