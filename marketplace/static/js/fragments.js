// Parts of a page fetched by htmx: a bar while it takes long, words when it fails, the new count said aloud.
import "../vendor/htmx/htmx.esm.min.js";
import { say, sentences } from "./app.js";

const bar = document.getElementById("kemajuan");

document.addEventListener("htmx:before:request", () => bar.toggleAttribute("data-jalan", true));
document.addEventListener("htmx:finally:request", () => {
  bar.removeAttribute("data-jalan");
  for (const element of document.querySelectorAll("[aria-busy='true']")) element.removeAttribute("aria-busy");
});
document.addEventListener("htmx:error", () => say(navigator.onLine ? sentences.failed : sentences.offline));
document.addEventListener("htmx:after:swap", () => {
  const count = document.querySelector("[data-say]");
  if (count) say(count.textContent.trim(), false);
});
