// Pieces on their way to the server: one after the other, each again and again until the server has it. So none is
// missing in the middle, and what the server has can be put together whenever this window goes away.
const sender = (talk, take, changed) => {
  const waiting = [], listeners = [];
  let next = 0, busy = false, failures = 0, wake = null;
  const self = { trouble: "", refused: "", sent: 0, get waiting() { return waiting.length; } };
  const rest = (ms) => new Promise((resolve) => { const timer = setTimeout(resolve, ms); wake = () => { clearTimeout(timer); resolve(); }; });
  const sendOne = async (piece) => {
    const answer = await fetch(`/recorder/piece/${talk}/${take}/${piece.number}`, {
      method: "PUT", credentials: "same-origin", headers: { "Content-Type": "application/octet-stream" }, body: piece.blob,
    });
    if (answer.ok) return "";
    const said = await answer.json().catch(() => ({}));
    if (answer.status === 410 || answer.status === 403) { self.refused = said.error || "이 녹음을 더 받지 않습니다."; return ""; }
    if (answer.status === 401) return "로그인이 끝났습니다. 새 창에서 다시 로그인하면 모아 둔 녹음을 이어서 보냅니다.";
    return said.error || "서버가 녹음을 받지 못했습니다. 모아 두었다가 다시 보냅니다.";
  };
  const work = async () => {
    if (busy) return;
    busy = true;
    while (waiting.length && !self.refused) {
      const piece = waiting[0];
      try { self.trouble = await sendOne(piece); }
      catch { self.trouble = "서버에 연결할 수 없어 녹음을 이 화면에 모아 두고 있습니다. 창을 닫지 마십시오."; }
      if (self.refused || !waiting.length) break;
      if (self.trouble) { failures += 1; changed(); await rest(Math.min(15000, 500 * 2 ** Math.min(failures, 5))); continue; }
      failures = 0; self.sent += waiting.shift().blob.size; changed();
    }
    busy = false;
    if (self.refused) waiting.length = 0;
    for (const resolve of listeners.splice(0)) resolve();
    changed();
  };
  self.add = (blob) => { waiting.push({ number: next, blob }); next += 1; work(); };
  // Everything has arrived, or will not be taken any more.
  self.settled = () => (waiting.length ? new Promise((resolve) => { listeners.push(resolve); if (wake) wake(); work(); }) : Promise.resolve());
  self.drop = () => { waiting.length = 0; self.trouble = ""; self.add = () => {}; };
  self.now = () => { if (wake) wake(); };
  return self;
};
