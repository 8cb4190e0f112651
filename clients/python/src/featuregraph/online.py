"""What an online read gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ._values import decode_column, decode_instant
from .errors import FeaturegraphError, error_of

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


class OnlineFeatures:
    """The latest values, a row per entity row in its order: join keys first, then request data, then features."""

    def __init__(self, frame: Mapping[str, Any]) -> None:
        self._columns: Sequence[Mapping[str, Any]] = frame["columns"]
        self.row_count: int = frame["rowCount"]
        #: Malformed rows, each with its `index`; the others are answered.
        self.row_errors: tuple[FeaturegraphError, ...] = tuple(error_of(error) for error in frame["rowErrors"])

    @property
    def statuses(self) -> dict[str, list[str]]:
        """Of each feature, per row: PRESENT, NULL_VALUE, NOT_FOUND, OUTSIDE_MAX_AGE or ERROR."""
        return {column["name"]: list(column["statuses"]) for column in self._columns if column["statuses"] is not None}

    @property
    def event_times(self) -> dict[str, list[Any]]:
        """Of each feature, per row: when the value was true, None where there is none."""
        return {
            column["name"]: [None if at is None else decode_instant(at) for at in column["eventTimes"]]
            for column in self._columns
            if column["eventTimes"] is not None
        }

    def to_arrow(self) -> pa.Table:
        arrays = [decode_column(column, self.row_count) for column in self._columns]
        return pa.Table.from_arrays(arrays, names=[column["name"] for column in self._columns])

    def to_dict(self) -> dict[str, list[Any]]:
        columns: dict[str, list[Any]] = self.to_arrow().to_pydict()
        return columns

    def to_pandas(self) -> pd.DataFrame:
        return self.to_arrow().to_pandas()

    def to_polars(self) -> pl.DataFrame:
        import polars as pl

        frame = pl.from_arrow(self.to_arrow())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def __repr__(self) -> str:
        names = ", ".join(column["name"] for column in self._columns)
        return f"OnlineFeatures({self.row_count} rows: {names})"

    def _repr_html_(self) -> str:
        return table_html(self.to_dict())


def table_html(columns: Mapping[str, Sequence[Any]], most_rows: int = 10) -> str:
    """The first rows of a table, for a notebook."""
    from html import escape

    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    rows = list(zip(*(values[:most_rows] for values in columns.values()), strict=True))
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
