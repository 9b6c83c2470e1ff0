"""Comments in revision files: where they are found and what they hold for."""

from __future__ import annotations

import textwrap

import pytest

from migcheck.checks import irreversible_reason
from migcheck.checks.acknowledgements import acknowledgements

SOURCE = textwrap.dedent(
    '''\
    """make users

    # migcheck: ignore[MC204] this is a docstring
    """
    # migcheck: ignore[MC209, mc205]  order does not matter here
    revision = "r1"


    def upgrade():
        op.create_table(
            "users",
            sa.Column("id", sa.Integer()),
        )  # migcheck: ignore[MC103] the call began three lines above
        op.execute("-- # migcheck: ignore[MC204] in a string")


    # migcheck: ignore[MC202]
    def downgrade():
        # migcheck: ignore[MC204] the index is rebuilt nightly
        op.drop_table("users")
        x = 1  # noqa: F841  # migcheck: ignore[MC211] both tools
    '''
)


def found():  # type: ignore[no-untyped-def]
    return {a.line: a for a in acknowledgements(SOURCE, "/h/r1.py", "r1")}


def test_only_comments_count() -> None:
    assert sorted(found()) == [5, 13, 17, 19, 21]


def test_above_the_first_function_a_comment_holds_for_the_revision() -> None:
    top = found()[5]
    assert top.lines is None
    assert top.codes == ("MC209", "MC205")
    assert top.reason == "order does not matter here"


def test_on_any_line_of_a_call_it_holds_for_the_call() -> None:
    assert found()[13].lines == (10, 13)


def test_alone_on_its_line_it_holds_for_what_follows() -> None:
    assert found()[19].lines == (20, 20)
    assert found()[17].lines == (18, 19)


def test_other_tools_comments_are_left_alone() -> None:
    assert found()[21].codes == ("MC211",)
    assert found()[21].reason == "both tools"


def test_a_missing_reason_is_empty() -> None:
    assert found()[17].reason == ""


def test_a_file_that_does_not_compile_keeps_the_comments_before_the_error() -> None:
    broken = "# migcheck: ignore[MC102] known\ndef upgrade(:\n    'open\n"
    assert [a.codes for a in acknowledgements(broken, "/h/x.py", None)] == [("MC102",)]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("# migcheck: irreversible tokens are hashed\n", "tokens are hashed"),
        ("# migcheck: irreversible: tokens are hashed\n", "tokens are hashed"),
        ("#migcheck:irreversible tokens\n", "tokens"),
        ("def downgrade():  # migcheck: irreversible rows were merged\n    pass\n", "rows were merged"),
        ("# migcheck: irreversible\n", "no reason given"),
        ('"""# migcheck: irreversible in a docstring"""\n', None),
        ("# this is migcheck: irreversibly wrong\n", None),
        ("x = 1\n", None),
    ],
)
def test_irreversible_marks(source: str, reason: str | None) -> None:
    assert irreversible_reason(source) == reason
