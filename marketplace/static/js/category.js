// Chooses a category for a product from its name while none is chosen, and shows the questions of food only for food.
import { say } from "./app.js";

export default function category(select) {
  const food = document.getElementById(select.dataset.food);
  const show = () => {
    const chosen = select.selectedOptions[0];
    if (food && chosen && chosen.value) food.hidden = !chosen.hasAttribute("data-food");
  };
  const name = document.getElementById(select.dataset.name);
  name?.addEventListener("change", async () => {
    const typed = name.value.trim();
    if (select.value || typed.length < 3) return;
    const answer = await fetch(`${select.dataset.suggest}?nama=${encodeURIComponent(typed)}`).catch(() => null);
    const found = answer?.ok ? await answer.json() : null;
    if (!found?.slug || select.value) return;
    select.value = found.slug;
    say(found.said);
    show();
  });
  select.addEventListener("change", show);
  show();
}
