// "Load more" appends to the list, moves the focus to the first new card and keeps the address true.
import { say, sentences } from "./app.js";

export default function loadMore(link, bind) {
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.getAttribute("aria-disabled") === "true") return;
    const words = link.textContent;
    link.setAttribute("aria-disabled", "true");
    link.textContent = link.dataset.busy;
    try {
      const wanted = new URL(link.href);
      wanted.searchParams.set("saja", "1");
      const answer = await fetch(wanted, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      append(new DOMParser().parseFromString(await answer.text(), "text/html"), link, bind);
    } catch {
      link.removeAttribute("aria-disabled");
      link.textContent = words;
      say(navigator.onLine ? sentences.failed : sentences.offline);
    }
  });
}

// The address stands alone, with the earlier cards too; asked with "saja", it has the new ones only. What is here
// already is left out all the same: something new may have pushed it on to the next page.
function append(page, link, bind) {
  const list = document.getElementById(link.dataset.list);
  const here = new Set([...list.querySelectorAll("a.kartu-tautan")].map((one) => one.pathname));
  const fresh = [...page.getElementById(link.dataset.list).children]
    .filter((item) => !here.has(item.querySelector("a.kartu-tautan").pathname));
  list.append(...fresh);
  window.history.replaceState(window.history.state, "", link.href);
  const next = page.getElementById("muat-lagi");
  const old = document.getElementById("muat-lagi");
  if (next) old.replaceWith(next); else old.remove();
  if (fresh.length) fresh[0].querySelector("a").focus();
  bind(document);
}
