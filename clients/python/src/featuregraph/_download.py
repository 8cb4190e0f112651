"""Files of the gateway, streamed to disk. What broke off goes on where it was, in this call or in a later one."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import httpx

from ._gateway import Gateway, refuse
from ._progress import Progress
from .errors import FeaturegraphError, UnavailableError

_hashed_bytes = 1 << 20
_attempts = 6
_first_wait_seconds = 0.25


async def download_rows(gateway: Gateway, url: str, target: Path, *, size: int | None, progress: bool) -> Path:
    """
    The file of a training set as `target`. One that is in parts becomes a folder of that name, with a file for each:
    what reads Parquet reads such folders.
    """
    with Progress("Downloading", shown=progress, unit="B", total=size) as bar:
        if not url.endswith("/manifest.json"):
            return await download(gateway, url, target, bar)
        manifest = (await gateway.get(url)).json()
        target.mkdir(exist_ok=True)
        for part in manifest["files"]:
            await _download_part(gateway, f"{url.removesuffix('manifest.json')}{part['name']}", target, part, bar)
        return target


async def _download_part(gateway: Gateway, url: str, folder: Path, part: Mapping[str, Any], bar: Progress) -> None:
    path = folder / part["name"]
    if path.exists() and await asyncio.to_thread(_sha256, path) == part["sha256"]:
        bar.advance(part["byteCount"])
        return
    await download(gateway, url, path, bar)
    if await asyncio.to_thread(_sha256, path) != part["sha256"]:
        path.unlink()
        raise FeaturegraphError("FILE_CHANGED", f"{url} is not what the manifest says.", hint="Download it again.")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_hashed_bytes):
            digest.update(chunk)
    return digest.hexdigest()


async def download(gateway: Gateway, url: str, target: Path, bar: Progress) -> Path:
    """
    The file at `url` as `target`, which appears when it is whole. Until then it lies beside it as `.partial`, named by
    its ETag, so that parts of two files are never put together.
    """
    head = await gateway.head(url)
    if not head.is_success:
        # An answer to HEAD does not say why.
        async with gateway.stream(url, {}) as refused:
            await refused.aread()
            refuse(refused)
    etag = head.headers["etag"]
    size = int(head.headers["content-length"])
    partial = target.with_name(f"{target.name}.{hashlib.sha256(etag.encode()).hexdigest()[:12]}.partial")
    failures = 0
    with partial.open("ab") as file:
        bar.advance(file.tell())
        while (at := file.tell()) < size:
            try:
                await _continue(gateway, url, etag, file, bar)
            except httpx.TransportError as error:
                failures = failures + 1 if file.tell() == at else 1
                if failures == _attempts:
                    raise gateway.unreachable(error) from error
                await asyncio.sleep(_first_wait_seconds * 2.0 ** (failures - 1))
        whole = file.tell() == size
    if not whole:
        partial.unlink()
        raise FeaturegraphError("FILE_CHANGED", f"Somebody else wrote {partial}, too.", hint="Download it again.")
    os.replace(partial, target)
    return target


async def _continue(gateway: Gateway, url: str, etag: str, file: BinaryIO, bar: Progress) -> None:
    """All that is still lacking, or as much of it as comes."""
    at = file.tell()
    headers = {"accept-encoding": "identity", **({"range": f"bytes={at}-", "if-range": etag} if at > 0 else {})}
    async with gateway.stream(url, headers) as response:
        if not response.is_success:
            await response.aread()
            refuse(response)
        if response.headers.get("etag") != etag or (at > 0 and response.status_code != 206):
            raise UnavailableError(
                "FILE_CHANGED", f"{url} is another file than when its download began.", hint="Download it again."
            )
        async for chunk in response.aiter_raw():
            await asyncio.to_thread(file.write, chunk)
            bar.advance(len(chunk))
