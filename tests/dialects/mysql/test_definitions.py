"""Views, events, routines and databases as MySQL 8 and MariaDB show them."""

from __future__ import annotations

from datetime import datetime

import pytest

from migcheck.dialects.mysql import definitions


def test_a_view_with_a_list_of_columns() -> None:
    _, attributes = definitions.view(
        "v",
        {
            "View": "v",
            "Create View": "CREATE ALGORITHM=MERGE DEFINER=`root`@`10.%` SQL SECURITY INVOKER"
            " VIEW `v` (`x`,`as`) AS select `t`.`a` AS `a`,(select max(`u`.`b`) from `u`) AS `b` from `t`",
            "character_set_client": "utf8mb4",
            "collation_connection": "utf8mb4_0900_ai_ci",
        },
    )
    assert attributes == {
        "text": "select `t`.`a` AS `a`,(select max(`u`.`b`) from `u`) AS `b` from `t`",
        "column_order": ["x", "as"],
        "definer": "root@10.%",
        "algorithm": "MERGE",
        "security": "INVOKER",
        "character_set_client": "utf8mb4",
        "collation_connection": "utf8mb4_0900_ai_ci",
    }


def test_a_view_without_one() -> None:
    create = (
        "CREATE ALGORITHM=UNDEFINED DEFINER=`a b`@`localhost` SQL SECURITY DEFINER VIEW `v`"
        " AS select `t`.`a` AS `a`,(select max(`u`.`b`) from `u`) AS `max b` from `t`"
    )
    _, attributes = definitions.view("v", {"Create View": create})
    assert attributes["column_order"] == ["a", "max b"]
    assert attributes["definer"] == "a b@localhost"
    assert "algorithm" not in attributes and "security" not in attributes


@pytest.mark.parametrize(
    ("create", "found"),
    [
        (
            "CREATE DATABASE `d` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci */"
            " /*!80016 DEFAULT ENCRYPTION='N' */",
            {"charset": "utf8mb4", "collation": "utf8mb4_0900_ai_ci"},
        ),
        (
            "CREATE DATABASE `d` /*!40100 DEFAULT CHARACTER SET latin1 */ /*!80016 DEFAULT ENCRYPTION='Y' */"
            " /* READ ONLY = 1 */",
            {"charset": "latin1", "encryption": "Y", "read_only": "1"},
        ),
        (
            "CREATE DATABASE `d` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE latin1_bin */ COMMENT 'it''s'",
            {"charset": "latin1", "collation": "latin1_bin", "comment": "it's"},
        ),
    ],
)
def test_the_database(create: str, found: dict[str, str]) -> None:
    assert definitions.database(create)[1] == found


CREATED = datetime(2026, 3, 1, 12, 0, 7)


@pytest.mark.parametrize(
    ("schedule", "told"),
    [
        ("EVERY 1 DAY STARTS '2026-03-01 12:00:07'", "EVERY 1 DAY"),
        ("EVERY 1 DAY STARTS '2026-03-01 12:00:00'", "EVERY 1 DAY STARTS '2026-03-01 12:00:00'"),
        (
            "EVERY 1 DAY STARTS '2026-03-01 13:00:07' ENDS '2026-03-02 12:00:07'",
            "EVERY 1 DAY STARTS CURRENT_TIMESTAMP + INTERVAL 60 MINUTE"
            " ENDS CURRENT_TIMESTAMP + INTERVAL 1440 MINUTE",
        ),
        ("AT '2026-03-01 12:05:07'", "AT CURRENT_TIMESTAMP + INTERVAL 5 MINUTE"),
        ("AT '2030-01-01 00:00:00'", "AT '2030-01-01 00:00:00'"),
    ],
)
def test_times_that_hang_on_an_events_creation(schedule: str, told: str) -> None:
    end = "ON COMPLETION NOT PRESERVE ENABLE DO select 1"
    row = {
        "Create Event": f"CREATE EVENT `e` ON SCHEDULE {schedule} {end}",
        "time_zone": "SYSTEM",
        "sql_mode": "",
    }
    _, attributes = definitions.event("e", row, [None, CREATED])
    assert attributes["text"] == f"CREATE EVENT `e` ON SCHEDULE {told} {end}"


@pytest.mark.parametrize(
    ("schedule", "told"),
    [
        ("AT '2027-03-01 18:41:00'", "AT CURRENT_TIMESTAMP + INTERVAL 525600 MINUTE"),
        ("AT '2026-03-01 19:41:00'", "AT CURRENT_TIMESTAMP + INTERVAL 60 MINUTE"),
        ("AT '2030-01-01 00:00:00'", "AT '2030-01-01 00:00:00'"),
        ("AT '2026-03-01 18:46:00'", "AT '2026-03-01 18:46:00'"),  # may be either
    ],
)
def test_times_of_an_event_made_at_no_second(schedule: str, told: str) -> None:
    create = f"CREATE EVENT `e` ON SCHEDULE {schedule} DO 1"
    row = {"Create Event": create, "time_zone": "UTC", "sql_mode": ""}
    _, attributes = definitions.event("e", row, [datetime(2026, 3, 1, 18, 41, 0)])
    assert attributes["text"] == f"CREATE EVENT `e` ON SCHEDULE {told} DO 1"


def test_a_trigger_of_several_events() -> None:
    row = {
        "Trigger": "tr",
        "Table": "t",
        "Timing": "BEFORE",
        "Statement": "SET NEW.a = 1",
        "Definer": "root@localhost",
        "sql_mode": "STRICT_TRANS_TABLES",
    }
    key, attributes = definitions.trigger(row, ["INSERT", "UPDATE"])
    assert key.name == "t.tr"
    assert attributes["text"] == "CREATE TRIGGER tr BEFORE INSERT OR UPDATE ON t FOR EACH ROW SET NEW.a = 1"


def test_a_body_that_the_login_may_not_read() -> None:
    _, attributes = definitions.routine("procedure", "p", {"Create Procedure": None, "sql_mode": ""})
    assert attributes == {"unreadable": "the login may not read its body"}
