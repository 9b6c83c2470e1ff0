const childrenOf = new Map();
for (const each of report.revisions) {
  for (const parent of each.down_revisions || [])
    childrenOf.set(parent, [...(childrenOf.get(parent) || []), each.revision]);
}
const STEPS = [
  ["upgrade", "Upgrade"],
  ["downgrade", "Downgrade"],
  ["reupgrade", "Upgrade again"],
];

function links(ids) {
  if (!ids || !ids.length) return null;
  return ids.map((id, number) => [
    number ? ", " : null,
    revisionOf.has(id) ? revisionLink(id, short(id, 60)) : short(id, 60),
  ]);
}

function resultTag(status) {
  return el(`span.result.${status}`, {}, icon(status), status);
}

/** How long each step took, without rows and with them. */
function timesOf(each) {
  const withRows = Object.keys(each.seconds_with_rows).length > 0;
  const shown = STEPS.filter(
    ([step]) => each.seconds[step] !== undefined || each.seconds_with_rows[step] !== undefined,
  );
  if (!shown.length) return null;
  const time = (seconds) => el("td.number", {}, seconds === undefined ? "–" : duration(seconds));
  return el(
    "table.grid.times",
    {},
    el("caption", {}, "Time of the steps"),
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        [
          "step",
          "statements",
          "on empty tables",
          ...(withRows ? [`on ${counted(each.rows_seeded, "row")}`] : []),
        ].map((head) => el("th", { scope: "col" }, head)),
      ),
    ),
    el(
      "tbody",
      {},
      shown.map(([step, name]) =>
        el(
          "tr",
          {},
          el("th", { scope: "row" }, name),
          el("td.number", {}, each.statements[step] ?? "–"),
          time(each.seconds[step]),
          withRows ? time(each.seconds_with_rows[step]) : null,
        ),
      ),
    ),
  );
}

/** The statements of a step, with their time and the line that sent them. */
function statementsOf(each, step) {
  const ran = each.ran?.[step];
  const count = each.statements[step] ?? 0;
  if (!ran)
    return el(
      "p.nothing",
      {},
      each.seconds[step] === undefined ? "It did not run." : "This report has no statements.",
    );
  if (!ran.length) return el("p.nothing", {}, "It sent no statement.");
  const longest = Math.max(...ran.map((statement) => statement.seconds), 1e-9);
  const rows = el("tbody");
  portions(
    rows,
    ran,
    (statement) => {
      const bar = el("meter", { min: 0, max: 1, value: statement.seconds / longest, "aria-hidden": "true" });
      const cut =
        statement.length &&
        el("p.nothing", {}, `cut off: it has ${statement.length.toLocaleString("en")} characters`);
      return el(
        "tr",
        {},
        el("td.sql", {}, code(statement.sql), cut),
        el("td.number.line", {}, statement.line === null ? "–" : `line ${statement.line}`),
        el("td.number.time", {}, bar, duration(statement.seconds)),
      );
    },
    100,
  );
  return [
    el(
      "table.grid.statements",
      {},
      el("caption.hidden", {}, `Statements of the ${step}`),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          ["statement", "line", "time"].map((head) => el("th", { scope: "col" }, head)),
        ),
      ),
      rows,
    ),
    count > ran.length
      ? el("p.nothing", {}, `the first ${ran.length} of ${count.toLocaleString("en")} statements`)
      : null,
  ];
}

function changesOf({ changes }) {
  if (!changes)
    return el("p.nothing", {}, "Not known: the upgrade did not reach its end, or this report does not tell.");
  if (!changes.count) return el("p.nothing", {}, "The upgrade changed nothing in the schema.");
  const left = changes.count - changes.differences.length;
  return [
    differences(changes.differences, ["before the upgrade", "after the upgrade"]),
    left > 0 ? el("p.nothing", {}, `and ${counted(left, "more change")}`) : null,
  ];
}

function titled(title, count, ...content) {
  return el(
    "section",
    {},
    el("h3", {}, title, count === null ? null : [" ", el("span.count", {}, String(count))]),
    content,
  );
}

function beside(each) {
  const at = placeOf.get(each.revision);
  const to = (other, words) =>
    other ? revisionLink(other.revision, words(short(other.revision, 24))) : el("span");
  return el(
    "nav.beside",
    { "aria-label": "Neighbouring revisions" },
    to(report.revisions[at - 1], (id) => `← ${id}`),
    to(report.revisions[at + 1], (id) => `${id} →`),
  );
}

function skips(list) {
  return el(
    "ul.skips",
    {},
    list.map((skip) => el("li", {}, el("span.code", {}, skip.code), " ", lengthy(skip.reason, 600))),
  );
}

/** All that is known of one revision. */
function revisionPage(each) {
  const id = each.revision;
  const own = (list) => list.filter((item) => item.revision === id);
  const [found, suppressed, skipped] = [own(report.findings), own(report.suppressed), own(report.skipped)];
  const number = (step) => each.statements[step] ?? null;
  return el(
    "article.revision",
    {},
    el(
      "header",
      {},
      el(
        "h2",
        { tabindex: -1 },
        el("span.id", {}, lengthy(id, 80)),
        " ",
        el("span.doc", {}, lengthy(each.doc, 200)),
      ),
      resultTag(each.status),
      each.reason ? el("p.reason", {}, lengthy(each.reason, 600)) : null,
    ),
    definitions([
      ["file", fileOf(each)],
      ["parents", links(each.down_revisions) || "none: a base"],
      ["depends on", links(each.depends_on)],
      ["followed by", links(childrenOf.get(id)) || "none: a head"],
      [
        "branch",
        each.branch_labels?.length ? each.branch_labels.map((label) => short(label, 80)).join(", ") : null,
      ],
    ]),
    titled(
      "Findings",
      found.length,
      found.length
        ? cards(found, { open: found.length <= 10, elsewhere: false, level: "h4" })
        : el("p.nothing", {}, each.status === "skipped" ? "It was not verified." : "None."),
    ),
    suppressed.length
      ? titled(
          "Suppressed",
          suppressed.length,
          cards(suppressed, { open: false, elsewhere: false, level: "h4" }),
        )
      : null,
    titled("What the upgrade changed", each.changes ? each.changes.count : null, changesOf(each)),
    titled("Upgrade: statements", number("upgrade"), statementsOf(each, "upgrade")),
    titled("Downgrade: statements", number("downgrade"), statementsOf(each, "downgrade")),
    timesOf(each) ? titled("Time", null, timesOf(each)) : null,
    skipped.length ? titled("Checks that did not run", skipped.length, skips(skipped)) : null,
    beside(each),
  );
}
