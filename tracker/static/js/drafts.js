// What is typed into an entry form is kept on the server while it is typed. Nothing is stored in the browser.
// Without this file a form is kept when it is sent; every word comes from the page.
"use strict";

(() => {
  const PAUSE = 2500; // milliseconds after the last change
  const PATIENCE = 15000;
  const LONGEST_WAIT = 30000;
  const LARGEST_LAST_WORD = 60000; // browsers send at most 64 KiB on behalf of a page that is going

  class Keeper {
    constructor(form) {
      this.form = form;
      this.stamp = form.elements.namedItem("draft");
      this.line = form.querySelector("[data-draft-said]");
      this.changes = 0; // made
      this.kept = 0; // acknowledged by the server
      this.failures = 0;
      this.sending = false;
      form.addEventListener("tracker:changed", () => this.changed());
      form.addEventListener("focusout", () => this.isDirty && this.later(400));
      if (form.hasAttribute("data-changed")) this.changed();
    }

    get isDirty() {
      return this.kept !== this.changes;
    }

    say(words, ok = false) {
      if (!this.line) return;
      this.line.classList.toggle("is-odd", !ok);
      if (this.line.textContent !== words) this.line.textContent = words;
    }

    changed() {
      this.changes += 1;
      this.later(PAUSE);
    }

    later(wait) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.keep(), wait);
    }

    // Gives "kept", "lost" (no connection) or "refused". One request at a time, so that the newest text is the one that stays.
    async keep(patience = PATIENCE) {
      if (this.sending) await this.sending;
      if (!this.isDirty) return "kept";
      this.sending = this.send(patience);
      const outcome = await this.sending;
      this.sending = false;
      return outcome;
    }

    async send(patience) {
      const now = this.changes;
      const body = new URLSearchParams(new FormData(this.form));
      const keepalive = document.visibilityState === "hidden" && String(body).length < LARGEST_LAST_WORD;
      clearTimeout(this.timer);
      try {
        this.abort = new AbortController();
        const limit = setTimeout(() => this.abort.abort(), patience);
        const answer = await fetch(this.form.dataset.draft, {
          method: "POST", body, keepalive, redirect: "manual", signal: this.abort.signal, headers: { Accept: "application/json" },
        });
        clearTimeout(limit);
        if (answer.type === "opaqueredirect") return this.refused(this.form.dataset.wordEnded);
        if (answer.status >= 500) return this.again("refused");
        const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
        const { said, draft } = isJson ? await answer.json() : {};
        if (!answer.ok) return this.refused(said ?? this.form.dataset.wordEnded);
        this.stamp.value = draft;
        this.kept = now;
        this.failures = 0;
        this.say(said, true);
        if (!this.isDirty) this.form.dispatchEvent(new CustomEvent("tracker:kept", { bubbles: true }));
        return "kept";
      } catch (problem) {
        return this.again(problem.name === "AbortError" ? "refused" : "lost");
      }
    }

    again(outcome) {
      this.failures += 1;
      this.say(this.form.dataset.wordLost);
      this.later(Math.min(LONGEST_WAIT, 1000 * 2 ** Math.min(this.failures, 5)));
      return outcome;
    }

    refused(words) {
      this.say(words);
      return "refused";
    }

    // Before the form is sent, so that a connection that has just gone shows here and not as an empty page of the browser.
    async sendOn(button) {
      const outcome = await this.keep(5000);
      this.waiting = false;
      if (outcome === "lost") {
        this.say(this.form.dataset.wordUnsent);
        return;
      }
      clearTimeout(this.timer);
      this.passes = true;
      this.form.requestSubmit(button);
      this.passes = false;
    }
  }

  const keepers = new Map([...document.querySelectorAll("form[data-draft]")].map((form) => [form, new Keeper(form)]));

  document.addEventListener(
    "submit",
    (event) => {
      const keeper = keepers.get(event.target);
      if (!keeper || event.defaultPrevented || keeper.passes) return;
      clearTimeout(keeper.timer);
      if (!keeper.isDirty) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (keeper.waiting) return;
      keeper.waiting = true;
      keeper.sendOn(event.submitter);
    },
    true,
  );

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keepers.forEach((keeper) => keeper.isDirty && keeper.keep());
  });
  window.addEventListener("online", () => keepers.forEach((keeper) => keeper.isDirty && keeper.keep()));
  window.addEventListener("pageshow", (event) => {
    keepers.forEach((keeper) => {
      keeper.waiting = false;
      // out of the browser's memory: what is typed from here on is work of its own
      if (event.persisted) keeper.stamp.value = "";
    });
  });
})();
