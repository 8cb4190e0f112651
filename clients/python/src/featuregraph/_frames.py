"""Arrow as it travels: plain columns out, whole streams in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from ._values import encode_value
from .errors import InvalidRequestError

#: As IANA has registered it.
ARROW_STREAM = "application/vnd.apache.arrow.stream"


def plain(table: pa.Table) -> pa.Table:
    """The same rows in the types that the gateway reads: no dictionaries, no views, what is nested as JSON text."""
    columns = [_plain_column(name, table.column(index)) for index, name in enumerate(table.column_names)]
    fields = [_field(table.field(index), column) for index, column in enumerate(columns)]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def _field(field: pa.Field, column: pa.ChunkedArray) -> pa.Field:
    return field if field.type == column.type else pa.field(field.name, column.type)


def _plain_column(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    target = _plain_type(column.type)
    if target == column.type:
        return column
    try:
        if target is None:
            texts = [None if value is None else json.dumps(encode_value(value)) for value in column.to_pylist()]
            return pa.chunked_array([pa.array(texts, pa.string())])
        return column.cast(target)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, TypeError) as error:
        raise InvalidRequestError("INVALID_VALUE", f'The column "{name}" cannot be sent: {error}', name=name) from error


def _plain_type(kind: pa.DataType) -> pa.DataType | None:
    """None: as JSON text. What nobody has a type for stays, so that the gateway says so by the column's name."""
    if isinstance(kind, pa.DictionaryType):
        return _plain_type(kind.value_type)
    if isinstance(kind, pa.BaseExtensionType):
        return kind if kind.extension_name == "arrow.json" else _plain_type(kind.storage_type)
    if _is_list(kind):
        item = _plain_type(kind.value_type)
        if item is None or _is_list(item):
            return None
        return kind if item == kind.value_type and not pa.types.is_list_view(kind) else pa.list_(item)
    if pa.types.is_nested(kind):
        return None
    if pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_binary_view(kind):
        return pa.binary()
    if pa.types.is_float16(kind):
        return pa.float32()
    return pa.int64() if pa.types.is_uint64(kind) else kind


def _is_list(kind: pa.DataType) -> bool:
    kinds = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list, pa.types.is_list_view)
    return any(check(kind) for check in kinds)


def slices(table: pa.Table, most_rows: int, most_bytes: int) -> Iterator[pa.Table]:
    """The table in parts of at most so many rows, and of about so many bytes. Nothing is copied."""
    per_row = max(1, table.nbytes // max(1, table.num_rows))
    size = max(1, min(most_rows, most_bytes // per_row))
    for start in range(0, table.num_rows, size):
        yield table.slice(start, size)


def to_stream(table: pa.Table) -> Any:
    """One Arrow IPC stream, uncompressed."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def from_stream(content: bytes) -> pa.Table:
    with pa.ipc.open_stream(content) as reader:
        return reader.read_all()
