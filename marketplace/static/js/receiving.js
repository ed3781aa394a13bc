// Writes down what came where there is no network: the receipt keeps its time and its key, and goes out when there is some.
// Figures stay in this browser; notes and photos only as long as the page is open, for they may be about people.
const SHELF = "penerimaan";
const FIGURES = /^(kunci|tempat|tiba|baris-\d+-(id|datang|rusak))$/;
const TAKEN = "sudah=";
const whole = new Map();
let sending = false;

export default function receiving(form, bind) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const button = form.querySelector("button.tbl:not([type='button'])");
    button.disabled = true;
    const sent = new FormData(form);
    try {
      await answered(await post(form.action, sent), form, bind);
    } catch {
      // Written down now, sent later: the time is that of the press.
      if (!sent.get("tiba")) sent.set("tiba", new Date().toISOString());
      keep(form, sent);
      tell(form);
    }
    button.disabled = false;
  });
  window.addEventListener("online", () => flush(form));
  tell(form);
  flush(form);
}

function post(url, body) {
  return fetch(url, { method: "POST", body, headers: { Accept: "text/html" } });
}

// Led on: it is saved. Anything else is a page that says why not, and takes this one's place.
async function answered(answer, form, bind) {
  if (answer.redirected) {
    location.assign(answer.url);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const said = page.querySelector("main");
  if (!said) {
    location.reload();
    return;
  }
  document.querySelector("main").replaceWith(said);
  bind(document);
}

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(SHELF));
    return Array.isArray(found) ? found.filter((one) => one && typeof one.url === "string" && Array.isArray(one.fields)) : [];
  } catch {
    return [];
  }
}

function shelve(list) {
  try {
    if (list.length) localStorage.setItem(SHELF, JSON.stringify(list));
    else localStorage.removeItem(SHELF);
  } catch {
    // No room, or not allowed: what is in the open page still goes out.
  }
}

function keep(form, sent) {
  const key = sent.get("kunci");
  whole.set(key, sent);
  const fields = [...sent].filter(([name, value]) => FIGURES.test(name) && typeof value === "string");
  const url = new URL(form.action).pathname;
  const others = kept().filter((one) => one.key !== key);
  shelve([...others, { key, url, fields, mark: form.dataset.mark, at: sent.get("tiba") }]);
}

function tell(form, sentence = "") {
  const box = form.querySelector("[data-queue]");
  const list = kept();
  const mine = list.filter((one) => one.mark === form.dataset.mark);
  const refused = mine.find((one) => one.refused);
  const { waits, others, refused: turnedDown } = form.dataset;
  let words = sentence;
  if (!words && refused) words = turnedDown.replace("{time}", shown(refused.at));
  if (!words && mine.length) words = waits.replace("{time}", shown(mine[0].at));
  if (!words && list.length) words = others;
  box.hidden = !words;
  box.querySelector("p").textContent = words;
}

function shown(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

// What waits goes out one after the other, each by who wrote it down; what is refused stays to be looked at, once.
async function flush(form) {
  const mine = kept().filter((one) => one.mark === form.dataset.mark && !one.refused);
  if (sending || !navigator.onLine || !mine.length) return;
  sending = true;
  let led = "";
  tell(form, form.dataset.sends);
  for (const one of mine) {
    const body = whole.get(one.key) || new FormData();
    if (!whole.has(one.key)) for (const [name, value] of one.fields) body.append(name, value);
    let answer;
    try {
      answer = await post(one.url, body);
    } catch {
      break;
    }
    if (answer.redirected && !answer.url.includes(TAKEN)) {
      sending = false;
      tell(form, form.dataset.signIn);
      return;
    }
    const rest = kept().filter((other) => other.key !== one.key);
    if (answer.redirected) led = answer.url;
    if (answer.status >= 500) break;
    shelve(answer.redirected ? rest : [...rest, { ...one, refused: true }]);
  }
  sending = false;
  if (led) location.assign(led);
  else tell(form);
}
