// The calls to the server. What goes wrong comes as a Trouble, whose text is for the person.
class Trouble extends Error {
  constructor(text, more = {}) { super(text); Object.assign(this, more); }
}
const ask = async (name, body) => {
  let answer;
  try {
    answer = await fetch(`/desk/${name}`, {
      method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Trouble("서버에 연결할 수 없습니다. 적은 내용은 이 화면에 남아 있습니다.", { away: true });
  }
  if (answer.status === 401) throw new Trouble("로그인이 끝났습니다. 다시 로그인하면 적은 내용이 그대로 있습니다.", { ended: true });
  let said = {};
  try { said = await answer.json(); } catch { /* an answer of something between us and the server */ }
  if (!answer.ok) throw new Trouble(said.error || `서버가 답하지 못했습니다(${answer.status}).`, { ...said, status: answer.status });
  return said;
};
const tellOnLeaving = (name, body) =>
  navigator.sendBeacon(`/desk/${name}`, new Blob([JSON.stringify(body)], { type: "application/json" }));

// Pictures of the next case, fetched while this one is looked at and shown from memory.
const picturesAhead = () => {
  let ready = new Map(), older = new Map(), asking = null;
  const drop = (map) => { for (const url of map.values()) URL.revokeObjectURL(url); map.clear(); };
  return {
    of: (url) => ready.get(url) || older.get(url) || url,
    async fetch(urls) {
      if (asking) asking.abort();
      const mine = (asking = new AbortController());
      drop(older);
      older = ready;
      ready = new Map();
      for (const url of urls) {
        if (mine.signal.aborted) return;
        try {
          const answer = await fetch(url, { signal: mine.signal, credentials: "same-origin", headers: { "X-Ahead": "1" } });
          if (answer.ok && !mine.signal.aborted) ready.set(url, URL.createObjectURL(await answer.blob()));
        } catch { return; }
      }
    },
    end() { if (asking) asking.abort(); drop(ready); drop(older); },
  };
};
