// The open report's record: conflicts first, then what is to be looked at, then everything.

let report = null;
// What is chosen: `{ pointer, given, where }`; `given` is an item that a list may get, `where` a card or a line.
let selected = null;

const LEAVES = ["product", "publisher", "subject", "target_price"];
const LISTS_OF_LEAVES = ["authors", "ratings"];
const LISTS = ["estimates", "benchmarks", "mentions", "sector_calls", "key_points", "risks", "related_reports", "disclosures", "compliance"];

const TOLD_BY_READINGS = ["conflict", "not_in_text", "value_mismatch", "model_only"];

// What each reader gave for a value, taken or not.
function readingsOf(pointer, given) {
  const origin = report.provenance[pointer] ?? {};
  const value = valueAt(report.record, pointer);
  const of = (by) => {
    const mine = (place) => (by === "rules" ? place.by === "rules" : place.by === "model" || place.by === "adjudicator");
    const taken = (origin.evidence ?? []).filter(mine);
    const readings = taken.length > 0 && given === undefined ? [{ value, places: taken, taken: true }] : [];
    for (const refused of (origin.rejected ?? []).filter(mine)) {
      if (given === undefined || JSON.stringify(refused.value) === JSON.stringify(given)) {
        readings.push({ value: refused.value, places: [refused], reasons: refused.reasons, taken: false });
      }
    }
    return readings;
  };
  return { rules: of("rules"), model: of("model") };
}

// What stands at the top: `{ pointer, value, code, details }`. A list's items that were not taken are decided one by one.
function cards() {
  const made = new Map();
  const add = (pointer, code, detail) => {
    const card = made.get(pointer) ?? { pointer, codes: [], details: [] };
    if (!card.codes.includes(code)) card.codes.push(code);
    if (detail) card.details.push(detail);
    made.set(pointer, card);
  };
  const items = report.review.filter((item) => item.pointer !== "");
  // The two readings, side by side, say the same as these details do in words.
  const seen = (item) => TOLD_BY_READINGS.includes(item.code) && report.provenance[item.pointer];
  items.forEach((item) => add(item.pointer, item.code, seen(item) ? null : item.detail));
  for (const [pointer, origin] of Object.entries(report.provenance)) {
    if (origin.verdict === "conflict") add(pointer, "conflict", null);
  }
  const all = [...made.values()];
  const conflict = (card) => card.codes.includes("conflict");
  return [...all.filter(conflict), ...all.filter((card) => !conflict(card))];
}

function drawRecord() {
  const pane = document.getElementById("record");
  const scroll = pane.scrollTop;
  const { entry } = report;
  const all = cards();
  const conflicts = all.filter((card) => card.codes.includes("conflict"));
  const others = all.filter((card) => !card.codes.includes("conflict"));
  const whole = report.review.filter((item) => item.pointer === "");
  const parts = [heading(entry)];
  if (conflicts.length > 0) parts.push(part(say("conflicts"), conflicts.map(card), "conflicts"));
  if (others.length > 0) parts.push(part(say("to_look_at"), others.map(card), "others"));
  if (all.length === 0 && whole.length === 0) parts.push(element("p", { class: "calm" }, say("nothing_to_decide")));
  if (whole.length > 0) parts.push(aboutTheText(whole));
  pane.replaceChildren(...parts, ...groups());
  pane.scrollTop = scroll;
  drawChosen();
}

function heading(entry) {
  const about = [entry.broker, entry.date, entry.name].filter(Boolean).join(" · ");
  const { run } = report.record;
  const readers = [sayChoice("Readers", run.readers), run.model, ...run.issues.filter((issue) => issue.startsWith("model_failed"))];
  return element(
    "div",
    { class: "heading" },
    shown("h3", {}, entry.title ?? entry.name),
    shown("p", { class: "quiet" }, about),
    shown("p", { class: "quiet" }, readers.filter(Boolean).join(" · ")),
  );
}

function part(title, children, id) {
  return element("section", { class: "part", id: `part-${id}` }, element("h3", {}, title, element("span", { class: "count" }, String(children.length))), children);
}

function aboutTheText(items) {
  const rows = items.map((item) =>
    element("li", {}, element("span", { class: "chip warn" }, sayChoice("ReviewCode", item.code)), " ", shown("span", {}, item.detail)));
  return element("section", { class: "part", id: "part-whole" },
    element("h3", {}, say("about_the_text"), element("span", { class: "count" }, String(items.length))), element("ul", { class: "whole" }, rows));
}

