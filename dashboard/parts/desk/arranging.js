// Splitting, merging and reordering the pages of a delivery, by mouse or keys. What is shown is what will be: the
// documents as they would stand, with those that change marked. Nothing is sent before it is applied.
const arranger = (desk) => {
  const box = desk.at(".arrange");
  let docs = [], past = [], cursor = 0, before = [], dragged = 0, busy = false;
  const copy = (list) => list.map((d) => ({ ...d, pages: [...d.pages] }));
  const order = () => docs.flatMap((d) => d.pages);
  const holder = (page) => docs.findIndex((d) => d.pages.includes(page));
  const title = (type) => (desk.fixed.types.find(([code]) => code === type) || ["", "읽어서 정함"])[1];
  const kept = (d) => before.some((b) => b.type === d.type && String(b.pages) === String(d.pages));
  const changed = () => docs.length !== before.length || docs.some((d, i) => !kept(d) || String(before[i].pages) !== String(d.pages));

  const change = (act) => {
    past.push({ docs: copy(docs), cursor });
    act();
    docs = docs.filter((d) => d.pages.length);
    draw();
  };
  const split = (page) => {
    const i = holder(page), at = docs[i].pages.indexOf(page);
    if (at <= 0) { note("문서의 첫 쪽입니다. 나눌 쪽을 고르십시오."); return; }
    change(() => docs.splice(i + 1, 0, { type: "", pages: docs[i].pages.splice(at) }));
  };
  const merge = (page) => {
    const i = holder(page);
    if (i <= 0) { note("앞에 문서가 없습니다."); return; }
    change(() => { docs[i - 1].pages.push(...docs[i].pages); docs[i].pages = []; });
  };
  // Into document `to`, before `next` (0: at the end); `to` beyond the last makes a new document.
  const move = (page, to, next) => change(() => {
    const from = docs[holder(page)];
    const target = docs[to] || (docs.push({ type: "", pages: [] }), docs[docs.length - 1]);
    from.pages = from.pages.filter((n) => n !== page);
    const at = next && next !== page ? target.pages.indexOf(next) : -1;
    target.pages.splice(at < 0 ? target.pages.length : at, 0, page);
    cursor = page;
  });
  const nudge = (page, by) => {
    const i = holder(page), pages = docs[i].pages, at = pages.indexOf(page), beside = pages[at + by];
    if (beside !== undefined) {
      change(() => { [pages[at], pages[at + by]] = [pages[at + by], pages[at]]; });
    } else if (docs[i + by]) move(page, i + by, by > 0 ? docs[i + by].pages[0] : 0);
    else if (pages.length > 1 && by > 0) move(page, docs.length, 0);
  };
  const undo = () => { const last = past.pop(); if (last) { docs = last.docs; cursor = last.cursor; draw(); } };
  const note = (text) => { box.querySelector(".arrange-note").textContent = text; };

  const tile = (page, i) => {
    const p = desk.shown.pages.find((x) => x.number === page);
    const made = el("button", { type: "button", class: "tile" + (page === cursor ? " cursor" : ""), draggable: "true", "data-page": String(page),
      "aria-label": `${page}쪽, ${i + 1}번째 문서`, "aria-current": page === cursor ? "true" : null },
    p && p.thumb ? el("img", { src: desk.picture(p.thumb), alt: "", draggable: "false" }) : el("span", { class: "no-thumb", text: (p && p.problem) || "그림 없음" }),
    el("span", { text: `${page}쪽` }));
    made.onclick = () => { cursor = page; draw(); };
    made.ondragstart = (e) => { dragged = page; cursor = page; e.dataTransfer.effectAllowed = "move"; e.dataTransfer.setData("text/plain", String(page)); made.classList.add("dragged"); };
    made.ondragend = () => { dragged = 0; for (const n of box.querySelectorAll(".over")) n.classList.remove("over"); made.classList.remove("dragged"); };
    return made;
  };
  const landing = (node, to, next) => {
    node.ondragover = (e) => { if (dragged) { e.preventDefault(); e.stopPropagation(); node.classList.add("over"); } };
    node.ondragleave = () => node.classList.remove("over");
    node.ondrop = (e) => {
      e.preventDefault(); e.stopPropagation();
      if (dragged && dragged !== next) move(dragged, to, next);
      dragged = 0;
    };
    return node;
  };
  const column = (d, i) => {
    const type = el("select", { "aria-label": `${i + 1}번째 문서의 종류`, "data-doc": String(i) },
      el("option", { value: "", text: "읽어서 정함" }), desk.fixed.types.map(([code, text]) => el("option", { value: code, text })));
    type.value = d.type;
    type.onchange = () => change(() => { d.type = type.value; });
    const tiles = d.pages.flatMap((page, at) => [
      at ? button("✂", "", () => split(page), { class: "cut", title: "여기서 나누기", "aria-label": `${page}쪽부터 나누기` }) : null,
      landing(tile(page, i), i, page)]);
    return landing(el("section", { class: "doc" + (kept(d) ? "" : " changed"), "aria-label": `${i + 1}번째 문서` },
      el("header", {}, el("b", { text: `문서 ${i + 1}` }), type,
        chip(kept(d) ? { text: "그대로", tone: "wait" } : { text: "바뀜", tone: "busy" }),
        i ? button("앞 문서와 합치기", "", () => merge(d.pages[0]), { class: "small" }) : null),
      el("div", { class: "tiles" }, tiles)), i, 0);
  };
  const summary = () => `정리 뒤 문서 ${docs.length}개 — ` + docs.map((d) => `${title(d.type)}(${d.pages.join("·")}쪽)`).join(", ");

  const draw = () => {
    const apply = button("적용", "Ctrl+Enter", send, { class: "primary" });
    apply.disabled = !changed() || busy;
    box.replaceChildren(el("div", { class: "arrange-in", role: "dialog", "aria-modal": "true", "aria-label": "쪽 정리" },
      el("header", {}, el("h3", { text: "쪽 나누기 · 합치기 · 순서" }),
        el("span", { class: "muted", text: "쪽을 끌어 옮기거나 ←→ 고르기 · Shift+←→ 옮기기 · D 여기서 나누기 · U 앞과 합치기 · T 종류 · Ctrl+Z 한 번 뒤로" })),
      el("div", { class: "docs" }, docs.map(column),
        landing(el("div", { class: "new-doc", text: "여기에 놓으면 새 문서" }), docs.length, 0)),
      el("footer", {}, el("div", { class: "arrange-said" }, el("b", { role: "status", text: summary() }),
        el("small", { class: "muted", text: "바뀌는 문서는 봇이 다시 읽고 다시 연결합니다. 그대로인 문서는 아무것도 바뀌지 않습니다." }),
        el("small", { class: "arrange-note", role: "alert" })),
      button("취소", "Esc", close), apply)));
    const at = box.querySelector(".cursor");
    if (at) { at.focus({ preventScroll: true }); at.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  };

  const open = () => {
    const { shown } = desk;
    if (!shown || shown.pages.length < 1 || shown.shut) return;
    const placed = new Set(shown.documents.flatMap((d) => d.pages));
    const loose = shown.pages.map((p) => p.number).filter((n) => !placed.has(n));
    docs = shown.documents.filter((d) => d.pages.length).map((d) => ({ type: d.type, pages: [...d.pages] }));
    if (loose.length) docs.push({ type: "", pages: loose });
    before = copy(docs);
    past = [];
    cursor = desk.viewer.page() || order()[0];
    box.hidden = false;
    draw();
  };
  const close = () => { box.hidden = true; box.replaceChildren(); desk.home(); };
  const send = async () => {
    if (!changed() || busy) return;
    const { shown } = desk;
    busy = true;
    try {
      const seen = Object.fromEntries(shown.documents.filter((d) => d.pages.length).map((d) => [d.id, d.version]));
      const answer = await ask("arrange", { delivery: shown.delivery, documents: docs.map((d) => ({ pages: d.pages, type: d.type })), seen,
        task: shown.task, skipped: desk.skipped() });
      close();
      desk.dropDraft();
      desk.show(answer, "쪽을 정리하도록 했습니다. 새로 읽은 문서에 물을 것이 있으면 다시 올라옵니다.");
    } catch (trouble) {
      if (trouble.stale) { close(); await desk.outOfDate(trouble.message); } else note(trouble.message);
    } finally { busy = false; }
  };
  const pressed = (e, code, take, typing) => {
    if (e.isComposing) return undefined;
    if (code === "Escape") return take(close);
    if (code === "Enter" && e.ctrlKey) return take(send);
    if (typing) return undefined;
    if (e.ctrlKey && code === "KeyZ") return take(undo);
    if (e.ctrlKey || e.altKey) return undefined;
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[code];
    if (by && e.shiftKey) return take(() => nudge(cursor, by));
    if (by) {
      return take(() => {
        const all = order(), next = all[all.indexOf(cursor) + by];
        if (next !== undefined) { cursor = next; draw(); }
      });
    }
    if (code === "KeyD") return take(() => split(cursor));
    if (code === "KeyU") return take(() => merge(cursor));
    if (code === "KeyT") return take(() => box.querySelector(`select[data-doc="${holder(cursor)}"]`).focus());
    return undefined;
  };
  return { open, close, pressed, shown: () => !box.hidden, shut: () => { box.hidden = true; box.replaceChildren(); } };
};
