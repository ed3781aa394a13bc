// Makes photos small enough for a slow line before they are sent, and shows them. Drawn on a canvas: no foreign addresses.
const LONGEST = 1200;
const QUALITY = 0.86;
const SMALL_ENOUGH = 300 * 1024;

export default function photo(input) {
  const shelf = document.createElement("ul");
  shelf.className = "foto-pratinjau";
  input.after(shelf);
  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    shelf.textContent = "";
    const kept = new DataTransfer();
    for (const file of chosen) kept.items.add(await smaller(file, shelf));
    input.files = kept.files;
  });
}

async function smaller(file, shelf) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file;
  }
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = draw(picture, Math.round(picture.width * scale), Math.round(picture.height * scale));
  show(canvas, file.name, shelf);
  if (scale === 1 && file.size <= SMALL_ENOUGH) return file;
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" });
}

function draw(picture, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#FFFFFF";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(picture, 0, 0, width, height);
  return canvas;
}

function show(canvas, name, shelf) {
  const item = document.createElement("li");
  item.className = "foto-pratinjau-butir";
  canvas.className = "foto-pratinjau-gambar";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", name);
  item.append(canvas);
  shelf.append(item);
}
