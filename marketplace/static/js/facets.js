// Filters apply at once on a desk; on a phone the button does it, so that a thumb can choose several first.
export default function facets(form) {
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
