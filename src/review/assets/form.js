// Typed input for a value: choices, days, numbers, text, lists, and the items of lists member by member.

// The form that is open; one at a time.
let form = null;

function closeForm() {
  form?.remove();
  form = null;
}

// Opens a form for the value at a pointer; for a list, for an item to be added.
function edit(pointer, given) {
  const list = fieldAt(pointer);
  const adds = given !== undefined || (list?.kind === "list" && list.of.kind === "object") || pointer === "/risks";
  const target = adds ? `${pointer}/-` : pointer;
  const field = fieldAt(target);
  if (!field || isFixed(pointer)) return tell(say("not_possible"));
  const picked = pickedText();
  const was = adds ? null : valueAt(report.record, pointer);
  const decision = adds ? null : decisionsOf(report.entry.name).get(pointer);
  const before = given !== undefined && fits(field, given) ? given : decision ? decision.value : was;
  const input = inputFor(field, picked && field.kind === "text" ? picked : before, target, picked);
  const wrong = element("p", { class: "wrong", role: "alert" });
  const save = (event) => {
    event.preventDefault();
    const read = input.read();
    wrong.textContent = read.wrong ?? "";
    if (read.wrong !== undefined) return;
    withReviewer(() => {
      const action = given !== undefined && same(read.value, given) ? "model" : "edit";
      decide(report.entry, target, action, read.value, was, adds ? null : (decision?.note ?? null));
      closeForm();
      afterDecision();
    });
  };
  openForm(pointer, given, element("form", { class: "editing", onsubmit: save, onkeydown: (event) => saves(event) && save(event) },
    input.node, wrong,
    element("div", { class: "actions" }, element("button", { type: "submit", class: "first" }, say("save")), element("button", { type: "button", onclick: leaveForm }, say("cancel")))));
}

// Enter saves; in an area of several lines, with Ctrl.
function saves(event) {
  return event.key === "Enter" && !event.isComposing && (event.ctrlKey || !event.target.closest("textarea, button"));
}

function openNote(pointer, key) {
  const decision = decisionsOf(report.entry.name).get(key);
  const area = element("textarea", { rows: 3, "aria-label": say("note") });
  area.value = decision?.note ?? "";
  const save = (event) => {
    event.preventDefault();
    const note = area.value.trim() || null;
    withReviewer(() => {
      if (decision) decide(report.entry, decision.pointer, decision.action, decision.value, decision.was, note);
      else if (note) decide(report.entry, pointer, "keep", valueAt(report.record, pointer), valueAt(report.record, pointer), note);
      closeForm();
      afterDecision();
    });
  };
  openForm(pointer, undefined, element("form", { class: "editing", onsubmit: save, onkeydown: (event) => saves(event) && save(event) }, area,
    element("div", { class: "actions" }, element("button", { type: "submit", class: "first" }, say("save")), element("button", { type: "button", onclick: leaveForm }, say("cancel")))));
}

function openForm(pointer, given, made) {
  closeForm();
  form = made;
  const node = chosenNode() ?? document.getElementById(`part-${namesOf(pointer)[0]}`);
  (node.querySelector(".opened") ?? node).append(made);
  made.scrollIntoView({ block: "nearest" });
  made.querySelector("input, select, textarea")?.focus();
}

function leaveForm() {
  closeForm();
  chosenNode()?.querySelector(".head")?.focus();
}

// Words that are selected in the source text.
function pickedText() {
  const selection = getSelection();
  const inside = selection.anchorNode && document.getElementById("text").contains(selection.anchorNode);
  const text = inside ? selection.toString().replace(/\s*\n\s*/g, " ").trim() : "";
  return text === "" ? null : text;
}

