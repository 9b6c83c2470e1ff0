const THEMES = ["automatic", "dark", "light"];
const VIEWS = {
  "": "findings",
  findings: "findings",
  history: "history",
  whole: "whole",
  aside: "aside",
  revision: "revision",
};
const app = document.getElementById("app");
const status = el("p.status", { role: "status", "aria-live": "polite" });
const main = el("main", { id: "main", tabindex: -1 });
const pages = { findings: findingsPage(), whole: wholePage(), aside: asidePage() };
const panel = historyPanel();
const content = el("div.content", {}, main);
const form = filterForm(() => {
  keepQuery();
  if (!["findings", "history"].includes(current.view) && matchMedia("(max-width: 1099px)").matches)
    location.hash = "#/";
  refresh();
});
const tabs = [
  ["#/", "Findings", "findings", report.findings.length],
  ["#/history", "History", "history", report.revisions.length],
  [
    "#/whole",
    "Overall",
    "whole",
    report.findings.filter((finding) => !revisionOf.has(finding.revision)).length,
  ],
  ["#/aside", "Set aside", "aside", report.suppressed.length + report.skipped.length],
];
const navigation = el(
  "nav.tabs",
  { "aria-label": "Pages of the report" },
  el(
    "ul",
    {},
    tabs.map(([href, name, view, number]) =>
      el(
        "li",
        {},
        el("a", { href, "data-view": view }, name, " ", el("span.count", {}, number.toLocaleString("en"))),
      ),
    ),
  ),
);
let current = { view: "findings", address: null, key: "" };
let byLink = false;
const scrolled = new Map();

function themeButton() {
  const button = el("button.theme", { type: "button" });
  const show = (theme) => {
    if (theme === "automatic") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.dataset.chosen = theme;
    fill(button, el("span.hidden", {}, "Colours: "), theme);
  };
  const store = (theme) => {
    try {
      // storage is refused to files in some browsers
      if (theme) localStorage.setItem("migcheck-theme", theme);
      return localStorage.getItem("migcheck-theme");
    } catch {
      return theme;
    }
  };
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(button.dataset.chosen) + 1) % THEMES.length];
    store(next);
    show(next);
  });
  const kept = store(null);
  show(THEMES.includes(kept) ? kept : "automatic");
  return button;
}

/** What the address names: `#/revision/ab12?severity=error`. */
function routed() {
  const [path, query] = location.hash.replace(/^#/, "").split("?");
  const [, name = "", address = null] = path.split("/");
  const view = VIEWS[name] || "findings";
  return {
    view: view === "revision" && !byAddress.has(address) ? "lost" : view,
    address: view === "revision" ? address : null,
    query,
    key: path,
  };
}

function keepQuery() {
  const query = queryOf();
  const path = location.hash.split("?")[0] || "#/";
  try {
    history.replaceState(null, "", query ? `${path}?${query}` : path);
  } catch {
    /* a browser that refuses it to files: then the address does not tell of the filters */
  }
}

/** Shows what the filters let through. */
function refresh() {
  const [found, revisions] = [sorted.filter(matchesFinding), newestFirst.filter(matchesRevision)];
  form.show();
  pages.findings.show(found);
  panel.show(revisions);
  panel.mark(current.address);
  const of = (number, whole, noun) => (filtering() ? `${number} of ` : "") + counted(whole, noun);
  status.textContent = [
    of(found.length, sorted.length, "finding"),
    of(revisions.length, report.revisions.length, "revision"),
  ].join(", ");
}

function pageOf({ view, address }) {
  if (view === "revision") return revisionPage(byAddress.get(address));
  if (view === "lost")
    return el(
      "section",
      {},
      el("h2", { tabindex: -1 }, "There is no such revision in this report"),
      el("p", {}, el("a", { href: "#/" }, "All findings")),
    );
  return pages[view] || pages.findings;
}

/** Shows the page that the address names; `first` when the document has just been opened. */
function go(first) {
  if (!first) scrolled.set(current.key, scrollY);
  const next = routed();
  if (next.query !== undefined) takeQuery(next.query);
  else if (filtering()) keepQuery();
  current = next;
  document.body.dataset.view = next.view;
  if (next.view === "history") main.replaceChildren(panel);
  else {
    content.prepend(panel);
    main.replaceChildren(pageOf(next));
  }
  for (const link of navigation.querySelectorAll("a")) {
    if (link.dataset.view === next.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  refresh();
  const title = main.querySelector("h2");
  document.title = `${short(printable(title.textContent), 80)} · migcheck: ${verdict.text}`;
  if (first) return;
  title.focus({ preventScroll: true });
  scrollTo({
    top: byLink ? Math.min(scrollY, content.offsetTop) : scrolled.get(next.key) || 0,
    behavior: "instant",
  });
  byLink = false;
}

/** On paper all findings of the page are open. */
function printing() {
  const closed = () => [...main.querySelectorAll("details.finding:not([open])")];
  let opened = [];
  addEventListener("beforeprint", () => {
    for (let more; (more = main.querySelector(".cards > button.more"));) more.click();
    opened = closed();
    for (const one of opened) {
      one.fillBody();
      one.open = true;
    }
  });
  addEventListener("afterprint", () =>
    opened.forEach((one) => {
      one.open = false;
    }),
  );
}

const skip = el(
  "a.skip",
  {
    href: "#main",
    onclick: (event) => {
      event.preventDefault();
      main.focus();
    },
  },
  "Skip to the findings",
);
app.append(
  skip,
  el("header.top", {}, el("span.brand", {}, icon("passed"), "migcheck"), navigation, themeButton()),
  summary(),
  form,
  status,
  content,
);
document.addEventListener("click", (event) => {
  if (event.target.closest?.("a[href^='#/']")) byLink = true;
});
addEventListener("hashchange", () => go(false));
printing();
go(true);
