// Under an empty cart, what this browser looked at last takes the place of what is new; forgotten, the new comes back.
import { forgetLookedAt, lookedAt, say } from "./app.js";

export default async function show(section, bind) {
  const codes = lookedAt().map((one) => ["kode", one.code]);
  if (!codes.length) return;
  const answer = await fetch(`${section.dataset.url}?${new URLSearchParams(codes)}`, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const mine = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  const forget = mine.querySelector("[data-forget]");
  if (!forget) return;
  const others = [...section.childNodes];
  section.replaceChildren(...mine.childNodes);
  bind(section);
  forget.addEventListener("click", () => {
    forgetLookedAt();
    section.replaceChildren(...others);
    section.tabIndex = -1;
    section.focus();
    say(forget.dataset.done);
  });
}
