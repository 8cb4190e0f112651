"""A feature store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from ._runner import Runner
from .async_store import AsyncStore, Bindings, Known
from .definitions import Plan
from .online import OnlineFeatures
from .results import AlertEvent, MaterializationRun, PushResult
from .splits import Splits
from .training_set import TrainingSet


class Store:
    """
    One project of a gateway. `url` and `token` default to FEATUREGRAPH_URL and FEATUREGRAPH_TOKEN.
    Close it, or use it in `with`. AsyncStore is its async twin.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        project: str = "default",
        progress: bool = True,
        timeout: float = 30.0,
    ) -> None:
        self._runner = Runner()
        self._async = AsyncStore(url, token, project=project, progress=progress, timeout=timeout)

    @property
    def url(self) -> str:
        return self._async.url

    @property
    def project(self) -> str:
        return self._async.project

    def __repr__(self) -> str:
        return f"Store({self.url!r}, project={self.project!r})"

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._runner.run(self._async.close())
        self._runner.close()

    def get_online_features(
        self,
        entities: Any,
        features: Sequence[str] | None = None,
        *,
        feature_service: str | None = None,
        bindings: Bindings | None = None,
        full_feature_names: bool = False,
    ) -> OnlineFeatures:
        """
        The latest values for entity rows: a list of dicts or a data frame of join keys and request data.
        Name `features` (`view:feature`, `view:*`) or a `feature_service`. Many rows are read in parts, a few at once.
        """
        return self._runner.run(
            self._async.get_online_features(
                entities,
                features,
                feature_service=feature_service,
                bindings=bindings,
                full_feature_names=full_feature_names,
            )
        )

    def get_historical_features(
        self,
        labels: Any,
        features: Sequence[str] | None = None,
        *,
        feature_service: str | None = None,
        bindings: Bindings | None = None,
        timestamp_column: str = "event_timestamp",
        known: Known = None,
        name: str | None = None,
        full_feature_names: bool = False,
        splits: Splits | None = None,
        targets: Sequence[str] | None = None,
        idempotency_key: str | None = None,
    ) -> TrainingSet:
        """
        Features as of each label row. `labels`: a data frame, an Arrow table, a path (.parquet, .csv, .ndjson, .arrow),
        or Sql, Source, EveryEntity. `splits`: TimeSplits or EntitySplits, read by `.split(name)`. `targets`: the label
        columns to be predicted, which features are compared with. Nothing is drawn before the result is asked for.
        """
        return TrainingSet(
            self._runner,
            self._async.get_historical_features(
                labels,
                features,
                feature_service=feature_service,
                bindings=bindings,
                timestamp_column=timestamp_column,
                known=known,
                name=name,
                full_feature_names=full_feature_names,
                splits=splits,
                targets=targets,
                idempotency_key=idempotency_key,
            ),
        )

    def training_set(self, identity: str) -> TrainingSet:
        """A training set that was drawn before (as Parquet), by its id."""
        return TrainingSet(self._runner, self._async.training_set(identity))

    def push(
        self,
        rows: Any,
        *,
        source: str | None = None,
        view: str | None = None,
        to: str = "BOTH",
        idempotency_key: str | None = None,
    ) -> PushResult:
        """
        Rows (a data frame, an Arrow table or reader, a list of dicts) into a push source or a view; `to`: ONLINE,
        OFFLINE or BOTH. A bad row is in `rejected` by its index; the others are taken. Many rows go in batches, each
        under a key of its own: pushing the same rows again under the same `idempotency_key` repeats nothing.
        """
        return self._runner.run(
            self._async.push(rows, source=source, view=view, to=to, idempotency_key=idempotency_key)
        )

    def delete(
        self,
        rows: Any,
        *,
        source: str | None = None,
        view: str | None = None,
        to: str = "BOTH",
        idempotency_key: str | None = None,
    ) -> PushResult:
        """
        Ends the values of entities: rows of their join keys and the event time from which there are none; further
        columns of the source are ignored. As `push` in all else.
        """
        return self._runner.run(
            self._async.delete(rows, source=source, view=view, to=to, idempotency_key=idempotency_key)
        )

    def materialize(
        self,
        views: Sequence[str] | None = None,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        incremental: bool = False,
    ) -> MaterializationRun:
        """Writes the latest offline values of views (all by default) online, and waits for the end."""
        return self._runner.run(self._async.materialize(views, start=start, end=end, incremental=incremental))

    def plan(self, folder: str | Path) -> Plan:
        """What applying the definition files of a folder would change. Changes nothing."""
        return self._runner.run(self._async.plan(folder))

    def apply(self, folder: str | Path, *, allow_delete: bool = False, plan: Plan | None = None) -> Plan:
        """Applies the definition files of a folder: with `plan`, exactly that plan or a ConflictError."""
        return self._runner.run(self._async.apply(folder, allow_delete=allow_delete, plan=plan))

    def alerts(
        self,
        *,
        kinds: Sequence[str] | None = None,
        states: Sequence[str] | None = None,
        after: str | None = None,
    ) -> Iterator[AlertEvent]:
        """Transitions of alerts as they happen, behind the cursor `after` first. A reconnect misses none."""
        return self._runner.iterate(self._async.alerts(kinds=kinds, states=states, after=after))
