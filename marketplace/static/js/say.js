// Says a sentence in the shell's one live region, for ears and eyes; it leaves after a while.
const region = document.getElementById("siaran");
let leaving;

export function say(sentence, seen = true) {
  const words = document.createElement("p");
  words.className = seen ? "siaran-isi" : "sr";
  words.textContent = sentence;
  region.textContent = "";
  region.append(words);
  clearTimeout(leaving);
  leaving = setTimeout(() => { region.textContent = ""; }, 8000);
}

export const sentences = region.dataset;
