const SEVERITIES = ["error", "warning", "info"];
const RESULTS = ["failed", "passed", "skipped"];
const EVIDENCE = {
  proved: "proved: it was made to happen",
  observed: "observed while running",
  inferred: "inferred",
};
const SIGNS = { error: "✕", warning: "!", info: "i" };

const revisionOf = new Map(report.revisions.map((each) => [each.revision, each]));
const placeOf = new Map(report.revisions.map((each, number) => [each.revision, number]));

function addressOf(id) {
  try {
    return encodeURIComponent(id);
  } catch {
    // half a surrogate pair cannot be part of an address
    return `~${placeOf.get(id)}`;
  }
}

const byAddress = new Map(report.revisions.map((each) => [addressOf(each.revision), each]));

function revisionLink(id, words) {
  return el("a", { href: `#/revision/${addressOf(id)}` }, words);
}

function badge(severity) {
  return el(
    `span.badge.${severity}`,
    {},
    el("span", { "aria-hidden": "true" }, SIGNS[severity]),
    " ",
    severity,
  );
}

function code(text) {
  return el("pre", {}, el("code", {}, lengthy(text.replace(/^\n+|\s+$/g, ""), 4000)));
}

function section(title, ...content) {
  return el("section.part", {}, el("h4", {}, title), content);
}

function fileOf({ path, line }, name = path) {
  return (
    path &&
    el(
      "code.path",
      { title: name === path ? null : short(printable(path), 300) },
      short(name, 300),
      line ? `:${line}` : "",
    )
  );
}

function shownValue(value, other) {
  const text =
    value === null
      ? el("span.null", {}, "NULL")
      : value === undefined
        ? el("span.null", {}, "–")
        : lengthy(value, 300);
  return el("td", {}, other === undefined || other === value ? text : el("mark", {}, text));
}

/** The rows of a counterexample, table by table; where a row became another one, both. */
function exampleRows(rows) {
  const tables = new Map();
  for (const each of rows) tables.set(each.table, [...(tables.get(each.table) || []), each]);
  return [...tables].map(([table, found]) => {
    const columns = [
      ...new Set(found.flatMap((each) => [...Object.keys(each.row || {}), ...Object.keys(each.after || {})])),
    ];
    const line = (label, row, other) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, label),
        row
          ? columns.map((column) => shownValue(row[column], other?.[column]))
          : el("td", { colspan: columns.length || 1 }, "not there"),
      );
    const whys = [...new Set(found.map((each) => each.why).filter(Boolean))];
    return el(
      "div.rows-of",
      {},
      scrolling(
        `rows of ${table}`,
        el(
          "table.grid",
          {},
          el("caption", {}, "rows of ", el("code", {}, short(table, 300))),
          el(
            "thead",
            {},
            el(
              "tr",
              {},
              el("th", { scope: "col" }, "row"),
              columns.map((column) => el("th", { scope: "col" }, short(column, 200))),
            ),
          ),
          el(
            "tbody",
            {},
            found.map((each, number) =>
              each.after
                ? [
                    line(`${number + 1}, before`, each.row, each.after),
                    line(`${number + 1}, after`, each.after, each.row || undefined),
                  ]
                : line(String(number + 1), each.row),
            ),
          ),
        ),
      ),
      whys.map((why) => el("p.why", {}, lengthy(why))),
    );
  });
}

function errorOf({ type, sqlstate, message, statement }) {
  return section(
    "The error",
    el("p", {}, el("code", {}, short(type, 300)), sqlstate && [" ", el("span.tag", {}, `SQLSTATE ${sqlstate}`)]),
    code(message),
    statement && [el("p.label", {}, "at the statement"), code(statement)],
  );
}

/** The remedy: sentences, and the lines of code among them as such. */
function remedyOf(text) {
  const isCode = (line) => codeBegins.some((beginning) => line.startsWith(beginning));
  const lines = text.split("\n").map((line) => el(isCode(line) ? "code.line" : "p", {}, lengthy(line)));
  return section("How to mend it", el("div.remedy", {}, lines));
}

function bodyOf(finding, elsewhere) {
  const between = moments[finding.code] || ["before", "after"];
  const told = checks[finding.code];
  const id = finding.revision;
  return [
    finding.message.length > 400 ? el("div.whole", {}, lengthy(finding.message, 1500)) : null,
    finding.reason !== undefined
      ? el("p.reason", {}, el("strong", {}, `Suppressed (${finding.by}): `), lengthy(finding.reason))
      : null,
    finding.differences.length ? section("What differs", differences(finding.differences, between)) : null,
    finding.rows ? section("Rows that show it", exampleRows(finding.rows)) : null,
    finding.error ? errorOf(finding.error) : null,
    finding.remedy ? remedyOf(finding.remedy) : null,
    told
      ? el(
          "details.told",
          {},
          el("summary", {}, "What the check proves, and why"),
          el("p", {}, told.proves),
          el("p", {}, told.why),
        )
      : null,
    definitions([
      [
        "revision",
        elsewhere &&
          revisionOf.has(id) &&
          revisionLink(id, [short(id, 60), " ", short(revisionOf.get(id).doc, 80)]),
      ],
      ["where", fileOf(finding)],
      ["how it is known", EVIDENCE[finding.evidence] || finding.evidence],
      ["on", report.targets.length > 1 ? finding.targets.join(", ") : null],
      ["more", el("code", {}, `migcheck checks ${finding.code}`)],
      ["fingerprint", el("code", {}, finding.fingerprint)],
    ]),
  ];
}

/** A finding to be opened; its body is made when it is. `elsewhere`: not on its own revision's page. */
function card(finding, { open = false, elsewhere = true, level = "h3" } = {}) {
  const where = finding.revision === null ? "the history as a whole" : short(finding.revision, 40);
  const body = el("div.body");
  const one = el(
    `details.finding.${finding.severity}`,
    {},
    el(
      "summary",
      {},
      el(
        "span.head",
        {},
        badge(finding.severity),
        el(level, {}, el("span.code", {}, finding.code), " ", short(finding.name, 60)),
        elsewhere ? el("span.where", {}, where) : null,
        el("span.file", {}, fileOf(finding, finding.path?.split("/").pop())),
      ),
      el("span.message", {}, short(finding.message, 400)),
    ),
    body,
  );
  one.fillBody = () => {
    if (!body.hasChildNodes()) put(body, bodyOf(finding, elsewhere));
  };
  one.addEventListener("toggle", () => {
    if (one.open) one.fillBody();
  });
  if (open) {
    one.fillBody();
    one.open = true;
  }
  return one;
}

/** A list of findings; a few are open at once. */
function cards(findings, options = {}) {
  const place = el("div.cards");
  portions(place, findings, (finding) => card(finding, { open: findings.length <= 5, ...options }));
  return place;
}
