// A form is sent once: the pressed button keeps its width, says what is going on and stops taking presses.
export default function once(event) {
  const form = event.target;
  const button = event.submitter;
  if (event.defaultPrevented || !button || form.method !== "post") return;
  if (button.getAttribute("aria-disabled") === "true") return;
  button.style.minWidth = `${button.offsetWidth}px`;
  button.setAttribute("aria-disabled", "true");
  if (button.dataset.busy) {
    button.dataset.said = button.textContent;
    button.textContent = button.dataset.busy;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[aria-disabled='true']");
  if (button) event.preventDefault();
}, true);

// Coming back by the Back button must find a form that can be sent again.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[data-said], button[aria-disabled='true']")) {
    button.removeAttribute("aria-disabled");
    if (button.dataset.said) button.textContent = button.dataset.said;
  }
});
