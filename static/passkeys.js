// Passkeys: the only part of signing in that needs a script. allauth's own scripts do the talking.
"use strict";

{
  const forms = document.querySelectorAll("form[data-passkey]");
  const able = Boolean(window.PublicKeyCredential);
  const trouble = (form) => form.querySelector(".passkey-trouble");

  for (const form of forms) {
    const button = form.querySelector("button");
    if (!able) {
      button.disabled = true;
      trouble(form).textContent = form.dataset.unable;
      continue;
    }
    button.disabled = false;
    trouble(form).textContent = "";
    button.addEventListener("click", () => { trouble(form).textContent = ""; });
    const ids = { credential: form.querySelector("input[name=credential]").id, data: "js_data" };
    const { addForm, authenticateForm, loginForm } = window.allauth.webauthn.forms;
    if (form.dataset.passkey === "add") {
      // Enter in the name's field asks for the passkey, too, and sends nothing without one.
      form.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); button.click(); }, true);
      addForm({ ids: { ...ids, add: button.id, passwordless: "id_passwordless" } });
    } else if (form.dataset.passkey === "login") {
      loginForm({ ids: { ...ids, login: button.id } });
    } else {
      authenticateForm({ ids: { ...ids, authenticate: button.id } });
    }
  }

  // The reader closed the dialogue, took too long, or has no such passkey: said in words, nothing is lost.
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    for (const form of forms) trouble(form).textContent = form.dataset.failed;
  });
}
