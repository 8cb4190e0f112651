import math
from datetime import datetime, timezone

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from featuregraph import NotFoundError, Store, UnavailableError, _online

EIGHT = datetime(2024, 5, 1, 8, 0, 0, 123456, tzinfo=timezone.utc)
BEYOND_DOUBLES = 2**53 + 1


def trips(frame: str) -> object:
    rows = {
        "driver_id": [1, BEYOND_DOUBLES, 3],
        "ended_at": [EIGHT, EIGHT, EIGHT],
        "fare": [7.5, math.nan, None],
        "rating": [5, 4, 3],
        "note": ["fine", "", None],
        "seats": [[0.5], [], None],
        "extra": [None, None, None],
    }
    if frame == "pandas":
        return pd.DataFrame(rows).astype({"driver_id": "int64"})
    table = pa.table(rows)
    return {"arrow": table, "polars": pl.from_arrow(table), "rows": table.to_pylist()}[frame]


@pytest.mark.parametrize("frame", ["pandas", "polars", "arrow", "rows"])
def test_what_is_pushed_is_read_back(store: Store, frame: str) -> None:
    pushed = store.push(trips(frame), source="trips")
    assert (pushed.accepted, pushed.stale, pushed.rejected) == (3, 0, ())
    entities = [{"driver_id": 1}, {"driver_id": BEYOND_DOUBLES}, {"driver_id": 404}]
    read = store.get_online_features(entities, ["last_trip:*"])
    columns = read.to_dict()
    assert columns["driver_id"] == [1, BEYOND_DOUBLES, 404]
    assert columns["rating"] == [5, 4, None]
    assert columns["note"] == ["fine", "", None]
    assert columns["fare"][0] == 7.5
    assert read.statuses["rating"] == ["PRESENT", "PRESENT", "NOT_FOUND"]
    assert read.event_times["rating"] == [EIGHT, EIGHT, None]
    assert read.to_arrow().schema.field("rating").type == pa.int32()
    assert read.to_pandas().shape == (3, 6)
    assert read.to_polars().height == 3
    assert "fine" in read._repr_html_()


def test_a_service_with_request_data(store: Store) -> None:
    store.push(trips("arrow"), source="trips")
    read = store.get_online_features(
        pd.DataFrame({"driver_id": [1], "surge": [2.0]}), feature_service="offer_model", full_feature_names=True
    )
    assert read.to_dict() == {
        "driver_id": [1],
        "surge": [2.0],
        "last_trip__rating": [5],
        "offer__price": [15.0],
    }


def test_a_bad_row_is_told_by_its_index_and_the_others_are_taken(store: Store) -> None:
    rows = [{"driver_id": number, "ended_at": EIGHT, "fare": 1.0, "rating": 1} for number in range(1500)]
    rows[1200] = {**rows[1200], "driver_id": None}
    pushed = store.push(rows, source="trips")
    assert pushed.accepted == 1499
    assert [(error.index, error.code) for error in pushed.rejected] == [(1200, "MISSING_JOIN_KEY")]
    assert repr(pushed).startswith("PushResult(1499 accepted (0 stale), 1 rejected)\n  row 1200: The join key")


def test_errors_say_the_nearest_names(store: Store) -> None:
    with pytest.raises(NotFoundError) as unknown:
        store.get_online_features([{"driver_id": 1}], ["last_trap:fare"])
    assert unknown.value.code == "UNKNOWN_VIEW"
    assert "last_trip" in unknown.value.nearest
    assert "Nearest: last_trip" in str(unknown.value)
    with pytest.raises(ValueError, match="one of the two"):
        store.get_online_features([{"driver_id": 1}])
    with Store("http://127.0.0.1:9") as nowhere, pytest.raises(UnavailableError, match="npm start"):
        nowhere.get_online_features([{"driver_id": 1}], ["last_trip:fare"])


