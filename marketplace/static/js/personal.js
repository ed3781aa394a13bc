// Puts the reader's own words into the header: how much is in the cart, and the name. Public pages carry neither.
export default async function personal(box) {
  const answer = await fetch(box.dataset.url, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const mine = await answer.json();
  fillCart(box.querySelector("[data-personal='cart']"), mine.cart);
  fillName(box.querySelector("[data-personal='account']"), mine.name);
}

// `cart` is {count, label}: the label is what a screen reader says, such as "Keranjang, 3 produk dari 2 toko".
function fillCart(link, cart) {
  if (!link || !cart || !cart.count) return;
  const badge = document.createElement("span");
  badge.className = "lencana";
  badge.setAttribute("aria-hidden", "true");
  badge.textContent = cart.count > 99 ? "99+" : String(cart.count);
  const rest = document.createElement("span");
  rest.className = "sr";
  const word = link.textContent.trim();
  rest.textContent = (cart.label || `${word}, ${cart.count}`).replace(word, "");
  link.append(badge, rest);
}

function fillName(link, name) {
  if (!link || !name) return;
  link.href = link.dataset.home;
  link.querySelector(".kepala-nama").textContent = name;
}
