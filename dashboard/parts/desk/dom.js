// Making elements. All text goes in as text, never as HTML.
const el = (tag, props = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (v === null || v === undefined || v === false) continue;
    if (k === "text") node.textContent = v;
    else if (k.startsWith("on")) node[k] = v;
    else node.setAttribute(k, v === true ? "" : v);
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false && c !== ""));
  return node;
};
const chip = (c) => el("span", { class: "chip " + c.tone, text: c.text, title: c.title });
const keycap = (text) => el("kbd", { text, "aria-hidden": "true" });
// A button that says which key does the same. The pointer takes no focus away from what is typed in.
const button = (text, key, act, props = {}) => el("button", {
  type: "button", "aria-keyshortcuts": key || null, onclick: act, onmousedown: (e) => e.preventDefault(), ...props,
}, el("span", { text }), key ? keycap(key) : null);
const later = (wait, act) => {
  let timer = 0;
  const asked = () => { clearTimeout(timer); timer = setTimeout(act, wait); };
  asked.cancel = () => clearTimeout(timer);
  return asked;
};
