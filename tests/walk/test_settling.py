"""What only the end of the walk with rows can tell."""

from __future__ import annotations

from migcheck.model import StepError
from migcheck.model.data import Breach, RevisionData, Trial
from migcheck.model.tables import ForeignKey, Key, TableName
from migcheck.walk.data.settling import settled, to_blame

T, P = TableName("public", "t"), TableName("public", "p")
KEY = ForeignKey("t_f", ("p_id",), P, ("id",), validated=False)


def trial(table: str, column: str, message: str | None, direction: str = "upgrade") -> Trial:
    error = None if message is None else StepError("Error", message)
    return Trial(direction, "null", f"public.{table}", (column,), (), "", error=error)


def test_of_several_that_end_alike_those_are_to_blame_of_which_the_words_speak() -> None:
    words = 'column "tenant" of relation "users" contains null values'
    users, posts = trial("users", "tenant", words), trial("posts", "tenant", words)
    mail, other = trial("users", "mail", words), trial("posts", "title", "something else")
    assert to_blame([users, posts, mail, other]) == (users, other)


def test_words_are_whole_ones() -> None:
    words = "NOT NULL constraint failed: _alembic_tmp_users.email"
    users, user, mail = trial("users", "email", words), trial("user", "email", words), trial("users", "mail", words)
    assert to_blame([users, user, mail]) == (users,)


def test_where_the_words_speak_of_none_all_stay() -> None:
    trials = (trial("a", "x", "it fails"), trial("b", "y", "it fails"), trial("c", "z", None))
    assert to_blame(trials) == trials


def test_each_direction_is_by_itself() -> None:
    trials = (trial("users", "a", "users"), trial("posts", "a", "users", "downgrade"))
    assert to_blame(trials) == trials


def test_what_a_later_revision_validates_is_no_breach() -> None:
    pending = Breach("violated", "public.t", KEY, "FOREIGN KEY", ())
    others = (
        Breach("not enforced", "public.t", KEY, "FOREIGN KEY", ()),
        Breach("violated", "public.t", Key("t_u", ("a",)), "UNIQUE (a)", ()),
    )
    seen = RevisionData("r", breaches=(pending, *others))
    assert settled(seen, frozenset({("public.t", "t_f")})).breaches == others
    assert settled(seen, frozenset()).breaches == (pending, *others)
