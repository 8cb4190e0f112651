"""Parts of a training set, as they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ._values import encode_value


@dataclass(frozen=True)
class TimeSplits:
    """
    Part i has the rows from cut i - 1 on and before cut i: rows of one instant never part. Rows within `gap_seconds`
    before a cut are in no part: what their labels tell may lie behind it.
    """

    parts: Sequence[str]
    cuts: Sequence[datetime]
    gap_seconds: float = 0.0


@dataclass(frozen=True)
class EntitySplits:
    """
    By a hash of the entity (all join keys, or `columns`): its rows are in one part, in every training set with the same
    salt. `parts`: the share of each; what is left over of 1 is in no part.
    """

    parts: Mapping[str, float]
    columns: Sequence[str] | None = None
    salt: str = ""


Splits = TimeSplits | EntitySplits


def encode_splits(splits: Splits | None) -> dict[str, Any] | None:
    """`SplitsInput` of the contract."""
    if splits is None:
        return None
    if isinstance(splits, TimeSplits):
        cuts = [encode_value(cut) for cut in splits.cuts]
        return {"byTime": {"parts": list(splits.parts), "cuts": cuts, "gapSeconds": splits.gap_seconds}}
    parts = [{"name": name, "share": share} for name, share in splits.parts.items()]
    columns = None if splits.columns is None else list(splits.columns)
    return {"byEntity": {"parts": parts, "columns": columns, "salt": splits.salt}}
