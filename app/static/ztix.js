// Sends forms as JSON to /api/v1 and shows what comes back. Everything else is plain HTML.
//
//   data-api      where the form goes            data-method   POST (default), PUT or DELETE
//   data-next     where to go then: a path, {id} of the reply is put in; "reload" = this page again
//   data-next-from  field of the reply that says where, when data-next is empty
//   data-leave    field of the reply that holds an address of another site to go to
//   data-callback on a form: it is sent at once, with what the address of the page says (RFC 6749 §4.1.2)
//   data-once     sends an Idempotency-Key: a repeated click makes nothing twice
//   data-confirm  asks first
//   data-show     id of a section that then shows data[its data-field], a list or one text, in its data-list; with an empty
//                 list the form goes on to data-next
//   data-passkey  create or get: the reply holds options for a passkey; the browser's answer goes to data-finish
//   data-resume   the form whose reply sends the one again that was refused for want of a second factor
//   data-type     of a field: text (default), number, flag ("true" or not), optional (empty = null)
(() => {
  "use strict";

  const token = document.querySelector("meta[name=csrf-token]");
  const stepUp = document.getElementById("step-up");
  let refused = null;  // the form that goes on after the second factor

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

  // Shows a list that comes once, such as recovery codes. False when there is nothing to show.
  const shown = (form, data) => {
    const place = form.dataset.show && document.getElementById(form.dataset.show);
    const values = place && data[place.dataset.field];
    if (!values || values.length === 0) return false;
    const items = [values].flat().map((value) => {
      const item = document.createElement("li");
      item.textContent = value;
      return item;
    });
    place.querySelector("[data-list]").replaceChildren(...items);
    place.hidden = false;
    place.focus();
    return true;
  };

  const goOn = async (form, data) => {
    if (data.csrf_token) token.content = data.csrf_token;
    if ("resume" in form.dataset) {
      form.reset();
      stepUp.close();
      return submit(refused);
    }
    if (shown(form, data)) return;
    if (form.dataset.leave) return window.location.assign(data[form.dataset.leave]);
    if (form.dataset.next === "reload") return window.location.reload();
    const next = form.dataset.next || data[form.dataset.nextFrom];
    const path = String(next).replace("{id}", encodeURIComponent(data.id));
    if (localPath(path)) window.location.assign(path);
  };

  const call = async (path, body, more = {}, method = "POST") => {
    const reply = await fetch(path, {
      method,
      headers: { "Content-Type": "application/json", ...more },
      body: JSON.stringify(body),
      credentials: "same-origin",
      redirect: "error",
    });
    return { reply, answer: await reply.json() };
  };

  const csrf = () => ({ "X-CSRF-Token": token.content });

  const bytesOf = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

  const textOf = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const credentialsOf = (list) => list.map((one) => ({ ...one, id: bytesOf(one.id) }));

  const newPasskey = async (options) => {
    const made = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytesOf(options.challenge),
        user: { ...options.user, id: bytesOf(options.user.id) },
        excludeCredentials: credentialsOf(options.excludeCredentials),
      },
    });
    return {
      client_data_json: textOf(made.response.clientDataJSON),
      authenticator_data: textOf(made.response.getAuthenticatorData()),
      algorithm: made.response.getPublicKeyAlgorithm(),
    };
  };

  const shownPasskey = async (options) => {
    const shown = await navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytesOf(options.challenge),
        allowCredentials: credentialsOf(options.allowCredentials),
      },
    });
    return {
      credential_id: textOf(shown.rawId),
      client_data_json: textOf(shown.response.clientDataJSON),
      authenticator_data: textOf(shown.response.authenticatorData),
      signature: textOf(shown.response.signature),
    };
  };

  // What the browser's passkey says; null, and the reason in the form, when it says nothing.
  const askPasskey = async (form, options) => {
    try {
      return await (form.dataset.passkey === "create" ? newPasskey(options) : shownPasskey(options));
    } catch (problem) {
      const known = problem.name === "InvalidStateError";
      showError(form, {
        message: known
          ? "This passkey is set up already."
          : "No passkey was used: it was cancelled, took too long, or none of yours is here. Try again.",
      });
      return null;
    }
  };

  const finishPasskey = async (form, options) => {
    const said = await askPasskey(form, options);
    if (said === null) return;
    const { reply, answer } = await call(form.dataset.finish, said, csrf());
    if (reply.ok) return goOn(form, answer.data);
    showError(form, answer.error);
  };

  const send = async (form) => {
    const headers = csrf();
    if ("once" in form.dataset) {
      form.dataset.key = form.dataset.key || crypto.randomUUID();
      headers["Idempotency-Key"] = form.dataset.key;
    }
    const { reply, answer } = await call(form.dataset.api, bodyOf(form), headers, form.dataset.method);
    if (reply.ok && form.dataset.passkey) return finishPasskey(form, answer.data.public_key);
    if (reply.ok) return goOn(form, answer.data);
    // What was refused may be corrected and sent again: that is another call, with another key.
    if (reply.status < 500) delete form.dataset.key;
    if (reply.status === 401 && !form.dataset.api.endsWith("/login")) {
      return window.location.assign("/login?next=" + encodeURIComponent(window.location.pathname));
    }
    const details = answer.error.details || {};
    if (answer.error.code === "second_factor_required" && localPath(details.next)) {
      return window.location.assign(details.next + "?next=" + encodeURIComponent(window.location.pathname));
    }
    if (answer.error.code === "step_up_required" && details.by === "code" && stepUp) {
      refused = form;
      return stepUp.showModal();
    }
    showError(form, answer.error);
  };

  const submit = async (form) => {
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
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.api) return;
    event.preventDefault();
    if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) return;
    await submit(form);
  });

  document.addEventListener("click", (event) => {
    if (event.target.matches("[data-close]")) event.target.closest("dialog").close();
  });

  // The address holds what must be shown to nobody: it is taken out of the history before anything else.
  const sendCallback = async (form) => {
    const said = new URLSearchParams(window.location.search);
    window.history.replaceState(null, "", window.location.pathname);
    const body = {};
    for (const name of ["state", "code", "iss", "error"]) {
      if (said.has(name)) body[name] = said.get(name);
    }
    const leave = (path) => window.location.replace(path);
    try {
      const { reply, answer } = await call(form.dataset.api, body);
      if (!reply.ok) return leave("/login?problem=" + encodeURIComponent(answer.error.code));
      if (localPath(answer.data.next)) leave(answer.data.next);
    } catch (problem) {
      leave("/login?problem=unreachable");
    }
  };

  const callback = document.querySelector("form[data-callback]");
  if (callback) sendCallback(callback);
})();
