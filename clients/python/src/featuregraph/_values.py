"""Values on their way into JSON, and columns on their way out of it."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pyarrow as pa

_largest_exact = 2**53

_arrow_types: Mapping[str, pa.DataType] = {
    "BOOL": pa.bool_(),
    "INT32": pa.int32(),
    "INT64": pa.int64(),
    "FLOAT32": pa.float32(),
    "FLOAT64": pa.float64(),
    "STRING": pa.string(),
    "BYTES": pa.binary(),
    "TIMESTAMP": pa.timestamp("us", tz="UTC"),
    "DATE": pa.date32(),
    "JSON": pa.string(),
}


def encode_value(value: Any) -> Any:
    """One value as JSON holds it; a datetime without a zone is taken as UTC."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _largest_exact else str(value)
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, datetime):
        moment = value if value.tzinfo is not None else value.replace(tzinfo=timezone.utc)
        return moment.astimezone(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): encode_value(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [encode_value(item) for item in value]
    if hasattr(value, "item"):  # a scalar of numpy
        return encode_value(value.item())
    raise TypeError(f"A value of type {type(value).__name__} cannot be sent.")


def encode_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name): encode_value(value) for name, value in row.items()}


def decode_column(column: Mapping[str, Any], row_count: int) -> pa.Array:
    """A column of a frame, in the type that it names: JSON values come as text."""
    item = _arrow_types[column["type"]]
    values = column["values"] or [None] * row_count
    if column["isArray"]:
        lists = [None if value is None else [_decode(column["type"], each) for each in value] for value in values]
        return pa.array(lists, pa.list_(item))
    return pa.array([_decode(column["type"], value) for value in values], item)


def _decode(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "INT64":
        return int(value)
    if kind in ("FLOAT32", "FLOAT64"):
        return float(value)
    if kind == "BYTES":
        return base64.b64decode(value)
    if kind == "TIMESTAMP":
        return decode_instant(value)
    if kind == "DATE":
        return date.fromisoformat(value)
    if kind == "JSON":
        return json.dumps(value)
    return value


def decode_instant(text: str) -> datetime:
    """RFC 3339 in UTC with up to six decimals, which Python before 3.11 reads with exactly six only."""
    body = text.removesuffix("Z")
    whole, _, fraction = body.partition(".")
    return datetime.fromisoformat(f"{whole}.{fraction:0<6}+00:00")