@pytest.mark.parametrize("frame", ["pandas", "polars", "arrow", "rows"])
def test_entities_come_in_any_form(store: Store, frame: str) -> None:
    store.push(trips("arrow"), source="trips")
    table = pa.table({"driver_id": [BEYOND_DOUBLES, 1, None]})
    entities = {"pandas": pd.array(table.column(0).to_pylist(), dtype="Int64"), "polars": pl.from_arrow(table)}
    given = {**entities, "pandas": pd.DataFrame({"driver_id": entities["pandas"]}), "arrow": table}.get(
        frame, table.to_pylist()
    )
    read = store.get_online_features(given, ["last_trip:rating"])
    assert read.to_dict() == {"driver_id": [BEYOND_DOUBLES, 1, None], "rating": [4, 5, None]}
    assert read.registry_version == 1
    # Not rounded as pandas does where an integer is missing.
    assert read.to_pandas()["driver_id"][0] == BEYOND_DOUBLES
    assert len(read) == 3


def test_a_question_too_long_for_a_url_stands_in_the_body(store: Store) -> None:
    store.push(trips("arrow"), source="trips")
    bindings = {f"alias_{number}": ("last_trip", {"driver_id": "driver"}) for number in range(100)}
    names = [f"{alias}:fare" for alias in bindings]
    read = store.get_online_features(pa.table({"driver": [1]}), names, bindings=bindings, full_feature_names=True)
    assert read.to_dict()["alias_99__fare"] == [7.5]


@pytest.mark.parametrize("frame", ["arrow", "rows"])
@pytest.mark.parametrize("most", [1_000, 30_000])
def test_any_number_of_rows_is_read_in_parts(
    store: Store, monkeypatch: pytest.MonkeyPatch, frame: str, most: int
) -> None:
    monkeypatch.setattr(_online, "_most_rows", most)
    # Beyond what the gateway takes at once, or beyond what the client sends at once.
    count = 10_500 if most == 30_000 else 2_500
    keys = [7_000 + row for row in range(count)]
    store.push([{"driver_id": key, "ended_at": EIGHT, "seats": [0.5]} for key in (keys[0], keys[-1])], source="trips")
    keys[-2] = None  # type: ignore[call-overload]
    given = pa.table({"driver_id": keys}) if frame == "arrow" else [{"driver_id": key} for key in keys]
    if frame == "rows":
        given[1_700] = {"driver_id": "seven"}
        keys[1_700] = None  # type: ignore[call-overload]
    read = store.get_online_features(given, ["last_trip:seats", "last_trip:extra"])
    assert read.to_dict()["driver_id"] == keys
    assert [row for row, seats in enumerate(read.to_dict()["seats"]) if seats == [0.5]] == [0, count - 1]
    assert [row for row, time in enumerate(read.event_times["seats"]) if time == EIGHT] == [0, count - 1]
    assert len(read.statuses["seats"]) == count
    # A null key is nobody's; what is no number is told.
    assert [error.index for error in read.row_errors] == ([] if frame == "arrow" else [1_700])
    assert read.registry_version == 1


def test_a_column_that_only_some_parts_have(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.push(trips("arrow"), source="trips")
    monkeypatch.setattr(_online, "_most_rows", 2)
    rows = [{"driver_id": 1, "surge": 2.0}, *[{"driver_id": 1} for _ in range(3)]]
    read = store.get_online_features(rows, ["offer:price"])
    assert read.to_dict()["price"] == [15.0, None, None, None]


def test_a_malformed_row_is_told_and_the_others_are_answered(store: Store) -> None:
    store.push(trips("arrow"), source="trips")
    read = store.get_online_features([{"driver_id": 1}, {"driver_id": "one"}, {}], ["last_trip:rating"])
    assert read.to_dict()["rating"] == [5, None, None]
    assert [(error.index, error.code) for error in read.row_errors] == [(1, "INVALID_VALUE"), (2, "MISSING_JOIN_KEY")]
