"""What writes, runs and alerts come back as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .errors import FeaturegraphError

_most_shown = 5


@dataclass(frozen=True, repr=False)
class PushResult:
    """`index` of the errors and warnings counts over all the rows that were pushed."""

    accepted: int
    #: Of the accepted: older than what their key has online; kept offline.
    stale: int
    rejected: tuple[FeaturegraphError, ...]
    warnings: tuple[FeaturegraphError, ...]

    def __repr__(self) -> str:
        told = [f"row {error.index}: {error}" for error in self.rejected[:_most_shown]]
        if len(self.rejected) > _most_shown:
            told.append(f"… {len(self.rejected) - _most_shown} more in .rejected")
        told += [f"warning: {warning}" for warning in self.warnings]
        counts = f"{self.accepted} accepted ({self.stale} stale), {len(self.rejected)} rejected"
        return "\n  ".join([f"PushResult({counts})", *(line.replace("\n", "\n  ") for line in told)])


@dataclass(frozen=True)
class MaterializationRun:
    id: str
    state: str
    rows_read: int
    rows_written: int


@dataclass(frozen=True)
class LeakageFinding:
    """A feature whose values look like knowledge from the future; `share` of the rows is touched."""

    column: str
    share: float
    reason: str
    #: Of what it goes together with too well, and how well (0 to 1); None for other reasons.
    label_column: str | None = None
    correlation: float | None = None


@dataclass(frozen=True)
class Difference:
    """A column whose values are others in a training set that was drawn again: in so many rows, and why."""

    column: str
    row_count: int
    reason: str


@dataclass(frozen=True)
class Reproduction:
    """A training set that was drawn again, held against the first."""

    identical: bool
    differences: tuple[Difference, ...]
    #: Of the one that was drawn now: `store.training_set(id)` reads it.
    id: str


@dataclass(frozen=True)
class AlertEvent:
    """A transition of an alert, which is as it was then. `cursor` is where `alerts(after=…)` goes on."""

    cursor: str
    previous: str | None
    state: str
    at: datetime
    id: str
    kind: str
    severity: str
    message: str
    value: float | None
    threshold: float | None
