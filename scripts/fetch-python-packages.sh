#!/usr/bin/env bash
# The Python client, for its tests, with what they need, into .cache/python. Needs Python 3.10 or later.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python="${PYTHON:-python3}"
folder=.cache/python
stamp="$("$python" --version) $(sha256sum clients/python/pyproject.toml)"
[[ -f $folder/complete && $(<"$folder/complete") == "$stamp" ]] && exit 0
rm -rf "$folder"
"$python" -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check --editable 'clients/python[test]'
printf '%s' "$stamp" >"$folder/complete"
