// A file that takes a while: its form says what is being done until the file is there, and a second click does not make it twice. Calls page.js.
// The answer is a line of JSON for each step, the last one the file. Without this script the form asks for the file itself.

const LINES = "application/x-ndjson";
const MOMENT = 800; // milliseconds; what takes no longer shows no bar

async function* linesOf(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    yield* lines.map((line) => JSON.parse(line));
  }
}

function save({ name, type, data }) {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** Tell each line to `tell`, save the file; the words for how it ended. */
async function make(url, words, tell) {
  try {
    const answer = await fetch(url, { headers: { Accept: LINES } });
    if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith(LINES)) {
      location.assign(url); // signed out, or not to be read: the page behind the address says so
      return { said: "" };
    }
    for await (const line of linesOf(answer)) {
      if (line.failed) return { said: line.failed, isProblem: true };
      if (line.data) {
        save(line);
        return { said: words.made };
      }
      tell(line);
    }
  } catch {
    // the line was cut: as if the answer had ended without its file
  }
  return { said: words.cut, isProblem: true };
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-making]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  const said = form.querySelector("[role=status]");
  const bar = form.querySelector("[data-told]");
  const url = new URL(event.submitter?.getAttribute("formaction") ?? form.action, location.href);
  url.search = new URLSearchParams(new FormData(form));
  form.ariaBusy = "true";
  said.classList.remove("is-problem");
  said.textContent = form.dataset.making;
  bar.value = 0;
  let last;
  const tell = (line) => {
    last = line ?? last;
    if (bar.hidden || !last) return;
    [bar.max, bar.value, said.textContent] = [last.of, last.done, last.said];
  };
  const moment = setTimeout(() => {
    bar.hidden = false;
    tell();
  }, MOMENT);
  const end = await make(url, form.dataset, tell);
  clearTimeout(moment);
  bar.hidden = true;
  said.textContent = end.said;
  said.classList.toggle("is-problem", Boolean(end.isProblem));
  form.ariaBusy = null;
});
