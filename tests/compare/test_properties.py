"""What must hold of any two snapshots."""

from __future__ import annotations

import json
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.compare import differences
from migcheck.model import Difference, DifferenceKind, ObjectKey, Snapshot

names = st.sampled_from(["a", "b", "t", "t_a_not_null", 'we"ird', "x.y"])
tables = st.builds(lambda schema, name: f"{schema}.{name}", names, names)
texts = st.one_of(
    st.sampled_from(
        [
            "PRIMARY KEY (a)",
            "NOT NULL a",
            "CHECK ((a > 0))",
            "CREATE INDEX b ON a.t USING btree (a, b)",
            "0",
            "'0'",
        ]
    ),
    st.text(alphabet="ab'\"$()-/*\n ", max_size=12),
)
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 9),
    texts,
    st.lists(texts, max_size=3),
    st.dictionaries(names, texts),
)
attributes = st.fixed_dictionaries(
    {"table": tables},
    optional={
        "text": texts,
        "type": st.sampled_from(["integer", "text", "public.d"]),
        "default": st.one_of(st.none(), texts),
        "nullable": st.booleans(),
        "options": st.lists(texts, max_size=2),
        "index": names,
        "owned_by": st.builds(lambda table, name: f"{table}.{name}", tables, names),
        "column_order": st.lists(names, unique=True),
        "comment": values,
    },
)
kinds = st.sampled_from(
    ["schema", "table", "column", "constraint", "index", "view", "sequence", "function", "trigger", "role"]
)
keys = st.builds(
    lambda kind, table, name: ObjectKey(kind, f"{table}.{name}"), kinds, tables, names
) | st.builds(ObjectKey, st.sampled_from(["table", "view", "schema"]), tables)
objects = st.dictionaries(keys, attributes.map(lambda given: json.dumps(given, sort_keys=True)), max_size=8)
SWAPPED = {
    DifferenceKind.ADDED: DifferenceKind.REMOVED,
    DifferenceKind.REMOVED: DifferenceKind.ADDED,
    DifferenceKind.CHANGED: DifferenceKind.CHANGED,
}


def swapped(difference: Difference) -> Difference:
    return Difference(
        difference.object_type,
        difference.name,
        SWAPPED[difference.kind],
        difference.attribute,
        difference.after,
        difference.before,
        difference.difference_class,
    )


@settings(deadline=None)
@given(objects)
def test_a_snapshot_does_not_differ_from_itself(given_objects: dict[ObjectKey, str]) -> None:
    assert differences(Snapshot(given_objects), Snapshot(dict(given_objects))) == ()


@settings(max_examples=150, deadline=None)
@given(objects, objects)
def test_the_way_back_is_the_way_there_turned_round(
    old: dict[ObjectKey, str], new: dict[ObjectKey, str]
) -> None:
    there, back = differences(Snapshot(old), Snapshot(new)), differences(Snapshot(new), Snapshot(old))
    assert Counter(swapped(difference) for difference in back) == Counter(there)


@settings(max_examples=150, deadline=None)
@given(objects, objects)
def test_what_differs_is_told(old: dict[ObjectKey, str], new: dict[ObjectKey, str]) -> None:
    found = differences(Snapshot(old), Snapshot(new))
    changed = {key for key in old.keys() & new.keys() if json.loads(old[key]) != json.loads(new[key])}
    one_sided = old.keys() ^ new.keys()
    assert bool(found) == bool(changed | one_sided)
    assert {ObjectKey(d.object_type, d.name) for d in found} <= changed | one_sided
    for difference in found:
        assert difference.before != difference.after


@settings(max_examples=150, deadline=None)
@given(objects.filter(bool), st.data())
def test_every_attribute_counts(old: dict[ObjectKey, str], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(old)))
    before = json.loads(old[key])
    attribute = data.draw(st.sampled_from(sorted(before)))
    of_its_sort = st.lists(names, unique=True) if attribute == "column_order" else values
    value = data.draw(of_its_sort.filter(lambda value: json.dumps(value) != json.dumps(before[attribute])))
    new = {**old, key: json.dumps({**before, attribute: value}, sort_keys=True)}
    assert differences(Snapshot(old), Snapshot(new))


@settings(deadline=None)
@given(objects, objects)
def test_the_order_of_the_objects_makes_no_difference(
    old: dict[ObjectKey, str], new: dict[ObjectKey, str]
) -> None:
    there = differences(Snapshot(old), Snapshot(new))
    turned = Snapshot(dict(reversed(list(old.items())))), Snapshot(dict(reversed(list(new.items()))))
    assert differences(*turned) == there
