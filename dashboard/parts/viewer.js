// The pages of a delivery with the read fields marked on them. What is zoomed, turned or selected stays in the
// browser; the server is asked for nothing but pictures. Used by the desk and, alone, by the delivery screen.
//
// hooks.picked(field)   a mark was clicked
// hooks.hovered(field)  the pointer is over a mark, null when it left
// hooks.changed()       page, zoom, turn or place on the page are others now
// hooks.picture(url)    where the picture is really fetched from (one that was fetched ahead)
function pageViewer(root, hooks = {}) {
  const at = (s) => root.querySelector(s);
  const stage = at(".stage"), sheet = at(".sheet"), strip = at(".strip");
  const state = { page: null, fit: "width", zoom: 1, turns: {}, marks: true, field: null, hover: null };
  let pages = [], groups = [], own = 0, drawnImage = null, drawnStrip = "", drag = null;
  let painted = 0; // since when something of this subject has been seen
  const picture = hooks.picture || ((url) => url);
  const changed = () => hooks.changed && hooks.changed();
  const current = () => pages.find((p) => p.number === state.page) || pages[0];
  const turn = () => state.turns[state.page] || 0;
  const node = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  // ---- strip of pages, by document
  const thumb = (p) => {
    const b = node("button", "page");
    b.type = "button";
    b.dataset.page = p.number;
    b.setAttribute("role", "tab");
    b.title = `${p.number}쪽 ${p.title}`;
    if (p.thumb) {
      const img = node("img");
      img.src = picture(p.thumb); img.alt = ""; img.loading = "lazy";
      b.append(img);
    }
    b.append(node("span", p.tone, `${p.number}쪽${p.thumb ? "" : " · " + (p.problem || p.title)}`));
    b.onclick = () => go(p.number);
    return b;
  };
  const drawStrip = () => {
    strip.hidden = pages.length < 2;
    const wanted = JSON.stringify([groups, own, pages.map((p) => [p.thumb, p.title, p.tone])]);
    if (drawnStrip !== wanted) {
      drawnStrip = wanted;
      const shown = groups.length ? groups : [{ id: -1, title: "", pages: pages.map((p) => p.number) }];
      strip.replaceChildren(...shown.map((g) => {
        const box = node("div", "group" + (g.id === own ? " own" : ""));
        if (g.title) {
          const head = node("div", "group-title", g.title);
          if (g.note) head.append(node("small", "", g.note));
          box.append(head);
        }
        box.append(...g.pages.map((n) => pages.find((p) => p.number === n)).filter(Boolean).map(thumb));
        return box;
      }));
    }
    for (const b of strip.querySelectorAll("[data-page]")) {
      const on = Number(b.dataset.page) === state.page;
      b.setAttribute("aria-selected", String(on));
      if (on) b.scrollIntoView({ block: "nearest" });
    }
  };

  // ---- one page
  const size = () => {
    const p = current();
    if (!p) return;
    const sideways = turn() % 180 !== 0;
    const w = sideways ? p.height : p.width, h = sideways ? p.width : p.height;
    const room = stage.clientWidth - 18, tall = stage.clientHeight - 14;
    let scale = state.zoom;
    if (state.fit === "width") scale = room / w;
    if (state.fit === "whole") scale = Math.min(room / w, tall / h);
    state.zoom = scale = Math.max(0.05, Math.min(4, scale || 0.3));
    sheet.style.width = w * scale + "px";
    sheet.style.height = h * scale + "px";
    const inner = sheet.firstElementChild;
    if (inner && inner.className === "inner") {
      inner.style.width = p.width * scale + "px";
      inner.style.height = p.height * scale + "px";
      inner.style.transform = `translate(-50%,-50%) rotate(${turn()}deg)`;
      at(".scale").textContent = Math.round((scale * w * 100) / room) + "%"; // of the width of the window
    }
  };
  const drawPage = () => {
    const p = current();
    const place = p ? pages.indexOf(p) + 1 : 0;
    at(".where").textContent = p ? `${place} / ${pages.length}쪽 · ${p.title}` : "";
    if (!p) {
      sheet.replaceChildren(node("div", "nothing", "볼 수 있는 쪽이 없습니다."));
      at(".scale").textContent = "";
      drawnImage = null;
      painted ||= performance.now();
      return;
    }
    if (!p.image) {
      sheet.replaceChildren(node("div", "nothing", p.problem || "그림이 없습니다."));
      sheet.style.width = sheet.style.height = "100%";
      at(".scale").textContent = "";
      drawnImage = null;
      painted ||= performance.now();
      return;
    }
    if (drawnImage !== p.image) {
      drawnImage = p.image;
      const inner = node("div", "inner");
      const img = node("img");
      img.onload = () => { painted ||= performance.now(); };
      img.onerror = () => {
        painted ||= performance.now();
        sheet.replaceChildren(node("div", "nothing", "그림을 받지 못했습니다. 잠시 뒤에 다시 열어 주십시오."));
        drawnImage = null;
      };
      img.src = picture(p.image);
      img.alt = `${p.number}쪽 ${p.title}`;
      img.draggable = false;
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("viewBox", `0 0 ${p.width} ${p.height}`);
      svg.setAttribute("preserveAspectRatio", "none");
      inner.append(img, svg);
      sheet.replaceChildren(inner);
    }
    drawMarks(p);
    size();
  };
  const drawMarks = (p) => {
    const svg = sheet.querySelector("svg");
    if (!svg) return;
    svg.replaceChildren(...p.boxes.map((b) => {
      const r = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const pad = 6;
      r.setAttribute("x", b.left - pad); r.setAttribute("y", b.top - pad);
      r.setAttribute("width", b.right - b.left + 2 * pad);
      r.setAttribute("height", b.bottom - b.top + 2 * pad);
      r.setAttribute("class", b.tone);
      r.dataset.field = b.field;
      const t = document.createElementNS("http://www.w3.org/2000/svg", "title");
      t.textContent = b.label;
      r.append(t);
      r.onclick = () => { select(b.field); if (hooks.picked) hooks.picked(b.field); };
      r.onmouseenter = () => hooks.hovered && hooks.hovered(b.field);
      r.onmouseleave = () => hooks.hovered && hooks.hovered(null);
      return r;
    }));
    svg.style.display = state.marks ? "" : "none";
    light();
  };
  const light = () => {
    for (const r of sheet.querySelectorAll("rect")) {
      r.classList.toggle("on", r.dataset.field === state.field);
      r.classList.toggle("near", r.dataset.field === state.hover);
    }
  };
  const select = (field) => { state.field = field; light(); };
  const draw = () => { drawStrip(); drawPage(); };
  const go = (number) => {
    if (!pages.some((p) => p.number === number)) return;
    state.page = number; draw(); stage.scrollTop = 0; changed();
  };
  const step = (by) => {
    const order = groups.length ? groups.flatMap((g) => g.pages) : pages.map((p) => p.number);
    const next = order[order.indexOf(state.page) + by];
    if (next !== undefined) go(next);
  };

  // ---- zoom and turn; the point under the pointer, or the middle, stays where it is
  const zoom = (factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) => {
    const before = state.zoom;
    const cx = (stage.scrollLeft + x) / before, cy = (stage.scrollTop + y) / before;
    state.fit = ""; state.zoom *= factor; size();
    stage.scrollLeft = cx * state.zoom - x;
    stage.scrollTop = cy * state.zoom - y;
    changed();
  };
  const acts = {
    prev: () => step(-1), next: () => step(1), in: () => zoom(1.25), out: () => zoom(0.8),
    width: () => { state.fit = "width"; size(); changed(); },
    whole: () => { state.fit = "whole"; size(); changed(); },
    fit: () => acts[state.fit === "width" ? "whole" : "width"](),
    turn: () => { state.turns[state.page] = (turn() + 90) % 360; size(); changed(); },
    marks: () => {
      state.marks = !state.marks;
      at('[data-view="marks"]').setAttribute("aria-pressed", String(state.marks));
      const svg = sheet.querySelector("svg");
      if (svg) svg.style.display = state.marks ? "" : "none";
      changed();
    },
  };
  for (const b of root.querySelectorAll("[data-view]")) b.onclick = () => acts[b.dataset.view]();
  stage.onwheel = (e) => {
    if (!e.ctrlKey) return;
    e.preventDefault();
    const box = stage.getBoundingClientRect();
    zoom(e.deltaY < 0 ? 1.15 : 0.87, e.clientX - box.left, e.clientY - box.top);
  };
  stage.onpointerdown = (e) => {
    if (e.button !== 0 || e.target.tagName === "rect") return;
    drag = { x: e.clientX, y: e.clientY, left: stage.scrollLeft, top: stage.scrollTop };
    stage.setPointerCapture(e.pointerId);
  };
  stage.onpointermove = (e) => {
    if (!drag) return;
    stage.scrollLeft = drag.left - (e.clientX - drag.x);
    stage.scrollTop = drag.top - (e.clientY - drag.y);
  };
  stage.onpointerup = stage.onpointercancel = () => { drag = null; };
  stage.onscroll = changed;
  const watcher = new ResizeObserver(() => { if (state.fit) size(); });
  watcher.observe(stage);

  // ---- for others
  // Where a box lies on the sheet as it is turned now, in pixels of the screen.
  const middle = (p, box) => {
    const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
    const [u, v] = { 0: [x, y], 90: [p.height - y, x], 180: [p.width - x, p.height - y], 270: [y, p.width - x] }[turn()];
    return [u * state.zoom, v * state.zoom];
  };
  const show = (field) => {
    for (const p of pages) {
      const box = p.boxes.find((b) => b.field === field);
      if (!box) continue;
      if (state.page !== p.number) { state.page = p.number; draw(); }
      select(field);
      const [x, y] = middle(p, box);
      stage.scrollTo({ left: x - stage.clientWidth / 2, top: y - stage.clientHeight / 2 });
      return true;
    }
    return false;
  };
  const load = (shown, options = {}) => {
    const same = options.keep && pages.length;
    pages = shown; groups = options.groups || []; own = options.own || 0;
    if (!same) {
      Object.assign(state, { page: options.start ?? (pages[0] && pages[0].number), fit: "width", zoom: 1, turns: {},
        field: null, hover: null }, options.view || {});
      if (!pages.some((p) => p.number === state.page)) state.page = pages[0] && pages[0].number;
      drawnImage = null;
      painted = 0;
    }
    at('[data-view="marks"]').setAttribute("aria-pressed", String(state.marks));
    draw();
    if (!same && options.view && options.view.scroll) [stage.scrollLeft, stage.scrollTop] = options.view.scroll;
    else if (!same) stage.scrollTop = stage.scrollLeft = 0;
  };
  return {
    load, show, act: (name) => acts[name](), go,
    hover: (field) => { state.hover = field; light(); },
    view: () => ({ page: state.page, fit: state.fit, zoom: state.zoom, turns: state.turns, marks: state.marks,
      scroll: [stage.scrollLeft, stage.scrollTop] }),
    page: () => state.page,
    paintedSince: () => (painted ? performance.now() - painted : 0),
    scroll: (by) => stage.scrollBy({ top: by * stage.clientHeight * 0.8 }),
    end: () => watcher.disconnect(),
  };
}
