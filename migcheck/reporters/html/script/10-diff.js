const MOST_COMPARED = 250_000; // pairs of lines or words: beyond it, all that differs is one block
const CONTEXT = 3;

/** How `b` comes from `a`, as blocks [equal, from, to, from, to]: a longest common subsequence. */
function blocks(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const found = [];
  const add = (equal, i, k, j, l) => {
    const last = found[found.length - 1];
    if (i === k && j === l) return;
    if (last && last[0] === equal) [last[2], last[4]] = [k, l];
    else found.push([equal, i, k, j, l]);
  };
  add(true, 0, start, 0, start);
  matched(a, b, start, a.length - end, b.length - end, add);
  add(true, a.length - end, a.length, b.length - end, b.length);
  return found;
}

function matched(a, b, start, toA, toB, add) {
  const rows = toA - start;
  const columns = toB - start;
  if (rows * columns === 0 || rows * columns > MOST_COMPARED) return add(false, start, toA, start, toB);
  const lengths = new Uint32Array((rows + 1) * (columns + 1));
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const here = i * (columns + 1) + j;
      lengths[here] =
        a[start + i] === b[start + j]
          ? lengths[here + columns + 2] + 1
          : Math.max(lengths[here + columns + 1], lengths[here + 1]);
    }
  }
  let [i, j] = [0, 0];
  while (i < rows && j < columns) {
    const here = i * (columns + 1) + j;
    if (a[start + i] === b[start + j]) add(true, start + i, start + ++i, start + j, start + ++j);
    else if (lengths[here + columns + 1] >= lengths[here + 1])
      add(false, start + i, start + ++i, start + j, start + j);
    else add(false, start + i, start + i, start + j, start + ++j);
  }
  add(false, start + i, toA, start + j, toB);
}

function words(text) {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^]/gu) || [];
}

/** Both lines with what differs in them marked; unmarked where they have hardly anything in common. */
function marked(left, right) {
  const [a, b] = [words(left), words(right)];
  const found = blocks(a, b);
  const common = found
    .filter(([equal]) => equal)
    .reduce((sum, [, i, k]) => sum + a.slice(i, k).join("").trim().length, 0);
  if (common * 3 < Math.max(left.length, right.length)) return [[left], [right]];
  const side = (tokens, from) =>
    found
      .filter((block) => block[from + 1] > block[from])
      .map((block) => {
        const text = tokens.slice(block[from], block[from + 1]).join("");
        return block[0] ? text : el("mark", {}, text);
      });
  return [side(a, 1), side(b, 3)];
}

function cell(content, kind) {
  if (content === null) return el("td.none");
  return el(`td.${kind}`, {}, el(kind === "gone" ? "del" : kind === "come" ? "ins" : "span", {}, content));
}

function pair(left, right) {
  const [old, fresh] = left !== null && right !== null ? marked(left, right) : [left, right];
  return el("tr", {}, cell(old, "gone"), cell(fresh, "come"));
}

function kept(lines) {
  return lines.map((line) => el("tr.same", {}, cell(line, "both"), cell(line, "both again")));
}

/** Unchanged lines: those next to a change, and a button for the others. */
function unchanged(lines, first, last) {
  const head = first ? 0 : CONTEXT;
  const tail = last ? 0 : CONTEXT;
  const hidden = lines.slice(head, lines.length - tail);
  if (hidden.length <= 2) return kept(lines);
  const fold = el("tr.fold", {}, el("td", { colspan: 2 }));
  const open = () => fold.replaceWith(...kept(hidden));
  fold.firstChild.append(
    el("button.more", { type: "button", onclick: open }, `${hidden.length} unchanged lines`),
  );
  return [...kept(lines.slice(0, head)), fold, ...kept(lines.slice(lines.length - tail))];
}

function lined(text) {
  return text
    .replace(/\n+$/, "")
    .split("\n")
    .map((line) => short(line, 2000));
}

/** Before and after, side by side; null is what is not there. */
function sides(before, after) {
  const body = el("tbody");
  if (before === null || after === null) {
    const lines = lined(before ?? after ?? "").map((line) =>
      el("tr", {}, cell(line, before === null ? "come" : "gone")),
    );
    const absent = el("td.absent", { rowspan: lines.length }, "not there");
    if (before === null) lines[0].prepend(absent);
    else lines[0].append(absent);
    portions(body, lines, (line) => line);
    return body;
  }
  const [a, b] = [lined(before), lined(after)];
  const found = blocks(a, b);
  found.forEach(([equal, i, k, j, l], n) => {
    if (equal) return body.append(...unchanged(a.slice(i, k), n === 0, n === found.length - 1));
    for (let row = 0; row < Math.max(k - i, l - j); row++)
      body.append(pair(a[i + row < k ? i + row : -1] ?? null, b[j + row < l ? j + row : -1] ?? null));
  });
  return body;
}

/** One object and what became of it. `between` names the two moments. */
function objectChange(changes, between) {
  const { kind, object_type: type, name } = changes[0];
  const classes = new Set(changes.map((change) => change.class).filter((each) => each !== "semantic"));
  const caption = el(
    "caption",
    {},
    el(`span.kind.${kind}`, {}, kind),
    " ",
    el("span.type", {}, short(type, 120)),
    " ",
    el("code", {}, short(name, 300)),
    [...classes].map((each) => [" ", el("span.tag", {}, each === "order" ? "order only" : each)]),
  );
  const head = el(
    "thead",
    {},
    el(
      "tr",
      {},
      between.map((moment) => el("th", { scope: "col" }, moment)),
    ),
  );
  const one = kind === "added" ? "made" : kind === "removed" ? "lost" : "changed";
  return el(
    `table.diff.${one}`,
    {},
    caption,
    head,
    changes.map((change) => [
      change.attribute === null
        ? null
        : el(
            "tbody.attribute",
            {},
            el("tr", {}, el("th", { scope: "rowgroup", colspan: 2 }, short(change.attribute, 200))),
          ),
      sides(change.before, change.after),
    ]),
  );
}

function differences(list, between) {
  const objects = new Map();
  for (const change of list) {
    const key = JSON.stringify([
      change.object_type,
      change.name,
      change.attribute === null ? change.kind : "changed",
    ]);
    objects.set(key, [...(objects.get(key) || []), change]);
  }
  const place = el("div.diffs");
  portions(place, [...objects.values()], (changes) => objectChange(changes, between), 60);
  return place;
}
