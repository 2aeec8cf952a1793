// The console of the API's documentation: asks with the token that was pasted, and shows what was answered.

// What was typed or pasted - `/records`, `/api/v1/records`, a whole address of this server - as a path; "" for what is elsewhere.
function pathOf(typed, base) {
  let path = typed;
  if (/^[a-z]+:\/\//i.test(typed)) {
    if (!URL.canParse(typed)) return "";
    const { origin, pathname, search } = new URL(typed);
    path = pathname + search;
    if (![base.origin, location.origin].includes(origin) || !isBelow(path, base.pathname)) return "";
  }
  if (isBelow(path, base.pathname)) return path;
  return base.pathname + (/^[/?]/.test(path) || !path ? path : `/${path}`);
}

function isBelow(path, root) {
  return path.startsWith(root) && /^([/?]|$)/.test(path.slice(root.length));
}

for (const form of document.querySelectorAll("form[data-api]")) {
  const token = form.querySelector("#api-token");
  const path = form.querySelector("#api-path");
  const said = form.querySelector("[data-api-said]");
  const shown = form.querySelector("[data-api-answer]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    shown.hidden = true;
    if (!token.value.trim()) {
      said.textContent = form.dataset.wordNeedsToken;
      token.focus();
      return;
    }
    const asked = pathOf(path.value.trim(), new URL(form.dataset.api));
    if (!asked) {
      said.textContent = form.dataset.wordElsewhere;
      path.focus();
      return;
    }
    try {
      const answer = await fetch(asked, {
        headers: { Authorization: `Bearer ${token.value.trim()}` },
        credentials: "omit",
      });
      const text = await answer.text();
      const left = answer.headers.get("RateLimit-Remaining");
      said.textContent = [`${answer.status} ${answer.statusText}`, answer.headers.get("ETag"), left && `RateLimit-Remaining: ${left}`].filter(Boolean).join(" · ");
      shown.textContent = text && JSON.stringify(JSON.parse(text), null, 2);
      shown.hidden = !text;
    } catch {
      said.textContent = form.dataset.wordFailed;
    }
  });
}
