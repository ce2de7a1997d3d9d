// Makes passkeys and signs in with them. Where a browser knows none, the button
// stays away and the page says which way is left.
(function () {
  "use strict";

  if (!window.PublicKeyCredential || !navigator.credentials || !window.fetch) return;

  // bytes reads base64url.
  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    var out = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return out;
  }

  // text writes base64url.
  function text(buffer) {
    var raw = "";
    new Uint8Array(buffer).forEach(function (b) { raw += String.fromCharCode(b); });
    return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function post(address, body) {
    return fetch(address, {
      method: "POST",
      credentials: "same-origin",
      redirect: "error",
      headers: { "Content-Type": "application/json" },
      body: body ? JSON.stringify(body) : ""
    }).then(function (answer) {
      if (!answer.ok) throw new Error("refused");
      return answer;
    });
  }

  function withBytes(credential) {
    credential.id = bytes(credential.id);
    return credential;
  }

  // ask lets the browser answer what the desk asks.
  function ask(options, makes) {
    var key = options.publicKey;
    key.challenge = bytes(key.challenge);
    if (!makes) return navigator.credentials.get({ publicKey: key });
    key.user.id = bytes(key.user.id);
    key.excludeCredentials = (key.excludeCredentials || []).map(withBytes);
    return navigator.credentials.create({ publicKey: key });
  }

  function written(credential) {
    var from = credential.response;
    var response = { clientDataJSON: text(from.clientDataJSON) };
    if (from.attestationObject) {
      response.attestationObject = text(from.attestationObject);
      if (from.getTransports) response.transports = from.getTransports();
    } else {
      response.authenticatorData = text(from.authenticatorData);
      response.signature = text(from.signature);
      if (from.userHandle) response.userHandle = text(from.userHandle);
    }
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: response, clientExtensionResults: {} };
  }

  Array.prototype.forEach.call(document.querySelectorAll("form[data-passkey]"), function (form) {
    var makes = form.getAttribute("data-passkey") === "make";
    var button = form.querySelector("button");
    var failed = form.querySelector("[role=alert]");
    var without = document.getElementById(form.getAttribute("data-without"));
    form.hidden = false;
    if (without) without.hidden = true;
    form.addEventListener("submit", function (e) {
      e.preventDefault();
      failed.hidden = true;
      button.disabled = true;
      post(form.getAttribute("data-begin")).then(function (answer) {
        return answer.json();
      }).then(function (options) {
        return ask(options, makes);
      }).then(function (credential) {
        var body = written(credential);
        if (makes) body = { name: form.elements.name.value, credential: body };
        return post(form.getAttribute("data-finish"), body);
      }).then(function () {
        window.location.assign(form.getAttribute("data-go"));
      }).catch(function () {
        button.disabled = false;
        failed.hidden = false;
      });
    });
  });
})();
