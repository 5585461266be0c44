// Groups of choices with counts. All text goes in as text, never as HTML.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".filters");
  const count = (n) => (n === null || n === undefined ? "" : n.toLocaleString("ko-KR"));
  const choose = (name, value) => setTriggerValue("chosen", { name, value });
  const active = root.querySelector(":focus");
  const focused = active ? [active.dataset.name, active.dataset.value] : null;
  const chips = (group, box) => {
    for (const option of group.options) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.name = group.name;
      button.dataset.value = option.value;
      button.setAttribute("aria-pressed", String(option.value === group.chosen));
      button.append(option.text);
      if (option.count !== null && option.count !== undefined) {
        const number = document.createElement("b");
        number.className = option.tone && option.count ? option.tone : "";
        number.textContent = count(option.count);
        button.append(" ", number);
      }
      button.onclick = () => choose(group.name, option.value);
      box.append(button);
    }
  };
  const list = (group, box) => {
    const select = document.createElement("select");
    select.dataset.name = group.name;
    select.setAttribute("aria-label", group.label);
    select.className = group.chosen ? "narrowed" : "";
    for (const option of group.options) {
      const item = document.createElement("option");
      item.value = option.value;
      item.textContent = option.text + (option.count === null || option.count === undefined ? "" : ` (${count(option.count)})`);
      item.selected = option.value === group.chosen;
      select.append(item);
    }
    select.onchange = () => choose(group.name, select.value);
    box.append(select);
  };
  // A list that somebody has open must not be taken from under their hand.
  const open = root.querySelector("select:focus");
  if (open && root.dataset.shown && data.groups.every((g) => g.name !== open.dataset.name || g.chosen === open.value)) {
    const fresh = data.groups.find((g) => g.name === open.dataset.name);
    if (fresh && JSON.stringify(fresh.options.map((o) => o.value)) === open.dataset.values) return;
  }
  root.replaceChildren();
  for (const group of data.groups) {
    const box = document.createElement("div");
    box.className = "group " + group.kind;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", group.label);
    (group.kind === "list" ? list : chips)(group, box);
    const select = box.querySelector("select");
    if (select) select.dataset.values = JSON.stringify(group.options.map((o) => o.value));
    root.append(box);
  }
  root.dataset.shown = "yes";
  if (focused) {
    const same = [...root.querySelectorAll("[data-name]")].find(
      (n) => n.dataset.name === focused[0] && (n.tagName === "SELECT" || n.dataset.value === focused[1]));
    if (same) same.focus({ preventScroll: true });
  }
}
