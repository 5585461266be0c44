// A recording in the making. It belongs to the window: other screens may be looked at meanwhile.
const FORMS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const running = () => (window.boRecording && window.boRecording.state !== "ended" ? window.boRecording : null);

const startRecording = ({ talk, microphones, pieceMs, longestSeconds }) => {
  const form = FORMS.find((f) => MediaRecorder.isTypeSupported(f));
  if (!form) throw new Trouble("이 브라우저로는 녹음할 수 없습니다. Chrome이나 Edge를 써 주십시오.");
  const listeners = new Set();
  const changed = () => { for (const listener of [...listeners]) listener(self); };
  const sending = sender(talk.id, randomName(), changed);
  const recorder = new MediaRecorder(microphones.stream, { mimeType: form, audioBitsPerSecond: 48000 * microphones.channels });
  let before = 0, since = performance.now(), silentSince = null, lock = null;
  const self = {
    talk, microphones, sending, state: "recording", quiet: false, problem: "",
    seconds: () => (before + (self.state === "recording" ? performance.now() - since : 0)) / 1000,
    watch(listener) { listeners.add(listener); return () => listeners.delete(listener); },
    pause() {
      if (self.state !== "recording") return;
      before += performance.now() - since;
      recorder.requestData(); recorder.pause(); self.state = "paused"; changed();
    },
    resume() {
      if (self.state !== "paused") return;
      recorder.resume(); since = performance.now(); silentSince = null; self.state = "recording"; changed();
    },
    // What was recorded until now goes off; `how`: the call that ends it on the server.
    async end(how = "end") {
      if (self.state === "ending" || self.state === "ended") return;
      before = self.seconds() * 1000;
      self.state = "ending"; changed();
      if (how === "withdraw") sending.drop();
      await stopped();
      microphones.close(); clearInterval(timer); if (lock) lock.release().catch(() => {});
      await self.close(how);
    },
    // The last call, again where it did not get through.
    async close(how = "end") {
      try {
        if (how === "end") await sending.settled();
        await call(how, { talk: talk.id });
        self.problem = ""; self.how = how; self.state = "ended";
        window.removeEventListener("beforeunload", stay); window.removeEventListener("pagehide", flush);
      } catch (error) { self.problem = error.message; self.again = () => { self.problem = ""; changed(); return self.close(how); }; }
      changed();
    },
  };
  const stopped = () => new Promise((resolve) => {
    if (recorder.state === "inactive") { resolve(); return; }
    recorder.addEventListener("stop", resolve, { once: true });
    recorder.stop();
  });
  const look = () => {
    const loud = Math.max(...microphones.levels()) > QUIET;
    if (loud || self.state !== "recording") silentSince = null; else silentSince ??= performance.now();
    self.quiet = silentSince !== null && performance.now() - silentSince > 15000;
    if (self.seconds() > longestSeconds) self.end();
    changed();
  };
  const stay = (e) => { if (self.state !== "ended") { e.preventDefault(); e.returnValue = ""; } };
  const flush = () => { if (recorder.state === "recording") recorder.requestData(); };
  recorder.ondataavailable = (e) => { if (e.data.size) sending.add(e.data); };
  recorder.onerror = () => { self.problem = "녹음이 멈췄습니다. 여기까지 저장하고 끝냅니다."; self.end(); };
  microphones.onlost = () => { self.lost = true; changed(); };
  recorder.start(pieceMs);
  const timer = setInterval(look, 500);
  window.addEventListener("beforeunload", stay);
  window.addEventListener("pagehide", flush);
  window.addEventListener("online", sending.now);
  if (navigator.wakeLock) navigator.wakeLock.request("screen").then((l) => { lock = l; }).catch(() => {});
  window.boRecording = self;
  return self;
};
