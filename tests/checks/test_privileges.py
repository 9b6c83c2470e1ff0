"""Privileges: who has lost or gained what, in words and as GRANT and REVOKE."""

from __future__ import annotations

import pytest

from migcheck.checks import privileges
from migcheck.checks.privileges import changed_grants
from migcheck.checks.remedies import undo
from migcheck.checks.wording import change
from migcheck.compare import differences
from migcheck.model import AS_IT_CAME, DifferenceKind, ObjectKey, Snapshot
from tests.checks.by_hand import added, changed

OWN = "postgres=arwdDxtm/postgres"
BY_SERVER = f"{AS_IT_CAME}the server"


@pytest.mark.parametrize(
    ("kind", "name", "before", "after", "code", "words"),
    [
        # No list is the default of its kind: PUBLIC may execute a function until that is revoked.
        (
            "function",
            "public.f(integer)",
            None,
            "postgres=X/postgres",
            'op.execute("GRANT EXECUTE ON FUNCTION f(integer) TO PUBLIC")',
            "other privileges for PUBLIC (EXECUTE before, none now)",
        ),
        (
            "domain",
            "public.d",
            None,
            "=U/postgres, app=U/postgres, postgres=U/postgres",
            'op.execute("REVOKE USAGE ON DOMAIN d FROM app")',
            "other privileges for app (none before, USAGE now)",
        ),
        (
            "schema",
            "public",
            "=U/pg_database_owner, pg_database_owner=UC/pg_database_owner",
            None,
            'op.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")',
            "other privileges for PUBLIC (USAGE before, none now)",
        ),
        # What an owner has beyond the rights of older versions (MAINTAIN) is no difference.
        (
            "table",
            "public.User",
            None,
            f"app=r/postgres, {OWN}",
            "op.execute('REVOKE SELECT ON TABLE \"User\" FROM app')",
            "other privileges for app (none before, SELECT now)",
        ),
        (
            "table",
            "public.t",
            f"app=r/postgres, {OWN}",
            f"app=r*w/postgres, {OWN}",
            'op.execute("REVOKE UPDATE ON TABLE t FROM app")\n'
            'op.execute("REVOKE GRANT OPTION FOR SELECT ON TABLE t FROM app")',
            "other privileges for app (SELECT before, SELECT with grant option, UPDATE now)",
        ),
        (
            "table",
            "public.t",
            f"app=r*/postgres, {OWN}",
            OWN,
            'op.execute("GRANT SELECT ON TABLE t TO app WITH GRANT OPTION")',
            "other privileges for app (SELECT with grant option before, none now)",
        ),
        (
            "column",
            "public.t.a",
            "app=rw/postgres",
            None,
            'op.execute("GRANT SELECT (a), UPDATE (a) ON TABLE t TO app")',
            "other privileges for app (SELECT, UPDATE before, none now)",
        ),
        (
            "view",
            "app.v",
            None,
            f'"the reader"=r/postgres, {OWN}',
            "op.execute('REVOKE SELECT ON TABLE app.v FROM \"the reader\"')",
            "other privileges for the reader (none before, SELECT now)",
        ),
        (
            "database",
            "current",
            None,
            "=c/postgres, postgres=CTc/postgres",
            "op.execute(\"DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC',"
            ' current_database()); END $$")',
            "other privileges for PUBLIC (TEMPORARY, CONNECT before, CONNECT now)",
        ),
        # Everything revoked, the owner's own rights too.
        (
            "sequence",
            "public.s",
            None,
            "",
            'op.execute("GRANT SELECT, UPDATE, USAGE ON SEQUENCE s TO CURRENT_USER")',
            "other privileges for CURRENT_USER (SELECT, UPDATE, USAGE before, none now)",
        ),
        (
            "large objects",
            "",
            None,
            "{postgres=rw/postgres,app=r/postgres}",
            'op.execute("REVOKE SELECT ON LARGE OBJECT ... FROM app")  # ... are their OIDs',
            "other privileges for app (none before, SELECT now)",
        ),
        # What the server or an extension brought: its first privileges are not on record.
        (
            "table",
            "pg_proc",
            BY_SERVER,
            OWN,
            'op.execute("GRANT SELECT ON TABLE pg_proc TO PUBLIC")',
            "other privileges for PUBLIC (SELECT before, none now)",
        ),
        (
            "column",
            "pg_authid.rolname",
            BY_SERVER,
            "app=r/postgres",
            'op.execute("REVOKE SELECT (rolname) ON TABLE pg_authid FROM app")',
            "other privileges for app (none before, SELECT now)",
        ),
        (
            "function",
            "pg_read_file(text)",
            BY_SERVER,
            "app=X/postgres, postgres=X/postgres",
            'op.execute("REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM app")',
            "other privileges for app (none before, EXECUTE now)",
        ),
    ],
    ids=lambda value: None,
)
def test_privileges_back(
    kind: str, name: str, before: str | None, after: str | None, code: str, words: str
) -> None:
    difference = changed(kind, name, "privileges", before, after)
    assert undo((difference,)) == code
    assert change((difference,)) == words
    compile(code, "remedy", "exec")


def test_the_owner_comes_last() -> None:
    difference = changed("function", "public.f()", "privileges", None, "app=X/postgres")
    assert [grants.grantee for grants in changed_grants(difference)] == ["", "app", "postgres"]


def test_default_privileges_are_taken_back() -> None:
    left = added(
        "default privileges",
        "app in api on tables",
        "default privileges app in api on tables\n    privileges: ro=r/app\n    role: app\n    schema: api",
    )
    assert undo((left,)) == (
        'op.execute("ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA api REVOKE SELECT ON TABLES FROM ro")'
    )


@pytest.mark.parametrize(
    ("key", "attributes", "before"),
    [
        (
            ObjectKey("language", "plpgsql"),
            '{"extension": "plpgsql", "privileges": ["postgres=U/postgres"]}',
            True,
        ),
        (ObjectKey("table", "pg_proc"), '{"privileges": ["postgres=r/postgres"]}', True),
        (ObjectKey("parameter", "work_mem"), '{"privileges": ["app=s/postgres"]}', False),
    ],
)
def test_what_nobody_made_is_neither_left_nor_missing(key: ObjectKey, attributes: str, before: bool) -> None:
    plain, other = Snapshot({}), Snapshot({key: attributes})
    for first, second in ((plain, other), (other, plain)):
        [found] = differences(first, second)
        assert (found.kind, found.attribute) == (DifferenceKind.CHANGED, "privileges")
        initial = found.before if first is plain else found.after
        assert (initial or "").startswith(AS_IT_CAME) is before


def test_both_sides_know_the_privileges_that_are_not_on_record_by_the_same_words() -> None:
    assert privileges.AS_IT_CAME == AS_IT_CAME
