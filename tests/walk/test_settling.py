"""What only the end of the walk with rows can tell."""

from __future__ import annotations

from migcheck.model import Step, StepError
from migcheck.model.data import Breach, RevisionData, Trial
from migcheck.model.tables import ForeignKey, Key, TableName
from migcheck.walk.data.settling import settled, to_blame, without_ordinary

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
    users, mail = trial("users", "email", words), trial("users", "mail", words)
    assert to_blame([users, trial("user", "email", words), mail]) == (users,)


def test_where_the_words_speak_of_none_all_stay() -> None:
    trials = (trial("a", "x", "it fails"), trial("b", "y", "it fails"), trial("c", "z", None))
    assert to_blame(trials) == trials


def test_each_direction_is_by_itself() -> None:
    trials = (trial("users", "a", "users"), trial("posts", "a", "users", "downgrade"))
    assert to_blame(trials) == trials


def test_what_fails_on_ordinary_rows_too_is_not_the_hostile_row_s_doing() -> None:
    words = 'null value in column "kind" of relation "build" violates not-null constraint'
    failed = Step("upgrade", 0.1, error=StepError("Error", f"{words}\nDETAIL:  Failing row contains (1)."))
    any_row = trial("build", "kind", f"{words}\nDETAIL:  Failing row contains (2).")
    other, own = trial("build", "user_id", f"{words}\nDETAIL:  ..."), trial("build", "a", "value too long")
    assert without_ordinary([any_row, other, own], [failed, None]) == (any_row, own)
    assert without_ordinary([other], [None]) == (other,)


def test_what_a_later_revision_validates_is_no_breach() -> None:
    pending = Breach("violated", "public.t", KEY, "FOREIGN KEY", ())
    others = (
        Breach("not enforced", "public.t", KEY, "FOREIGN KEY", ()),
        Breach("violated", "public.t", Key("t_u", ("a",)), "UNIQUE (a)", ()),
    )
    seen = RevisionData("r", breaches=(pending, *others))
    assert settled(seen, frozenset({("public.t", "t_f")})).breaches == others
    assert settled(seen, frozenset()).breaches == (pending, *others)
