"""A bar per long piece of work: in a notebook or on a terminal; nothing where nobody looks."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from tqdm.auto import tqdm


def _is_watched() -> bool:
    return sys.stderr.isatty() or "ipykernel" in sys.modules


class Progress:
    """From 0 to 1; or in a unit, up to a total where it is known."""

    def __init__(self, what: str, *, shown: bool, unit: str = "%", total: int | None = None, begun: int = 0) -> None:
        self._bar: Any = tqdm(
            desc=what,
            total=100 if unit == "%" else total,
            initial=begun,
            unit=unit if unit in ("%", "B") else f" {unit}",
            unit_scale=unit != "%",
            disable=not (shown and _is_watched()),
            leave=False,
        )

    def to(self, share: float) -> None:
        self._bar.update(round(share * 100) - self._bar.n)

    def advance(self, count: int) -> None:
        self._bar.update(count)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()