// An element and what it reads: `{ value }`, or `{ wrong }` in words.
function inputFor(field, before, pointer, picked = null) {
  switch (field.kind) {
    case "choice": return oneOf(field, before, field.choices.map((choice) => [choice, sayChoice(field.name, choice)]));
    case "flag": return oneOf(field, before, [[true, say("true")], [false, say("false")]]);
    case "date": return typed(field, before, { type: "date" }, (text) => (isDay(text) ? { value: text } : { wrong: say("wrong_date") }));
    case "number": return typed(field, before, { type: "text", inputmode: "decimal" }, readNumber);
    case "integer": return typed(field, before, { type: "text", inputmode: "numeric" }, (text) => (/^\d{1,9}$/.test(text) ? { value: Number(text) } : { wrong: say("wrong_integer") }));
    case "list": return listed_(field, before);
    case "object": return members(field, before, pointer, picked);
    default: return words(field, before, pointer);
  }
}

// A number as the record writes it: at most 15 digits, without separators.
function readNumber(text) {
  const plain = text.replaceAll(",", "");
  const digits = plain.replace(/[^\d]/g, "").replace(/^0+/, "").length;
  return /^[-+]?\d+(\.\d+)?$/.test(plain) && digits <= 15 ? { value: Number(plain) } : { wrong: say("wrong_number") };
}

function oneOf(field, before, options) {
  const node = element("select", {});
  if (field.nullable || before === null || before === undefined) node.append(element("option", { value: "" }, say("null")));
  options.forEach(([value, text], at) => node.append(element("option", { value: at, selected: value === before }, text)));
  const read = () => {
    if (node.value === "") return field.nullable ? { value: null } : { wrong: say("required") };
    return { value: options[Number(node.value)][0] };
  };
  return { node, read };
}

function typed(field, before, attributes, parse) {
  const node = element("input", { ...attributes, autocomplete: "off" });
  node.value = before ?? "";
  const read = () => {
    const text = node.value.trim();
    if (text === "") return field.nullable ? { value: null } : { wrong: say("required") };
    return parse(text);
  };
  return { node, read };
}

function words(field, before, pointer) {
  const long = typeof before === "string" && before.length > 40;
  const input = long ? element("textarea", { rows: 3 }) : element("input", { type: "text", autocomplete: "off" });
  input.value = before ?? "";
  const node = element("span", { class: "words" }, input);
  const labels = /\/(label|prior_label)$/.test(pointer) ? gradeLabels() : [];
  if (labels.length > 0 && !long) {
    node.append(element("datalist", { id: "labels" }, labels.map((label) => element("option", { value: label }))));
    input.setAttribute("list", "labels");
  }
  const read = () => {
    const text = input.value.trim();
    if (text === "") return field.nullable ? { value: null } : { wrong: say("required") };
    return { value: text };
  };
  return { node, read };
}

// The rating words of the report's own scales.
function gradeLabels() {
  return [...new Set(report.record.rating_scales.flatMap((scale) => scale.grades.map((grade) => grade.label)))];
}

function listed_(field, before) {
  // Grades have lines of their own; a scale's form leaves them as they are.
  if (field.of.kind === "object") return { node: null, read: () => ({ value: before ?? [] }) };
  const node = element("textarea", { rows: 3, placeholder: say("one_a_line") });
  node.value = (before ?? []).join("\n");
  const read = () => {
    const value = node.value.split("\n").map((line) => line.trim()).filter(Boolean);
    const wrong = value.find((item) => !fits(field.of, item));
    return wrong === undefined ? { value } : { wrong: say("wrong_choice", field.of.choices?.join(", ") ?? wrong) };
  };
  return { node, read };
}

function members(field, before, pointer, picked) {
  const required = Object.entries(field.node.properties);
  const inputs = required.map(([name, schema]) => {
    const inner = described(schema);
    // What is selected in the text becomes the item's first words.
    const first = picked && before === null && inner.kind === "text" && !inner.nullable ? picked : (before?.[name] ?? null);
    return { name, ...inputFor(inner, first, `${pointer}/${name}`) };
  });
  const rows = inputs.filter(({ node }) => node).map(({ name, node }) => element("label", {}, element("span", { class: "name" }, either(WORDS.field[name], name)), node));
  const read = () => {
    const value = {};
    for (const input of inputs) {
      const read = input.read();
      if (read.wrong !== undefined) return { wrong: `${either(WORDS.field[input.name], input.name)}: ${read.wrong}` };
      value[input.name] = read.value;
    }
    return { value };
  };
  return { node: element("div", { class: "members" }, rows), read };
}
