"""Where label rows come from, beside a data frame or a file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from . import _documents
from ._gateway import Gateway
from ._tables import to_table
from ._values import encode_value
from .errors import InvalidRequestError, raise_errors


@dataclass(frozen=True)
class Sql:
    """A query over the database of a registered source."""

    source: str
    query: str


@dataclass(frozen=True)
class Source:
    """The rows of a registered source."""

    name: str


@dataclass(frozen=True)
class EveryEntity:
    """Every entity of a view, at each of the instants."""

    view: str
    at: Sequence[datetime]


_formats = {".parquet": "PARQUET", ".csv": "CSV", ".ndjson": "NDJSON", ".arrow": "ARROW"}


async def label_source(gateway: Gateway, project: str, labels: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The `LabelSource` of the contract; rows and files are uploaded first, and checked for what is `asked` of them."""
    if isinstance(labels, Source):
        return {"source": labels.name}
    if isinstance(labels, Sql):
        return {"sql": {"source": labels.source, "query": labels.query}}
    if isinstance(labels, EveryEntity):
        return {"everyEntity": {"view": labels.view, "at": [encode_value(moment) for moment in labels.at]}}
    if isinstance(labels, str | Path):
        return {"upload": await _upload(gateway, project, Path(labels), asked)}
    with tempfile.TemporaryDirectory(prefix="featuregraph-") as folder:
        path = Path(folder) / "labels.parquet"
        pq.write_table(to_table(labels), path, compression="zstd")
        return {"upload": await _upload(gateway, project, path, asked)}


async def _upload(gateway: Gateway, project: str, path: Path, asked: Mapping[str, Any]) -> str:
    form = _formats.get(path.suffix.lower())
    if form is None:
        raise InvalidRequestError(
            "UNREADABLE_FILE",
            f"{path}: label files are {', '.join(_formats)}.",
            hint="For SQL, give featuregraph.Sql(source, query).",
        )
    if not path.is_file():
        raise InvalidRequestError("UNREADABLE_FILE", f"{path}: there is no such file.")
    variables = {"input": {"project": project, "format": form, "byteCount": str(path.stat().st_size), **asked}}
    payload = (await gateway.ask(_documents.CREATE_UPLOAD, variables))["createUpload"]
    raise_errors(payload["userErrors"])
    await gateway.upload(payload["url"], path)
    return str(payload["id"])
