// Tables of the class "sortable": a click on a column's head sorts the rows that are shown.
"use strict";
document.querySelectorAll("table.sortable").forEach((table) => {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const first = [...body.rows]; // the order of the answer, which the third click brings back
  const value = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent;

  function compare(column, numeric) {
    return (one, other) => {
      const [a, b] = [value(one, column), value(other, column)];
      return numeric ? Number(a) - Number(b) : words.compare(a, b);
    };
  }

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    const numeric = head.classList.contains("number");
    button.addEventListener("click", () => {
      const next = { "": numeric ? "descending" : "ascending", ascending: numeric ? "" : "descending", descending: numeric ? "ascending" : "" };
      const order = next[head.getAttribute("aria-sort") ?? ""];
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      let rows = first;
      if (order) {
        head.setAttribute("aria-sort", order);
        const full = first.filter((row) => value(row, column) !== "");
        const empty = first.filter((row) => value(row, column) === ""); // last, whichever way
        const sign = order === "ascending" ? 1 : -1;
        const by = compare(column, numeric);
        rows = [...full.sort((a, b) => sign * by(a, b)), ...empty];
      }
      body.append(...rows);
    });
  });
});
