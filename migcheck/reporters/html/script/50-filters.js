const order = (finding) => placeOf.get(finding.revision) ?? report.revisions.length;
const sorted = [...report.findings].sort(
  (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || order(a) - order(b),
);
const newestFirst = [...report.revisions].reverse();
const foundIn = new Map();
for (const finding of report.findings)
  foundIn.set(finding.revision, [...(foundIn.get(finding.revision) || []), finding]);

const codes = [...new Set(report.findings.map((finding) => finding.code))].sort();
const filters = { text: "", severity: new Set(), code: new Set(), result: new Set() };
const KINDS = ["severity", "result", "code"];

const texts = new WeakMap();
/** All words of a finding or a revision in lower case, made when somebody first looks for something. */
function wordsIn(item) {
  if (!texts.has(item)) {
    const { doc } = revisionOf.get(item.revision) || {};
    texts.set(item, `${doc || ""}\n${valuesOf(item).join("\n")}`.toLowerCase());
  }
  return texts.get(item);
}

function valuesOf(item) {
  if (item === null || typeof item !== "object") return typeof item === "string" ? [item] : [];
  return Object.values(item)
    .flatMap(valuesOf)
    .concat(Array.isArray(item) || !item.row ? [] : Object.keys(item.row));
}

function has(item) {
  const wanted = filters.text.toLowerCase().split(/\s+/).filter(Boolean);
  return wanted.every((word) => wordsIn(item).includes(word));
}

function matchesFinding(finding) {
  const { severity, code: chosen, result } = filters;
  if (severity.size && !severity.has(finding.severity)) return false;
  if (chosen.size && !chosen.has(finding.code)) return false;
  if (result.size && !result.has(revisionOf.get(finding.revision)?.status)) return false;
  return !filters.text || has(finding);
}

function matchesRevision(each) {
  const { severity, code: chosen, result, text } = filters;
  if (result.size && !result.has(each.status)) return false;
  const found = foundIn.get(each.revision) || [];
  if (severity.size || chosen.size) return found.some(matchesFinding);
  return !text || has(each) || found.some(matchesFinding);
}

function filtering() {
  return Boolean(filters.text) || KINDS.some((kind) => filters[kind].size);
}

function clearFilters() {
  filters.text = "";
  for (const kind of KINDS) filters[kind].clear();
}

function queryOf() {
  const query = new URLSearchParams();
  if (filters.text) query.set("text", filters.text);
  for (const kind of KINDS) if (filters[kind].size) query.set(kind, [...filters[kind]].join(","));
  return query.toString();
}

function takeQuery(text) {
  const query = new URLSearchParams(text);
  clearFilters();
  filters.text = query.get("text") || "";
  for (const kind of KINDS)
    for (const value of (query.get(kind) || "").split(",").filter(Boolean)) filters[kind].add(value);
}

function choice(kind, value, label, number, changed) {
  const box = el("input", { type: "checkbox", name: kind, value });
  box.addEventListener("change", () => {
    if (box.checked) filters[kind].add(value);
    else filters[kind].delete(value);
    changed();
  });
  return el(
    "label.choice",
    {},
    box,
    el("span", {}, label, " ", el("span.count", {}, number.toLocaleString("en"))),
  );
}

function group(kind, title, choices) {
  return choices.length ? el("fieldset", {}, el("legend", {}, title), choices) : null;
}

/** The form of all filters; `changed` is called after each change. */
function filterForm(changed) {
  const many = (list, key, value) => list.filter((item) => item[key] === value).length;
  const names = new Map(report.findings.map((finding) => [finding.code, finding.name]));
  const search = el("input", {
    type: "search",
    id: "text",
    placeholder: "table, column, file, statement …",
    autocomplete: "off",
    spellcheck: "false",
  });
  let waiting = 0;
  const take = () => {
    clearTimeout(waiting);
    filters.text = search.value.trim();
    changed();
  };
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(take, 120);
  });
  const clear = el(
    "button.clear",
    {
      type: "button",
      onclick: () => {
        clearFilters();
        search.value = "";
        take();
        search.focus();
      },
    },
    "Clear filters",
  );
  const some = (kind, values, list, key) =>
    values
      .filter((value) => many(list, key, value))
      .map((value) => choice(kind, value, value, many(list, key, value), take));
  const form = el(
    "form.filters",
    { role: "search", "aria-label": "Filters", onsubmit: (event) => event.preventDefault() },
    el("div.search", {}, el("label", { for: "text" }, "Search"), search, clear),
    el(
      "details.choices",
      {},
      el("summary", {}, "Filters"),
      el(
        "div",
        {},
        group("severity", "Severity", some("severity", SEVERITIES, report.findings, "severity")),
        group("result", "Result", some("result", RESULTS, report.revisions, "status")),
        group(
          "code",
          "Check",
          codes.map((each) =>
            choice(
              "code",
              each,
              el("span", {}, el("span.code", {}, each), " ", names.get(each)),
              many(report.findings, "code", each),
              take,
            ),
          ),
        ),
      ),
    ),
  );
  form.show = () => {
    if (search.value.trim() !== filters.text) search.value = filters.text;
    for (const box of form.querySelectorAll("input[type=checkbox]"))
      box.checked = filters[box.name].has(box.value);
    clear.hidden = !filtering();
  };
  form.querySelector("details").open = matchMedia("(min-width: 760px)").matches;
  return form;
}
