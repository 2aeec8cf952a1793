// Entry forms: nothing typed is lost, nothing is sent twice. Calls page.js.

const changed = new Set(all("form[data-entry][data-changed]"));
const sent = new WeakMap();
let leaving = false;

const nowChanged = (form) => {
  changed.add(form);
  form.dispatchEvent(new CustomEvent("tracker:changed"));
};
const noteChange = (event) => {
  const form = event.target.closest?.("form[data-entry]");
  if (form && event.isTrusted !== false) nowChanged(form);
};
document.addEventListener("tracker:kept", (event) => changed.delete(event.target));
document.addEventListener("input", noteChange);
document.addEventListener("change", (event) => event.target.tomselect && noteChange({ target: event.target }));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || event.defaultPrevented) return;
  const now = Date.now();
  if (form.method === "post" && now - (sent.get(form) ?? 0) < 3000) {
    event.preventDefault();
    return;
  }
  sent.set(form, now);
  if (form.matches("[data-entry]")) leaving = true;
});

window.addEventListener("pageshow", () => {
  leaving = false;
});

window.addEventListener("beforeunload", (event) => {
  if (changed.size && !leaving) event.preventDefault();
});
