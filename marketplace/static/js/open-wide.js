// Opens the filters on a desk, where they are a side column, and leaves them closed on a phone.
export default function openWide(details) {
  const desk = window.matchMedia("(min-width: 960px)");
  const follow = () => { details.open = desk.matches; };
  follow();
  desk.addEventListener("change", follow);
}
