"""Objects made again as they were, with what came with them."""

from __future__ import annotations

from migcheck.checks.remedies import undo
from tests.checks.by_hand import removed


def test_a_sequence_and_a_policy_are_made_as_they_were() -> None:
    sequence = (
        "sequence public.s\n    increment: 1\n    owned_by: public.t.id\n    start: 1\n    type: bigint"
    )
    assert undo((removed("sequence", "public.s", sequence),)) == (
        'op.execute("CREATE SEQUENCE s AS bigint START 1 INCREMENT 1 OWNED BY public.t.id")'
    )
    policy = (
        "policy public.t.own\n    command: all\n    permissive: true\n    roles: public\n    using: (a = 1)"
    )
    assert undo((removed("policy", "public.t.own", policy),)) == (
        'op.execute("CREATE POLICY own ON t FOR ALL TO public USING ((a = 1))")'
    )


def test_a_materialized_view_comes_back_with_its_indexes() -> None:
    text = " SELECT a\n   FROM t;\nCREATE UNIQUE INDEX ux ON public.m USING btree (a)"
    assert undo((removed("materialized view", "public.m", text),)) == (
        'op.execute("""CREATE MATERIALIZED VIEW m AS SELECT a\n   FROM t""")\n'
        'op.execute("CREATE UNIQUE INDEX ux ON public.m USING btree (a)")'
    )


def test_a_domain_is_made_as_it_was() -> None:
    text = "domain public.d\n    constraints: c CHECK ((VALUE > 0))\n        n NOT NULL\n    type: integer"
    assert undo((removed("domain", "public.d", text),)) == (
        'op.execute("CREATE DOMAIN d AS integer CONSTRAINT c CHECK ((VALUE > 0)) CONSTRAINT n NOT NULL")'
    )
