// The keyboard: one letter an act, none while words are typed.

const KEYS = [
  [["j", "n"], () => stepCard(1), "key_next"],
  [["k", "p"], () => stepCard(-1), "key_next"],
  [["."], () => stepPlace(1), "key_place"],
  [[","], () => stepPlace(-1), "key_place"],
  [["r"], () => act("rules"), "key_rules"],
  [["m"], () => act("model"), "key_model"],
  [["e"], () => act("edit"), "key_edit"],
  [["x"], () => act("missing"), "key_missing"],
  [["o"], () => act("keep"), "key_keep"],
  [["c"], () => noteHere(), "key_note"],
  [["u"], () => undoHere(), "key_undo"],
  [["]"], () => step(1), "key_report"],
  [["["], () => step(-1), "key_report"],
  [["/"], () => document.getElementById("search").focus(), "key_search"],
  [["s"], () => download(), "key_export"],
  [["?"], () => document.getElementById("helping").showModal(), "key_help"],
];

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "Escape") {
    if (form) leaveForm();
    else if (typing) typing.blur();
    return;
  }
  if (typing) return;
  const found = KEYS.find(([letters]) => letters.includes(event.key));
  if (!found) return;
  event.preventDefault();
  found[1]();
}

function drawKeys() {
  const rows = new Map();
  for (const [letters, , what] of KEYS) rows.set(what, [...(rows.get(what) ?? []), ...letters]);
  const made = [...rows].map(([what, letters]) =>
    element("tr", {}, element("td", {}, letters.map((letter) => element("kbd", {}, letter))), element("td", {}, say(what))));
  document.getElementById("keys").replaceChildren(...made);
}
