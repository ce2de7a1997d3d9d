// Everything here only makes the page calmer; without it the page does the
// same. Written for old phones: no syntax younger than 2009.
(function () {
  "use strict";

  var doc = document;
  var left = false; // the person has left the page
  var turn = 0; // of the requests under way only the last one counts

  // leave empties the page, so that nothing is seen while the other site loads,
  // and replaces it, so that "back" does not return here.
  function leave() {
    var link = doc.getElementById("leave");
    left = true;
    doc.title = "…";
    doc.body.textContent = "";
    window.location.replace(link ? link.href : "about:blank");
  }

  // A page that comes back from the browser's memory after it was left starts
  // anew.
  window.addEventListener("pageshow", function (e) {
    if (e.persisted && left) window.location.replace("/");
  });

  // Escape, three times within two seconds, leaves too.
  var escapes = [];
  doc.addEventListener("keydown", function (e) {
    if (e.key !== "Escape" && e.key !== "Esc") return;
    var now = new Date().getTime();
    escapes.push(now);
    escapes = escapes.slice(-3);
    if (escapes.length === 3 && now - escapes[0] <= 2000) leave();
  });

  var pressed = null; // the button that was clicked last, for browsers that do not tell
  doc.addEventListener("click", function (e) {
    var node = e.target;
    while (node && node !== doc.body && node.nodeName !== "A" && node.nodeName !== "BUTTON") node = node.parentNode;
    if (!node) return;
    if (node.id === "leave") {
      e.preventDefault();
      leave();
    } else if (node.hasAttribute && node.hasAttribute("data-copy")) {
      copy(node);
    } else if (node.nodeName === "BUTTON") {
      pressed = node;
    }
  });

  function copy(button) {
    var number = button.getAttribute("data-copy");
    function done() {
      var status = doc.getElementById("status");
      status.textContent = "";
      status.textContent = status.getAttribute("data-copied");
      button.textContent = "✓ " + status.getAttribute("data-copied");
    }
    if (navigator.clipboard && navigator.clipboard.writeText) {
      navigator.clipboard.writeText(number).then(done, function () { copyOld(number, button, done); });
    } else {
      copyOld(number, button, done);
    }
  }

  function copyOld(number, button, done) {
    var range = doc.createRange();
    range.selectNodeContents(button.parentNode.querySelector("b"));
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    try {
      if (doc.execCommand("copy")) done();
    } catch (err) {
      // The number stays selected: the person can copy it themselves.
    }
  }

  // refine shows what works with JavaScript only.
  function refine() {
    var hidden = doc.querySelectorAll("[data-copy][hidden]");
    for (var i = 0; i < hidden.length; i++) hidden[i].hidden = false;
  }
  refine();

  // Questions and buttons are sent in the background and the answer replaces
  // the page in place. So the browser keeps one entry in its history for the
  // whole talk, and the one that "leave" replaces is all there is.
  if (!window.fetch || !window.DOMParser || !window.Promise) return;

  doc.addEventListener("submit", function (e) {
    var form = e.target;
    e.preventDefault();
    send(form, e.submitter || (pressed && pressed.form === form ? pressed : null));
    pressed = null;
  });

  function fields(form, button) {
    var pairs = [];
    function add(name, value) {
      pairs.push(encodeURIComponent(name) + "=" + encodeURIComponent(value));
    }
    for (var i = 0; i < form.elements.length; i++) {
      var field = form.elements[i];
      if (field.name && field.nodeName !== "BUTTON") add(field.name, field.value);
    }
    if (button && button.name) add(button.name, button.value);
    return pairs.join("&");
  }

  function send(form, button) {
    var mine = ++turn;
    doc.body.setAttribute("aria-busy", "true");
    var timer = window.setTimeout(fail, 25000);
    function fail() {
      window.clearTimeout(timer);
      if (mine !== turn || left) return;
      turn++;
      doc.body.removeAttribute("aria-busy");
      var failed = doc.getElementById("failed");
      failed.hidden = false;
      failed.focus();
    }
    window.fetch("/", {
      method: "POST",
      body: fields(form, button),
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      credentials: "omit",
      cache: "no-store"
    }).then(function (response) {
      return response.text();
    }).then(function (text) {
      if (mine !== turn || left) return;
      var page = new DOMParser().parseFromString(text, "text/html");
      if (!page.querySelector("main")) throw new Error("not a page of ours");
      window.clearTimeout(timer);
      show(page);
    }).catch(fail);
  }

  function show(page) {
    doc.title = page.title;
    doc.documentElement.lang = page.documentElement.lang;
    doc.documentElement.dir = page.documentElement.dir;
    doc.documentElement.replaceChild(doc.adoptNode(page.body), doc.body);
    refine();
    var answer = doc.getElementById("answer");
    if (!answer) return;
    answer.scrollIntoView();
    try {
      answer.focus({ preventScroll: true });
    } catch (err) {
      answer.focus();
    }
  }
})();
