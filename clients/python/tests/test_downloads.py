from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from featuregraph import NotFoundError, Store, TrainingSet, UnavailableError, _download

from proxy import Proxy, Seen, proxy_of

EIGHT = datetime(2024, 5, 1, 8, tzinfo=timezone.utc)
ROWS = 2500
ROWS_IN_PARTS = 5000  # what the server of the tests draws in parts


def draw(store: Store, rows: int) -> TrainingSet:
    labels = pa.table(
        {"driver_id": range(rows), "event_timestamp": [EIGHT + timedelta(seconds=row) for row in range(rows)]}
    )
    return store.get_historical_features(labels, ["last_trip:fare"]).draw()


@pytest.fixture
def drawn(store: Store) -> TrainingSet:
    return draw(store, ROWS)


def through(proxy: Proxy, store: Store, drawn: TrainingSet) -> TrainingSet:
    return Store(proxy.url, project=store.project, progress=False).training_set(drawn.id)


def is_get(seen: Seen) -> bool:
    return seen.method == "GET" and seen.path.startswith("/files/")


def test_what_breaks_off_goes_on_where_it_was(
    store: Store, drawn: TrainingSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_download, "_first_wait_seconds", 0.0)
    whole = drawn.to_parquet(tmp_path / "whole.parquet").read_bytes()
    step = len(whole) // 4 + 1
    with proxy_of(store.url) as proxy:
        proxy.breaks_after = lambda seen: step if is_get(seen) else None
        written = through(proxy, store, drawn).to_parquet(tmp_path / "parts.parquet")
        ranges = [seen.headers.get("range") for seen in proxy.seen if is_get(seen)]
    assert written.read_bytes() == whole
    assert ranges == [None, f"bytes={step}-", f"bytes={2 * step}-", f"bytes={3 * step}-"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["parts.parquet", "whole.parquet"]


def test_a_later_call_goes_on_and_parts_of_other_files_are_left_alone(
    store: Store, drawn: TrainingSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_download, "_first_wait_seconds", 0.0)
    whole = drawn.to_parquet(tmp_path / "whole.parquet").read_bytes()
    target = tmp_path / "training.parquet"
    (tmp_path / "training.parquet.0123456789ab.partial").write_bytes(b"another file")
    with proxy_of(store.url) as proxy:
        gets: list[Seen] = []

        def first_alone(seen: Seen) -> int | None:
            if not is_get(seen):
                return None
            gets.append(seen)
            return 1000 if len(gets) == 1 else 0

        proxy.breaks_after = first_alone
        with pytest.raises(UnavailableError):
            through(proxy, store, drawn).to_parquet(target)
        assert not target.exists()
        proxy.breaks_after = lambda _: None
        proxy.seen.clear()
        through(proxy, store, drawn).to_parquet(target)
        (resumed,) = [seen for seen in proxy.seen if is_get(seen)]
    assert resumed.headers["range"] == "bytes=1000-"
    assert resumed.headers["if-range"].startswith('"')
    assert target.read_bytes() == whole


def test_batches_are_read_one_by_one(drawn: TrainingSet) -> None:
    sizes = [batch.num_rows for batch in drawn.to_batches(rows=2000)]
    assert sum(sizes) == ROWS
    assert max(sizes) <= 2000
    first = next(iter(drawn.to_batches(rows=10)))
    assert first.column("driver_id").to_pylist() == list(range(10))
    assert pa.Table.from_batches(drawn.to_batches()).equals(drawn.to_arrow())


def test_one_in_parts_is_read_as_one(store: Store, tmp_path: Path) -> None:
    drawn = draw(store, ROWS_IN_PARTS)
    parts = drawn.to_parquet(tmp_path / "rows.parquet")
    assert [path.name for path in sorted(parts.iterdir())] == [f"part-0000{part}.parquet" for part in range(3)]
    keys = list(range(ROWS_IN_PARTS))
    assert pq.read_table(parts).column("driver_id").to_pylist() == keys
    assert drawn.to_arrow().column("driver_id").to_pylist() == keys
    assert drawn.to_polars()["driver_id"].to_list() == keys
    assert sum(batch.num_rows for batch in drawn.to_batches()) == ROWS_IN_PARTS
    # What is there is not fetched again, what was spoiled is.
    (parts / "part-00001.parquet").write_bytes(b"spoiled")
    with proxy_of(store.url) as proxy:
        through(proxy, store, drawn).to_parquet(parts)
        fetched = [seen.path.rsplit("/", 1)[-1] for seen in proxy.seen if is_get(seen)]
    assert fetched == ["manifest.json", "part-00001.parquet"]
    assert pq.read_table(parts).column("driver_id").to_pylist() == keys
    assert pq.read_table(drawn.to_parquet(tmp_path / "copied.parquet")).num_rows == ROWS_IN_PARTS


def test_a_file_that_is_gone_is_told(store: Store, drawn: TrainingSet, tmp_path: Path) -> None:
    other = Store(store.url, project=store.project, progress=False).training_set(drawn.id)
    other.draw()
    other._async._drawn = {**(other._async._drawn or {}), "url": "/files/nothing.parquet"}
    with pytest.raises(NotFoundError):
        other.to_parquet(tmp_path / "nothing.parquet")
    assert pq.read_table(drawn.to_parquet(tmp_path / "there.parquet")).num_rows == ROWS
