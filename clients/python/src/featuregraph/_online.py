"""Reads at `/features`: rows go as Arrow, or as JSON where they are dicts; answers come as Arrow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from ._frames import ARROW_STREAM, from_stream, plain, to_stream
from ._gateway import Gateway
from ._tables import are_dicts, to_table
from ._values import encode_row, encode_value

#: A longer question than a URL should hold stands in the body.
_longest_in_url = 6_000


async def read_online(gateway: Gateway, question: Mapping[str, Any], entities: Any) -> pa.Table:
    asked = json.dumps(question)
    if are_dicts(entities):
        return await _ask_json(gateway, question, [encode_row(row) for row in entities])
    table = plain(to_table(entities))
    if len(quote(asked)) > _longest_in_url:
        columns = {name: encode_value(table.column(name).to_pylist()) for name in table.column_names}
        return await _ask_json(gateway, question, columns)
    headers = {"accept": ARROW_STREAM, "content-type": ARROW_STREAM}
    return from_stream((await gateway.post("/features", {"request": asked}, headers, to_stream(table))).content)


async def _ask_json(gateway: Gateway, question: Mapping[str, Any], entities: Any) -> pa.Table:
    body = json.dumps({**question, "entities": entities}).encode()
    headers = {"accept": ARROW_STREAM, "content-type": "application/json"}
    return from_stream((await gateway.post("/features", {}, headers, body)).content)
