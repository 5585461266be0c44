// One table says which key does what; the help reads it too. Places on the keyboard count (event.code), so that
// the Korean layout changes nothing, and a key that ends a syllable does nothing here.
//
// [code, label, what it does, act, needs a review that can be decided]
const keyTable = (desk) => [
  ["판단", [
    ["Digit1", "1 … 9", "신청 고르기 · 풀기", null, true],
    ["Enter", "Enter", "화면 아래 파란 단추대로 결정", () => desk.deciding.enter(), true],
    ["KeyY", "Y", "맞음 · 변경으로 받아들임", () => desk.deciding.answerCurrent("yes"), true],
    ["KeyN", "N", "아님 · 고치기", () => desk.deciding.answerCurrent("no"), true],
    ["KeyB", "B", "신규 접수", () => desk.panels.open("register"), true],
    ["KeyI", "I", "이송", () => desk.panels.open("transfer"), true],
    ["KeyX", "X", "반려", () => desk.panels.open("reject"), true],
    ["KeyH", "H", "보류", () => desk.panels.open("hold"), true],
    ["KeyA", "A", "고친 값으로 다시 찾기", () => desk.deciding.searchAgain(), true],
    ["Ctrl+KeyZ", "Ctrl+Z", "방금 한 결정 되돌리기", () => desk.undoing.last(), false],
  ]],
  ["고치기", [
    ["KeyE", "E", "첫 칸 고치기 (Enter 다음 칸, Esc 나오기)", () => desk.editFirst(), true],
    ["KeyT", "T", "문서 종류 바꾸기", () => desk.focusType(), true],
    ["KeyF", "F", "신청 찾기", () => desk.search.focus(), true],
    ["KeyC", "C", "의견 적기", () => desk.focusComment(), true],
    ["KeyG", "G", "쪽 나누기 · 합치기 · 순서", () => desk.arranging.open(), true],
    ["KeyV", "V", "개인정보 전부 보기", () => desk.reveal(), false],
  ]],
  ["보기", [
    ["PageUp", "PageUp", "앞 쪽", () => desk.viewer.act("prev"), false],
    ["PageDown", "PageDown", "뒤 쪽", () => desk.viewer.act("next"), false],
    ["Equal", "+", "크게 (Ctrl+휠)", () => desk.viewer.act("in"), false],
    ["Minus", "-", "작게", () => desk.viewer.act("out"), false],
    ["Digit0", "0", "폭 맞춤 · 한눈에", () => desk.viewer.act("fit"), false],
    ["KeyR", "R", "회전", () => desk.viewer.act("turn"), false],
    ["KeyM", "M", "표시 켜고 끄기", () => desk.viewer.act("marks"), false],
    ["KeyJ", "J · K", "쪽 아래로 · 위로", () => desk.viewer.scroll(1), false],
  ]],
  ["오가기", [
    ["KeyS", "S", "이 건을 두고 다음 건", () => desk.skip(), false],
    ["KeyL", "L", "목록으로", () => desk.toList(), false],
    ["Slash", "/", "배달 찾기 (맨 위 칸)", null, false],
    ["Shift+Slash", "?", "이 도움말", () => desk.help.toggle(), false],
    ["Escape", "Esc", "닫기 · 입력 칸에서 나오기", () => desk.escape(), false],
  ]],
];
const SAME_KEY = { NumpadEnter: "Enter", NumpadAdd: "Equal", NumpadSubtract: "Minus", Numpad0: "Digit0" };

