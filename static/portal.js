// Small comforts. Every page works without this file.
"use strict";

// One press, one act: a form sends once. The button is disabled after its own value was collected.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(() => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
});

// Coming back with the browser's back button: the form may be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  }
});

// Escape and a press elsewhere close the open menus and panels.
const popups = "details.menu, details.user, details.panel";
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const details of document.querySelectorAll(popups)) {
    if (!details.open) continue;
    details.open = false;
    details.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const details of document.querySelectorAll(popups)) {
    if (details.open && !details.contains(event.target)) details.open = false;
  }
});

// A slash, typed where nothing is being typed, leads to the search box.
document.addEventListener("keydown", (event) => {
  const box = document.getElementById("search");
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || !box) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  box.focus();
});

// After a refused form the reader lands on the list of what to mend.
document.querySelector(".errors")?.focus();
