"""Tables of a page, as a browser sees them."""

# Head and rows of a table as {"head": [text], "rows": [{"cells": [text], "single": bool, "link": href}]}.
READ_TABLE = """(place) => {
  const table = document.querySelector(place);
  if (!table) return null;
  const text = (cell) => (cell.innerText || "").trim();
  const cells = (row) => [...row.cells].flatMap((c) => Array(Math.max(1, c.colSpan)).fill(text(c)));
  const rows = [...table.rows];
  const head = rows.filter((r) => r.querySelector("th") && !r.querySelector("td")).pop();
  return {
    head: head ? cells(head) : [],
    rows: rows.filter((r) => r.querySelector("td")).map((r) => ({
      cells: cells(r),
      single: r.cells.length === 1,
      link: (([...r.querySelectorAll("a[href]")].map((a) => a.href)
             .find((h) => /^https?:/.test(h) && !h.endsWith("#"))) || ""),
    })),
  };
}"""
