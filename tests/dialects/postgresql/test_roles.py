"""Roles, which outlive the databases of the migrations that made them."""

from __future__ import annotations

import json

import pytest

from migcheck.dialects.postgresql import databases
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress
from migcheck.providers import Server


@pytest.fixture(params=["server", "local_server"])
def address(request: pytest.FixtureRequest) -> ServerAddress:
    """The address of PostgreSQL 18, then of 15."""
    running: Server = request.getfixturevalue(request.param)
    return running.address


def run(address: ServerAddress, text: str) -> None:
    with databases.connect(address) as connection:
        connection.execute(text)


CHANGES = [
    "ALTER ROLE seen LOGIN",
    "ALTER ROLE seen NOINHERIT",
    "ALTER ROLE seen CREATEDB",
    "ALTER ROLE seen CREATEROLE",
    "ALTER ROLE seen BYPASSRLS",
    "ALTER ROLE seen CONNECTION LIMIT 3",
    "ALTER ROLE seen VALID UNTIL '2040-01-01'",
    "ALTER ROLE seen SET work_mem = '4MB'",
    "COMMENT ON ROLE seen IS 'x'",
    "GRANT pg_monitor TO seen",
    "GRANT pg_monitor TO seen WITH ADMIN OPTION",
]


def test_every_change_of_a_role_shows(address: ServerAddress) -> None:
    run(address, "CREATE ROLE seen")
    try:
        states = [databases.roles(address)["seen"]]
        for change in CHANGES:
            run(address, change)
            states.append(databases.roles(address)["seen"])
        assert len(set(states)) == len(CHANGES) + 1
        assert json.loads(states[0]) == {"inherit": True}
    finally:
        databases.drop_roles(address, ["seen"])
    assert "seen" not in databases.roles(address)


def test_reading_does_not_depend_on_settings_of_the_server(address: ServerAddress) -> None:
    run(address, "CREATE ROLE dated VALID UNTIL '2040-01-01 00:00+00'")
    try:
        before = databases.roles(address)
        run(address, "ALTER ROLE postgres SET TimeZone = 'Asia/Tokyo'")
        run(address, "ALTER ROLE postgres SET DateStyle = 'German'")
        assert databases.roles(address)["dated"] == before["dated"]
    finally:
        run(address, "ALTER ROLE postgres RESET ALL")
        databases.drop_roles(address, ["dated"])


def test_roles_that_hang_together_are_dropped(address: ServerAddress) -> None:
    run(
        address,
        """CREATE ROLE a CREATEROLE; CREATE ROLE b; CREATE ROLE c; GRANT b TO a WITH ADMIN OPTION;
        SET ROLE a; GRANT b TO c; RESET ROLE; GRANT CONNECT ON DATABASE postgres TO c""",
    )
    databases.drop_roles(address, ["b", "a", "c", "never there"])
    assert not {"a", "b", "c"} & set(databases.roles(address))


def test_a_role_that_still_owns_something_is_named(address: ServerAddress, server: Server) -> None:
    name = databases.new_name(server.run)
    databases.create(address, name)
    run(address, f"CREATE ROLE holder; ALTER DATABASE {name} OWNER TO holder")
    try:
        with pytest.raises(DatabaseError, match="cannot drop role holder") as caught:
            databases.drop_roles(address, ["holder"])
        assert name in str(caught.value.details)
    finally:
        databases.drop(address, name)
        databases.drop_roles(address, ["holder"])


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_role_is_put_back(address: ServerAddress, change: str) -> None:
    run(address, "CREATE ROLE seen")
    try:
        before = databases.roles(address)
        run(address, change)
        assert databases.roles(address) != before
        databases.restore_roles(address, {"seen": before["seen"]})
        assert databases.roles(address) == before
        # ... and the other way round: what was taken away is given back.
        run(address, change)
        changed = databases.roles(address)
        databases.restore_roles(address, {"seen": before["seen"]})
        databases.restore_roles(address, {"seen": changed["seen"]})
        assert databases.roles(address) == changed
    finally:
        run(address, "DROP ROLE seen")
