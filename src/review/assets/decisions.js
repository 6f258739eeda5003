// What people decided: kept in the browser by run and report, written out and read in as lines of JSON.

const PREFIX = `sellside.review/1/${TOLD.run}/`;
const REVIEWER = "sellside.review/1/reviewer";
const ACTIONS = ["rules", "model", "edit", "missing", "keep"];

// By report, then by what is decided.
const decided = new Map();
// What was decided here, to be undone in order: `{ name, key }`.
const history = [];
let reviewer = "";

// The browser's storage, or memory where it has none for files.
const storage = (() => {
  try {
    const probe = `${PREFIX}?`;
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return null;
  }
})();

// A new item has no place of its own yet; several may be added to one list.
function keyOf(pointer, value) {
  return pointer.endsWith("/-") ? `${pointer} ${JSON.stringify(value)}` : pointer;
}

function decisionsOf(name) {
  return decided.get(name) ?? new Map();
}

function keep(name) {
  if (!storage) return;
  const list = [...decisionsOf(name).values()];
  try {
    if (list.length === 0) storage.removeItem(PREFIX + name);
    else storage.setItem(PREFIX + name, JSON.stringify(list));
  } catch {
    // The room a browser gives is used up: the page goes on in memory and says so.
    document.getElementById("no-storage").hidden = false;
  }
}

function put(decision) {
  const mine = decisionsOf(decision.document);
  mine.set(keyOf(decision.pointer, decision.value), decision);
  decided.set(decision.document, mine);
}

function recall() {
  if (!storage) return;
  reviewer = storage.getItem(REVIEWER) ?? "";
  for (const entry of INDEX) {
    const kept = storage.getItem(PREFIX + entry.name);
    if (kept === null) continue;
    try {
      JSON.parse(kept).map(understood).filter((decision) => decision && decision.text_id === entry.text_id).forEach(put);
    } catch {
      // Somebody else wrote there.
    }
  }
}

function setReviewer(name) {
  reviewer = name;
  try {
    storage?.setItem(REVIEWER, name);
  } catch {
    // It is asked again next time.
  }
}

// Whether a value of unknown origin is a decision; null if not. Members stand in the order they are written in.
function understood(line) {
  if (line === null || typeof line !== "object") return null;
  const { schema, document: name, text_id, pointer, action, value, was, by, at, note } = line;
  const texts = [name, text_id, pointer, by, at].every((text) => typeof text === "string");
  if (schema !== TOLD.decision || !texts || Number.isNaN(Date.parse(at)) || !pointer.startsWith("/") || !ACTIONS.includes(action) || value === undefined) return null;
  const said = typeof note === "string" && note !== "" ? note : null;
  return { schema, document: name, text_id, pointer, action, value, was: was ?? null, by, at, note: said };
}

function decide(entry, pointer, action, value, was, note = null) {
  const at = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const decision = {
    schema: TOLD.decision, document: entry.name, text_id: entry.text_id, pointer, action, value, was, by: reviewer, at, note,
  };
  put(decision);
  history.push({ name: entry.name, key: keyOf(pointer, value) });
  keep(entry.name);
}

function undo(name, key) {
  const mine = decisionsOf(name);
  if (!mine.delete(key)) return false;
  keep(name);
  return true;
}

// How many of what a report leaves open is decided.
function progressOf(entry) {
  const mine = decisionsOf(entry.name);
  if (mine.size === 0) return 0;
  return entry.open.filter((pointer) => isDecided(mine, pointer)).length;
}

// A list is decided as a whole, or by an item added to it.
function isDecided(mine, pointer) {
  return mine.has(pointer) || [...mine.keys()].some((key) => key.startsWith(`${pointer}/-`));
}

// All decisions, in the order of the reports.
function exportText() {
  const lines = INDEX.flatMap((entry) => [...decisionsOf(entry.name).values()]);
  return lines.map((decision) => `${JSON.stringify(decision)}\n`).join("");
}

// Takes decisions in; the later one of two about the same value stands.
function importText(text) {
  const count = { taken: 0, foreign: 0, broken: 0, older: 0 };
  const touched = new Set();
  for (const line of text.replace(/^\ufeff/, "").split("\n").filter((line) => line.trim() !== "")) {
    let decision = null;
    try {
      decision = understood(JSON.parse(line));
    } catch {
      // Counted below.
    }
    if (!decision) {
      count.broken += 1;
      continue;
    }
    const entry = BY_NAME.get(decision.document);
    if (!entry || entry.text_id !== decision.text_id) {
      count.foreign += 1;
      continue;
    }
    const known = decisionsOf(entry.name).get(keyOf(decision.pointer, decision.value));
    if (known && Date.parse(known.at) > Date.parse(decision.at)) {
      count.older += 1;
      continue;
    }
    put(decision);
    touched.add(entry.name);
    count.taken += 1;
  }
  touched.forEach(keep);
  return count;
}

function download() {
  const text = exportText();
  const count = text.split("\n").length - 1;
  if (count === 0) return tell(say("nothing_to_export"));
  const address = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
  const link = element("a", { href: address, download: "decisions.jsonl" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  tell(say("exported", count));
}
