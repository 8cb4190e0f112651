"""A feature store, asynchronously."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from . import _documents
from ._gateway import Gateway
from ._online import read_online
from ._progress import Progress
from ._push import Kind, push_batches
from ._values import decode_instant, encode_value
from .definitions import Plan, plan_of, read_definition_files
from .errors import RunFailedError, raise_errors
from .labels import label_source
from .online import OnlineFeatures
from .results import AlertEvent, MaterializationRun, PushResult
from .splits import Splits, encode_splits
from .training_set import AsyncTrainingSet

#: What was known: nothing said (by event time), "label-time", or an instant.
Known = str | datetime | None
#: A view under an alias through other columns: {"origin": ("airport_delays", {"airport": "origin"})}.
Bindings = Mapping[str, tuple[str, Mapping[str, str]]]


class AsyncStore:
    """
    One project of a gateway. `url` and `token` default to FEATUREGRAPH_URL and FEATUREGRAPH_TOKEN.
    Close it, or use it in `async with`.
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
        self.project = project
        self._progress = progress
        self._gateway = Gateway(
            url or os.environ.get("FEATUREGRAPH_URL", "http://127.0.0.1:4000"),
            token or os.environ.get("FEATUREGRAPH_TOKEN"),
            timeout,
        )

    @property
    def url(self) -> str:
        return self._gateway.url

    def __repr__(self) -> str:
        return f"AsyncStore({self.url!r}, project={self.project!r})"

    async def __aenter__(self) -> AsyncStore:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._gateway.close()

    async def get_online_features(
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
        question = {
            "project": self.project,
            "select": _selection(features, feature_service),
            "bindings": _bindings(bindings),
            "fullFeatureNames": full_feature_names,
            "include": ["keys", "statuses", "eventTimes"],
        }
        return OnlineFeatures(await read_online(self._gateway, question, entities))

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
    ) -> AsyncTrainingSet:
        """
        Features as of each label row. `labels`: a data frame, an Arrow table, a path (.parquet, .csv, .ndjson, .arrow),
        or Sql, Source, EveryEntity. `splits`: TimeSplits or EntitySplits, read by `.split(name)`. `targets`: the label
        columns to be predicted, which features are compared with. Nothing is drawn before the result is asked for.
        """
        select = _selection(features, feature_service)

        async def request() -> Mapping[str, Any]:
            asked = {
                "select": select,
                "bindings": _bindings(bindings),
                "timestampColumn": timestamp_column,
                "fullFeatureNames": full_feature_names,
            }
            return {
                **asked,
                "project": self.project,
                "name": name,
                "labels": await label_source(self._gateway, self.project, labels, asked),
                "known": _known(known),
                "format": "PARQUET",
                "splits": encode_splits(splits),
                "targets": None if targets is None else list(targets),
                "idempotencyKey": idempotency_key,
            }

        return AsyncTrainingSet(self._gateway, request, progress=self._progress)

    def training_set(self, identity: str) -> AsyncTrainingSet:
        """A training set that was drawn before (as Parquet), by its id."""
        return AsyncTrainingSet(self._gateway, identity, progress=self._progress)

    async def push(
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
        return await self._send("rows", rows, source, view, to, idempotency_key)

    async def delete(
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
        return await self._send("deletes", rows, source, view, to, idempotency_key)

    async def _send(
        self, kind: Kind, rows: Any, source: str | None, view: str | None, to: str, idempotency_key: str | None
    ) -> PushResult:
        if (source is None) == (view is None):
            raise ValueError("Name a source or a view to push into: one of the two.")
        into = {"source": source} if source is not None else {"view": view}
        request = {"project": self.project, "into": into, "to": to}
        return await push_batches(self._gateway, request, kind, rows, idempotency_key, progress=self._progress)

    async def materialize(
        self,
        views: Sequence[str] | None = None,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        incremental: bool = False,
    ) -> MaterializationRun:
        """Writes the latest offline values of views (all by default) online, and waits for the end."""
        request = {
            "project": self.project,
            "views": None if views is None else list(views),
            "start": encode_value(start),
            "end": encode_value(end),
            "incremental": incremental,
        }
        payload = (await self._gateway.ask(_documents.MATERIALIZE, {"input": request}))["materialize"]
        raise_errors(payload["userErrors"])
        latest = payload["run"]
        with Progress("Materializing", shown=self._progress) as bar:
            identity = latest["id"]
            async for event in self._gateway.events(_documents.MATERIALIZATION_PROGRESS, lambda: {"id": identity}):
                latest = event["materializationProgress"] or latest
                bar.to(latest["progress"])
        if latest["state"] != "SUCCEEDED":
            failure = latest["failure"] or {"code": "JOB_CANCELLED", "message": "The run was cancelled."}
            raise RunFailedError(failure["code"], failure["message"], hint=failure.get("hint"))
        return MaterializationRun(latest["id"], latest["state"], int(latest["rowsRead"]), int(latest["rowsWritten"]))

    async def plan(self, folder: str | Path) -> Plan:
        """What applying the definition files of a folder would change. Changes nothing."""
        payload = (await self._gateway.ask(_documents.PLAN, {"input": self._definitions(folder)}))["plan"]
        raise_errors(payload["userErrors"])
        return plan_of(payload["plan"])

    async def apply(self, folder: str | Path, *, allow_delete: bool = False, plan: Plan | None = None) -> Plan:
        """Applies the definition files of a folder: with `plan`, exactly that plan or a ConflictError."""
        request = {**self._definitions(folder), "allowDelete": allow_delete}
        if plan is not None:
            request["planHash"] = plan.hash
        payload = (await self._gateway.ask(_documents.APPLY, {"input": request}))["apply"]
        raise_errors(payload["userErrors"])
        return plan_of({**payload["plan"], "registryVersion": payload["registryVersion"]})

    def _definitions(self, folder: str | Path) -> dict[str, Any]:
        return {"project": self.project, "files": read_definition_files(Path(folder))}

    async def alerts(
        self,
        *,
        kinds: Sequence[str] | None = None,
        states: Sequence[str] | None = None,
        after: str | None = None,
    ) -> AsyncIterator[AlertEvent]:
        """Transitions of alerts as they happen, behind the cursor `after` first. A reconnect misses none."""
        latest = {"after": after}
        filters = {
            "project": self.project,
            "kinds": None if kinds is None else list(kinds),
            "states": None if states is None else list(states),
        }
        async for event in self._gateway.events(_documents.ALERT_EVENTS, lambda: {**filters, **latest}):
            change = event["alertEvents"]
            alert = change["alert"]
            latest["after"] = change["cursor"]
            yield AlertEvent(
                cursor=change["cursor"],
                previous=change["from"],
                state=change["to"],
                at=decode_instant(change["at"]),
                id=alert["id"],
                kind=alert["kind"],
                severity=alert["severity"],
                message=alert["message"],
                value=alert["value"],
                threshold=alert["threshold"],
            )


def _selection(features: Sequence[str] | None, feature_service: str | None) -> dict[str, Any]:
    if (features is None) == (feature_service is None):
        raise ValueError("Name features or a feature_service: one of the two.")
    return {"featureService": feature_service} if features is None else {"features": list(features)}


def _bindings(bindings: Bindings | None) -> list[dict[str, Any]] | None:
    if bindings is None:
        return None
    return [
        {
            "alias": alias,
            "view": view,
            "joinKeys": [{"joinKey": key, "column": column} for key, column in columns.items()],
        }
        for alias, (view, columns) in bindings.items()
    ]


def _known(known: Known) -> dict[str, Any] | None:
    if known is None:
        return None
    return {"atLabelTime": True} if known == "label-time" else {"at": encode_value(known)}