const listenToKeys = (desk) => {
  const acts = new Map(), decides = new Set();
  for (const [, rows] of keyTable(desk)) {
    for (const [code, , , act, needs] of rows) { if (act) acts.set(code, act); if (needs) decides.add(code); }
  }
  acts.set("KeyK", () => desk.viewer.scroll(-1));
  const typing = (node) => node && (node.isContentEditable || node.tagName === "TEXTAREA" || node.tagName === "SELECT"
    || (node.tagName === "INPUT" && !["checkbox", "radio", "button"].includes(node.type)));
  const pressable = (node) => node && (node.tagName === "BUTTON" || node.tagName === "A" || node.tagName === "SUMMARY" || node.getAttribute?.("role") === "button");

  const pressed = (e) => {
    if (e.isComposing || e.keyCode === 229 || e.defaultPrevented || e.metaKey) return;
    const target = e.composedPath()[0];
    const code = SAME_KEY[e.code] || e.code;
    const take = (act) => { e.preventDefault(); e.stopImmediatePropagation(); act(); };
    if (desk.arranging.shown()) return desk.arranging.pressed(e, code, take, typing(target));
    if (desk.help.shown()) {
      if (code === "Escape" || e.key === "?") take(() => desk.help.toggle());
      return undefined;
    }
    if (typing(target)) return whileTyping(e, code, target, take);
    if (e.altKey) return undefined;
    if (e.ctrlKey) {
      if (code === "KeyZ" && !e.shiftKey && !e.repeat) take(acts.get("Ctrl+KeyZ"));
      return undefined;
    }
    if (code === "Enter" && (pressable(target) || desk.panels.shown())) return undefined;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code);
    if (digit && !e.shiftKey) return take(() => { if (!e.repeat) desk.deciding.toggleAt(Number(digit[1]) - 1); });
    const name = e.key === "?" ? "Shift+Slash" : e.shiftKey ? `Shift+${code}` : code;
    const act = acts.get(name === "Shift+Equal" ? "Equal" : name);
    if (!act) return undefined;
    if (decides.has(name) && (!desk.shown || desk.shown.shut)) return take(() => desk.saysWhyShut());
    if (e.repeat && !["KeyJ", "KeyK", "Equal", "Minus", "PageUp", "PageDown"].includes(code)) return take(() => {});
    return take(act);
  };
  const whileTyping = (e, code, target, take) => {
    if (code === "Escape") return take(() => desk.escape());
    if (code === "Enter" && e.ctrlKey && !e.repeat) return take(() => desk.deciding.enter());
    if (code === "Enter" && target.dataset && target.dataset.field && !e.ctrlKey) {
      return take(() => { if (!desk.table.step(target, e.shiftKey ? -1 : 1)) desk.home(); });
    }
    if (["ArrowDown", "ArrowUp"].includes(code) && target.dataset && target.dataset.field) {
      return take(() => desk.table.step(target, code === "ArrowDown" ? 1 : -1));
    }
    if (["PageUp", "PageDown"].includes(code)) return take(acts.get(code));
    const digit = e.altKey && /^Digit([1-9])$/.exec(code);
    if (digit) return take(() => desk.deciding.toggleAt(Number(digit[1]) - 1));
    return undefined;
  };
  window.addEventListener("keydown", pressed, true);
  return () => window.removeEventListener("keydown", pressed, true);
};

const helpOver = (desk) => {
  const box = desk.at(".help");
  const toggle = () => {
    if (!box.hidden) { box.hidden = true; desk.home(); return; }
    box.replaceChildren(el("div", { class: "sheet-over", role: "dialog", "aria-modal": "true", "aria-label": "단축키" },
      el("header", {}, el("h3", { text: "단축키" }), button("닫기", "Esc", toggle, { class: "small", "data-focus": "help:close" })),
      el("div", { class: "columns" }, keyTable(desk).map(([title, rows]) => el("div", {}, el("h4", { text: title }),
        el("dl", {}, rows.map(([, label, what]) => [el("dt", {}, keycap(label)), el("dd", { text: what })]))))),
      el("p", { class: "muted", text: "입력 칸 안에서는 글자가 그대로 들어갑니다. Esc로 나오면 단축키가 다시 듣습니다. 입력 중에도 Ctrl+Enter는 결정, Alt+숫자는 신청 고르기입니다." }),
      el("p", { class: "muted", text: "근거가 모두 한 신청을 가리킬 때에만 그 신청이 미리 골라져 있습니다. 애매하면 아무것도 골라져 있지 않고 Enter는 아무 일도 하지 않습니다. 새 건이 뜬 직후의 Enter는 받지 않습니다." })));
    box.hidden = false;
    box.querySelector("button").focus();
  };
  return { toggle, shown: () => !box.hidden };
};
