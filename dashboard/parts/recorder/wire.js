// The calls to the server. What goes wrong comes as a Trouble, whose text is for the person.
class Trouble extends Error {
  constructor(text, more = {}) { super(text); Object.assign(this, more); }
}
const call = async (name, body = {}) => {
  let answer;
  try {
    answer = await fetch(`/recorder/${name}`, {
      method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
  } catch {
    throw new Trouble("서버에 연결할 수 없습니다. 잠시 뒤에 다시 눌러 주십시오.", { away: true });
  }
  if (answer.status === 401) throw new Trouble("로그인이 끝났습니다. 새 창에서 다시 로그인한 뒤 눌러 주십시오.", { ended: true });
  const said = await answer.json().catch(() => ({ error: "서버가 알아볼 수 없는 답을 보냈습니다." }));
  if (!answer.ok) throw new Trouble(said.error || "처리하지 못했습니다.", { status: answer.status });
  return said;
};
const randomName = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
const clockOf = (seconds) => {
  const s = Math.max(0, Math.floor(seconds));
  return [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60].map((n) => String(n).padStart(2, "0")).join(":");
};