// A conflict, or something to look at: both readings side by side, always open.
function card({ pointer, codes, details }) {
  const chips = codes.map((code) => element("span", { class: code === "conflict" ? "chip bad" : "chip warn" }, sayChoice("ReviewCode", code)));
  const children = [rowHead(pointer, chips), readers(pointer), details.map((detail) => shown("p", { class: "details quiet" }, detail)), actions(pointer)];
  return element("article", { class: "node card", "data-pointer": pointer, "aria-label": labelled(pointer) }, children);
}

function rowHead(pointer, chips) {
  const field = fieldAt(pointer);
  const value = valueAt(report.record, pointer);
  const name = element("span", { class: "name" }, labelled(pointer));
  const list = field?.kind === "list" && field.of.kind !== "text" && field.of.kind !== "choice";
  const said = element("span", { class: "value" });
  if (list) said.append(element("span", { class: "none" }, `${value?.length ?? 0}`));
  else showValue(said, value, field);
  return element("button", { type: "button", class: "head", onclick: () => select(pointer, { where: "card" }) }, name, said, element("span", { class: "chips" }, chips, decisionChip(pointer)));
}

// A pointer for people, with places in lists from 1: `Authors 4 · licence number`.
function labelled(pointer) {
  const [first, ...rest] = namesOf(pointer);
  let said = either(WORDS.group[first], first);
  for (const name of rest) said += /^\d+$/.test(name) ? ` ${Number(name) + 1}` : ` · ${either(WORDS.field[name], name)}`;
  return said;
}

function readers(pointer, given) {
  const both = readingsOf(pointer, given);
  const field = given === undefined ? fieldAt(pointer) : fieldAt(`${pointer}/-`);
  const column = (by) => {
    const list = both[by].map((reading) => oneReading(reading, reading.taken ? field : readingField(pointer, reading.value)));
    if (list.length === 0) list.push(element("p", { class: "none" }, say("nothing_read")));
    return element("div", { class: `reader ${by}` }, element("h4", {}, say(`${by}_read`)), list);
  };
  const found = both.rules.length + both.model.length > 0 ? element("div", { class: "readers" }, column("rules"), column("model")) : null;
  return [found, given === undefined ? person(pointer) : null];
}

// Who decided a value in an earlier sitting, and the words that were found for it.
function person(pointer) {
  const { decided: who, evidence } = report.provenance[pointer] ?? {};
  if (!who) return null;
  const found = (evidence ?? []).filter((place) => place.by === "human").map(quoted);
  return element("div", { class: "reader human" }, element("h4", {}, sayChoice("Verdict", "human")), shown("p", {}, who), found);
}

// What a value that was not taken would be: of a list, an item.
function readingField(pointer, value) {
  const field = fieldAt(pointer);
  return field?.kind === "list" && !Array.isArray(value) ? field.of : field;
}

function oneReading({ value, places: where, reasons, taken }, field) {
  const said = element("p", { class: "said" }, element("span", { class: taken ? "standing taken" : "standing" }, taken ? `✓ ${say("taken")}` : say("not_taken")));
  showValue(said, value, fits(field, value) ? field : null);
  const quotes = where.slice(0, 3).map((place) => quoted(place));
  const why = (reasons ?? []).map((reason) => element("span", { class: "reason" }, sayChoice("Reason", reason)));
  return element("div", { class: "reading" }, said, quotes, why.length > 0 ? element("p", { class: "reasons" }, why) : null);
}

// The words a value was read from; a click shows them in the text.
function quoted(place) {
  const quote = quoteOf(report, place);
  if (quote === null) return element("p", { class: "quote none" }, say("nowhere"));
  const short = quote.length > 160 ? `${quote.slice(0, 160)}…` : quote;
  const at = place.start === undefined ? say("nowhere") : `@${place.start}`;
  const near = place.alignment && place.alignment !== "exact" ? ` ${sayChoice("Alignment", place.alignment)}` : "";
  const number = places.find((known) => known.place === place)?.number;
  const go = number === undefined ? null : (event) => {
    event.stopPropagation();
    showPlaces([number]);
  };
  const tag = go ? "button" : "p";
  return element(tag, { class: "quote", type: go ? "button" : null, onclick: go }, shown("q", {}, short), element("span", { class: "at" }, ` ${at}${near}`));
}

