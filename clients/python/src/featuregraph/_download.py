"""Files of the gateway, streamed to disk. What broke off goes on where it was, in this call or in a later one."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path
from typing import BinaryIO

import httpx

from ._gateway import Gateway, refuse
from ._progress import Progress
from .errors import FeaturegraphError, UnavailableError

_attempts = 6
_first_wait_seconds = 0.25


async def download(gateway: Gateway, url: str, target: Path, *, progress: bool) -> Path:
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
    begun = partial.stat().st_size if partial.exists() else 0
    with Progress("Downloading", shown=progress, unit="B", total=size, begun=begun) as bar:
        failures = 0
        with partial.open("ab") as file:
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
