// What the keyboard does: sending, moving in a table, letters that lead somewhere. Calls page.js.

const isTyping = (element) => Boolean(element?.closest("input, select, textarea, [contenteditable], dialog[open]"));
const isPlainInput = (element) =>
  element instanceof HTMLInputElement && !["submit", "button", "checkbox", "radio", "file"].includes(element.type);

let prefix = "";
let prefixTimer;

const strokes = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.querySelector("dialog[data-keys]")?.showModal(),
  n: () => body.dataset.new && location.assign(body.dataset.new),
};

function submitFromKeyboard() {
  const active = document.activeElement;
  const form = active?.closest("form[data-entry], form[data-main]") ?? document.querySelector("form[data-entry], form[data-main]");
  if (!form) return false;
  active?.blur?.(); // what is half typed in a type-ahead becomes a name
  form.requestSubmit(form.querySelector("[data-default]") ?? form.querySelector("button:not([type=button])"));
  return true;
}

function moveInGrid(event) {
  const cell = event.target.closest("table[data-grid] :is(td, th)");
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const step = steps[event.key];
  if (!cell || !step) return false;
  const rightToLeft = getComputedStyle(cell).direction === "rtl";
  const across = rightToLeft ? -step[1] : step[1];
  const rows = [...cell.closest("table").rows];
  let row = rows.indexOf(cell.parentElement);
  let column = cell.cellIndex;
  do {
    row += step[0];
    column += across;
    const link = rows[row]?.cells[column]?.querySelector("a");
    if (link) {
      link.focus();
      link.scrollIntoView({ block: "nearest", inline: "nearest" });
      return true;
    }
  } while (rows[row] && column >= 0 && column < rows[row].cells.length);
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    if (submitFromKeyboard()) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey) return;
  if (event.key === "Enter" && isPlainInput(event.target) && event.target.closest("form[data-entry]")) {
    event.preventDefault();
    return;
  }
  if (event.key === "Escape") {
    all("details[data-menu][open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    return;
  }
  if (moveInGrid(event)) {
    event.preventDefault();
    return;
  }
  if (isTyping(event.target) || body.dataset.keys === "off" || event.key.length !== 1) return;
  const target = prefix === "g" && body.getAttribute(`data-go-${event.key}`);
  clearTimeout(prefixTimer);
  prefix = event.key === "g" ? "g" : "";
  prefixTimer = setTimeout(() => (prefix = ""), 1200);
  // what a page offers under one letter: a link is followed, a button pressed, a box focused
  const offered = prefix === "g" ? null : document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (target) location.assign(target);
  else if (offered) {
    event.preventDefault();
    if (offered.matches("a, button")) offered.click();
    else offered.focus();
  } else if (strokes[event.key]) {
    event.preventDefault();
    strokes[event.key]();
  }
});
