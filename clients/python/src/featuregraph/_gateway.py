"""The wire: GraphQL over HTTP, server-sent events, files. Everything async; the sync store runs it on its own loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import httpx
from httpx_sse import aconnect_sse

from .errors import ConflictError, FeaturegraphError, UnavailableError, error_of, raise_errors

_most_reconnects = 5
_first_wait_seconds = 0.25
_chunk_bytes = 1 << 20
_longest_wait_seconds = 5.0
#: Waits for a gateway that is still busy with an upload.
_most_busy = 120


class Gateway:
    """A gateway at an address, asked as one principal."""

    def __init__(self, url: str, token: str | None, timeout: float) -> None:
        self.url = url.rstrip("/")
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        self._http = httpx.AsyncClient(base_url=self.url, headers=headers, timeout=timeout)

    async def close(self) -> None:
        await self._http.aclose()

    async def ask(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The data of one operation; any error of the answer is raised."""
        try:
            response = await self._http.post(
                "/graphql",
                json={"query": document, "variables": variables},
                headers={"accept": "application/graphql-response+json, application/json"},
            )
        except httpx.TransportError as error:
            raise self.unreachable(error) from error
        body = _json(response)
        raise_errors(body.get("errors"))
        data = body.get("data")
        if not isinstance(data, dict):
            raise error_of({"code": "NO_DATA", "message": f"{self.url} answered {response.status_code} without data."})
        return data

    async def events(self, document: str, variables: Callable[[], Mapping[str, Any]]) -> AsyncIterator[dict[str, Any]]:
        """
        The events of a subscription until it completes. A connection that broke is opened again with `variables` as
        they are then: one with a cursor goes on where it was.
        """
        opened = False
        failures = 0
        while True:
            try:
                body = {"query": document, "variables": variables()}
                wait = httpx.Timeout(self._http.timeout.connect, read=None)
                async with aconnect_sse(self._http, "POST", "/graphql", json=body, timeout=wait) as source:
                    if source.response.status_code != 200:
                        await source.response.aread()
                        raise_errors(_json(source.response).get("errors"))
                    opened = True
                    async for event in source.aiter_sse():
                        if event.event == "complete":
                            return
                        result = json.loads(event.data)
                        raise_errors(result.get("errors"))
                        failures = 0
                        yield result["data"]
            except httpx.TransportError as error:
                if not opened or failures >= _most_reconnects:
                    raise self.unreachable(error) from error
            await asyncio.sleep(_first_wait_seconds * 2**failures)
            failures += 1

    async def upload(self, url: str, path: Path) -> None:
        """Streams a local file to the gateway. Where its connection breaks it goes on behind what has come."""
        size = path.stat().st_size
        reached = failures = busy = 0
        first = True
        while True:
            try:
                start = 0 if first else await self._uploaded(url)
                if start is not None:
                    failures = 0 if start > reached else failures
                    reached = start
                    await self._send(url, path, start, size)
                return
            except UnavailableError:
                failures += 1
                if failures > _most_reconnects:
                    raise
            except ConflictError:
                # The gateway is still busy with what it has been sent before, or has more of it than it said.
                busy += 1
                if busy == _most_busy:
                    raise
            first = False
            await asyncio.sleep(min(_first_wait_seconds * 2.0 ** (failures + busy - 1), _longest_wait_seconds))

    async def _uploaded(self, url: str) -> int | None:
        """How many bytes have come; None: the file is there, and only the answer that said so was lost."""
        response = await self.head(url)
        refuse(response)
        return None if response.headers["upload-complete"] == "?1" else int(response.headers["upload-offset"])

    async def _send(self, url: str, path: Path, start: int, size: int) -> None:
        async def content() -> AsyncIterator[bytes]:
            with path.open("rb") as file:
                file.seek(start)
                while chunk := await asyncio.to_thread(file.read, _chunk_bytes):
                    yield chunk

        if start > 0 and start >= size:
            # All has come, and was not checked yet.
            headers = {"content-range": f"bytes */{size}"}
            return await self._put(url, b"", headers)
        headers = {"content-type": "application/octet-stream", "content-length": str(size - start)}
        if start > 0:
            headers["content-range"] = f"bytes {start}-{size - 1}/{size}"
        await self._put(url, content(), headers)

    async def _put(self, url: str, content: bytes | AsyncIterator[bytes], headers: Mapping[str, str]) -> None:
        try:
            # It is checked before the answer, which may take long.
            response = await self._http.put(url, content=content, headers=headers, timeout=None)
        except httpx.TransportError as error:
            raise self.unreachable(error) from error
        refuse(response)

    async def post(
        self, path: str, parameters: Mapping[str, str], headers: Mapping[str, str], content: bytes
    ) -> httpx.Response:
        """An answer of 2xx; what the gateway refuses is raised."""
        try:
            response = await self._http.post(path, params=parameters, headers=headers, content=content)
        except httpx.TransportError as error:
            raise self.unreachable(error) from error
        refuse(response)
        return response

    async def get(self, url: str) -> httpx.Response:
        """A small file, whole."""
        try:
            response = await self._http.get(url)
        except httpx.TransportError as error:
            raise self.unreachable(error) from error
        refuse(response)
        return response

    def stream(self, url: str, headers: Mapping[str, str]) -> AbstractAsyncContextManager[httpx.Response]:
        """A file, as it comes. Waits for each part as long as for any answer, for the whole as long as it takes."""
        return self._http.stream("GET", url, headers=headers)

    async def head(self, url: str) -> httpx.Response:
        try:
            return await self._http.head(url)
        except httpx.TransportError as error:
            raise self.unreachable(error) from error

    def unreachable(self, error: httpx.TransportError) -> UnavailableError:
        return UnavailableError(
            "GATEWAY_UNREACHABLE",
            f"No gateway answers at {self.url}: {error or type(error).__name__}.",
            hint="Start one with `npm start`, or give its address to Store(url).",
        )


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    raise error_of(
        {
            "code": "NOT_A_GATEWAY",
            "message": f"The answer ({response.status_code}) is not JSON: {response.text[:120]}",
            "hint": "Is this the address of a Featuregraph gateway?",
        }
    )


def refuse(response: httpx.Response) -> None:
    """Raises what an answer beside GraphQL says, where it is none of 2xx."""
    if response.is_success:
        return
    try:
        body = response.json()
    except ValueError:
        body = {}
    try:
        raise_errors(body.get("errors") if isinstance(body, dict) else None)
    except FeaturegraphError as error:
        error.retry_after = _seconds(response.headers.get("retry-after"))
        raise
    message = f"{response.request.url.path}: {response.status_code} {response.text[:300]}"
    raise error_of({"code": "FILE_REFUSED", "message": message})


def _seconds(header: str | None) -> float | None:
    return float(header) if header is not None and header.isdecimal() else None
