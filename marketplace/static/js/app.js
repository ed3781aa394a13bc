// Binds behaviours to the elements that ask for them. The small ones that many pages need stand below, as each file more is
// a request more before the first scroll; the others are modules, loaded only where they are used.
// Every page works without this file: it only makes some things nearer to hand.
document.documentElement.classList.add("dengan-skrip");

const near = { facets, focus, "load-more": loadMore, "note-looked-at": noteLookedAt, "open-wide": openWide, personal, "submit-on-change": submitOnChange };
const LOOKED_AT = "dilihat", LOOKED_AT_MOST = 8, LOOKED_AT_MS = 30 * 24 * 60 * 60 * 1000;
const bound = new WeakMap();
const region = document.getElementById("siaran");
export const sentences = region.dataset;
let leaving;

function bind(root) {
  const asking = [...root.querySelectorAll("[data-behaviour]")];
  if (root instanceof Element && root.matches("[data-behaviour]")) asking.unshift(root);
  for (const element of asking) {
    for (const name of element.dataset.behaviour.split(" ")) {
      const names = bound.get(element) || new Set();
      if (names.has(name)) continue;
      bound.set(element, names.add(name));
      if (name in near) near[name](element);
      else import(`./${name}.js`).then((module) => module.default(element, bind));
    }
  }
  // Our own sentences beside the fields, not the browser's bubbles.
  for (const form of root.querySelectorAll("form[method='post']")) form.noValidate = true;
  if (root.querySelector("[hx-get],[hx-post]")) import("../vendor/htmx/htmx.esm.min.js");
}

bind(document);

// Parts of a page fetched by htmx: a bar while it takes long, words when it fails, the new count said aloud.
const bar = document.getElementById("kemajuan");
document.addEventListener("htmx:before:request", () => bar.toggleAttribute("data-jalan", true));
document.addEventListener("htmx:finally:request", () => {
  bar.removeAttribute("data-jalan");
  for (const element of document.querySelectorAll("[aria-busy='true']")) element.removeAttribute("aria-busy");
});
document.addEventListener("htmx:error", () => say(navigator.onLine ? sentences.failed : sentences.offline));
document.addEventListener("htmx:after:swap", () => {
  bind(document);
  const count = document.querySelector("[data-say]");
  if (count) say(count.textContent.trim(), false);
});

// A form is sent once: the pressed button keeps its width, says what is going on and takes no second press.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || event.target.method !== "post") return;
  if (button.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
    return;
  }
  button.style.minWidth = `${button.offsetWidth}px`;
  button.setAttribute("aria-disabled", "true");
  if (!button.dataset.busy) return;
  button.dataset.said = button.innerHTML;
  button.textContent = button.dataset.busy;
});

// Coming back by the Back button must find a form that can be sent again.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[aria-disabled='true']")) {
    button.removeAttribute("aria-disabled");
    if (button.dataset.said) button.innerHTML = button.dataset.said;
  }
});

// Most who see the link never press it: its module comes with the first press.
function loadMore(link) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    import("./load-more.js").then((module) => {
      module.default(link, bind);
      link.click();
    }, () => say(sentences.offline));
  }, { once: true });
}

// Says a sentence in the shell's one live region, for ears and eyes; it leaves after a while.
export function say(sentence, seen = true) {
  const words = document.createElement("p");
  words.className = seen ? "siaran-isi" : "sr";
  words.textContent = sentence;
  region.textContent = "";
  region.append(words);
  clearTimeout(leaving);
  leaving = setTimeout(() => { region.textContent = ""; }, 8000);
}

// Puts the reader's own words into the header: how much is in the cart, and the name. Public pages carry neither.
async function personal(box) {
  const answer = await fetch(box.dataset.url, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const mine = await answer.json();
  fillCount(box.querySelector("[data-personal='cart']"), mine.cart);
  fillCount(box.querySelector("[data-personal='inbox']"), mine.inbox);
  fillName(box.querySelector("[data-personal='account']"), mine.name);
}

// What is counted is {count, label}: the label is what a screen reader says, such as "Keranjang, 3 produk dari 2 toko".
// Null is for whom there is none: a guest has no notifications, and sees no bell.
function fillCount(link, held) {
  if (!link || !held) return;
  link.hidden = false;
  if (!held.count) return;
  const badge = document.createElement("span");
  badge.className = "lencana";
  badge.setAttribute("aria-hidden", "true");
  badge.textContent = held.count > 99 ? "99+" : String(held.count);
  const rest = document.createElement("span");
  rest.className = "sr";
  const word = link.textContent.trim();
  rest.textContent = (held.label || `${word}, ${held.count}`).replace(word, "");
  link.append(badge, rest);
}

function fillName(link, name) {
  if (!link || !name) return;
  link.href = link.dataset.home;
  link.querySelector(".kepala-nama").textContent = name;
}

// Filters apply at once on a desk; on a phone the button does it, so that a thumb can choose several first.
function facets(form) {
  const desk = window.matchMedia("(min-width: 960px)");
  form.addEventListener("change", () => {
    if (!desk.matches) return;
    const results = document.getElementById(form.dataset.results);
    if (results) results.setAttribute("aria-busy", "true");
    form.dispatchEvent(new CustomEvent("saring"));
  });
  // An address carries only what was chosen.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
}

// Opens the filters on a desk, where they are a side column, and leaves them closed on a phone.
function openWide(details) {
  const desk = window.matchMedia("(min-width: 960px)");
  const follow = () => { details.open = desk.matches; };
  follow();
  desk.addEventListener("change", follow);
}

// A select that is its whole form goes at once; its button is for readers without script.
function submitOnChange(form) {
  form.addEventListener("change", () => form.requestSubmit ? form.requestSubmit() : form.submit());
}

// Takes the focus when it appears: the error summary, also after a part of the page was swapped.
function focus(element) {
  element.focus();
}

// The products looked at last, the newest first, stay in this browser: the server is told of none and keeps none. A browser
// that keeps nothing, or somebody else's words under our name, is as if nothing had been looked at.
export function lookedAt() {
  try {
    const kept = JSON.parse(localStorage.getItem(LOOKED_AT));
    return kept.filter((one) => one && typeof one.code === "string" && one.at > Date.now() - LOOKED_AT_MS);
  } catch {
    return [];
  }
}

export function forgetLookedAt() {
  localStorage.removeItem(LOOKED_AT);
}

function noteLookedAt({ dataset: { code } }) {
  const kept = [{ code, at: Date.now() }, ...lookedAt().filter((one) => one.code !== code)].slice(0, LOOKED_AT_MOST);
  try {
    localStorage.setItem(LOOKED_AT, JSON.stringify(kept));
  } catch {
    // No room, or not allowed: then it is not remembered.
  }
}
