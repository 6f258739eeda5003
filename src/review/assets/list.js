// The list of reports: worst first, filtered, searched.

// Rows made at once; thousands are never needed at once.
const ROWS = 150;
const CODES = SCHEMA.$defs.ReviewCode.oneOf.map((choice) => choice.const);
const VERDICTS = SCHEMA.$defs.Verdict.oneOf.map((choice) => choice.const);
const FILTERS = ["state", "code", "broker", "field", "verdict"];

// Reports as filtered, in the order shown.
let listed = [];
let rows = ROWS;

// Worst first: by the gravest code, then by how much there is, then as the run has them.
const WORST = (() => {
  const weight = new Map(INDEX.map((entry) => {
    const gravest = CODES.findIndex((code) => entry.codes[code]);
    const count = Object.values(entry.codes).reduce((sum, number) => sum + number, 0);
    const failed = entry.model_failed ? 0.5 : 0;
    return [entry, [gravest === -1 ? CODES.length - failed : gravest, -count, entry.number]];
  }));
  return [...INDEX].sort((a, b) => {
    const [left, right] = [weight.get(a), weight.get(b)];
    return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
  });
})();

function stateOf(entry) {
  if (entry.open.length === 0) return "clear";
  return progressOf(entry) === entry.open.length ? "decided" : "undecided";
}

function chosen() {
  const filters = Object.fromEntries(FILTERS.map((name) => [name, document.getElementById(`filter-${name}`).value]));
  const terms = document.getElementById("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  return { ...filters, terms };
}

function matches(entry, { state, code, broker, field, verdict, terms }) {
  if (state === "model_failed" ? !entry.model_failed : state && stateOf(entry) !== state) return false;
  if (code && !entry.codes[code]) return false;
  if (broker && entry.broker !== broker) return false;
  if (field && !entry.fields.includes(field)) return false;
  if (verdict && !entry.verdicts.includes(verdict)) return false;
  return terms.every((term) => entry.searched.includes(term));
}

function filterList() {
  const wanted = chosen();
  listed = WORST.filter((entry) => matches(entry, wanted));
  rows = ROWS;
  drawList();
  document.getElementById("reports").scrollTop = 0;
}

function drawList() {
  const list = document.getElementById("reports");
  const made = listed.slice(0, rows).map(row);
  if (listed.length > rows) {
    const more = element("button", { type: "button", class: "more", onclick: showMore }, say("more", Math.min(ROWS, listed.length - rows)));
    made.push(element("li", {}, more));
  }
  if (listed.length === 0) made.push(element("li", { class: "quiet nothing" }, say("no_match")));
  list.replaceChildren(...made);
  document.getElementById("shown").textContent = say("reports_shown", listed.length, INDEX.length);
  drawProgress();
}

function showMore() {
  rows += ROWS;
  drawList();
}

// The row of one report again, after a decision in it.
function redrawRow(entry) {
  const old = document.querySelector(`#reports button[data-number="${entry.number}"]`);
  old?.closest("li").replaceWith(row(entry));
  drawProgress();
}

function drawProgress() {
  const all = INDEX.reduce((sum, entry) => sum + entry.open.length, 0);
  const done = INDEX.reduce((sum, entry) => sum + progressOf(entry), 0);
  document.getElementById("progress").textContent = say("progress", done, all);
}

function row(entry) {
  const about = [entry.broker, entry.date, entry.category && sayChoice("Category", entry.category)].filter(Boolean).join(" · ");
  const chips = [];
  const conflicts = entry.codes.conflict ?? 0;
  const others = Object.entries(entry.codes).filter(([code]) => code !== "conflict").reduce((sum, [, number]) => sum + number, 0);
  if (conflicts > 0) chips.push(element("span", { class: "chip bad" }, `${say("chip_conflict")} ${conflicts}`));
  if (others > 0) chips.push(element("span", { class: "chip warn" }, `${say("chip_review")} ${others}`));
  if (entry.model_failed) chips.push(element("span", { class: "chip bad" }, say("state_model_failed")));
  const done = progressOf(entry);
  if (entry.open.length > 0) {
    const whole = done === entry.open.length;
    chips.push(element("span", { class: whole ? "chip good" : "chip" }, `${whole ? "✓ " : ""}${done}/${entry.open.length}`));
  }
  const current = report?.entry === entry;
  const button = element(
    "button",
    { type: "button", "data-number": entry.number, "aria-current": current ? "true" : null, onclick: () => open(entry.number) },
    shown("span", { class: "title", title: entry.name }, entry.title ?? entry.name),
    shown("span", { class: "quiet about" }, about || entry.name),
    element("span", { class: "chips" }, chips),
  );
  return element("li", {}, button);
}

function fillFilters() {
  const count = (names) => {
    const numbers = new Map();
    names.forEach((name) => numbers.set(name, (numbers.get(name) ?? 0) + 1));
    return numbers;
  };
  const codes = count(INDEX.flatMap((entry) => Object.keys(entry.codes)));
  const brokers = count(INDEX.map((entry) => entry.broker).filter(Boolean));
  const fields = count(INDEX.flatMap((entry) => entry.fields));
  const verdicts = count(INDEX.flatMap((entry) => entry.verdicts));
  const states = ["undecided", "decided", "clear", "model_failed"];
  const most = (numbers) => [...numbers.keys()].sort((a, b) => numbers.get(b) - numbers.get(a) || a.localeCompare(b));
  const options = {
    state: states.map((state) => [state, say(`state_${state}`)]),
    code: CODES.filter((code) => codes.has(code)).map((code) => [code, `${sayChoice("ReviewCode", code)} (${codes.get(code)})`]),
    broker: most(brokers).map((broker) => [broker, `${broker} (${brokers.get(broker)})`]),
    field: most(fields).map((field) => [field, `${sayField(field.split("."))} (${fields.get(field)})`]),
    verdict: VERDICTS.filter((verdict) => verdicts.has(verdict)).map((verdict) => [verdict, `${sayChoice("Verdict", verdict)} (${verdicts.get(verdict)})`]),
  };
  for (const name of FILTERS) {
    const select = document.getElementById(`filter-${name}`);
    const before = select.value;
    const any = element("option", { value: "" }, `${say(`filter_${name}`)}: ${say("any")}`);
    select.replaceChildren(any, ...options[name].map(([value, text]) => element("option", { value }, text)));
    select.value = before;
  }
}

// Opens the report `by` places further in the list.
function step(by) {
  const at = listed.indexOf(report?.entry);
  const next = listed[at === -1 ? 0 : at + by];
  if (!next) return tell(say(by > 0 ? "last_report" : "first_report"));
  if (listed.indexOf(next) >= rows) showMore();
  open(next.number);
}
