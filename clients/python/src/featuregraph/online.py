"""What an online read gives."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ._tables import to_pandas, to_polars
from .errors import FeaturegraphError, error_of

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

# Behind each feature, whose own name has no dot.
_status = ".status"
_event_time = ".event_time"


class OnlineFeatures:
    """The latest values, a row per entity row in its order: join keys first, then request data, then features."""

    def __init__(self, answer: pa.Table) -> None:
        metadata = {key.decode(): value.decode() for key, value in (answer.schema.metadata or {}).items()}
        beside = [name for name in answer.column_names if name.endswith((_status, _event_time))]
        self._beside = answer.select(beside)
        self._table = _of_plain_types(answer.drop_columns(beside))
        #: Malformed rows, each with its `index`; the others are answered.
        self.row_errors: tuple[FeaturegraphError, ...] = tuple(
            error_of(error) for error in json.loads(metadata.get("rowErrors", "[]"))
        )
        #: Features whose values come from the server's cache, because the store does not answer.
        self.stale: tuple[str, ...] = tuple(json.loads(metadata.get("stale", "[]")))
        #: The revision of the definitions that was read.
        self.registry_version = int(metadata["registryVersion"])

    @property
    def row_count(self) -> int:
        return int(self._table.num_rows)

    @property
    def statuses(self) -> dict[str, list[str]]:
        """Of each feature, per row: PRESENT, NULL_VALUE, NOT_FOUND, OUTSIDE_MAX_AGE or ERROR."""
        return self._behind(_status)

    @property
    def event_times(self) -> dict[str, list[Any]]:
        """Of each feature, per row: when the value was true, None where there is none."""
        return self._behind(_event_time)

    def _behind(self, suffix: str) -> dict[str, list[Any]]:
        names = [name for name in self._beside.column_names if name.endswith(suffix)]
        return {name.removesuffix(suffix): self._beside.column(name).to_pylist() for name in names}

    def to_arrow(self) -> pa.Table:
        return self._table

    def to_dict(self) -> dict[str, list[Any]]:
        columns: dict[str, list[Any]] = self._table.to_pydict()
        return columns

    def to_pandas(self) -> pd.DataFrame:
        return to_pandas(self._table)

    def to_polars(self) -> pl.DataFrame:
        return to_polars(self._table)

    def __len__(self) -> int:
        return self.row_count

    def __repr__(self) -> str:
        return f"OnlineFeatures({self.row_count} rows: {', '.join(self._table.column_names)})"

    def _repr_html_(self) -> str:
        return table_html(self._table.slice(0, _shown_rows).to_pydict(), self.row_count)


def _of_plain_types(table: pa.Table) -> pa.Table:
    """JSON as text, without what the answer says beside its columns."""
    columns = [
        column.cast(column.type.storage_type) if isinstance(column.type, pa.BaseExtensionType) else column
        for column in table.columns
    ]
    return pa.Table.from_arrays(columns, names=table.column_names)


_shown_rows = 10


def table_html(columns: Mapping[str, Sequence[Any]], row_count: int) -> str:
    """The first rows of a table, for a notebook."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    rows = list(zip(*columns.values(), strict=True))
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    more = "" if row_count <= len(rows) else f"<p>… {row_count} rows</p>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
