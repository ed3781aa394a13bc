// Takes the focus when it appears: the error summary, also after a part of the page was swapped.
export default function focus(element) {
  element.focus();
}
