// The console of the API's documentation: asks with the token that was pasted, and shows what was answered.

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
    try {
      const answer = await fetch(new URL(form.dataset.api).pathname + path.value.trim(), {
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
