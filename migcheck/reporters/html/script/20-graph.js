const ROW = 44;
// Pixels at most, however many branches there are.
const GUTTER = matchMedia("(max-width: 760px)").matches ? 72 : 132;

/**
 * Where each revision stands and how it is joined to its parents, for `ids` from heads to bases. `parentsOf`
 * gives [parent, dashed] pairs. A lane is taken by what it leads to, until that comes.
 */
function lanes(ids, parentsOf) {
  const row = new Map(ids.map((id, number) => [id, number]));
  const lane = new Map();
  const edges = [];
  const leadsTo = [];
  const free = () => {
    const found = leadsTo.indexOf(null);
    return found < 0 ? leadsTo.push(null) - 1 : found;
  };
  let most = 1;
  for (const id of ids) {
    let own = leadsTo.indexOf(id);
    if (own < 0) own = free();
    leadsTo.forEach((target, number) => {
      if (target === id) leadsTo[number] = null;
    });
    lane.set(id, own);
    for (const [parent, dashed] of parentsOf(id)) {
      if (!row.has(parent)) {
        edges.push({ from: id, to: null, via: own, dashed: true });
        continue;
      }
      let via = leadsTo.indexOf(parent);
      if (via < 0 || (via > own && !leadsTo[own])) {
        via = leadsTo[own] ? free() : own;
        leadsTo[via] = parent;
      }
      edges.push({ from: id, to: parent, via, dashed });
    }
    most = Math.max(most, leadsTo.length);
  }
  return { row, lane, edges, width: most };
}

function edgePath({ from, to, via }, { row, lane }, x) {
  const y = (number) => number * ROW + ROW / 2;
  const [first, start] = [row.get(from), x(lane.get(from))];
  if (to === null) return `M${start} ${y(first)}v${ROW / 2}`;
  const [last, end] = [row.get(to), x(lane.get(to))];
  const bend = (a, b, c, d) => (a === c ? `V${d}` : `C${a} ${(b + d) / 2} ${c} ${(b + d) / 2} ${c} ${d}`);
  let path = `M${start} ${y(first)}`;
  if (last === first + 1) return path + bend(start, y(first), end, y(last));
  path += bend(start, y(first), x(via), y(first + 1));
  if (last - first > 2) path += `V${y(last - 1)}`;
  return path + bend(x(via), y(last - 1), end, y(last));
}

/** A result as shape and colour: a round tick, a square cross, a hollow ring. */
function symbol(status, x, y) {
  const place = drawn("g", { class: `node ${status}`, transform: `translate(${x} ${y})` });
  if (status === "failed") {
    place.append(drawn("rect", { x: -8, y: -8, width: 16, height: 16, rx: 4 }));
    place.append(drawn("path", { d: "M-3 -3L3 3M3 -3L-3 3" }));
  } else {
    place.append(drawn("circle", { r: status === "skipped" ? 6.5 : 8 }));
    if (status === "passed") place.append(drawn("path", { d: "M-3.5 0.2L-1 2.8L3.6 -2.6" }));
  }
  return place;
}

function icon(status) {
  return drawn(
    "svg",
    { class: "icon", viewBox: "-9 -9 18 18", width: 18, height: 18, "aria-hidden": "true" },
    symbol(status, 0, 0),
  );
}

/** The graph beside a list of rows that are ROW high; its width in pixels is `width`. */
function graph(revisions, parentsOf) {
  const laid = lanes(
    revisions.map((each) => each.revision),
    parentsOf,
  );
  const step = Math.max(3, Math.min(18, (GUTTER - 24) / Math.max(1, laid.width - 1)));
  const x = (lane) => 14 + lane * step;
  const width = Math.ceil(28 + (laid.width - 1) * step);
  const height = revisions.length * ROW;
  const picture = drawn("svg", {
    class: "graph",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    "aria-hidden": "true",
  });
  const [lines, dashed] = [[], []];
  for (const edge of laid.edges) (edge.dashed ? dashed : lines).push(edgePath(edge, laid, x));
  picture.append(drawn("path", { class: "edge", d: lines.join("") || "M0 0" }));
  picture.append(drawn("path", { class: "edge dashed", d: dashed.join("") || "M0 0" }));
  for (const each of revisions)
    picture.append(
      symbol(each.status, x(laid.lane.get(each.revision)), laid.row.get(each.revision) * ROW + ROW / 2),
    );
  return { picture, width };
}
