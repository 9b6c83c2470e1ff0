const { report, verdict, checks, moments, codeBegins } = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
// Joiners shape the letters of several scripts and of emoji.
const HARMLESS = new Set(["\n", "\t", "\u200c", "\u200d"]);

/** What could hide or reorder the text beside it, or means something to a terminal, as an escape. */
function printable(text) {
  return String(text)
    .replaceAll("\r\n", "\n")
    .replace(INVISIBLE, (character) => {
      if (HARMLESS.has(character)) return character;
      const number = character.codePointAt(0).toString(16);
      if (number.length <= 2) return `\\x${number.padStart(2, "0")}`;
      return number.length <= 4 ? `\\u${number.padStart(4, "0")}` : `\\U${number.padStart(8, "0")}`;
    });
}

/** An element: `name.class.class`, attributes and listeners (`onclick`), children; null is no child. */
function el(spec, attributes = {}, ...children) {
  const [name, ...classes] = spec.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  return put(made, children);
}

function put(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child || child === 0) parent.append(child instanceof Node ? child : printable(child));
  }
  return parent;
}

function fill(parent, ...children) {
  parent.replaceChildren();
  return put(parent, children);
}

function drawn(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function short(text, limit) {
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

/** A text that may be endless: its beginning, and a button for the rest. */
function lengthy(text, limit = 1500) {
  if (text.length <= limit) return text;
  const place = el("span", {}, `${text.slice(0, limit)}… `);
  const rest = `${(text.length - limit).toLocaleString("en")} more characters`;
  place.append(el("button.more", { type: "button", onclick: () => fill(place, text) }, rest));
  return place;
}

/** Long lists in portions, so that a page of thousands of entries comes at once. */
function portions(parent, items, make, size = 200) {
  parent.append(...items.slice(0, size).map(make));
  const left = items.slice(size);
  if (!left.length) return;
  const more = el(
    "button.more",
    { type: "button" },
    `show ${Math.min(left.length, size)} of ${left.length} more`,
  );
  const holder = /^(UL|OL)$/.test(parent.tagName)
    ? el("li", {}, more)
    : parent.tagName === "TBODY"
      ? el("tr", {}, el("td", { colspan: 9 }, more))
      : more;
  more.addEventListener("click", () => {
    const next = parent.children.length - 1;
    holder.remove();
    portions(parent, left, make, size);
    parent.children[next]?.querySelector("a, summary, button")?.focus();
  });
  parent.append(holder);
}

function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

function duration(seconds) {
  if (seconds >= 100) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  if (seconds >= 1) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  const milliseconds = seconds * 1000;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

function definitions(pairs) {
  const shown = pairs.filter(([, value]) => value || value === 0);
  return el(
    "dl.facts",
    {},
    shown.map(([term, value]) => el("div", {}, el("dt", {}, term), el("dd", {}, value))),
  );
}

/** A table that may be wider than the screen: it scrolls by itself, also with the keyboard. */
function scrolling(label, table) {
  return el("div.scroll", { tabindex: 0, role: "group", "aria-label": short(printable(label), 100) }, table);
}
