"use strict";
(() => {
  const rows = [...document.querySelectorAll("tbody tr")].map((row) => ({
    row,
    section: document.getElementById(row.querySelector("th a").getAttribute("href").slice(1)),
    name: row.querySelector("th").textContent.toLowerCase(),
    cells: [...row.querySelectorAll("td[data-state]")].map((cell) => [cell.dataset.clause, cell.dataset.state]),
  }));
  const form = document.getElementById("filters");
  const clause = document.getElementById("clause");
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  const panel = document.getElementById("panel");

  // A report is shown when its name fits and a cell, of the clause if one is chosen, has one of the states.
  function filter() {
    const states = new Set([...form.querySelectorAll("input[name=state]:checked")].map((box) => box.value));
    const wanted = search.value.trim().toLowerCase();
    let count = 0;
    for (const { row, section, name, cells } of rows) {
      const fits = name.includes(wanted) && cells.some(([id, state]) => (!clause.value || id === clause.value) && states.has(state));
      row.hidden = section.hidden = !fits;
      count += fits;
    }
    for (const head of document.querySelectorAll("thead th[data-clause]")) head.classList.toggle("chosen", head.dataset.clause === clause.value);
    shown.textContent = `${count} of ${rows.length} reports`;
  }

  // The words behind the cell that is pointed at or in focus, from the list below the table.
  function show(event) {
    const link = event.target.closest?.("td a.sign");
    const term = link && document.getElementById(link.getAttribute("href").slice(1));
    panel.hidden = !term;
    if (!term) return;
    panel.replaceChildren(term.closest("section").querySelector("h3").cloneNode(true), copy(term));
    for (let next = term.nextElementSibling; next?.tagName === "DD"; next = next.nextElementSibling) panel.append(copy(next));
  }

  function copy(node) {
    const made = document.createElement("div");
    made.append(...[...node.childNodes].map((child) => child.cloneNode(true)));
    return made;
  }

  // Arrow keys move from cell to cell, Escape closes the words.
  function move(event) {
    if (event.key === "Escape") panel.hidden = true;
    const cell = event.target.closest?.("tbody td");
    const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [0, 0];
    if (!cell || (!down && !right)) return;
    let row = cell.parentElement;
    if (down) do row = down > 0 ? row.nextElementSibling : row.previousElementSibling; while (row?.hidden);
    const target = row?.cells[cell.cellIndex + right]?.querySelector("a");
    if (!target) return;
    event.preventDefault();
    target.focus();
  }

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("focusin", show);
  document.addEventListener("mouseover", show);
  document.addEventListener("keydown", move);
  filter();
})();
