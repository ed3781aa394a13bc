// A select that is its whole form goes at once; its button is for readers without script.
export default function submitOnChange(form) {
  form.addEventListener("change", () => form.requestSubmit ? form.requestSubmit() : form.submit());
}
