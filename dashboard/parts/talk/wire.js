// The calls to the server. What goes wrong comes as a Trouble, whose text is for the person.
class Trouble extends Error {
  constructor(text, more = {}) { super(text); Object.assign(this, more); }
}
const send = async (path, body) => {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Trouble("서버에 연결할 수 없습니다. 적은 내용은 이 화면에 남아 있습니다.", { away: true });
  }
  if (answer.status === 401) throw new Trouble("로그인이 끝났습니다. 다시 로그인해 주십시오.", { ended: true });
  if (answer.ok) return answer;
  let said = {};
  try { said = await answer.json(); } catch { /* an answer of something between us and the server */ }
  throw new Trouble(said.error || `서버가 답하지 못했습니다(${answer.status}).`, { ...said, status: answer.status });
};
const ask = async (name, body) => (await send(`/talk/call/${name}`, body)).json();

// A paper to keep: asked for with its reason in the body, saved under the name that the server gives.
const keepPaper = async (body) => {
  const answer = await send("/talk/paper", body);
  const name = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") || "");
  const url = URL.createObjectURL(await answer.blob());
  const link = el("a", { href: url, download: name ? decodeURIComponent(name[1]) : `상담일지.${body.kind}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
};
