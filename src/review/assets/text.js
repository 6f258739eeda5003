// The source text with what each reader read in it.

// Places of the open report, by number: `{ number, start, end, by, refused, derived, pointer }` in UTF-16 units.
let places = [];

function placesOf(of) {
  const found = [];
  const add = (pointer, place, by, refused, derived) => {
    if (place.start === undefined || place.end === undefined || place.end <= place.start) return;
    const reader = by === "adjudicator" ? "model" : by;
    const [start, end] = [of.offsets(place.start), of.offsets(place.end)];
    found.push({ start, end, by: reader, refused, derived, pointer, place });
  };
  for (const [pointer, origin] of Object.entries(of.provenance)) {
    const derived = origin.verdict === "derived";
    for (const place of origin.evidence ?? []) add(pointer, place, place.by, false, derived);
    for (const place of origin.rejected ?? []) add(pointer, place, place.by, true, false);
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  found.forEach((place, number) => {
    place.number = number;
  });
  return found;
}

function drawText() {
  const pane = document.getElementById("text");
  places = placesOf(report);
  pane.replaceChildren(lines(report));
  pane.scrollTop = 0;
}

// One element a line, its line feed within it; marks are cut where places begin and end, and at line ends.
function lines(of) {
  const { text, paged } = of;
  const made = document.createDocumentFragment();
  let page = 1;
  const pageMark = () => made.append(element("div", { class: "page" }, say("page", page)));
  if (paged) pageMark();
  let line = element("div", { class: "line" });
  const put = (piece, active) => {
    if (active.length === 0) return show(line, piece);
    // What was not taken shows where nothing was.
    const taken = active.filter((place) => !place.refused);
    const shown_ = taken.length > 0 ? taken : active;
    const kind = new Set(shown_.map((place) => place.by)).size > 1 ? "both" : shown_[0].by;
    const refused = taken.length > 0 ? "" : " refused";
    const mark = element("mark", { class: kind + refused, "data-places": active.map((place) => place.number).join(" ") });
    return line.append(show(mark, piece));
  };
  const endLine = () => {
    made.append(line);
    line = element("div", { class: "line" });
  };
  const write = (from, to, active) => {
    while (from < to) {
      const rest = text.slice(from, to);
      const found = rest.search(/[\n\f]/);
      const until = found === -1 ? to : from + found + 1;
      put(text.slice(from, until), active);
      if (found !== -1) {
        endLine();
        if (text[until - 1] === "\f" && paged && text.slice(until).trim() !== "") {
          page += 1;
          pageMark();
        }
      }
      from = until;
    }
  };
  const ends = [...new Set(places.flatMap((place) => [place.start, place.end]))].filter((end) => end <= text.length).sort((a, b) => a - b);
  let at = 0;
  let next = 0;
  let active = [];
  for (const end of [...ends, text.length]) {
    write(at, end, active);
    at = Math.max(at, end);
    active = active.filter((place) => place.end > at);
    while (next < places.length && places[next].start <= at) {
      if (places[next].end > at) active.push(places[next]);
      next += 1;
    }
  }
  if (line.hasChildNodes()) made.append(line);
  return made;
}

function marksOf(numbers) {
  const wanted = new Set(numbers.map(String));
  return [...document.querySelectorAll("#text mark")].filter((mark) => mark.dataset.places.split(" ").some((number) => wanted.has(number)));
}

// Shows where a value stands: its marks stand out, and the first is brought into view.
function showPlaces(numbers, scroll = true) {
  document.querySelectorAll("#text mark.on").forEach((mark) => mark.classList.remove("on"));
  const marks = marksOf(numbers);
  marks.forEach((mark) => mark.classList.add("on"));
  // Where the value that was taken stands, before what was not.
  const [first] = [...marksOf(numbers.filter((number) => !places[number].refused)), ...marks];
  if (scroll && first) bringIntoView(first);
}

function bringIntoView(what) {
  what.scrollIntoView({ block: "center", inline: "nearest" });
}

// The places of a value; of the items of a list, when the pointer is one's.
function numbersOf(pointer) {
  return places.filter((place) => place.pointer === pointer).map((place) => place.number);
}

// A click on a mark goes to its value: the shortest place's, of the same place the record's first, and to the next one's when
// it is chosen already.
function chooseAt(mark) {
  const here = mark.dataset.places.split(" ").map((number) => places[Number(number)]);
  const groups_ = Object.keys(WORDS.group);
  const rank = (place) => groups_.indexOf(namesOf(place.pointer)[0]);
  here.sort((a, b) => a.derived - b.derived || (a.end - a.start) - (b.end - b.start) || rank(a) - rank(b) || a.number - b.number);
  const pointers = [...new Set(here.map((place) => place.pointer))];
  const at = pointers.indexOf(selected?.pointer);
  select(pointers[(at + 1) % pointers.length], { fromText: true });
}

// The next or previous place in the text, as a way there without a mouse.
function stepPlace(by) {
  const own = places.filter((place) => !place.derived);
  if (own.length === 0) return;
  const on = document.querySelector("#text mark.on");
  const current = on ? Number(on.dataset.places.split(" ")[0]) : by > 0 ? -1 : places.length;
  const next = by > 0 ? own.find((place) => place.number > current) : own.findLast((place) => place.number < current);
  if (!next) return;
  select(next.pointer, { fromText: true, only: next.number });
}
