// What people decided: kept in the browser by run, report and value, written out and read in as lines of JSON.

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

// Each decision has a place of its own: several tabs write to one storage, and none may take away what another has decided.
function placeOf(name, key) {
  return PREFIX + JSON.stringify([name, key]);
}

// When each was first decided, by its place: a storage has no order, and what is written out has. No two of a tab are the same.
const orders = new Map();
let latest = 0;

function keep(name, key) {
  if (!storage) return;
  const place = placeOf(name, key);
  const decision = decisionsOf(name).get(key);
  try {
    if (decision) {
      latest = Math.max(Date.now(), latest + 1);
      if (!orders.has(place)) orders.set(place, latest);
      storage.setItem(place, JSON.stringify({ ...decision, order: orders.get(place) }));
    } else {
      orders.delete(place);
      storage.removeItem(place);
    }
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
  const places = Array.from({ length: storage.length }, (_, at) => storage.key(at)).filter((place) => place?.startsWith(PREFIX));
  const found = places.map((place) => keptAt(place, storage.getItem(place))).filter(Boolean);
  found.sort((one, other) => one.order - other.order).forEach(takeKept);
}

// The decision about a report of this page that stands at a place, with its order; null if there is none.
function keptAt(place, text) {
  try {
    const kept = JSON.parse(text);
    const decision = understood(kept);
    if (!decision || BY_NAME.get(decision.document)?.text_id !== decision.text_id) return null;
    return { place, decision, order: Number.isFinite(kept.order) ? kept.order : 0 };
  } catch {
    // Somebody else wrote there.
    return null;
  }
}

function takeKept({ place, decision, order }) {
  put(decision);
  orders.set(place, order);
}

// Takes over what another tab has decided or taken back; gives the report it is about, or nothing.
function takeOver({ key: place, newValue, storageArea }) {
  if (!storage || storageArea !== storage || !place?.startsWith(PREFIX)) return null;
  if (newValue !== null) {
    const kept = keptAt(place, newValue);
    if (kept) takeKept(kept);
    return kept && BY_NAME.get(kept.decision.document);
  }
  try {
    const [name, key] = JSON.parse(place.slice(PREFIX.length));
    orders.delete(place);
    return decisionsOf(name).delete(key) ? BY_NAME.get(name) : null;
  } catch {
    // The probe of a tab that was just opened.
    return null;
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
  const key = keyOf(pointer, value);
  history.push({ name: entry.name, key });
  keep(entry.name, key);
}

function undo(name, key) {
  const mine = decisionsOf(name);
  if (!mine.delete(key)) return false;
  keep(name, key);
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
    const key = keyOf(decision.pointer, decision.value);
    const known = decisionsOf(entry.name).get(key);
    if (known && Date.parse(known.at) > Date.parse(decision.at)) {
      count.older += 1;
      continue;
    }
    put(decision);
    keep(entry.name, key);
    count.taken += 1;
  }
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
