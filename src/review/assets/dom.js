// Words of the page in two languages, and elements. Text of reports only ever becomes text nodes.

let language = "en";

// A word of the page; `{0}` is filled in.
function say(key, ...values) {
  const words = WORDS.ui[key];
  const text = words ? words[language === "zh" ? 0 : 1] : key;
  return text.replace(/\{(\d)\}/g, (_, at) => String(values[at] ?? ""));
}

function either(words, otherwise) {
  return words ? words[language === "zh" ? 0 : 1] : otherwise;
}

function sayChoice(definition, value) {
  return either(WORDS.enum[definition]?.[value], String(value));
}

// What a pointer, or a field of the list's filter, is called.
function sayField(names) {
  const said = names.filter((name) => !/^(\d+|-)$/.test(name));
  const [first, ...rest] = said;
  const group = either(WORDS.group[first], first);
  const last = rest.map((name) => either(WORDS.field[name], name));
  return [group, ...last].join(" · ");
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    made.append(child);
  }
  return made;
}

// Characters nobody sees: controls, and those that turn or join text. They are shown by their number, and what turns text
// cannot reach beyond the element it stands in.
const UNSEEN = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

// Text of unknown origin, into an element.
function show(into, text) {
  let from = 0;
  for (const found of text.matchAll(UNSEEN)) {
    if (found.index > from) into.append(text.slice(from, found.index));
    const number = found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    into.append(element("span", { class: "unseen", "data-number": `U+${number}` }, found[0]));
    from = found.index + found[0].length;
  }
  if (from < text.length) into.append(text.slice(from));
  return into;
}

function shown(tag, attributes, text) {
  return show(element(tag, attributes), text);
}

// A value of the record, for people.
function showValue(into, value, field) {
  if (value === null || value === undefined) return into.append(element("span", { class: "none" }, say("null"))), into;
  if (field?.kind === "choice") return into.append(sayChoice(field.name, value)), into;
  if (typeof value === "boolean") return into.append(say(String(value))), into;
  if (Array.isArray(value)) {
    value.forEach((item, at) => {
      if (at > 0) into.append(", ");
      showValue(into, item, field?.of);
    });
    if (value.length === 0) into.append(element("span", { class: "none" }, say("null")));
    return into;
  }
  if (typeof value === "object") {
    let first = true;
    for (const [name, inner] of Object.entries(value)) {
      if (inner === null || (Array.isArray(inner) && inner.length === 0) || inner === false) continue;
      if (!first) into.append(element("span", { class: "between" }, " · "));
      first = false;
      const property = field?.node?.properties?.[name];
      const described_ = property ? described(property) : null;
      const part = element("span", { title: either(WORDS.field[name], name) });
      // "yes" says nothing without what it is about.
      if (inner === true) part.append(either(WORDS.field[name], name));
      else showValue(part, inner, described_);
      into.append(part);
    }
    return into;
  }
  return show(into, String(value));
}

// A short message that a screen reader speaks.
let sayingTimer = 0;
function tell(text) {
  const place = document.getElementById("saying");
  place.textContent = text;
  place.classList.add("on");
  clearTimeout(sayingTimer);
  sayingTimer = setTimeout(() => place.classList.remove("on"), 4000);
}
