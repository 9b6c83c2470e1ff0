"""What is given to the people and programs of one environment, and not made by migrations."""

from __future__ import annotations

import json

from migcheck.model import Difference, Snapshot

_ATTRIBUTES = frozenset({"owner", "privileges", "tablespace"})
_KINDS = frozenset(
    {"role", "user", "setting", "default privileges", "privileges", "database", "parameter", "user mapping"}
)


def is_of_environment(difference: Difference) -> bool:
    """Whether it is a matter of owners, privileges, roles, tablespaces or settings."""
    return difference.attribute in _ATTRIBUTES or difference.object_type in _KINDS


def without_environment(snapshot: Snapshot) -> Snapshot:
    """The snapshot without all that."""
    objects = {}
    for key, value in snapshot.objects.items():
        if key.kind in _KINDS:
            continue
        attributes = json.loads(value)
        kept = {name: attributes[name] for name in attributes if name not in _ATTRIBUTES}
        # Of what an extension or the server has brought, a snapshot has nothing but its privileges.
        if kept.keys() - {"extension"}:
            objects[key] = json.dumps(kept, sort_keys=True)
    return Snapshot(objects)
