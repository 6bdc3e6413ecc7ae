// Sends forms as JSON to /api/v1 and shows what comes back. Everything else is plain HTML.
//
//   data-api      where the form goes            data-method   POST (default) or PUT
//   data-next     where to go then: a path, {id} of the reply is put in; "reload" = this page again
//   data-next-from  field of the reply that says where, when data-next is empty
//   data-once     sends an Idempotency-Key: a repeated click makes nothing twice
//   data-confirm  asks first
//   data-type     of a field: text (default), number, flag ("true" or not), optional (empty = null)
(() => {
  "use strict";

  const token = () => document.querySelector("meta[name=csrf-token]").content;

  const valueOf = (field) => {
    if (field.dataset.type === "number") return Number(field.value);
    if (field.dataset.type === "flag") return field.value === "true";
    if (field.dataset.type === "optional" && field.value.trim() === "") return null;
    return field.name === "node_id" ? field.value.trim().toLowerCase() : field.value;
  };

  const bodyOf = (form) => {
    const body = {};
    for (const field of form.elements) {
      if (field.name) body[field.name] = valueOf(field);
    }
    return body;
  };

  const clearErrors = (form) => {
    for (const place of form.querySelectorAll(".form-error, [data-error-for]")) place.textContent = "";
    for (const field of form.elements) field.removeAttribute("aria-invalid");
  };

  const showError = (form, error) => {
    const name = error.details && error.details.field;
    const place = name && form.querySelector(`[data-error-for="${CSS.escape(name)}"]`);
    (place || form.querySelector(".form-error")).textContent = error.message;
    const field = name && form.elements[name];
    if (field && field.focus) {
      field.setAttribute("aria-invalid", "true");
      field.focus();
    }
  };

  const localPath = (path) => typeof path === "string" && /^\/(?![/\\])/.test(path);

  const goOn = (form, data) => {
    if (form.dataset.next === "reload") return window.location.reload();
    const next = form.dataset.next || data[form.dataset.nextFrom];
    const path = String(next).replace("{id}", encodeURIComponent(data.id));
    if (localPath(path)) window.location.assign(path);
  };

  const send = async (form) => {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": token() };
    if ("once" in form.dataset) {
      form.dataset.key = form.dataset.key || crypto.randomUUID();
      headers["Idempotency-Key"] = form.dataset.key;
    }
    const reply = await fetch(form.dataset.api, {
      method: form.dataset.method || "POST",
      headers,
      body: JSON.stringify(bodyOf(form)),
      credentials: "same-origin",
      redirect: "error",
    });
    const answer = await reply.json();
    if (reply.ok) return goOn(form, answer.data);
    // What was refused may be corrected and sent again: that is another call, with another key.
    if (reply.status < 500) delete form.dataset.key;
    if (reply.status === 401 && !form.dataset.api.endsWith("/login")) {
      return window.location.assign("/login?next=" + encodeURIComponent(window.location.pathname));
    }
    showError(form, answer.error);
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.api) return;
    event.preventDefault();
    if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) return;
    clearErrors(form);
    const buttons = form.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    try {
      await send(form);
    } catch (problem) {
      showError(form, { message: "The exchange does not answer. Check your connection and try again." });
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
})();
