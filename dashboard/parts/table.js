// A dense table whose rows open something. All text goes in as text, never as HTML.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".table-root");
  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined && text !== null) node.textContent = text;
    return node;
  };
  const pieces = (value) => {
    const list = Array.isArray(value) ? value : [value];
    return list.filter((v) => v !== null && v !== undefined && v !== "").map((v) => {
      if (typeof v !== "object") return make("span", "", String(v));
      if (v.bar) {
        // Parts of a whole, each in its tone; what is left over stays blank.
        const bar = make("span", "bar");
        bar.title = v.title || "";
        for (const [tone, share] of v.bar) {
          const part = make("i", tone);
          part.style.width = `${share * 100}%`;
          bar.append(part);
        }
        return bar;
      }
      const span = make("span", v.tone ? `chip ${v.tone}${v.text.length > 24 ? " long" : ""}` : v.muted ? "muted" : v.strong ? "strong" : "", v.text);
      if (v.below) span.classList.add("below");
      if (v.title) span.title = v.title;
      return span;
    });
  };
  const focused = root.querySelector("tr:focus");
  const focusedId = focused ? focused.dataset.id : null;
  const focusedAt = focused ? [...root.querySelectorAll("tr.opens")].indexOf(focused) : -1;
  const table = make("table");
  if (data.narrowest) table.style.minWidth = data.narrowest;
  table.setAttribute("aria-label", data.label || "");
  const head = make("thead");
  const headRow = make("tr");
  // What was ticked just now counts until the server has heard of it.
  const recent = root.pickedAt && Date.now() - root.pickedAt < 2000;
  const picked = new Set(data.picks === null ? [] : recent ? root.picked : data.picks);
  const ticks = [];
  const tell = () => {
    root.picked = [...picked];
    root.pickedAt = Date.now();
    setTriggerValue("picked", root.picked);
  };
  const tick = (label, checked, change) => {
    const box = make("input");
    box.type = "checkbox";
    box.checked = checked;
    box.setAttribute("aria-label", label);
    box.onclick = (e) => e.stopPropagation();
    box.onkeydown = (e) => e.stopPropagation();
    box.onchange = () => change(box.checked);
    return box;
  };
  if (data.picks !== null) {
    const th = make("th", "tick");
    const free = data.rows.filter((row) => !row.fixed);
    const every = free.length > 0 && free.every((row) => picked.has(row.id));
    th.append(tick("이 쪽 모두", every, (on) => {
      for (const { id, box } of ticks) { box.checked = on; on ? picked.add(id) : picked.delete(id); }
      tell();
    }));
    headRow.append(th);
  }
  for (const column of data.columns) {
    const th = make("th", column.align || "", column.label);
    th.scope = "col";
    if (column.width) th.style.width = column.width;
    headRow.append(th);
  }
  head.append(headRow);
  const body = make("tbody");
  for (const row of data.rows) {
    const tr = make("tr", (data.opens ? "opens " : "") + (row.id === data.selected ? "selected" : ""));
    tr.dataset.id = row.id;
    if (data.picks !== null && row.fixed) tr.append(make("td", "tick"));
    if (data.picks !== null && !row.fixed) {
      const td = make("td", "tick");
      const box = tick(`${row.id} 선택`, picked.has(row.id), (on) => {
        on ? picked.add(row.id) : picked.delete(row.id);
        tell();
      });
      ticks.push({ id: row.id, box });
      td.onclick = (e) => { e.stopPropagation(); if (e.target === td) box.click(); };
      td.append(box);
      tr.append(td);
    }
    for (const column of data.columns) {
      const td = make("td", column.align || "");
      pieces(row.cells[column.key]).forEach((p, i) => { if (i) td.append(" "); td.append(p); });
      tr.append(td);
    }
    if (data.opens) {
      tr.tabIndex = 0;
      const open = () => {
        if (!String(window.getSelection())) setTriggerValue("opened", row.id);
      };
      tr.onclick = open;
      tr.onkeydown = (e) => {
        if (e.key === "Enter" || e.key === " ") { e.preventDefault(); setTriggerValue("opened", row.id); }
        if (e.key === "ArrowDown" && tr.nextElementSibling) { e.preventDefault(); tr.nextElementSibling.focus(); }
        if (e.key === "ArrowUp" && tr.previousElementSibling) { e.preventDefault(); tr.previousElementSibling.focus(); }
      };
    }
    body.append(tr);
    if (row.note) {
      const more = make("tr", "note");
      const td = make("td", "", row.note);
      td.colSpan = data.columns.length + (data.picks === null ? 0 : 1);
      more.append(td);
      body.append(more);
    }
  }
  table.append(head, body);
  root.replaceChildren(table);
  if (focusedId) {
    // A row that is gone leaves its place to the one that stands there now.
    const rows = [...root.querySelectorAll("tr.opens")];
    const again = root.querySelector(`tr[data-id="${CSS.escape(focusedId)}"]`) ||
      rows[Math.min(focusedAt, rows.length - 1)];
    if (again) again.focus({ preventScroll: true });
  }
  // j and k go through the rows from anywhere on the page, unless somebody is typing.
  if (root.listening) root.listening.abort();
  if (data.keys) {
    root.listening = new AbortController();
    document.addEventListener("keydown", (e) => {
      const typing = e.composedPath()[0].closest?.("input, textarea, select, [contenteditable=true]");
      if (typing || e.ctrlKey || e.altKey || e.metaKey || (e.code !== "KeyJ" && e.code !== "KeyK")) return;
      const rows = [...root.querySelectorAll("tr.opens")];
      if (!rows.length) return;
      const at = rows.indexOf(root.querySelector("tr:focus"));
      const to = at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + (e.code === "KeyJ" ? 1 : -1)));
      e.preventDefault();
      rows[to].focus();
      rows[to].scrollIntoView({ block: "nearest" });
    }, { signal: root.listening.signal });
  }
  return () => { if (root.listening) root.listening.abort(); };
}
