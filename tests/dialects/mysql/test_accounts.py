"""What SHOW CREATE USER and SHOW GRANTS say, on MariaDB and on MySQL 8, and how it is put back."""

from __future__ import annotations

import pytest

from migcheck.dialects.mysql.accounts import Account, altered, attributes, plain_grant, revoked

APP = Account("app", "%", is_role=False)
HASH = r"'$A$005$\Z_\'x'"


def test_a_snapshot_shows_no_hash() -> None:
    create = (
        f"CREATE USER `app`@`%` IDENTIFIED WITH 'caching_sha2_password' AS {HASH} REQUIRE NONE ACCOUNT LOCK"
    )
    found = attributes({"create": create, "grants": ["GRANT SELECT ON *.* TO `app`@`%`"]})
    assert found == {
        "definition": "IDENTIFIED WITH 'caching_sha2_password' AS '...' REQUIRE NONE ACCOUNT LOCK",
        "grants": ["GRANT SELECT ON *.* TO `app`@`%`"],
    }
    mariadb = "CREATE USER `app`@`%` IDENTIFIED BY PASSWORD '*94BDCEBE19083CE2A1F959FD02F964C7AF4CFC29'"
    assert attributes({"create": mariadb, "grants": []}) == {"definition": "IDENTIFIED BY PASSWORD '...'"}


@pytest.mark.parametrize(
    ("create", "alter"),
    [
        (
            f"CREATE USER `app`@`%` IDENTIFIED WITH 'caching_sha2_password' AS {HASH} REQUIRE NONE"
            " PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT ATTRIBUTE '{\"a\": 1}'",
            f"ALTER USER `app`@`%` IDENTIFIED WITH 'caching_sha2_password' AS {HASH} REQUIRE NONE"
            " WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0"
            " MAX_USER_CONNECTIONS 0 PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT"
            " ATTRIBUTE '{\"a\": 1}'",
        ),
        (
            "CREATE USER `app`@`%` REQUIRE SSL WITH MAX_USER_CONNECTIONS 3",
            "ALTER USER `app`@`%` IDENTIFIED BY '' REQUIRE SSL WITH MAX_USER_CONNECTIONS 3"
            " PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK",
        ),
    ],
)
def test_what_is_not_said_goes_back_to_its_default(create: str, alter: str) -> None:
    assert altered(create, APP) == alter


@pytest.mark.parametrize(
    ("grant", "revoke"),
    [
        ("GRANT SELECT, INSERT ON `d`.* TO `app`@`%`", ["REVOKE SELECT, INSERT ON `d`.* FROM `app`@`%`"]),
        (
            "GRANT ALL PRIVILEGES ON `d`.`t` TO `app`@`%` WITH GRANT OPTION",
            [
                "REVOKE ALL PRIVILEGES ON `d`.`t` FROM `app`@`%`",
                "REVOKE GRANT OPTION ON `d`.`t` FROM `app`@`%`",
            ],
        ),
        ("GRANT `r`@`%` TO `app`@`%` WITH ADMIN OPTION", ["REVOKE `r`@`%` FROM `app`@`%`"]),
        (
            "GRANT PROXY ON `a`@`%` TO `app`@`%` WITH GRANT OPTION",
            ["REVOKE PROXY ON `a`@`%` FROM `app`@`%`"],
        ),
        ("SET DEFAULT ROLE `r` FOR `app`@`%`", ["SET DEFAULT ROLE NONE FOR `app`@`%`"]),
    ],
)
def test_a_grant_is_taken_back(grant: str, revoke: list[str]) -> None:
    assert revoked(grant) == revoke


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("GRANT USAGE ON *.* TO `app`@`%` IDENTIFIED BY PASSWORD '*94BD'", ""),
        (
            "GRANT SELECT ON *.* TO `app`@`%` IDENTIFIED BY PASSWORD '*94BD' REQUIRE SSL WITH GRANT OPTION",
            "GRANT SELECT ON *.* TO `app`@`%` WITH GRANT OPTION",
        ),
        ("GRANT SELECT ON `d`.* TO `app`@`%`", "GRANT SELECT ON `d`.* TO `app`@`%`"),
    ],
)
def test_grants_are_told_without_what_the_account_is(line: str, plain: str) -> None:
    assert plain_grant(line) == plain
