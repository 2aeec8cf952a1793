// Warns before a sign-in ends, and says so when it has. Another open page of the tracker counts as use, too.

const dialog = document.getElementById("time-out");

if (dialog) {
  const idle = Number(dialog.dataset.idle);
  const whole = Number(dialog.dataset.left);
  const warn = Math.min(300, idle / 2);
  const loaded = Date.now();
  const others = new BroadcastChannel("tracker-sign-in");
  const forms = [...dialog.querySelectorAll("form")];
  const dismissed = new Set();
  let seen = loaded;

  const used = (tell = true) => {
    seen = Date.now();
    dismissed.delete("soon");
    dismissed.delete("over");
    if (dialog.open && dialog.dataset.shown === "soon") dialog.close();
    if (tell) others.postMessage("used");
  };

  const show = (what) => {
    if (dismissed.has(what) || (dialog.open && dialog.dataset.shown === what)) return;
    dialog.dataset.shown = what;
    forms.forEach((form) => (form.hidden = form.dataset.timeOut !== what));
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("form:not([hidden]) :is(button, a)")?.focus();
  };

  const check = () => {
    const idleLeft = idle - (Date.now() - seen) / 1000;
    const wholeLeft = whole - (Date.now() - loaded) / 1000;
    if (Math.min(idleLeft, wholeLeft) <= 0) show("over");
    else if (wholeLeft <= warn) show("last");
    else if (idleLeft <= warn) show("soon");
  };

  dialog.addEventListener("close", () => dismissed.add(dialog.dataset.shown));
  dialog.querySelector('[data-time-out="soon"]').addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
      if (answer.ok) used();
      else show("over");
    } catch {
      dialog.close(); // no connection: the next look warns again
      dismissed.delete("soon");
    }
  });
  others.addEventListener("message", () => used(false));
  document.addEventListener("htmx:afterRequest", (event) => event.detail.successful && used());
  others.postMessage("used");
  setInterval(check, 1000);
}
