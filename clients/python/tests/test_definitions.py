from pathlib import Path

import pytest
from featuregraph import ConflictError, FeaturegraphError, InvalidRequestError, Store


def test_a_plan_says_what_an_apply_changes(store: Store, folder: Path) -> None:
    assert str(store.plan(folder)).startswith("No changes")
    file = folder / "features.yaml"
    file.write_text(file.read_text().replace("source: trips\n", "source: trips\n    ttl: 1d\n"))
    plan = store.plan(folder)
    assert next((change.action, change.kind, change.makes_new_version) for change in plan.changes) == (
        "UPDATE",
        "FEATURE_VIEW",
        True,
    )
    assert "~ feature view last_trip" in str(plan)
    assert "<pre>" in plan._repr_html_()
    applied = store.apply(folder, plan=plan)
    assert applied.registry_version == plan.registry_version + 1
    with pytest.raises(ConflictError) as stale:
        store.apply(folder, plan=plan)
    assert stale.value.code == "PLAN_CHANGED"


def test_an_error_names_file_and_line(store: Store, folder: Path) -> None:
    file = folder / "features.yaml"
    file.write_text(file.read_text().replace("source: trips\n", "source: tripz\n"))
    with pytest.raises(FeaturegraphError) as refused:
        store.plan(folder)
    assert "features.yaml:" in str(refused.value)
    assert "trips" in str(refused.value)


def test_a_folder_without_definitions_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidRequestError, match="holds no"):
        store.plan(tmp_path / "empty")
