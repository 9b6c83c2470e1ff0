#!/usr/bin/env bash
# Installs migcheck from this checkout into the environment of $MIGCHECK_ACTION_PYTHON, which has the project's
# packages: env.py imports them, so a virtual environment of migcheck's own would not do.
set -euo pipefail
python=$MIGCHECK_ACTION_PYTHON
source=$GITHUB_ACTION_PATH${MIGCHECK_ACTION_EXTRAS:+[$MIGCHECK_ACTION_EXTRAS]}

fail() {
    echo "::error title=migcheck could not be installed::$1"
    exit 2
}

command -v "$python" >/dev/null ||
    fail "there is no $python; set up Python before (actions/setup-python), or name the interpreter (python: .venv/bin/python)"
if "$python" -m pip --version >/dev/null 2>&1; then
    "$python" -m pip install --quiet --disable-pip-version-check "$source" ||
        fail "pip failed, see the log; migcheck needs Python 3.10 or newer, of actions/setup-python or of a virtual environment"
elif command -v uv >/dev/null; then
    uv pip install --quiet --python "$python" "$source" || fail "uv pip failed, see the log"
else
    fail "neither $python has pip nor is there uv; install migcheck before and say install: false"
fi
