"""What the exceptions of all drivers have in common; none is imported."""

from __future__ import annotations


def chain(error: BaseException) -> list[BaseException]:
    """The exception, the driver's own that SQLAlchemy has wrapped, and what that was raised from."""
    found = [error]
    for each in found:
        for other in (getattr(each, "orig", None), each.__cause__):
            if isinstance(other, BaseException) and other not in found:
                found.append(other)
    return found


def sqlstate(error: BaseException) -> str | None:
    """The SQLSTATE that a driver's own exception carries, None where it has none."""
    for name in ("sqlstate", "pgcode"):
        value = getattr(error, name, None)
        if isinstance(value, str):
            return value
    if error.args and isinstance(error.args[0], dict):
        code = error.args[0].get("C")  # pg8000 gives the protocol's fields as they come
        return code if isinstance(code, str) else None
    return None
