// What a citizen hands over at the desk. Files stay in the browser until they are handed in, all at once; the
// pictures shown before that are drawn by the browser itself, those after it come from the reading processes.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".counter");
  root.boOpen = (id) => setTriggerValue("opened", id);
  if (root.boReady) return root.boEnd;
  root.boReady = true;
  const at = (s) => root.querySelector(s);
  const fresh = () => crypto.randomUUID ? crypto.randomUUID()
    : [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  const state = (root.boState ||= { files: [], how: "one", token: fresh(), chosen: null, hits: [], hit: 0, sending: false, entry: null });
  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined && text !== null) node.textContent = text;
    return node;
  };
  const button = (text, className, act, title) => {
    const b = make("button", className, text);
    b.type = "button"; b.onclick = act;
    if (title) { b.title = title; b.setAttribute("aria-label", title); }
    return b;
  };
  const say = (text) => { const box = at(".say"); box.hidden = !text; box.textContent = text || ""; };
  const call = async (path, body) => {
    const how = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(path, how);
    if (answer.status === 401) { window.location.assign("/signin?say=ended"); throw new Error("로그인이 끝났습니다."); }
    const said = await answer.json().catch(() => ({ error: "서버가 알아볼 수 없는 답을 보냈습니다." }));
    if (!answer.ok) throw new Error(said.error);
    return said;
  };
  const megabytes = (n) => (n < 1048576 ? Math.max(1, Math.round(n / 1024)) + " KB" : (n / 1048576).toFixed(1) + " MB");

  // Files ------------------------------------------------------------------------------------------------------
  const add = (list) => {
    say("");
    const refused = [];
    for (const file of list) {
      const known = state.files.some((f) => f.file.name === file.name && f.file.size === file.size && f.file.lastModified === file.lastModified);
      if (known) continue;
      if (file.size === 0) refused.push(`‘${file.name}’은(는) 빈 파일입니다.`);
      else if (file.size > data.fileBytes) refused.push(`‘${file.name}’이(가) 너무 큽니다(한 파일 ${megabytes(data.fileBytes)}까지).`);
      else if (state.files.length >= data.mostFiles) { refused.push(`한 번에 ${data.mostFiles}개까지 접수할 수 있습니다.`); break; }
      else state.files.push({ file, url: /^image\/(jpeg|png|gif|webp)$/.test(file.type) ? URL.createObjectURL(file) : "" });
    }
    if (refused.length) say(refused.join(" "));
    draw();
  };
  const remove = (i) => { const [gone] = state.files.splice(i, 1); if (gone.url) URL.revokeObjectURL(gone.url); draw(); };
  const move = (from, to) => {
    if (to < 0 || to >= state.files.length || from === to) return;
    const [one] = state.files.splice(from, 1);
    state.files.splice(to, 0, one);
    draw();
    at(".sheets").children[to]?.focus();
  };
  const sheet = (f, i) => {
    const li = make("li");
    li.draggable = true; li.tabIndex = 0;
    li.title = `${f.file.name} (${megabytes(f.file.size)}) — 끌어서 순서를 바꿉니다. ← → 로 옮기고 Delete 로 뺍니다.`;
    const picture = make("div", "picture");
    if (f.url) {
      const img = make("img"); img.src = f.url; img.alt = f.file.name;
      img.onerror = () => img.replaceWith(kind(f.file));
      picture.append(img);
    } else picture.append(kind(f.file));
    picture.append(make("span", "order", String(i + 1)));
    const tools = make("div", "tools");
    tools.append(make("span", "", megabytes(f.file.size)), button("←", "", () => move(i, i - 1), "앞으로"),
      button("→", "", () => move(i, i + 1), "뒤로"), button("빼기", "", () => remove(i), `${f.file.name} 빼기`));
    li.append(picture, make("div", "name", f.file.name), tools);
    li.onkeydown = (e) => {
      if (e.target !== li) return;
      if (e.key === "ArrowLeft") { e.preventDefault(); move(i, i - 1); }
      if (e.key === "ArrowRight") { e.preventDefault(); move(i, i + 1); }
      if (e.key === "Delete") { e.preventDefault(); remove(i); }
    };
    li.ondragstart = (e) => { state.drag = i; li.classList.add("drag"); e.dataTransfer.effectAllowed = "move"; e.dataTransfer.setData("text/plain", ""); };
    li.ondragend = () => { state.drag = undefined; for (const x of at(".sheets").children) x.classList.remove("drag", "aim"); };
    li.ondragover = (e) => { if (state.drag !== undefined) { e.preventDefault(); li.classList.add("aim"); } };
    li.ondragleave = () => li.classList.remove("aim");
    li.ondrop = (e) => { if (state.drag !== undefined) { e.preventDefault(); e.stopPropagation(); move(state.drag, i); } };
    return li;
  };
  const kind = (file) => {
    const box = make("span", "kind", (file.name.split(".").pop() || "파일").slice(0, 5).toUpperCase());
    box.append(make("small", "", "접수하면 미리 보기가 나타납니다"));
    return box;
  };
  const draw = () => {
    const count = state.files.length, total = state.files.reduce((n, f) => n + f.file.size, 0);
    root.classList.toggle("has-files", count > 0);
    at(".how").hidden = count < 2;
    for (const r of root.querySelectorAll("[name=how]")) r.checked = r.value === state.how;
    at(".sum").textContent = `파일 ${count}개, ${megabytes(total)} → 배달 ${state.how === "one" ? 1 : count}건`;
    at(".sheets").replaceChildren(...state.files.map(sheet));
    const enter = at(".enter");
    enter.disabled = !count || state.sending;
    enter.textContent = state.sending ? "보내는 중…" : count > 1 ? `파일 ${count}개 접수하기` : "접수하기";
    at("progress").hidden = !state.sending;
  };

  // The case ---------------------------------------------------------------------------------------------------
  const drawCase = () => {
    const c = state.chosen, box = at(".chosen"), list = at(".hits");
    box.hidden = !c; at(".case-row").hidden = Boolean(c);
    if (c) {
      const text = make("span");
      text.append(make("b", "", c.receipt_no), document.createTextNode(` ${c.who} · ${c.program}`));
      box.replaceChildren(text, button("바꾸기", "", () => { state.chosen = null; drawCase(); at(".words").focus(); }));
    }
    list.hidden = Boolean(c) || !state.hits.length;
    list.replaceChildren(...state.hits.map((h, i) => {
      const li = make("li");
      li.setAttribute("role", "option"); li.setAttribute("aria-selected", String(i === state.hit));
      li.append(make("b", "", h.receipt_no), document.createTextNode(` ${h.who}`), make("br"), make("span", h.open ? "muted" : "off", h.open ? h.program : `${h.program} · 끝난 신청`));
      li.onclick = () => pick(h);
      return li;
    }));
  };
  const pick = (h) => { state.chosen = h; state.hits = []; at(".words").value = ""; drawCase(); };
  const search = async () => {
    const words = at(".words").value.trim();
    if (words.length < 2) { say("두 글자 넘게 적어 주십시오."); return; }
    try {
      const found = await call("/counter/cases", { words });
      say(found.cases.length ? "" : "맞는 신청이 없습니다. 비워 두고 접수하면 서류를 읽어 찾습니다.");
      state.hits = found.cases; state.hit = 0; state.searched = words;
      drawCase();
    } catch (error) { say(error.message); }
  };
  at(".words").onkeydown = (e) => {
    if (e.isComposing) return;
    if (e.key === "Enter") {
      e.preventDefault();
      if (state.hits.length && state.searched === at(".words").value.trim()) pick(state.hits[state.hit]); else search();
    } else if ((e.key === "ArrowDown" || e.key === "ArrowUp") && state.hits.length) {
      e.preventDefault();
      state.hit = (state.hit + (e.key === "ArrowDown" ? 1 : state.hits.length - 1)) % state.hits.length;
      drawCase();
    }
  };

  // Handing in -------------------------------------------------------------------------------------------------
  const send = () => {
    if (state.sending || !state.files.length) return;
    if (at(".words").value.trim() && !state.chosen) { say("적은 신청을 아직 고르지 않았습니다. Enter를 눌러 고르거나 지워 주십시오."); at(".words").focus(); return; }
    state.sending = true; say(""); draw();
    const form = new FormData();
    form.append("token", state.token);
    form.append("counter", at(".at").value);
    form.append("receipt_no", state.chosen ? state.chosen.receipt_no : "");
    form.append("remark", at(".remark").value);
    form.append("parts", JSON.stringify(state.files.map((_, i) => (state.how === "one" ? 1 : i + 1))));
    for (const f of state.files) form.append("files", f.file, f.file.name);
    const request = new XMLHttpRequest();
    request.open("POST", "/counter/hand-in");
    request.upload.onprogress = (e) => { if (e.lengthComputable) at("progress").value = (100 * e.loaded) / e.total; };
    const failed = (text) => { state.sending = false; draw(); say(text); };
    request.onerror = () => failed("연결이 끊겨 접수되었는지 알 수 없습니다. 그대로 다시 눌러도 두 번 접수되지 않습니다.");
    request.onload = () => {
      if (request.status === 401) { window.location.assign("/signin?say=ended"); return; }
      let said;
      try { said = JSON.parse(request.responseText); } catch { said = { error: "서버가 알아볼 수 없는 답을 보냈습니다." }; }
      if (request.status !== 200) { failed(said.error); return; }
      state.sending = false;
      state.entry = said;
      for (const f of state.files) if (f.url) URL.revokeObjectURL(f.url);
      state.files = []; draw(); drawDone(); today(); follow();
    };
    request.send(form);
  };
  const drawDone = () => {
    const e = state.entry, box = at(".done");
    box.hidden = !e; at(".form").hidden = Boolean(e);
    if (!e) return;
    const top = make("div", "top");
    top.append(make("span", "number", e.number), make("span", "", e.again ? "방금 접수한 것과 같은 파일이어서 다시 접수하지 않았습니다." : "접수했습니다."),
      make("span", "muted", `${e.at} · 파일 ${e.files}개${e.pages ? `, ${e.pages}쪽` : ""}${e.case ? ` · ${e.case}` : ""}`));
    const act = make("div", "act");
    act.append(button("접수증 인쇄", "print", () => window.open(`/counter/entry/${e.id}/confirmation`, "_blank", "noopener")),
      button("새로 접수", "again", () => { reset(); at(".pick").focus(); }));
    const parts = e.parts.map((p) => {
      const row = make("div", "part");
      const head = make("div");
      head.append(button(`배달 ${p.id}`, "link", () => root.boOpen(p.id), "이 배달을 봅니다"), document.createTextNode(` ${p.pages ? p.pages + "쪽" : ""} `));
      const papers = make("ul", "papers");
      for (const d of p.documents) {
        const li = make("li", "", `${d.title} ${d.pages}쪽`);
        if (d.cases.length) { li.append(" → "); li.append(make("b", "", d.cases.join(", "))); }
        papers.append(li);
      }
      const thumbs = make("div", "thumbs");
      for (const src of p.thumbs) { const img = make("img"); img.src = src; img.alt = ""; img.loading = "lazy"; thumbs.append(img); }
      row.append(head, make("div", "state " + p.tone, p.standing), papers, thumbs);
      return row;
    });
    if (e.joining) parts.push(make("div", "part state busy", "파일을 한 건으로 합치는 중"));
    box.replaceChildren(top, act, ...parts);
  };
  const follow = async () => {
    clearTimeout(root.boTimer);
    const e = state.entry;
    if (!e || e.settled) return;
    try {
      const now = await call(`/counter/entry/${e.id}`);
      if (state.entry !== e) return;
      state.entry = { ...now, again: e.again };
      if (JSON.stringify(now.parts) !== JSON.stringify(e.parts) || now.joining !== e.joining || now.pages !== e.pages) { drawDone(); today(); }
      if (now.settled) return;
    } catch { /* the next look may succeed */ }
    root.boTimer = setTimeout(follow, 1500);
  };
  const reset = () => {
    clearTimeout(root.boTimer);
    Object.assign(state, { entry: null, token: fresh(), chosen: null, hits: [] });
    at(".remark").value = ""; at(".words").value = "";
    say(""); drawDone(); drawCase(); draw();
  };
  const today = async () => {
    clearTimeout(root.boLater);
    try {
      const found = await call("/counter/today", {});
      const table = make("table");
      for (const e of found.entries) {
        const tr = make("tr"), first = make("td"), second = make("td", "state-cell");
        first.append(button(e.number, "link", () => window.open(`/counter/entry/${e.id}/confirmation`, "_blank", "noopener"), `${e.number} 접수증 다시 인쇄`),
          make("div", "muted", `${e.at} · 파일 ${e.files}개`));
        if (!e.standing.length) second.append(make("div", "state busy", "파일을 한 건으로 합치는 중"));
        for (const s of e.standing) {
          const line = make("div");
          line.append(button(`배달 ${s.id}`, "link", () => root.boOpen(s.id)), document.createTextNode(" "), make("span", "state " + s.tone, s.text));
          second.append(line);
        }
        tr.append(first, second); table.append(tr);
      }
      if (found.entries.some((e) => !e.settled)) root.boLater = setTimeout(today, document.hidden ? 60000 : 8000);
      at(".today").replaceChildren(found.entries.length ? table : make("div", "muted", "아직 없습니다."));
    } catch { /* it is shown at the next hand-in */ }
  };

  const choose = at("input[type=file]"), drop = at(".drop");
  at(".pick").onclick = () => choose.click();
  choose.onchange = () => { if (state.entry) reset(); add(choose.files); choose.value = ""; };
  const files = at(".files");
  files.ondragover = (e) => { if (state.drag === undefined) { e.preventDefault(); drop.classList.add("over"); } };
  files.ondragleave = (e) => { if (!files.contains(e.relatedTarget)) drop.classList.remove("over"); };
  files.ondrop = (e) => {
    e.preventDefault(); drop.classList.remove("over");
    if (state.drag === undefined && e.dataTransfer.files.length) { if (state.entry) reset(); add(e.dataTransfer.files); }
  };
  for (const r of root.querySelectorAll("[name=how]")) r.onchange = () => { state.how = r.value; draw(); };
  at(".at").replaceChildren(...data.counters.map((c) => { const o = make("option", "", c); o.value = c; return o; }));
  at(".at-row").hidden = data.counters.length < 2;
  try {
    const last = localStorage.getItem("backoffice-counter");
    if (data.counters.includes(last)) at(".at").value = last;
  } catch { /* a browser that keeps nothing */ }
  at(".at").onchange = () => { try { localStorage.setItem("backoffice-counter", at(".at").value); } catch { /* same */ } };
  at(".enter").onclick = send;
  const onPaste = (e) => { if (e.clipboardData?.files.length && root.isConnected) { e.preventDefault(); if (state.entry) reset(); add(e.clipboardData.files); } };
  const onLeave = (e) => { if (state.files.length) { e.preventDefault(); e.returnValue = ""; } };
  window.addEventListener("paste", onPaste);
  window.addEventListener("beforeunload", onLeave);
  root.boEnd = () => {
    root.boReady = false;
    clearTimeout(root.boTimer); clearTimeout(root.boLater);
    window.removeEventListener("paste", onPaste);
    window.removeEventListener("beforeunload", onLeave);
  };
  draw(); drawCase(); drawDone(); today(); follow();
  return root.boEnd;
}
