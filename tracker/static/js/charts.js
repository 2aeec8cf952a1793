// The marks of a chart or map are one stop of the Tab key; arrow keys move between them, and what a mark says stands below. Calls page.js.

/** The mark that a key leads to from `mark`: across to the next year, preferably of the same series; up and down within the year. */
function markFrom(marks, mark, key) {
  if (key === "Home") return marks[0];
  if (key === "End") return marks.at(-1);
  const onwards = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[key];
  if (!onwards) return undefined;
  const { at, of } = mark.dataset;
  if (at === undefined) return marks[marks.indexOf(mark) + onwards] ?? mark; // a map has no columns: in the order of names
  const columns = [...new Set(marks.map((one) => one.dataset.at))];
  const inColumn = (name) => marks.filter((one) => one.dataset.at === name);
  if (key === "ArrowRight" || key === "ArrowLeft") {
    const next = inColumn(columns[columns.indexOf(at) + onwards]);
    return next.find((one) => one.dataset.of === of) ?? next[0] ?? mark;
  }
  const stacked = inColumn(at).sort((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top);
  return stacked[stacked.indexOf(mark) + onwards] ?? mark;
}

all("[data-marks]").forEach((chart) => {
  const marks = all("[data-mark]", chart);
  if (!marks.length) return;
  const figure = chart.closest("figure"); // it listens, since Chromium makes a drawing that does so a stop of its own
  const said = figure.querySelector("[data-said]");
  const help = said.textContent;
  said.hidden = false;
  marks[0].setAttribute("tabindex", "0");
  figure.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const mark = event.target.closest("[data-mark]");
    const next = mark && markFrom(marks, mark, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  figure.addEventListener("focusin", (event) => {
    const mark = event.target.closest("[data-mark]");
    if (mark) marks.forEach((one) => one.setAttribute("tabindex", one === mark ? "0" : "-1"));
    said.textContent = mark ? `${mark.getAttribute("aria-label")} – ${help}` : help;
  });
});
