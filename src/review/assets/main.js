// What happens: a report is opened, a value chosen, something decided.

async function open(number) {
  closeForm();
  const wanted = INDEX[number];
  opening = number;
  try {
    const unpacked_ = await reportOf(number);
    // Another was asked for meanwhile.
    if (opening !== number) return;
    report = unpacked_;
  } catch (error) {
    tell(`${say("broken")}: ${wanted.name}`);
    return;
  }
  const before = document.querySelector('#reports button[aria-current="true"]');
  before?.removeAttribute("aria-current");
  const row_ = document.querySelector(`#reports button[data-number="${number}"]`);
  row_?.setAttribute("aria-current", "true");
  row_?.scrollIntoView({ block: "nearest" });
  selected = null;
  drawText();
  drawRecord();
  document.getElementById("record").scrollTop = 0;
  const first = cards()[0];
  if (first) select(first.pointer, { where: "card" });
}

let opening = -1;

// Chooses a value: it stands out in the record, its places in the text.
function select(pointer, { given, where, fromText = false, only } = {}) {
  closeForm();
  const at = where ?? (cardOf(pointer) ? "card" : "line");
  selected = { pointer, given, where: at };
  drawChosen();
  const node = chosenNode();
  if (node && (fromText || at === "card")) bringIntoView(node);
  if (document.activeElement?.closest("#record") || document.activeElement === document.body) node?.querySelector(".head")?.focus({ preventScroll: true });
  showPlaces(only === undefined ? chosenNumbers() : [only], !fromText || only !== undefined);
}

function chosenNumbers() {
  const all = numbersOf(selected.pointer);
  if (selected.given === undefined) return all;
  const origin = report.provenance[selected.pointer];
  const refused = (origin?.rejected ?? []).filter((place) => same(place.value, selected.given));
  return all.filter((number) => refused.includes(places[number].place));
}

function cardOf(pointer) {
  return [...document.querySelectorAll("#record .card")].find((node) => node.dataset.pointer === pointer) ?? null;
}

function chosenNode() {
  return document.querySelector("#record .node.chosen");
}

function drawChosen() {
  document.querySelectorAll("#record .chosen").forEach((node) => node.classList.remove("chosen"));
  document.querySelectorAll("#record .opened").forEach((node) => node.remove());
  if (!selected) return;
  const { pointer, given, where } = selected;
  const key = given === undefined ? undefined : keyOf(`${pointer}/-`, given);
  const lines_ = [...document.querySelectorAll("#record .line-node")].filter((node) => node.dataset.pointer === pointer && node.dataset.key === key);
  const node = where === "card" ? cardOf(pointer) : lines_[0];
  if (!node) return;
  node.classList.add("chosen");
  if (where === "line") node.append(given === undefined ? opened(pointer) : element("div", { class: "opened" }, readers(pointer, given), actions(pointer, given)));
}

// The next or previous card of the report.
function stepCard(by) {
  if (!report) return;
  const all = cards().map((card) => card.pointer);
  const at = selected?.where === "card" ? all.indexOf(selected.pointer) : by > 0 ? -1 : all.length;
  const next = all[at + by];
  if (next === undefined) return tell(say(by > 0 ? "last_item" : "first_item"));
  select(next, { where: "card" });
}

function act(action, pointer = selected?.pointer, given = pointer === selected?.pointer ? selected?.given : undefined) {
  if (!report || pointer === undefined) return tell(say("choose_value"));
  if (pointer !== selected?.pointer || given !== selected?.given) select(pointer, { given });
  const can = choices(pointer, given)[action];
  if (!can.enabled) return tell(say("not_possible"));
  if (action === "edit") return edit(pointer, given);
  const target = given === undefined ? pointer : `${pointer}/-`;
  const was = given === undefined ? valueAt(report.record, pointer) : null;
  withReviewer(() => {
    const before = decisionsOf(report.entry.name).get(keyOf(target, can.value));
    decide(report.entry, target, action, can.value, was, before?.note ?? null);
    afterDecision();
    tell(say(`decided_${action}`));
  });
}

function noteHere() {
  if (!report || !selected) return tell(say("choose_value"));
  const { pointer, given } = selected;
  const key = given === undefined ? pointer : keyOf(`${pointer}/-`, given);
  // A note stands beside a decision; to keep the record's value is one, and an item that is not in it has none.
  if (!decisionsOf(report.entry.name).has(key) && !choices(pointer, given).keep.enabled) return tell(say("not_possible"));
  openNote(pointer, key);
}

// Takes back what was decided about the chosen value, else what was decided last.
function undoHere() {
  const name = report?.entry.name;
  const key = selected && (selected.given === undefined ? selected.pointer : keyOf(`${selected.pointer}/-`, selected.given));
  if (key && decisionsOf(name).has(key)) return takeBack(key);
  let last = history.pop();
  while (last && !decisionsOf(last.name).has(last.key)) last = history.pop();
  if (!last) return tell(say("nothing_to_undo"));
  takeBack(last.key, last.name);
}

