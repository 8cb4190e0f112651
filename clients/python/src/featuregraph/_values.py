"""Values on their way into JSON, and instants on their way out of it."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

_largest_exact = 2**53


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


def decode_instant(text: str) -> datetime:
    """RFC 3339 in UTC with up to six decimals, which Python before 3.11 reads with exactly six only."""
    body = text.removesuffix("Z")
    whole, _, fraction = body.partition(".")
    return datetime.fromisoformat(f"{whole}.{fraction:0<6}+00:00")
