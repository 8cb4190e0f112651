"""Definitions as files, and what applying them changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from .errors import InvalidRequestError

_marks = {"CREATE": "+", "UPDATE": "~", "DELETE": "-"}


@dataclass(frozen=True)
class Change:
    action: str
    kind: str
    name: str
    makes_new_version: bool
    #: Path, before, after; of updates.
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True)
class Plan:
    """What applying the files would change, or has changed."""

    hash: str
    registry_version: int
    changes: tuple[Change, ...]

    def __str__(self) -> str:
        if not self.changes:
            return f"No changes: registry version {self.registry_version} is what the files say."
        return "\n".join(line for change in self.changes for line in _lines(change))

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def plan_of(fields: Mapping[str, Any]) -> Plan:
    return Plan(
        hash=fields["hash"],
        registry_version=fields["registryVersion"],
        changes=tuple(
            Change(
                action=change["action"],
                kind=change["kind"],
                name=change["name"],
                makes_new_version=change["makesNewVersion"],
                fields=tuple((each["path"], each["before"], each["after"]) for each in change["fields"]),
            )
            for change in fields["changes"]
        ),
    )


def _lines(change: Change) -> Sequence[str]:
    version = " (new version)" if change.makes_new_version and change.action == "UPDATE" else ""
    title = f"{_marks[change.action]} {change.kind.lower().replace('_', ' ')} {change.name}{version}"
    if change.action != "UPDATE":
        return [title]
    return [title, *(f"    {path}: {before!r} -> {after!r}" for path, before, after in change.fields)]


def read_definition_files(root: Path) -> list[dict[str, str]]:
    """All `.yaml` and `.yml` files below a folder (or the one file), in the order of their paths."""
    if not root.exists():
        raise InvalidRequestError("UNREADABLE_FILE", f"{root}: there is no such folder.")
    found = [root] if root.is_file() else sorted(path for path in root.rglob("*") if _is_definition(path, root))
    if not found:
        raise InvalidRequestError("UNREADABLE_FILE", f"{root}: the folder holds no .yaml file.")
    return [{"path": path.as_posix(), "content": path.read_text("utf-8")} for path in found]


def _is_definition(path: Path, root: Path) -> bool:
    folders = path.relative_to(root).parts[:-1]
    hidden = any(folder.startswith(".") or folder == "node_modules" for folder in folders)
    return path.suffix in (".yaml", ".yml") and path.is_file() and not hidden
