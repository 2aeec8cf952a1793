// What the pages do beyond HTML. Everything works without this file; every word comes from the page.

const body = document.body;
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const isTyping = (element) => Boolean(element?.closest("input, select, textarea, [contenteditable], dialog[open]"));
const isPlainInput = (element) =>
  element instanceof HTMLInputElement && !["submit", "button", "checkbox", "radio", "file"].includes(element.type);

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

// --- names by type-ahead: several (data-parties) or one (data-suggest) ---------------------------------------------------

function choice(data, escape, words = "") {
  const line = document.createElement("div");
  line.append(Object.assign(document.createElement("span"), { textContent: words + data.text, dir: "auto" }));
  if (data.hint) line.append(Object.assign(document.createElement("small"), { textContent: data.hint, dir: "auto" }));
  return line;
}

// signs that stand between names and inside them: only the server knows that `Korea, Republic of` is one name
const perhapsSeveral = /[,，/&和]|\sand\s/i;

async function takeApart(select, typed) {
  const names = await fetchJson(select.input.dataset.namesUrl, { text: typed }).catch(() => []);
  if (names.length < 2 || !select.items.includes(typed)) return; // one name, or removed meanwhile; saving would part it too
  const texts = new Map(select.items.map((item) => [item, select.options[item].text]));
  const items = select.items.flatMap((item) => (item === typed ? names : [item]));
  select.clear(true); // items can only be added at the end
  items.forEach((item) => select.addOption({ value: item, text: texts.get(item) ?? item }, true));
  select.addItems(items);
}

function enhanceNames(input) {
  if (!window.TomSelect || input.tomselect) return;
  const many = input.hasAttribute("data-parties");
  new window.TomSelect(input, {
    plugins: { remove_button: { title: body.dataset.wordRemove }, restore_on_backspace: {} },
    delimiter: many ? ";" : "\n",
    splitOn: many ? /[;；、\n]/ : null,
    maxItems: many ? null : 1,
    maxOptions: 20,
    valueField: "value",
    labelField: "text",
    searchField: ["text"],
    // the server has found and ordered them, by alias and code too: show them all as they came
    score: () => () => 1,
    sortField: [{ field: "$order" }],
    create(text) {
      const name = text.trim();
      if (many && input.dataset.namesUrl && perhapsSeveral.test(name)) setTimeout(() => takeApart(this, name));
      return { value: name, text: name };
    },
    createOnBlur: true,
    persist: false,
    openOnFocus: false,
    closeAfterSelect: true,
    selectOnTab: false, // Tab leaves what was typed; only Enter and a click take a suggestion
    loadThrottle: 200,
    shouldLoad: (text) => Boolean(input.dataset.url) && text.length > 0,
    load(text, done) {
      fetchJson(input.dataset.url, { q: text })
        .then((found) => {
          this.foundFor = text.trim();
          this.clearOptions();
          done(found);
        })
        .catch(() => done());
    },
    render: {
      option: choice,
      option_create: (data, escape) => {
        const line = choice({ text: data.input }, escape, `${body.dataset.wordAdd} `);
        line.className = "create";
        return line;
      },
      item: (data) => Object.assign(document.createElement("div"), { textContent: data.text, dir: "auto" }),
      no_results: null,
      loading: null,
    },
    onInitialize() {
      // Escape, and Enter before the answer to these very letters is there, keep what was typed instead of losing or replacing it.
      this.control_input.addEventListener("keydown", (event) => {
        const typed = this.inputValue().trim();
        const early = event.key === "Enter" && this.foundFor !== typed;
        if (!typed || event.ctrlKey || (event.key !== "Escape" && !early)) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        this.createItem(typed);
        this.close(false);
      }, true);
      for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
        if (input.hasAttribute(name)) this.control_input.setAttribute(name, input.getAttribute(name));
      }
      const label = input.getAttribute("aria-label");
      if (label) this.control_input.setAttribute("aria-label", label);
      if (label) this.dropdown_content.setAttribute("aria-label", label);
      input.setAttribute("aria-hidden", "true");
      this.wrapper.classList.toggle("is-invalid", input.getAttribute("aria-invalid") === "true");
    },
  });
}

// --- a date is read aloud while it is typed -----------------------------------------------------------------------------

function enhanceDate(input) {
  const line = document.getElementById(`${input.id}-live`);
  const address = input.dataset.liveUrl;
  if (!line || !address || input.dataset.liveReady) return;
  input.dataset.liveReady = "yes";
  let timer;
  let request;
  const show = (text = "", ok = true) => {
    line.textContent = text;
    line.classList.toggle("is-ok", Boolean(text) && ok);
    line.classList.toggle("is-odd", Boolean(text) && !ok);
  };
  const ask = async () => {
    request?.abort();
    request = new AbortController();
    if (!input.value.trim()) return show();
    try {
      const { text, ok } = await fetchJson(address, { text: input.value }, request.signal);
      show(text, ok);
    } catch (problem) {
      if (problem.name !== "AbortError") show();
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  });
  if (input.value) ask();
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

function enhance(root) {
  all("input[data-parties], input[data-suggest]", root).forEach(enhanceNames);
  all("input[data-live]", root).forEach(enhanceDate);
  all("button[data-reveal]", root).forEach(enhanceReveal);
}

// --- entry forms: nothing typed is lost, nothing is sent twice ----------------------------------------------------------

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

// --- keyboard -----------------------------------------------------------------------------------------------------------

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

// --- rows that the server added or took away ----------------------------------------------------------------------------

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
