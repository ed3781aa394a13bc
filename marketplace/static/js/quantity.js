// Minus and plus beside a number; the field keeps its own limits.
export default function quantity(box) {
  const field = box.querySelector("input");
  const buttons = box.querySelectorAll("[data-step]");
  const limits = () => {
    for (const button of buttons) {
      const next = Number(field.value) + Number(button.dataset.step);
      button.disabled = next < Number(field.min) || (field.max !== "" && next > Number(field.max));
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", (event) => {
      // Some of them save by themselves where there is no script.
      event.preventDefault();
      const low = Number(field.min);
      const high = field.max === "" ? Infinity : Number(field.max);
      const wanted = (Number(field.value) || 0) + Number(button.dataset.step);
      field.value = Math.min(high, Math.max(low, wanted));
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  field.addEventListener("input", limits);
  // A cart that was saved and put in this one's place brings its buttons as they are without script.
  document.addEventListener("htmx:after:swap", limits);
  limits();
}
