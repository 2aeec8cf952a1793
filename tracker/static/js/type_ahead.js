// Names by type-ahead: several (data-parties) or one (data-suggest). Calls page.js.

function choice(data, escape, words = "") {
  const line = document.createElement("div");
  line.append(Object.assign(document.createElement("span"), { textContent: words + data.text, dir: "auto" }));
  if (data.hint) line.append(Object.assign(document.createElement("small"), { textContent: data.hint, dir: "auto" }));
  return line;
}

// only the server knows that `Korea, Republic of` is one name, and that nobody is called `Atlantis`
async function lookUp(select, typed) {
  const names = await fetchJson(select.input.dataset.namesUrl, { text: typed }).catch(() => []);
  if (!names.length || !select.items.includes(typed)) return; // removed meanwhile; saving would look it up too
  if (names.length > 1) takeApart(select, typed, names.map(({ name }) => name));
  markUnknown(select, names.filter(({ known }) => !known).map(({ name }) => name));
}

function takeApart(select, typed, names) {
  const before = new Map(select.items.map((item) => [item, select.options[item]]));
  const items = select.items.flatMap((item) => (item === typed ? names : [item]));
  select.clear(true); // items can only be added at the end
  items.forEach((item) => select.addOption(before.get(item) ?? { value: item, text: item }, true));
  select.addItems(items);
}

// a name that saving will refuse looks different, and is said, as soon as it stands there
function markUnknown(select, names) {
  const marked = names.filter((name) => select.options[name]);
  marked.forEach((name) => select.updateOption(name, { ...select.options[name], isUnknown: true }));
  if (marked.length) select.said.textContent = `${marked.join(", ")}: ${body.dataset.wordUnknown}`;
}

function chip({ text, isUnknown }) {
  const item = Object.assign(document.createElement("div"), { textContent: text, dir: "auto" });
  if (!isUnknown) return item;
  item.className = "is-unknown";
  item.append(Object.assign(document.createElement("small"), { textContent: body.dataset.wordUnknown }));
  return item;
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
      if (many && input.dataset.namesUrl && name) setTimeout(() => lookUp(this, name));
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
      item: chip,
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
      this.said = Object.assign(document.createElement("span"), { className: "visually-hidden", role: "status" });
      this.wrapper.append(this.said);
      if (input.dataset.unknown) markUnknown(this, input.dataset.unknown.split("\n"));
      this.wrapper.classList.toggle("is-invalid", input.getAttribute("aria-invalid") === "true");
    },
  });
}
