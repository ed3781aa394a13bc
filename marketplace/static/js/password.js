// Shows a password while the button is pressed in.
export default function password(button) {
  const field = document.getElementById(button.dataset.for);
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
}
