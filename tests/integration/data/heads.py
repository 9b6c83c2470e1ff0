"""How many tables at the heads of a history get rows: run in the interpreter in which the history works.

    python heads.py DATABASE DIALECT CONFIG...
    prints a JSON object for each CONFIG: its tables, and the unseeded
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from migcheck.dialects import dialect_of
from migcheck.errors import ProjectError
from migcheck.model import ProjectSpec
from migcheck.progress import Progress
from migcheck.providers import provider_for
from migcheck.providers.base import Server
from migcheck.seeding import seed
from migcheck.walk.disposable import Disposable
from migcheck.walk.jobs import Probe
from migcheck.walk.laboratory import Laboratory
from migcheck.walk.processes import Zygote

ROWS = 5


def seeded(database: str, dialect: str, configs: list[str]) -> Iterator[dict[str, object]]:
    """For each project its number of tables at heads and what is said of those that got no row."""
    provider = provider_for(database, dialect=dialect)
    with provider.start() as server:
        for config in configs:
            try:
                yield {"config": config, **_of_one(server, provider.dialect, config)}
            except ProjectError as error:  # it needs what this server lacks, say
                yield {"config": config, "tables": 0, "unseeded": [], "left_out": error.message}


def _of_one(server: Server, dialect: str, config: str) -> dict[str, object]:
    project = ProjectSpec(config)
    with Zygote(dialect) as zygote:
        laboratory = Laboratory(zygote, server.address, 300.0, Progress())
        with Disposable(server.address, server.run, project, laboratory.run, (), ()) as databases:
            probed = laboratory.run(Probe(databases.place(databases.fresh()), ()))
            databases.order.extend(probed.order)
            heads = databases.at(len(databases.order))
            reader = dialect_of(server.address.dialect).data(
                server.address, heads, frozenset(probed.version_tables)
            )
            assert reader is not None
            with reader as data:
                tables = data.tables()
                wanted = {name: ROWS for name, table in tables.items() if table.takes_rows}
                done = seed(data, tables, wanted, dialect=server.address.dialect)
    return {"tables": len(wanted), "unseeded": [f"{each.table}: {each.message}" for each in done.unseeded]}


if __name__ == "__main__":
    for found in seeded(sys.argv[1], sys.argv[2], sys.argv[3:]):
        sys.stdout.write(f"{json.dumps(found)}\n")
