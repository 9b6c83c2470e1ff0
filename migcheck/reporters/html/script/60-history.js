/** For each revision those among `shown` that come next on the way down; [ancestor, over hidden ones]. */
function visibleParents(shown) {
  const there = new Set(shown.map((each) => each.revision));
  const nearest = new Map();
  const own = new Map();
  for (const each of report.revisions) {
    const found = new Map();
    const add = (id, dashed) => {
      if (there.has(id) || !revisionOf.has(id)) found.set(id, dashed || !revisionOf.has(id));
      else for (const [further] of nearest.get(id) || []) found.set(further, true);
    };
    for (const parent of each.depends_on || []) add(parent, true);
    for (const parent of each.down_revisions || []) add(parent, false);
    own.set(each.revision, [...found]);
    nearest.set(each.revision, there.has(each.revision) ? [[each.revision, true]] : [...found]);
  }
  return (id) => own.get(id);
}

function severityCounts(found) {
  return SEVERITIES.map((severity) => [
    severity,
    found.filter((finding) => finding.severity === severity).length,
  ])
    .filter(([, number]) => number)
    .map(([severity, number]) =>
      el(
        `span.tally.${severity}`,
        { title: counted(number, severity) },
        el("span", { "aria-hidden": "true" }, `${SIGNS[severity]} ${number}`),
        el("span.hidden", {}, `, ${counted(number, severity)}`),
      ),
    );
}

function historyRow(each) {
  const parents = each.down_revisions || [];
  const total = Object.values(each.seconds).reduce((sum, seconds) => sum + seconds, 0);
  const ran = (each.statements.upgrade || 0) + (each.statements.downgrade || 0);
  return el(
    "li",
    {},
    el(
      "a",
      { href: `#/revision/${addressOf(each.revision)}`, tabindex: -1 },
      el(
        "span.what",
        {},
        el("span.id", {}, short(each.revision, 60)),
        " ",
        el("span.doc", {}, short(each.doc.split("\n")[0], 200)),
      ),
      parents.length > 1 ? [" ", el("span.tag", {}, "merge")] : null,
      (each.branch_labels || []).map((label) => [" ", el("span.tag", {}, short(label, 30))]),
      el(
        "span.measures",
        {},
        el("span", {}, total ? duration(total) : ""),
        el("span", {}, ran ? counted(ran, "statement") : ""),
      ),
      el(`span.status.${each.status}`, {}, each.status),
      el("span.tallies", {}, severityCounts(foundIn.get(each.revision) || [])),
    ),
  );
}

/** One stop for the tab key; arrows, Home and End go from there. */
function roving(list) {
  const all = () => [...list.querySelectorAll("a")];
  list.addEventListener("keydown", (event) => {
    const entries = all();
    const at = entries.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = entries[Math.max(0, Math.min(entries.length - 1, to))];
    next.focus();
  });
  list.addEventListener("focusin", (event) => {
    const entry = event.target.closest("a");
    if (!entry) return;
    list.querySelector("a[tabindex='0']")?.setAttribute("tabindex", -1);
    entry.setAttribute("tabindex", 0);
  });
}

/** The history from its heads to its bases, with its graph; only what the filters let through. */
function historyPanel() {
  const title = el("h2", { id: "history-title", tabindex: -1 }, "History");
  const number = el("span.count");
  const list = el("ol.rows", { "aria-labelledby": "history-title" });
  const nothing = el("p.nothing", {}, "No revision matches.");
  const hint = el(
    "p.hidden",
    { id: "history-hint" },
    "From the newest to the oldest revision. Arrow keys go from one to the next.",
  );
  list.setAttribute("aria-describedby", "history-hint");
  const box = el("div.box", {}, list);
  const panel = el(
    "section.history",
    { "aria-labelledby": "history-title" },
    el("header", {}, title, number),
    hint,
    nothing,
    box,
  );
  roving(list);
  panel.show = (shown) => {
    const { picture, width } = graph(shown, visibleParents(shown));
    list.style.setProperty("--gutter", `${width}px`);
    list.replaceChildren(...shown.map(historyRow));
    list.querySelector("a")?.setAttribute("tabindex", 0);
    box.querySelector("svg.graph")?.remove();
    box.prepend(picture);
    number.textContent =
      shown.length === report.revisions.length
        ? String(shown.length)
        : `${shown.length} of ${report.revisions.length}`;
    nothing.hidden = shown.length > 0;
  };
  panel.mark = (address) => {
    list.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const wanted = address === null ? null : `#/revision/${address}`;
    const entry = [...list.querySelectorAll("a")].find((each) => each.getAttribute("href") === wanted);
    if (!entry) return;
    entry.setAttribute("aria-current", "page");
    list.querySelector("a[tabindex='0']")?.setAttribute("tabindex", -1);
    entry.setAttribute("tabindex", 0);
    const [top, height] = [entry.offsetTop, box.clientHeight];
    if (top < box.scrollTop || top + ROW > box.scrollTop + height) box.scrollTop = top - height / 2;
  };
  return panel;
}
