// What every page does beyond HTML, and what the other scripts call. Everything works without these files; every word comes from the page.

const body = document.body;
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

function focusOn(element) {
  if (!element) return;
  element.closest("details:not([open])")?.setAttribute("open", "");
  if (element.tomselect) element.tomselect.focus();
  else element.focus();
}

async function fetchJson(address, parameters, signal) {
  const url = new URL(address, location.href);
  Object.entries(parameters).forEach(([name, value]) => url.searchParams.set(name, value));
  const answer = await fetch(url, { headers: { Accept: "application/json" }, signal });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// a table wider than its frame says so: nothing else shows on a telephone that it goes on
const frames = new ResizeObserver((entries) => {
  entries.forEach(({ target }) => {
    const said = target.previousElementSibling;
    if (said?.matches("[data-sideways]")) said.hidden = target.scrollWidth <= target.clientWidth + 1;
  });
});
all(".table-scroll").forEach((frame) => frames.observe(frame));

// work that goes on by itself while its page is open; without this the button does it
const onward = document.querySelector("form[data-go-on]");
if (onward) setTimeout(() => onward.requestSubmit(), 400);

document.addEventListener("click", (event) => {
  all("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  // a link to a field opens what is folded around it and reaches the type-ahead
  const target = event.target.closest?.('.error-summary a[href^="#"]')?.hash.slice(1);
  const field = target && document.getElementById(decodeURIComponent(target));
  if (field) {
    event.preventDefault();
    focusOn(field);
    field.parentElement.scrollIntoView({ block: "center" });
  }
});
