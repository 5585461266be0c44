// The place one was at is found again when something else took the focus and went away: a notice that the connection
// was lost, a screen that was run anew. Whoever presses elsewhere or tabs away meant to leave.
const keepFocus = (root, moved) => {
  let lost = null, pressed = 0;
  const down = () => { pressed = performance.now(); lost = null; };
  const tabbed = (e) => { if (e.key === "Tab") down(); };
  const entered = () => { lost = null; moved(); };
  const left = (e) => {
    const node = e.composedPath()[0], name = node.dataset && node.dataset.focus;
    if (name && !root.contains(e.relatedTarget) && performance.now() - pressed > 60) lost = { name, start: node.selectionStart ?? null, end: node.selectionEnd ?? null };
  };
  const look = () => {
    if (!lost || !document.hasFocus() || document.activeElement !== document.body) return;
    const node = [...root.querySelectorAll("[data-focus]")].find((n) => n.dataset.focus === lost.name);
    const { start, end } = lost;
    lost = null;
    if (!node || node.hidden) return;
    node.focus({ preventScroll: true });
    if (start !== null && ["text", "search"].includes(node.type)) node.setSelectionRange(start, end);
  };
  const timer = setInterval(look, 400);
  window.addEventListener("pointerdown", down, true);
  window.addEventListener("keydown", tabbed, true);
  root.addEventListener("focusin", entered);
  root.addEventListener("focusout", left);
  return () => { clearInterval(timer); window.removeEventListener("pointerdown", down, true); window.removeEventListener("keydown", tabbed, true); };
};
