// What is typed and how the page is turned outlives a reload: kept in this tab, under the account it belongs to.
// Another account finds nothing of it, and its own sign-out clears it (parts/leaving.py).
const keptFor = (account) => {
  const all = "bo-desk:", own = `${all}${account}:`;
  const keys = () => Array.from({ length: sessionStorage.length }, (_, i) => sessionStorage.key(i));
  for (const key of keys()) if (key.startsWith(all) && !key.startsWith(own)) sessionStorage.removeItem(key);
  return {
    get(name) {
      try { return JSON.parse(sessionStorage.getItem(own + name)); } catch { return null; }
    },
    put(name, value) {
      if (window.boSignedOut) return;
      try { sessionStorage.setItem(own + name, JSON.stringify(value)); } catch { /* full: it is kept on screen */ }
    },
    drop(start) {
      for (const key of keys()) if (key.startsWith(own + start)) sessionStorage.removeItem(key);
    },
    // The draft of an older version of the same review, which has become another meanwhile.
    newest(start) {
      const found = keys().filter((k) => k.startsWith(own + start)).sort((a, b) => Number(a.split(":").pop()) - Number(b.split(":").pop()));
      return found.length ? this.get(found[found.length - 1].slice(own.length)) : null;
    },
  };
};
const freshDraft = (shown) => ({
  edits: {}, type: shown.type, chosen: shown.suggested ? [shown.suggested] : [], answers: {}, extra: [], people: {},
  comment: "", panel: "", forms: {}, focus: null, scroll: 0,
});