function decisionChip(pointer) {
  const decision = decisionsOf(report.entry.name).get(pointer);
  if (!decision) return null;
  const stale = isStale(decision);
  return element("span", { class: stale ? "chip bad" : "chip good", title: stale ? say("stale") : null }, `${stale ? "! " : "✓ "}${say(`decided_${decision.action}`)}`);
}

// Whether a decision was made about another value: neither what it was made about nor what it led to stands there.
function isStale(decision) {
  if (decision.pointer.endsWith("/-")) return false;
  const value = valueAt(report.record, decision.pointer);
  return !same(decision.was, value) && !same(decision.value, value);
}

function same(a, b) {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

// What can be decided about a value, as `{ action, enabled, value }`.
function choices(pointer, given) {
  const target = given === undefined ? pointer : `${pointer}/-`;
  const field = fieldAt(target);
  const value = given === undefined ? valueAt(report.record, pointer) : null;
  const both = readingsOf(pointer, given);
  const fixed = isFixed(pointer) || field === null;
  const list = field?.kind === "list" && field.of.kind === "object";
  const of = (by) => {
    const reading = both[by].find((reading) => fits(field, reading.value)) ?? null;
    return { action: by, enabled: !fixed && reading !== null, value: reading?.value ?? null };
  };
  const removable = !fixed && !list && given === undefined && (isItem(pointer) || field.nullable) && value !== null;
  return {
    rules: of("rules"),
    model: of("model"),
    edit: { action: "edit", enabled: !fixed && (!list || given === undefined) },
    missing: { action: "missing", enabled: removable, value: absent(pointer, value) },
    keep: { action: "keep", enabled: given === undefined && field !== null, value },
  };
}

function actions(pointer, given) {
  const can = choices(pointer, given);
  const key = given === undefined ? pointer : keyOf(`${pointer}/-`, given);
  const decision = decisionsOf(report.entry.name).get(key);
  const button = (action, shortcut, text = say(action)) =>
    element("button", {
      type: "button", class: "act", "data-action": action, disabled: !can[action].enabled, "aria-pressed": String(decision?.action === action),
      onclick: () => act(action, pointer, given),
    }, text, shortcut && element("kbd", {}, shortcut));
  const buttons = [button("rules", "r"), button("model", "m"), button("edit", "e", fieldAt(pointer)?.kind === "list" && given === undefined ? say("add") : say("edit"))];
  if (given === undefined) buttons.push(button("missing", "x", isItem(pointer) ? say("remove") : say("missing")), button("keep", "o"));
  buttons.push(element("button", { type: "button", class: "act", disabled: !can.keep.enabled && !decision, onclick: () => openNote(pointer, key) }, say("note"), element("kbd", {}, "c")));
  return element("div", { class: "deciding" }, element("div", { class: "actions" }, buttons), decision ? decisionLine(decision, key) : null);
}

// What was decided, by whom, when.
function decisionLine(decision, key) {
  const takes = element("button", { type: "button", class: "act", onclick: () => takeBack(key) }, say("undo"), element("kbd", {}, "u"));
  const said = element("p", { class: "decision" }, takes, `✓ ${say(`decided_${decision.action}`)}: `);
  showValue(said, decision.value, fieldAt(decision.pointer));
  const when = decision.at.replace("T", " ").replace("Z", " UTC");
  said.append(shown("span", { class: "quiet" }, ` — ${decision.by}, ${when}`));
  return element("div", {}, said, decision.note && shown("p", { class: "note" }, decision.note), isStale(decision) && element("p", { class: "stale" }, say("stale")));
}

function groups() {
  return Object.keys(WORDS.group).filter((name) => name !== "source").map(group).filter(Boolean);
}

function group(name) {
  const children = [];
  const add = (pointer) => children.push(line(pointer));
  if (LEAVES.includes(name)) leavesOf(`/${name}`).forEach(add);
  const items = Array.isArray(report.record[name]) ? report.record[name] : [];
  items.forEach((item, at) => {
    const pointer = `/${name}/${at}`;
    if (LISTS_OF_LEAVES.includes(name)) {
      children.push(line(pointer, "item"));
      leavesOf(pointer).forEach(add);
    } else if (name === "rating_scales") {
      children.push(line(pointer, "item"));
      leavesOf(pointer).forEach(add);
      item.grades.forEach((_, grade) => add(`${pointer}/grades/${grade}`));
      refusedItems(`${pointer}/grades`).forEach((node) => children.push(node));
    } else {
      add(pointer);
    }
  });
  const isList = LISTS.includes(name) || LISTS_OF_LEAVES.includes(name) || name === "rating_scales";
  if (isList) refusedItems(`/${name}`).forEach((node) => children.push(node));
  const count = isList ? element("span", { class: "count" }, String(items.length)) : null;
  const adding = isList && !isFixed(`/${name}`) && name !== "disclosures"
    ? element("button", { type: "button", class: "plain add", onclick: () => edit(`/${name}`) }, `+ ${say("add")}`)
    : null;
  const added = [...decisionsOf(report.entry.name).values()].filter((decision) => decision.pointer === `/${name}/-`);
  const shownElsewhere = [...refusedValues(`/${name}`), ...items];
  added.filter((decision) => !shownElsewhere.some((value) => same(value, decision.value))).forEach((decision) => children.push(addedItem(decision)));
  if (isList && children.length === 0) children.push(element("p", { class: "none empty" }, say("null")));
  const title = element("h3", {}, either(WORDS.group[name], name), count, adding);
  return element("section", { class: "part group", id: `part-${name}` }, title, children);
}

function leavesOf(pointer) {
  const { properties } = fieldAt(pointer).node;
  return Object.keys(properties).filter((name) => name !== "grades").map((name) => `${pointer}/${name}`);
}

// A value in its group, one line until it is chosen.
function line(pointer, kind = "") {
  const origin = report.provenance[pointer];
  const chips = origin ? [element("span", { class: `verdict ${origin.verdict}` }, sayChoice("Verdict", origin.verdict))] : [];
  if ((origin?.rejected ?? []).length > 0) chips.push(element("span", { class: "chip" }, `${say("not_taken")} ${origin.rejected.length}`));
  const field = fieldAt(pointer);
  const value = valueAt(report.record, pointer);
  const heading_ = kind === "item";
  const names = namesOf(pointer);
  const last = names.at(-1);
  const name = heading_ ? `${either(WORDS.group[names[0]], names[0])} ${Number(last) + 1}` : /^\d+$/.test(last) ? `${Number(last) + 1}` : either(WORDS.field[last], last);
  const said = element("span", { class: "value" });
  if (!heading_) showValue(said, value, field);
  const head = element("button", { type: "button", class: "head", onclick: () => select(pointer, { where: "line" }) },
    element("span", { class: "name" }, name), said, element("span", { class: "chips" }, chips, decisionChip(pointer)));
  const classes = ["node", "line-node", kind, /^\d+$/.test(last) && !heading_ ? "listed" : "", value === null ? "empty" : ""].filter(Boolean).join(" ");
  return element("div", { class: classes, "data-pointer": pointer }, head);
}

// What opens under a line when it is chosen.
function opened(pointer) {
  const origin = report.provenance[pointer];
  const from = (origin?.from ?? []).map((source) => element("button", { type: "button", class: "plain", onclick: () => select(source) }, labelled(source)));
  return element("div", { class: "opened" },
    readers(pointer),
    from.length > 0 ? element("p", { class: "quiet" }, `${say("derived_from")}: `, from) : null,
    origin?.votes ? element("p", { class: "quiet" }, say("votes", origin.votes)) : null,
    isFixed(pointer) ? element("p", { class: "quiet" }, say("follows")) : actions(pointer));
}

function refusedValues(pointer) {
  return (report.provenance[pointer]?.rejected ?? []).map((refused) => refused.value);
}

// Items of a list that were not taken: each can be.
function refusedItems(pointer) {
  return refusedValues(pointer).map((value) => {
    const key = keyOf(`${pointer}/-`, value);
    const field = fieldAt(`${pointer}/-`);
    const said = showValue(element("span", { class: "value refused" }), value, fits(field, value) ? field : null);
    const done = decisionsOf(report.entry.name).has(key) ? element("span", { class: "chip good" }, "✓") : null;
    const head = element("button", { type: "button", class: "head", onclick: () => select(pointer, { given: value, where: "line" }) },
      element("span", { class: "name" }, "–"), said, element("span", { class: "chips" }, element("span", { class: "chip" }, say("not_taken")), done));
    return element("div", { class: "node line-node listed", "data-pointer": pointer, "data-key": key }, head);
  });
}

function addedItem(decision) {
  const said = showValue(element("span", { class: "value" }), decision.value, fieldAt(decision.pointer));
  const key = keyOf(decision.pointer, decision.value);
  return element("div", { class: "node line-node listed added" }, element("span", { class: "head" }, element("span", { class: "name" }, "+"), said,
    element("button", { type: "button", class: "act", onclick: () => takeBack(key) }, say("undo"))));
}
