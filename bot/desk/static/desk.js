// What makes the desk a little calmer; every page works without it.
"use strict";

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.submitter?.formTarget === "_blank") {
    return; // a preview opens beside the form
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post") {
    form.dataset.sent = "yes";
  }
});

// Back from another page, a form may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
  }
});

// How easily a text is read, while somebody writes: what readability.go does.
const abbreviations = new Set();
for (const form of document.querySelectorAll("form[data-abbreviations]")) {
  for (const word of form.dataset.abbreviations.split(" ")) {
    abbreviations.add(word);
  }
}
const openers = /^["'«„“‚‘([]+/;
const closers = /["'»”“’)\]]+$/;

function abbreviated(word) {
  const parts = word.split(".");
  return /^\p{L}$/u.test(word) || (parts.length > 1 && parts.every((part) => [...part].length <= 2)) || abbreviations.has(word);
}

function endsSentence(token, next) {
  token = token.replace(closers, "");
  const small = /^\p{Ll}/u.test(next.replace(openers, ""));
  if (/[!?؟]$/.test(token)) {
    return true;
  }
  if (token.endsWith("…")) {
    return !small;
  }
  if (!token.endsWith(".")) {
    return false;
  }
  const word = token.slice(0, -1).replace(openers, "").toLowerCase();
  return next === "" || (!small && !/^[0-9]{1,2}$/.test(word) && !abbreviated(word));
}

function sentences(text) {
  const found = [];
  let words = 0;
  const end = () => {
    if (words > 0) {
      found.push(words);
    }
    words = 0;
  };
  for (const line of text.replace(/\{\{[^{}]*\}\}/g, "XX").split("\n")) {
    const tokens = line.split(/\s+/).filter((token) => token !== "");
    tokens.forEach((token, i) => {
      if (/[\p{L}\p{Nd}]/u.test(token)) {
        words++;
      }
      if (endsSentence(token, tokens[i + 1] ?? "")) {
        end();
      }
    });
    end();
  }
  return found;
}

document.addEventListener("input", (event) => {
  const field = event.target;
  const figure = field.dataset.figure && document.getElementById(field.dataset.figure);
  if (!figure) {
    return;
  }
  const all = sentences(field.value);
  if (all.length === 0) {
    figure.textContent = "";
    return;
  }
  const words = all.reduce((sum, n) => sum + n, 0);
  figure.textContent = field.form.dataset.figures
    .replace("{average}", Math.round(words / all.length))
    .replace("{share}", Math.round((100 * all.filter((n) => n > 15).length) / all.length))
    .replace("{longest}", Math.max(...all));
});
