"use strict";
const slider = document.querySelector("input.slider");
const compare = document.querySelector(".compare");
if (slider && compare) {
  const move = () => compare.style.setProperty("--cut", slider.value + "%");
  slider.addEventListener("input", move);
  move();
  for (const choice of document.querySelectorAll("input[name=over]")) {
    choice.addEventListener("change", () => {
      document.querySelector(".compare .over").src = document.getElementById(choice.value).src;
    });
  }
}
for (const table of document.querySelectorAll("table.sortable")) {
  const headers = [...table.querySelectorAll("th")];
  headers.forEach((header, column) => header.querySelector("button").addEventListener("click", () => {
    const up = header.getAttribute("aria-sort") !== "ascending";
    for (const other of headers) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", up ? "ascending" : "descending");
    const body = table.tBodies[0];
    const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
    const number = (text) => text === "" ? NaN : Number(text);
    const order = (a, b) => {
      const [x, y] = [value(a), value(b)], [m, n] = [number(x), number(y)];
      if (Number.isNaN(m) !== Number.isNaN(n)) return Number.isNaN(m) ? 1 : -1;
      return (up ? 1 : -1) * (Number.isNaN(m) ? x.localeCompare(y) : m - n);
    };
    for (const row of [...body.rows].sort(order)) body.append(row);
  }));
}
