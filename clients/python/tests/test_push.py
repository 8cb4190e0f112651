from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from featuregraph import InvalidRequestError, NotFoundError, Store, UnavailableError, _push

from proxy import Seen, proxy_of

EIGHT = datetime(2024, 5, 1, 8, 0, 0, 123456, tzinfo=timezone.utc)


def frame(count: int, **more: object) -> pa.Table:
    columns = {
        "driver_id": pa.array(range(count), pa.int64()),
        "ended_at": pa.array([EIGHT + timedelta(microseconds=row) for row in range(count)], pa.timestamp("us", "UTC")),
        "fare": pa.array([row / 2 for row in range(count)]),
        "rating": pa.array([row % 5 for row in range(count)], pa.int32()),
        "note": pa.nulls(count),
        "seats": pa.nulls(count),
        "extra": pa.nulls(count),
    }
    return pa.table({**columns, **more})


def test_every_form_of_a_column_arrives_as_its_value(store: Store) -> None:
    table = frame(
        2,
        note=pa.array(["far", None]).dictionary_encode(),
        rating=pa.array([5, None], pa.uint64()),
        seats=pa.array([[0.1, None], None], pa.list_(pa.float64())),
        extra=pa.array([{"b": [1], "a": "x"}, None]),
    )
    pushed = store.push(table, source="trips")
    assert (pushed.accepted, pushed.rejected, pushed.warnings) == (2, (), ())
    read = store.get_online_features(pa.table({"driver_id": [0, 1]}), ["last_trip:*"]).to_arrow()
    assert read.schema.field("seats").type == pa.list_(pa.field("item", pa.float32()))
    assert read.column("extra").to_pylist() == ['{"a":"x","b":[1]}', None]
    assert read.column("note").to_pylist() == ["far", None]
    assert read.column("rating").to_pylist() == [5, None]
    assert [round(seat, 6) if seat else seat for seat in read.column("seats").to_pylist()[0]] == [0.1, None]


def test_categories_and_views_of_data_frames(store: Store) -> None:
    rows = {"driver_id": [7], "ended_at": [EIGHT], "fare": [1.0], "rating": [1], "note": ["a word"]}
    more = {"seats": [[1.5]], "extra": ['{"a":1}']}
    frames = [pd.DataFrame({**rows, **more}).astype({"note": "category"}), pl.DataFrame({**rows, **more})]
    for each in frames:
        assert store.push(each, source="trips").rejected == ()
        read = store.get_online_features(pd.DataFrame({"driver_id": [7]}), ["last_trip:*"])
        assert (read.to_dict()["note"], read.to_dict()["seats"], read.to_dict()["extra"]) == (
            ["a word"],
            [[1.5]],
            ['{"a":1}'],
        )


def test_what_cannot_be_taken_is_named(store: Store) -> None:
    with pytest.raises(NotFoundError) as unknown:
        store.push(frame(1, fair=pa.array([1.0])), source="trips")
    assert (unknown.value.code, unknown.value.name) == ("UNKNOWN_COLUMN", "fair")
    assert "fare" in unknown.value.nearest
    with pytest.raises(InvalidRequestError) as decimal:
        store.push(frame(1, fare=pa.array([Decimal("1.5")])), source="trips")
    assert (decimal.value.name, decimal.value.hint) == ("fare", "Cast it before it is sent.")
    with pytest.raises(InvalidRequestError, match='"rating"'):
        store.push(frame(1, rating=pa.array([2**63], pa.uint64())), source="trips")
    with pytest.raises(NotFoundError) as source:
        store.push(frame(1), source="trip")
    assert "trips" in source.value.nearest


def test_large_frames_go_in_batches_and_indexes_count_over_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_push, "_most_rows", 1000)
    count = 2500
    table = frame(count, driver_id=pa.array([None if row == 2400 else row for row in range(count)], pa.int64()))
    with proxy_of(store.url) as proxy, Store(proxy.url, project=store.project, progress=False) as pushing:
        pushed = pushing.push(table.drop_columns(["note"]), source="trips", to="OFFLINE")
        assert len(proxy.of("/push", "POST")) == 3
        keys = [seen.headers["idempotency-key"] for seen in proxy.of("/push", "POST")]
        assert len(set(keys)) == 3
        assert all(seen.headers["content-type"].endswith("arrow.stream") for seen in proxy.of("/push", "POST"))
    assert pushed.accepted == count - 1
    assert [(error.index, error.code) for error in pushed.rejected] == [(2400, "MISSING_JOIN_KEY")]
    assert [(warning.code, warning.name) for warning in pushed.warnings] == [("OMITTED_FEATURE", "note")]


def test_a_batch_that_is_too_large_is_halved(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_push, "_most_rows", 30_000)
    assert store.push(frame(11_000), source="trips", to="OFFLINE").accepted == 11_000


def test_a_reader_is_read_as_it_is_sent(store: Store) -> None:
    table = frame(3000)
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=1000))
    assert store.push(reader, source="trips", to="OFFLINE").accepted == 3000


@pytest.mark.parametrize("form", ["arrow", "rows"])
def test_values_end(store: Store, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(_push, "_most_rows", 2)
    store.push(frame(4), source="trips")
    gone = pa.table({"driver_id": [0, 1, None], "ended_at": [EIGHT + timedelta(hours=1)] * 3})
    ended = store.delete(gone if form == "arrow" else gone.to_pylist(), view="last_trip")
    assert ended.accepted == 2
    assert [(error.index, error.code) for error in ended.rejected] == [(2, "MISSING_JOIN_KEY")]
    read = store.get_online_features([{"driver_id": row} for row in range(4)], ["last_trip:fare"])
    assert read.statuses["fare"] == ["NOT_FOUND", "NOT_FOUND", "PRESENT", "PRESENT"]


def test_an_answer_that_is_lost_repeats_nothing(store: Store) -> None:
    broken: list[str] = []

    def once_each(seen: Seen) -> int | None:
        key = seen.headers.get("idempotency-key", "")
        if not seen.path.startswith("/push") or key in broken:
            return None
        broken.append(key)
        return 0

    with proxy_of(store.url) as proxy, Store(proxy.url, project=store.project, progress=False) as pushing:
        proxy.breaks_after = once_each
        pushed = pushing.push(frame(100), source="trips", idempotency_key="hundred")
        assert len(proxy.of("/push", "POST")) == 2
        assert (pushed.accepted, pushed.stale) == (100, 0)
        # Under its key, the whole frame again is the answer of before.
        assert pushing.push(frame(100), source="trips", idempotency_key="hundred") == pushed


def test_a_push_that_stops_says_how_to_go_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_push, "_most_rows", 1000)
    monkeypatch.setattr(_push, "_first_wait_seconds", 0.0)
    with proxy_of(store.url) as proxy, Store(proxy.url, project=store.project, progress=False) as pushing:
        proxy.breaks_after = lambda seen: 0 if seen.headers.get("idempotency-key", "").startswith("k:1000+") else None
        with pytest.raises(UnavailableError) as stopped:
            pushing.push(frame(1500), source="trips", to="OFFLINE", idempotency_key="k")
        assert 'first 1000 rows were taken. Push the same rows again with idempotency_key="k"' in str(stopped.value)
        proxy.breaks_after = lambda _: None
        assert pushing.push(frame(1500), source="trips", to="OFFLINE", idempotency_key="k").accepted == 1500
