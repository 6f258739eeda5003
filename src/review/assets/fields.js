// The record's fields: what the schema says of the value at a JSON Pointer, and what it is called.

function namesOf(pointer) {
  return pointer.split("/").slice(1).map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function valueAt(record, pointer) {
  let value = record;
  for (const name of namesOf(pointer)) {
    if (value === null || typeof value !== "object") return null;
    value = Object.hasOwn(value, name) ? value[name] : null;
  }
  return value ?? null;
}

// The schema behind references and "or null", with the name of its definition.
function behind(node, name = null, nullable = false) {
  if (node.$ref) {
    const called = node.$ref.replace("#/$defs/", "");
    return behind(SCHEMA.$defs[called], called, nullable);
  }
  if (node.anyOf) {
    const some = node.anyOf.filter((choice) => choice.type !== "null");
    return behind(some[0], name, nullable || some.length < node.anyOf.length);
  }
  const types = [node.type].flat();
  return { node, name, nullable: nullable || types.includes("null"), type: types.find((type) => type !== "null") };
}

// What may stand at a pointer: `{ kind, name, nullable, choices, node }`, or null for what is no field.
function fieldAt(pointer) {
  let node = SCHEMA;
  for (const name of namesOf(pointer)) {
    const { node: inner } = behind(node);
    if (inner.type === "array" || inner.items) node = inner.items;
    else if (inner.properties && Object.hasOwn(inner.properties, name)) node = inner.properties[name];
    else return null;
  }
  return described(node);
}

function described(schema) {
  const { node, name, nullable, type } = behind(schema);
  const choices = node.oneOf?.map((choice) => choice.const) ?? node.enum;
  if (choices) return { kind: "choice", name, nullable, choices, node };
  if (node.properties) return { kind: "object", name, nullable, node };
  if (node.items) return { kind: "list", name, nullable, node, of: described(node.items) };
  if (type === "boolean") return { kind: "flag", name, nullable, node };
  if (type === "integer") return { kind: "integer", name, nullable, node };
  if (type === "number") return { kind: "number", name, nullable, node };
  if (node.format === "date") return { kind: "date", name, nullable, node };
  return { kind: "text", name, nullable, node };
}

// Whether a value could stand where the field is: what a reader gave may have any form.
function fits(field, value) {
  if (!field) return false;
  if (value === null) return field.nullable;
  switch (field.kind) {
    case "choice": return field.choices.includes(value);
    case "flag": return typeof value === "boolean";
    case "integer": return Number.isInteger(value) && value >= 0;
    case "number": return typeof value === "number" && Number.isFinite(value);
    case "date": return typeof value === "string" && isDay(value);
    case "text": return typeof value === "string";
    case "list": return Array.isArray(value) && value.every((item) => fits(field.of, item));
    default: {
      if (typeof value !== "object" || Array.isArray(value)) return false;
      const names = Object.keys(field.node.properties);
      const known = Object.keys(value).every((name) => names.includes(name));
      return known && names.every((name) => fits(described(field.node.properties[name]), value[name] ?? null));
    }
  }
}

function isDay(text) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!parts) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

// Whether a pointer is an item of a list, which can be removed as a whole.
function isItem(pointer) {
  return /\/(\d+|-)$/.test(pointer);
}

// What a checklist says follows from disclosures; the file is what it is.
function isFixed(pointer) {
  return /^\/(compliance|source|run)(\/|$)/.test(pointer);
}

// An item that is not there: a disclosure stays in its list and is absent.
function absent(pointer, was) {
  if (/^\/disclosures\/\d+$/.test(pointer) && was) return { id: was.id, present: false, polarity: null, specific: null };
  return null;
}
