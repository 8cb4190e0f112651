"""Whatever holds rows, as an Arrow table, and tables as data frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeGuard

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_largest_exact = 2**53


def are_dicts(rows: Any) -> TypeGuard[Sequence[Mapping[str, Any]]]:
    """A list of rows, each with columns of its own."""
    return isinstance(rows, Sequence) and all(isinstance(row, Mapping) for row in rows)


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
    if are_dicts(rows):
        # Arrow takes the names of the first row alone.
        names = list(dict.fromkeys(name for row in rows for name in row))
        return pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows])
    library = type(rows).__module__.split(".")[0]
    if library == "pandas":
        return pa.Table.from_pandas(rows, preserve_index=False)
    if library == "polars" and hasattr(rows, "to_arrow"):
        return rows.to_arrow()
    if hasattr(rows, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(rows).read_all()
    kind = type(rows).__name__
    raise TypeError(f"Rows come as a data frame of pandas or polars, an Arrow table or a list of dicts, not as {kind}.")


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """As pyarrow does it, but for integers beside nulls that floats cannot hold: they stay integers (Int64)."""
    frame = table.to_pandas()
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_int64(column.type) and column.null_count > 0 and _exceeds_floats(column):
            import pandas as pd

            frame[name] = pd.array(column.to_pylist(), dtype=pd.Int64Dtype())
    return frame


def _exceeds_floats(column: pa.ChunkedArray) -> bool:
    ends = pc.min_max(column).as_py()
    return ends["max"] is not None and (ends["max"] > _largest_exact or ends["min"] < -_largest_exact)


def to_polars(table: pa.Table) -> pl.DataFrame:
    import polars as pl

    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
