"""The tests speak to a running server: FEATUREGRAPH_URL names it. Each takes a project of its own."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from featuregraph import Store

DEFINITIONS = """
entities: { driver: { joinKeys: { driver_id: int64 } } }
sources:
  trips:
    push: {}
    eventTime: ended_at
    columns:
      { driver_id: int64, ended_at: timestamp, fare: float64, rating: int32, note: string, seats: array<float32>,
        extra: json }
views:
  last_trip:
    entities: [driver]
    source: trips
    features: { fare: float64, rating: int32, note: string, seats: array<float32>, extra: json }
  offer:
    kind: on-demand
    inputs: { request: { surge: float64 }, views: [last_trip] }
    features: { price: { type: float64, expression: "last_trip.fare * request.surge" } }
services:
  offer_model: { features: ["last_trip:rating", "offer:price"] }
"""


@pytest.fixture
def url() -> str:
    return os.environ["FEATUREGRAPH_URL"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    definitions = tmp_path / "features"
    definitions.mkdir()
    (definitions / "features.yaml").write_text(DEFINITIONS)
    return definitions


@pytest.fixture
def store(url: str, folder: Path) -> Iterator[Store]:
    with Store(url, project=f"python_{uuid.uuid4().hex[:12]}", progress=False) as opened:
        opened.apply(folder)
        yield opened
