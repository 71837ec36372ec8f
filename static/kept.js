// Nothing is lost: forms keep themselves, and a session that ended is taken up again in place.
// Without this file the button "keep" does the first, and the sign-in page leads back to the second.
"use strict";

if (document.querySelector("form.kept")) {
  const form = document.querySelector("form.kept");
  const dialog = document.getElementById("sign-in");
  const slot = dialog.querySelector(".slot");
  const trouble = dialog.querySelector(".problem-line");
  const said = form.querySelector(".draft-said");
  const EVERY = 20_000; // milliseconds between savings while somebody types
  const PAUSE = 1_500; // and after he stops
  const script = { "X-Requested-With": "fetch" };

  // --- the session ---

  const session = async () => (await fetch(dialog.dataset.session, { headers: script })).json();
  const writer = () => form.elements._writer.value;

  function renew(token) {
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
  }

  // Somebody else's session: the words on this page are not his.
  function leave() {
    const mark = encodeURIComponent(writer());
    form.remove();
    location.replace(`${dialog.dataset.other}?writer=${mark}`);
    return false;
  }

  // Gives true when the same person is signed in; asks for it in the dialog when nobody is.
  async function signedIn() {
    const state = await session();
    if (state.writer === "") return ask();
    if (state.writer !== writer()) return leave();
    renew(state.token);
    return true;
  }

  let asking = null;
  function ask() {
    asking ??= new Promise((answer) => {
      const before = document.activeElement;
      const end = (result) => {
        asking = null;
        dialog.onclose = null;
        dialog.close();
        slot.replaceChildren();
        if (before instanceof HTMLElement) before.focus();
        answer(result);
      };
      dialog.onclose = () => end(false);
      dialog.showModal();
      show(`${dialog.dataset.login}?next=${encodeURIComponent(dialog.dataset.session)}`, {}, end);
    });
    return asking;
  }

  // One page of the sign-in, whichever it is: password, code, their errors. The last one is the session.
  async function show(url, options, end) {
    let answer, text;
    try {
      answer = await fetch(url, options);
      text = await answer.text();
    } catch {
      trouble.hidden = false;
      slot.querySelectorAll("button").forEach((button) => { button.disabled = false; });
      return;
    }
    trouble.hidden = true;
    if (new URL(answer.url).pathname === dialog.dataset.session) {
      const state = JSON.parse(text);
      if (state.writer !== writer()) return leave();
      renew(state.token);
      end(true);
      return;
    }
    const page = new DOMParser().parseFromString(text, "text/html");
    const step = page.querySelector("main form.form");
    const heading = document.createElement("h3");
    heading.textContent = (page.querySelector("main h1") ?? page.querySelector("title")).textContent;
    slot.replaceChildren(heading);
    if (!step) return;
    slot.append(document.adoptNode(step));
    for (const link of step.querySelectorAll("a")) link.target = "_blank"; // this page stays
    const action = new URL(step.getAttribute("action") || answer.url, answer.url);
    step.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      const body = new FormData(step);
      step.querySelectorAll("button").forEach((button) => { button.disabled = true; });
      show(action, { method: "POST", body }, end);
    });
    (step.querySelector("[aria-invalid=true]") ?? step.querySelector("input:not([type=hidden])"))?.focus();
  }

  // --- sending ---

  // The form goes once, after it is known that its writer is signed in.
  let checking = false;
  form.addEventListener("submit", async (event) => {
    if (form.dataset.checked) return;
    event.preventDefault();
    event.stopPropagation();
    if (checking) return;
    checking = true;
    const button = event.submitter;
    try {
      clearTimeout(timer);
      await saving;
      if (!(await signedIn())) return;
      form.dataset.checked = "1";
      form.requestSubmit(button);
    } catch {
      tell(form.dataset.offline);
    } finally {
      checking = false;
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) delete form.dataset.checked;
  });

  // --- keeping ---

  let timer = 0;
  let typed = 0; // when the oldest change that is not saved was made
  let saving = Promise.resolve();
  let asked = false;

  function tell(text) {
    if (said && text !== undefined) said.textContent = text;
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function save() {
    saving = saving.then(send, send);
    return saving;
  }

  async function send() {
    if (!typed || form.dataset.checked) return;
    typed = 0;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    body.append("_draft", "auto");
    try {
      const answer = await fetch(location.href, { method: "POST", body, headers: script, redirect: "manual" });
      if (answer.ok) {
        const kept = await answer.json();
        form.elements._draft_id.value = kept.id;
        tell(kept.said);
        return;
      }
      typed = Date.now();
      const state = answer.status === 403 ? await session() : {};
      if (state.writer === writer()) {
        renew(state.token); // signed in again elsewhere
        later(PAUSE);
      } else if (answer.status === 401 || answer.status === 403) {
        tell(form.dataset.signedOut);
        if (!asked && !checking) {
          asked = true;
          if (await ask()) {
            asked = false;
            later(0);
          }
        }
      } else if (answer.status === 409) {
        leave();
      } else {
        tell(form.dataset.unsaved);
      }
    } catch {
      typed = Date.now();
      tell(form.dataset.offline);
      later(EVERY);
    }
  }

  if (form.dataset.draft !== undefined) {
    form.addEventListener("input", () => {
      typed ||= Date.now();
      later(Math.max(0, Math.min(PAUSE, typed + EVERY - Date.now())));
    });
    form.addEventListener("focusout", () => {
      if (typed) later(0);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && typed) save();
    });
  }
}
