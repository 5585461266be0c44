// One table says which key does what; the help reads it too. Places on the keyboard count (event.code), so that the
// Korean layout changes nothing.
const keyTable = (talk) => [
  ["듣기", [
    ["Space", "Space", "재생 · 멈춤 (입력 중에는 F2)", () => talk.player.toggle()],
    ["ArrowLeft", "←", "3초 뒤로", () => talk.player.skip(-3)],
    ["ArrowRight", "→", "3초 앞으로", () => talk.player.skip(3)],
    ["ArrowUp", "↑", "앞 발화 · 앞 줄", () => talk.step(-1)],
    ["ArrowDown", "↓", "다음 발화 · 다음 줄", () => talk.step(1)],
    ["KeyR", "R", "이 발화 다시 (입력 중에는 F3)", () => talk.spoken.again()],
    ["BracketLeft", "[", "느리게", () => talk.player.faster(-1)],
    ["BracketRight", "]", "빠르게", () => talk.player.faster(1)],
    ["KeyF", "F", "따라가기 켜고 끄기", () => talk.player.toggleFollow()],
  ]],
  ["녹취", [
    ["Digit1", "1", "이 발화는 상담사", () => talk.spoken.tell("counselor")],
    ["Digit2", "2", "이 발화는 구직자", () => talk.spoken.tell("person")],
    ["Digit3", "3", "이 발화는 다른 사람", () => talk.spoken.tell("other")],
  ]],
  ["일지", [
    ["KeyN", "N", "다음 확인할 줄", () => talk.written.next()],
    ["KeyP", "P", "이 줄의 근거 듣기", () => talk.written.hear()],
    ["KeyA", "A", "이 줄 그대로", () => talk.written.accept()],
    ["KeyE", "E", "고치기 (발화 또는 줄)", () => talk.edit()],
    ["KeyX", "X", "이 줄 빼기", () => talk.written.strike()],
    ["KeyS", "S", "서명하기", () => talk.signing.askSign()],
  ]],
  ["오가기", [
    ["Tab", "Tab", "다음 칸", null],
    ["KeyL", "L", "목록으로", () => talk.toList()],
    ["Shift+Slash", "?", "이 도움말", () => talk.help.toggle()],
    ["Escape", "Esc", "닫기", () => talk.escape()],
  ]],
];
const listenToKeys = (talk) => {
  const acts = new Map(keyTable(talk).flatMap(([, rows]) => rows.filter((r) => r[3]).map((r) => [r[0], r[3]])));
  const typing = (node) => node && (node.isContentEditable || node.tagName === "TEXTAREA" || node.tagName === "SELECT"
    || (node.tagName === "INPUT" && !["checkbox", "radio", "button", "range"].includes(node.type)));
  const pressable = (node) => node && (node.tagName === "BUTTON" || node.tagName === "A" || (node.tagName === "INPUT" && node.type !== "range"));
  const pressed = (e) => {
    if (e.isComposing || e.keyCode === 229 || e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || !talk.shown) return;
    const target = e.composedPath()[0];
    const take = (act) => { e.preventDefault(); e.stopImmediatePropagation(); act(); };
    if (e.code === "F2") { take(() => talk.player.toggle()); return; }
    if (e.code === "F3") { take(() => talk.spoken.again()); return; }
    if (e.code === "Escape" && (talk.panelShown() || talk.help.shown())) { take(() => talk.escape()); return; }
    if (typing(target) || talk.panelShown()) return;
    if (e.code === "Space" && pressable(target) && !target.classList.contains("play")) return;
    const name = e.key === "?" ? "Shift+Slash" : e.shiftKey ? `Shift+${e.code}` : e.code;
    const act = acts.get(name);
    if (!act || (talk.help.shown() && name !== "Shift+Slash")) return;
    if (e.repeat && !e.code.startsWith("Arrow")) { take(() => {}); return; }
    take(act);
  };
  window.addEventListener("keydown", pressed, true);
  return () => window.removeEventListener("keydown", pressed, true);
};
const helpOver = (talk) => {
  const box = talk.at(".help");
  const toggle = () => {
    if (!box.hidden) { box.hidden = true; talk.home(); return; }
    box.replaceChildren(el("div", { class: "sheet-over", role: "dialog", "aria-modal": "true", "aria-label": "단축키" },
      el("header", {}, el("h3", { text: "단축키" }), button("닫기", "Esc", toggle, { class: "small" })),
      el("div", { class: "columns" }, keyTable(talk).map(([title, rows]) => el("div", {}, el("h4", { text: title }),
        el("dl", {}, rows.map(([, label, what]) => [el("dt", {}, keycap(label)), el("dd", { text: what })]))))),
      el("p", { class: "muted", text: "발화나 줄을 누르면 그 자리의 녹음이 들립니다. 물결 밑줄은 잘 들리지 않은 말, 점선 밑줄은 다른 사람에게 가려지는 말입니다." })));
    box.hidden = false;
    box.querySelector("button").focus();
  };
  return { toggle, shown: () => !box.hidden };
};
