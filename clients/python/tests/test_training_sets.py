import asyncio
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from featuregraph import AsyncStore, EveryEntity, FeaturegraphError, InvalidRequestError, NotFoundError, Store

EIGHT = datetime(2024, 5, 1, 8, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)
LABELS = {
    "driver_id": [1, 1, 1, 2],
    "event_timestamp": [EIGHT - MICROSECOND, EIGHT, EIGHT + timedelta(hours=2), EIGHT],
    "accepted": [True, False, True, None],
}
FARES = [None, 1.0, 2.0, None]


@pytest.fixture
def filled(store: Store) -> Store:
    store.push(
        [
            {"driver_id": 1, "ended_at": EIGHT + timedelta(hours=hour), "fare": hour + 1.0, "rating": 5}
            for hour in range(2)
        ],
        source="trips",
    )
    return store


@pytest.mark.parametrize("frame", ["pandas", "polars", "arrow", "rows", "path"])
def test_features_as_of_each_label(filled: Store, frame: str, tmp_path: Path) -> None:
    table = pa.table(LABELS)
    pq.write_table(table, tmp_path / "labels.parquet")
    labels = {
        "pandas": table.to_pandas(),
        "polars": pl.from_arrow(table),
        "arrow": table,
        "rows": table.to_pylist(),
        "path": tmp_path / "labels.parquet",
    }[frame]
    drawn = filled.get_historical_features(labels, ["last_trip:fare"])
    assert "not drawn yet" in repr(drawn)
    assert drawn.to_arrow().column("fare").to_pylist() == FARES
    assert drawn.to_arrow().column("accepted").to_pylist() == LABELS["accepted"]
    pandas = drawn.to_pandas()
    assert isinstance(pandas, pd.DataFrame)
    assert pandas["event_timestamp"].tolist() == LABELS["event_timestamp"]
    assert drawn.to_polars()["fare"].to_list() == FARES
    written = drawn.to_parquet(tmp_path / "drawn.parquet")
    assert pq.read_table(written).num_rows == 4
    assert "4 rows" in repr(drawn)
    assert drawn.leakage is not None


def test_the_same_inputs_give_the_same_hash(filled: Store) -> None:
    drawn = filled.get_historical_features(pa.table(LABELS), ["last_trip:fare"], name="fares").draw()
    again = filled.get_historical_features(pa.table(LABELS), ["last_trip:fare"])
    assert drawn.content_hash == again.content_hash
    assert filled.training_set(drawn.id).to_arrow().equals(drawn.to_arrow())


def test_only_what_was_known(filled: Store) -> None:
    drawn = filled.get_historical_features(pa.table(LABELS), ["last_trip:fare"], known="label-time")
    assert drawn.to_arrow().column("fare").to_pylist() == [None, None, None, None]


def test_every_entity_at_given_instants(filled: Store) -> None:
    drawn = filled.get_historical_features(
        EveryEntity("last_trip", [EIGHT, EIGHT + timedelta(hours=2)]), ["last_trip:fare"]
    )
    assert sorted(drawn.to_arrow().column("fare").to_pylist()) == [1.0, 2.0]


def test_what_is_refused(filled: Store, tmp_path: Path) -> None:
    with pytest.raises(FeaturegraphError) as lacking:
        filled.get_historical_features(pa.table({"driver_id": [1]}), ["last_trip:fare"]).to_arrow()
    assert "event_timestamp" in str(lacking.value)
    with pytest.raises(InvalidRequestError, match="label files are"):
        filled.get_historical_features("select 1", ["last_trip:fare"]).draw()
    with pytest.raises(NotFoundError):
        filled.get_historical_features(pa.table(LABELS), ["last_trip:fair"]).draw()
    with pytest.raises(FeaturegraphError):
        filled.training_set("nothing").draw()


def test_materialize_and_the_async_twin(filled: Store, url: str) -> None:
    run = filled.materialize(["last_trip"])
    assert run.state == "SUCCEEDED"

    async def read() -> tuple[list[object], list[object]]:
        async with AsyncStore(url, project=filled.project, progress=False) as store:
            drawn = store.get_historical_features(pa.table(LABELS), ["last_trip:fare"])
            online, offline = await asyncio.gather(
                store.get_online_features([{"driver_id": 1}], ["last_trip:fare"]), drawn.to_arrow()
            )
            return online.to_dict()["fare"], offline.column("fare").to_pylist()

    assert asyncio.run(read()) == ([2.0], FARES)
