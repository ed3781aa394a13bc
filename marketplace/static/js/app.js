// Binds behaviours to the elements that ask for them, loading each module only where it is used.
// Every page works without this file: it only makes some things nearer to hand.
document.documentElement.classList.add("dengan-skrip");

const bound = new WeakMap();

function bind(root) {
  const asking = [...root.querySelectorAll("[data-behaviour]")];
  if (root instanceof Element && root.matches("[data-behaviour]")) asking.unshift(root);
  for (const element of asking) {
    for (const name of element.dataset.behaviour.split(" ")) {
      const names = bound.get(element) || new Set();
      if (names.has(name)) continue;
      bound.set(element, names.add(name));
      import(`./${name}.js`).then((module) => module.default(element, bind));
    }
  }
  // Our own sentences beside the fields, not the browser's bubbles.
  for (const form of root.querySelectorAll("form[method='post']")) form.noValidate = true;
  if (root.querySelector("[hx-get],[hx-post]")) import("./fragments.js");
}

bind(document);
document.addEventListener("htmx:after:swap", () => bind(document));

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
