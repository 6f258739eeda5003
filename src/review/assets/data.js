// What stands in the page: the list, the record's schema, and a packed block for each report.

function embedded(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

const TOLD = embedded("told");
const SCHEMA = embedded("schema");
const INDEX = embedded("index");

INDEX.forEach((entry, number) => {
  entry.number = number;
  entry.searched = [entry.name, entry.title, entry.words].join(" ").toLowerCase();
});

const BY_NAME = new Map(INDEX.map((entry) => [entry.name, entry]));

// How many unpacked reports are kept.
const KEPT = 6;
const unpacked = new Map();

// One report, unpacked when it is first asked for.
async function reportOf(number) {
  const known = unpacked.get(number);
  if (known) return known;
  const packed = atob(document.getElementById(`report-${number}`).textContent);
  const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const report = JSON.parse(await new Response(stream).text());
  report.entry = INDEX[number];
  report.offsets = offsetsOf(report.text);
  unpacked.set(number, report);
  if (unpacked.size > KEPT) unpacked.delete(unpacked.keys().next().value);
  return report;
}

// Places count characters, strings count UTF-16 units: a character beyond U+FFFF is one of the former and two of the latter.
// Says at which unit a character begins.
function offsetsOf(text) {
  const wide = [];
  let at = 0;
  for (const character of text) {
    if (character.length > 1) wide.push(at);
    at += 1;
  }
  if (wide.length === 0) return (character) => character;
  return (character) => {
    let low = 0;
    let high = wide.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (wide[middle] < character) low = middle + 1;
      else high = middle;
    }
    return character + low;
  };
}

// The words at a place, or what the block has instead of a place.
function quoteOf(report, place) {
  if (place.quote !== undefined) return place.quote;
  if (place.start === undefined) return null;
  return report.text.slice(report.offsets(place.start), report.offsets(place.end));
}
