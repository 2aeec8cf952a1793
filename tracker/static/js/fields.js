// What fields do beyond HTML, in the page and in rows that the server added. Comes last: calls the other files and starts them.

// what a date or a number means is said while it is typed
function enhanceLive(input) {
  const line = document.getElementById(`${input.id}-live`);
  const address = input.dataset.liveUrl;
  if (!line || !address || input.dataset.liveReady) return;
  input.dataset.liveReady = "yes";
  const others = (input.dataset.liveWith ?? "").split(" ").filter(Boolean).map((name) => [name, besideIt(input, name)]);
  let timer;
  let request;
  const refused = document.getElementById(`${input.id}-error`); // of what was sent; from here on the line speaks of what stands there now
  const show = (text = "", ok = true) => {
    if (refused && input.value !== input.defaultValue) refused.hidden = true;
    line.textContent = text;
    line.classList.toggle("is-ok", Boolean(text) && ok);
    line.classList.toggle("is-odd", Boolean(text) && !ok);
  };
  const ask = async () => {
    request?.abort();
    request = new AbortController();
    if (!input.value.trim()) return show();
    try {
      const said = Object.fromEntries(others.filter(([, field]) => field?.value).map(([name, field]) => [name, field.value]));
      const { text, ok } = await fetchJson(address, { text: input.value, ...said }, request.signal);
      show(text, ok);
    } catch (problem) {
      if (problem.name !== "AbortError") show();
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  });
  others.forEach(([, field]) => field?.addEventListener("change", ask));
  if (input.value) ask();
}

// the field `name` of the same row: `figures-0-number` -> `figures-0-unit`
function besideIt(input, name) {
  return input.form?.elements.namedItem(input.name.replace(/[^-]*$/, name));
}

function enhanceReveal(button) {
  const input = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  const without = button.form?.querySelector("[data-without-script]"); // does the same without a script
  if (without) without.closest(".field").hidden = true;
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
}

// The text is marked in any case, so that it can be copied by hand where the browser gives no clipboard (without TLS).
async function copyText(element) {
  getSelection().selectAllChildren(element);
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

function enhanceCopy(line) {
  const [button, said] = [line.querySelector("button"), line.querySelector("[role=status]")];
  line.hidden = false;
  button.addEventListener("click", async () => {
    const isCopied = await copyText(document.getElementById(line.dataset.copy));
    said.textContent = isCopied ? line.dataset.wordCopied : line.dataset.wordFailed;
  });
}

function enhance(root) {
  all("input[data-parties], input[data-suggest]", root).forEach(enhanceNames);
  all("input[data-live]", root).forEach(enhanceLive);
  all("button[data-reveal]", root).forEach(enhanceReveal);
  all("[data-copy]", root).forEach(enhanceCopy);
}

// rows that the server added or took away
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));

document.addEventListener("htmx:afterSettle", (event) => {
  const button = event.detail.requestConfig?.elt;
  if (!["add", "remove"].includes(button?.name)) return;
  const name = button.name === "add" ? button.value : button.value.replace(/-\d+$/, "");
  const section = document.getElementById(`rows-${name}`);
  if (!section) return;
  const form = section.closest("form[data-entry]");
  if (form) nowChanged(form);
  const row = button.name === "add" ? all("[data-row]", section).at(-1) : null;
  focusOn(row?.querySelector("input:not([type=hidden], .ts-control input), select, textarea") ?? section.querySelector("button[name=add]"));
});

enhance(document);
focusOn(document.querySelector("[data-autofocus]"));
