"""An application whose settings are there only inside its context, as Flask's are."""

import contextlib
import contextvars

_context = contextvars.ContextVar("application")


def current_app():
    try:
        return _context.get()
    except LookupError:
        raise RuntimeError("Working outside of application context.") from None


@contextlib.contextmanager
def app_context():
    token = _context.set({"PREFIX": "wiki"})
    try:
        yield
    finally:
        _context.reset(token)
