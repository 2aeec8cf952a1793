// Makes and uses passkeys (WebAuthn). Without this file the buttons stay hidden and codes do the same.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

function decoded(options) {
  const found = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) found.user = { ...options.user, id: toBytes(options.user.id) };
  for (const name of ["excludeCredentials", "allowCredentials"]) {
    if (options[name]) found[name] = options[name].map((one) => ({ ...one, id: toBytes(one.id) }));
  }
  return found;
}

function encoded(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return { id: credential.id, rawId: toText(credential.rawId), type: credential.type, response };
}

async function send(form, address, data) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" },
    body: JSON.stringify(data),
  });
  if (!(answer.headers.get("Content-Type") ?? "").startsWith("application/json")) {
    location.reload(); // the sign-in ended or is no longer fresh: the page itself says what to do
    throw new Error(String(answer.status));
  }
  return answer.json();
}

async function use(form) {
  const options = decoded(await send(form, form.dataset.options, {}));
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: options })
      : await navigator.credentials.get({ publicKey: options });
  const name = document.getElementById(form.dataset.name)?.value ?? "";
  const done = await send(form, form.getAttribute("action"), { credential: encoded(credential), next: form.dataset.next, name });
  return done;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const problem = form.querySelector(".error");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    problem.textContent = "";
    try {
      const done = await use(form);
      if (done.next) {
        const target = new URL(done.next, location.href);
        location.assign(target);
        if (target.pathname === location.pathname) location.reload();
      } else {
        problem.textContent = done.problem;
      }
    } catch {
      problem.textContent = form.dataset.wordFailed;
    }
    button.disabled = false;
  });
}
