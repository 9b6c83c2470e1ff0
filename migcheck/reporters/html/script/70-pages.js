function noFindings() {
  const all = report.findings.length === 0;
  return el(
    "div.empty",
    {},
    icon(all && report.history.verified ? "passed" : "skipped"),
    el(
      "p",
      {},
      all
        ? `No findings. ${counted(report.history.verified, "revision")} verified.`
        : "No finding matches the filters.",
    ),
  );
}

function findingsPage() {
  const number = el("span.count");
  const place = el("div");
  const page = el("section", {}, el("h2", { tabindex: -1 }, "Findings ", number), place);
  page.show = (found) => {
    number.textContent =
      found.length === sorted.length ? String(found.length) : `${found.length} of ${sorted.length}`;
    place.replaceChildren(found.length ? cards(found) : noFindings());
  };
  return page;
}

function wholePage() {
  const found = sorted.filter((finding) => !revisionOf.has(finding.revision));
  return el(
    "section",
    {},
    el("h2", { tabindex: -1 }, "The history as a whole ", el("span.count", {}, String(found.length))),
    definitions([
      ["heads", links(report.history.heads) || "none"],
      ["bases", links(report.history.bases) || "none"],
      ["revisions", `${report.history.revisions}, ${report.history.verified} of them verified`],
      ["shard", report.shard && `${report.shard.number} of ${report.shard.of}`],
    ]),
    found.length
      ? cards(found, { open: found.length <= 10, elsewhere: false })
      : el("p.nothing", {}, "Nothing was found that concerns the history as a whole."),
  );
}

function skippedTable() {
  const body = el("tbody");
  portions(body, report.skipped, (skip) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, el("span.code", {}, skip.code)),
      el(
        "td",
        {},
        skip.revision === null
          ? "all"
          : revisionOf.has(skip.revision)
            ? revisionLink(skip.revision, short(skip.revision, 60))
            : short(skip.revision, 60),
      ),
      el("td", {}, lengthy(skip.reason, 400)),
    ),
  );
  return scrolling(
    "Checks that did not run",
    el(
      "table.grid",
      {},
      el("caption.hidden", {}, "Checks that did not run"),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          ["check", "revision", "reason"].map((head) => el("th", { scope: "col" }, head)),
        ),
      ),
      body,
    ),
  );
}

function asidePage() {
  const { suppressed, skipped, notes } = report;
  return el(
    "section",
    {},
    el("h2", { tabindex: -1 }, "Suppressed and skipped"),
    titled(
      "Suppressed findings",
      suppressed.length,
      el("p.hint", {}, "Found, and somebody answers for it."),
      suppressed.length ? cards(suppressed, { open: false }) : el("p.nothing", {}, "None."),
    ),
    titled(
      "Checks that did not run",
      skipped.length,
      skipped.length ? skippedTable() : el("p.nothing", {}, "None: all that was asked for was verified."),
    ),
    titled(
      "Notes",
      notes.length,
      notes.length
        ? el(
            "ul.notes",
            {},
            notes.map((note) => el("li", {}, lengthy(note))),
          )
        : el("p.nothing", {}, "None."),
    ),
  );
}

/** What was verified on what, and what came of it. */
function summary() {
  const many = (severity) => report.findings.filter((finding) => finding.severity === severity).length;
  const results = RESULTS.map((status) => [
    status,
    report.revisions.filter((each) => each.status === status).length,
  ]).filter(([, number]) => number);
  const target = report.targets.map((each) => each.label);
  return el(
    `section.verdict.${verdict.tone}`,
    { "aria-label": "Verdict" },
    el(
      "div.words",
      {},
      icon({ bad: "failed", good: "passed" }[verdict.tone] || "skipped"),
      el("h1", {}, verdict.text),
    ),
    el(
      "ul.tallies",
      {},
      SEVERITIES.filter(many).map((severity) =>
        el(
          "li",
          {},
          el(
            `span.tally.${severity}`,
            {},
            el("span", { "aria-hidden": "true" }, SIGNS[severity]),
            counted(many(severity), severity).replace("infos", "info"),
          ),
        ),
      ),
      results.map(([status, number]) =>
        el(
          "li",
          {},
          el(`span.result.${status}`, {}, icon(status), `${number.toLocaleString("en")} ${status}`),
        ),
      ),
      report.suppressed.length
        ? el("li", {}, el("span.tally", {}, `${report.suppressed.length} suppressed`))
        : null,
    ),
    definitions([
      [
        target.length > 1 ? "verified on" : "database",
        target.map((label) => el("span.target", {}, short(label, 200))),
      ],
      ["project", el("code", {}, short(report.target.config, 200))],
      [
        "begun",
        el("time", { datetime: report.started_at }, report.started_at.replace("T", " ").replace("Z", " UTC")),
      ],
      ["took", duration(report.seconds)],
      ["exit code", String(report.exit_code)],
      ["migcheck", report.migcheck],
    ]),
  );
}