function takeBack(key, name = report.entry.name) {
  undo(name, key);
  closeForm();
  afterDecision(BY_NAME.get(name));
  tell(say("undone"));
}

function afterDecision(entry = report.entry) {
  drawRecord();
  redrawRow(entry);
  chosenNode()?.querySelector(".head")?.focus({ preventScroll: true });
}

// Does it once it is known who decides; asks once.
function withReviewer(then) {
  if (reviewer) return then();
  afterName = then;
  const dialog = document.getElementById("ask");
  document.getElementById("ask-name").value = "";
  dialog.showModal();
}

let afterName = null;

function named(event) {
  event.preventDefault();
  const name = document.getElementById("ask-name").value.trim();
  if (name === "") return;
  setReviewer(name);
  document.getElementById("ask").close();
  drawReviewer();
  const then = afterName;
  afterName = null;
  then?.();
}

function drawReviewer() {
  const button = document.getElementById("reviewer");
  button.textContent = reviewer ? say("reviewer", reviewer) : "";
  button.hidden = !reviewer;
}

// Everything that has words, in the chosen language.
function drawWords() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = say("product_name");
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-title]")) node.title = say(node.dataset.title);
  for (const node of document.querySelectorAll("[data-placeholder]")) {
    node.placeholder = say(node.dataset.placeholder);
    node.setAttribute("aria-label", node.placeholder);
  }
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
  document.getElementById("language").lang = language === "zh" ? "en" : "zh-CN";
  drawTheme();
  drawKeys();
  drawReviewer();
  fillFilters();
  drawList();
  if (report) {
    drawText();
    drawRecord();
    if (selected) showPlaces(chosenNumbers());
  } else {
    document.getElementById("record").replaceChildren(element("p", { class: "calm" }, say("choose_report")));
  }
}

// What was chosen for this browser, or nothing where it keeps nothing.
function preference(name, value) {
  try {
    if (value !== undefined) storage?.setItem(`sellside.review/1/${name}`, value);
    return storage?.getItem(`sellside.review/1/${name}`) ?? null;
  } catch {
    return null;
  }
}

const THEMES = ["auto", "light", "dark"];
let theme = "auto";

function drawTheme() {
  document.documentElement.dataset.theme = theme;
  document.getElementById("theme").textContent = say(`theme_${theme}`);
}

function nextTheme() {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  preference("theme", theme);
  drawTheme();
}

function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  preference("language", language);
  closeForm();
  drawWords();
}

async function importFile(input) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  const { taken, foreign, broken, older } = importText(await file.text());
  drawList();
  if (report) drawRecord();
  tell(say("imported", taken, foreign, broken, older));
}

// Another tab has decided something, or taken it back. What is being typed here is not drawn over: it is drawn when it is done.
function elsewhere(event) {
  const entry = takeOver(event);
  if (!entry) return;
  redrawRow(entry);
  if (report?.entry === entry && !form) drawRecord();
}

function listen() {
  addEventListener("storage", elsewhere);
  const on = (id, event, act_) => document.getElementById(id).addEventListener(event, act_);
  document.addEventListener("keydown", onKey);
  FILTERS.forEach((name) => on(`filter-${name}`, "change", filterList));
  on("search", "input", filterList);
  on("search", "keydown", (event) => event.key === "Enter" && listed[0] && open(listed[0].number));
  on("clear", "click", () => {
    FILTERS.forEach((name) => {
      document.getElementById(`filter-${name}`).value = "";
    });
    document.getElementById("search").value = "";
    filterList();
  });
  on("text", "click", (event) => {
    const mark = event.target.closest("mark");
    // Words are being selected, not clicked on.
    if (mark && getSelection().isCollapsed) chooseAt(mark);
  });
  on("export", "click", download);
  on("import", "click", () => document.getElementById("file").click());
  on("file", "change", (event) => importFile(event.target));
  on("language", "click", switchLanguage);
  on("theme", "click", nextTheme);
  on("help", "click", () => document.getElementById("helping").showModal());
  on("reviewer", "click", () => {
    reviewer = "";
    withReviewer(() => {});
  });
  on("ask-cancel", "click", () => document.getElementById("ask").close());
  document.querySelector("#ask form").addEventListener("submit", named);
}

function start() {
  const wanted = TOLD.language === "auto" ? navigator.language : TOLD.language;
  language = preference("language") ?? (wanted.toLowerCase().startsWith("zh") ? "zh" : "en");
  theme = THEMES.includes(preference("theme")) ? preference("theme") : "auto";
  recall();
  listen();
  document.getElementById("no-storage").hidden = storage !== null;
  listed = WORST;
  drawWords();
  if (typeof DecompressionStream === "undefined") return tell(say("too_old"));
  if (listed.length > 0) open(listed[0].number);
}

start();
