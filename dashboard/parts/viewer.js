// Shows the pages of a delivery with the read fields marked on them. What is zoomed, turned or
// selected stays in the browser; the server is asked for nothing but pictures.
export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".viewer");
  const at = (s) => root.querySelector(s);
  const state = (root.boState ||= { page: null, fit: "width", zoom: 1, turn: 0, marks: true, field: null });
  const stage = at(".stage"), sheet = at(".sheet"), strip = at(".strip");
  const pages = data.pages;
  if (data.subject !== root.boSubject) {
    root.boSubject = data.subject;
    Object.assign(state, { page: data.start ?? (pages[0] && pages[0].number), fit: "width", zoom: 1, turn: 0, field: data.startField ?? null });
  }
  const current = () => pages.find((p) => p.number === state.page) || pages[0];

  const drawStrip = () => {
    strip.hidden = pages.length < 2;
    const wanted = pages.map((p) => p.thumb + p.title + p.tone).join("|");
    if (root.boStrip !== wanted) {
      root.boStrip = wanted;
      strip.replaceChildren(...pages.map((p) => {
        const b = document.createElement("button");
        b.type = "button";
        b.dataset.page = p.number;
        b.setAttribute("role", "tab");
        b.title = `${p.number}쪽 ${p.title}`;
        if (p.thumb) {
          const img = document.createElement("img");
          img.src = p.thumb; img.alt = ""; img.loading = "lazy";
          b.append(img);
        }
        const t = document.createElement("span");
        t.textContent = `${p.number}. ${p.title}`;
        if (p.tone) t.className = p.tone;
        b.append(t);
        b.onclick = () => { go(p.number); };
        return b;
      }));
    }
    for (const b of strip.children) {
      const on = Number(b.dataset.page) === state.page;
      b.setAttribute("aria-selected", String(on));
      if (on) b.scrollIntoView({ block: "nearest" });
    }
  };

  const size = () => {
    const p = current();
    if (!p) return;
    const sideways = state.turn % 180 !== 0;
    const w = sideways ? p.height : p.width, h = sideways ? p.width : p.height;
    const room = stage.clientWidth - 18, tall = stage.clientHeight - 14;
    let scale = state.zoom;
    if (state.fit === "width") scale = room / w;
    if (state.fit === "whole") scale = Math.min(room / w, tall / h);
    state.zoom = scale = Math.max(0.05, Math.min(4, scale || 0.3));
    sheet.style.width = w * scale + "px";
    sheet.style.height = h * scale + "px";
    const inner = sheet.firstElementChild;
    if (inner) {
      inner.style.width = p.width * scale + "px";
      inner.style.height = p.height * scale + "px";
      inner.style.transform = `translate(-50%,-50%) rotate(${state.turn}deg)`;
    }
    at(".scale").textContent = Math.round(scale * 100) + "%";
  };

  const drawPage = () => {
    const p = current();
    at(".where").textContent = p ? `${p.number} / ${pages.length}쪽 · ${p.title}` : "";
    if (!p) { sheet.replaceChildren(); return; }
    if (!p.image) {
      const say = document.createElement("div");
      say.className = "nothing";
      say.textContent = p.problem || "그림이 없습니다.";
      sheet.replaceChildren(say);
      sheet.style.width = sheet.style.height = "100%";
      at(".scale").textContent = "";
      root.boImage = null;
      return;
    }
    if (root.boImage !== p.image) {
      root.boImage = p.image;
      const inner = document.createElement("div");
      inner.className = "inner";
      const img = document.createElement("img");
      img.src = p.image;
      img.alt = `${p.number}쪽 ${p.title}`;
      img.draggable = false;
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("viewBox", `0 0 ${p.width} ${p.height}`);
      svg.setAttribute("preserveAspectRatio", "none");
      inner.append(img, svg);
      sheet.replaceChildren(inner);
    }
    const svg = sheet.querySelector("svg");
    svg.replaceChildren(...p.boxes.map((b) => {
      const r = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const pad = 6;
      r.setAttribute("x", b.left - pad); r.setAttribute("y", b.top - pad);
      r.setAttribute("width", b.right - b.left + 2 * pad);
      r.setAttribute("height", b.bottom - b.top + 2 * pad);
      r.setAttribute("class", b.tone + (b.field === state.field ? " on" : ""));
      r.dataset.field = b.field;
      const t = document.createElementNS("http://www.w3.org/2000/svg", "title");
      t.textContent = b.label;
      r.append(t);
      r.onclick = () => {
        state.field = b.field; drawPage();
        window.dispatchEvent(new CustomEvent("backoffice-field-picked", { detail: b.field }));
      };
      return r;
    }));
    svg.style.display = state.marks ? "" : "none";
    size();
  };

  const draw = () => { drawStrip(); drawPage(); };
  const go = (number) => { state.page = number; stage.scrollTop = 0; draw(); };
  const step = (by) => {
    const i = pages.findIndex((p) => p.number === state.page) + by;
    if (pages[i]) go(pages[i].number);
  };
  const zoom = (factor) => {
    const before = state.zoom;
    const cx = (stage.scrollLeft + stage.clientWidth / 2) / before, cy = (stage.scrollTop + stage.clientHeight / 2) / before;
    state.fit = ""; state.zoom *= factor; size();
    stage.scrollLeft = cx * state.zoom - stage.clientWidth / 2;
    stage.scrollTop = cy * state.zoom - stage.clientHeight / 2;
  };
  const acts = {
    prev: () => step(-1), next: () => step(1), in: () => zoom(1.25), out: () => zoom(0.8),
    width: () => { state.fit = "width"; size(); }, whole: () => { state.fit = "whole"; size(); },
    turn: () => { state.turn = (state.turn + 90) % 360; size(); },
    marks: () => {
      state.marks = !state.marks;
      at('[data-do="marks"]').setAttribute("aria-pressed", String(state.marks));
      drawPage();
    },
  };
  const keys = { PageUp: "prev", PageDown: "next", "+": "in", "=": "in", "-": "out", 0: "width", 9: "whole", r: "turn", m: "marks" };
  for (const b of root.querySelectorAll("[data-do]")) b.onclick = () => acts[b.dataset.do]();
  stage.onkeydown = (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || !keys[e.key]) return;
    e.preventDefault(); acts[keys[e.key]]();
  };
  stage.onwheel = (e) => {
    if (!e.ctrlKey) return;
    e.preventDefault(); zoom(e.deltaY < 0 ? 1.15 : 0.87);
  };
  stage.onpointerdown = (e) => {
    if (e.button !== 0 || e.target.tagName === "rect") return;
    root.boDrag = { x: e.clientX, y: e.clientY, left: stage.scrollLeft, top: stage.scrollTop };
    stage.setPointerCapture(e.pointerId); stage.focus({ preventScroll: true });
  };
  stage.onpointermove = (e) => {
    const d = root.boDrag;
    if (d) { stage.scrollLeft = d.left - (e.clientX - d.x); stage.scrollTop = d.top - (e.clientY - d.y); }
  };
  stage.onpointerup = stage.onpointercancel = () => { root.boDrag = null; };

  // The fields beside the page say which one is being looked at.
  const show = (e) => {
    const field = e.detail;
    for (const p of pages) {
      const box = p.boxes.find((b) => b.field === field);
      if (!box) continue;
      state.field = field;
      if (state.page !== p.number) state.page = p.number;
      draw();
      if (state.turn === 0) {
        stage.scrollTo({
          left: ((box.left + box.right) / 2) * state.zoom - stage.clientWidth / 2,
          top: ((box.top + box.bottom) / 2) * state.zoom - stage.clientHeight / 2, behavior: "smooth",
        });
      }
      return;
    }
  };
  if (root.boShow) window.removeEventListener("backoffice-show-field", root.boShow);
  root.boShow = show;
  window.addEventListener("backoffice-show-field", show);
  const watcher = new ResizeObserver(() => { if (state.fit) size(); });
  watcher.observe(stage);
  draw();
  return () => { window.removeEventListener("backoffice-show-field", show); watcher.disconnect(); };
}
