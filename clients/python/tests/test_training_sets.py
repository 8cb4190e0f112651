import asyncio
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from featuregraph import (
    AsyncStore,
    EntitySplits,
    EveryEntity,
    FeaturegraphError,
    InvalidRequestError,
    NotFoundError,
    Store,
    TimeSplits,
    _gateway,
)

from proxy import proxy_of

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


def test_splits_are_parts_of_the_whole(filled: Store) -> None:
    splits = EntitySplits({"train": 0.5, "test": 0.5}, salt="tests")
    drawn = filled.get_historical_features(pa.table(LABELS), ["last_trip:fare"], splits=splits)
    rows = {name: drawn.split(name).to_arrow() for name in drawn.splits}
    assert list(rows) == ["train", "test"]
    assert {name: table.num_rows for name, table in rows.items()} == drawn.splits
    drivers = {name: set(table["driver_id"].to_pylist()) for name, table in rows.items()}
    assert drivers["train"].isdisjoint(drivers["test"])
    assert sorted(pa.concat_tables(rows.values())["driver_id"].to_pylist()) == sorted(LABELS["driver_id"])
    with pytest.raises(InvalidRequestError, match="no split"):
        drawn.split("validation").to_arrow()
    cut = sorted(LABELS["event_timestamp"])[-1]
    timed = filled.get_historical_features(
        pa.table(LABELS), ["last_trip:fare"], splits=TimeSplits(["train", "test"], [cut])
    )
    assert max(timed.split("train").to_pandas()["event_timestamp"], default=EIGHT) < cut
    assert set(timed.split("test").to_arrow()["event_timestamp"].to_pylist()) == {cut}


def test_where_it_came_from_and_what_it_holds(filled: Store) -> None:
    drawn = filled.get_historical_features(pa.table(LABELS), ["last_trip:fare"])
    provenance = drawn.provenance
    assert [view["name"] for view in provenance["views"]] == ["last_trip"]
    columns = {column["name"]: column for column in provenance["columns"]}
    assert columns["fare"]["max"] == max(fare for fare in FARES if fare is not None)
    assert int(columns["fare"]["nullCount"]) == FARES.count(None)
    assert provenance["scans"][0]["sql"]


def test_it_is_drawn_again_and_held_against_the_first(filled: Store, url: str) -> None:
    drawn = filled.get_historical_features(pa.table(LABELS), ["last_trip:fare"]).draw()
    again = drawn.reproduce()
    assert (again.identical, again.differences) == (True, ())
    assert again.id != drawn.id
    assert filled.training_set(again.id).content_hash == drawn.content_hash


def test_labels_are_checked_when_they_come(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("driver_id,event_timestamp\n1,2024-05-01T08:00:00Z\n2,tomorrow\n")
    with pytest.raises(FeaturegraphError) as refused:
        filled.get_historical_features(path, ["last_trip:fare"]).draw()
    assert (refused.value.code, refused.value.name) == ("LABELS_INVALID", "event_timestamp")


def test_an_upload_whose_answer_is_lost_is_not_sent_again(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_gateway, "_first_wait_seconds", 0.0)
    with proxy_of(filled.url) as proxy:
        proxy.breaks_after = lambda seen: 0 if seen.method == "PUT" else None
        store = Store(proxy.url, project=filled.project, progress=False)
        assert store.get_historical_features(pa.table(LABELS), ["last_trip:fare"]).to_arrow().num_rows == 4
        assert [seen.method for seen in proxy.seen if seen.path.startswith("/files/uploads/")] == ["PUT", "HEAD"]


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
