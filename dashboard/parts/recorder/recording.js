// A recording in the making. It belongs to the window: other screens may be looked at meanwhile.
const FORMS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
// Held as long as this window records a talk, so that others leave it alone; a window that goes away lets go of it.
const lockName = (id) => `backoffice-recording-${id}`;
const recordedElsewhere = async () => {
  if (!navigator.locks) return new Set();
  return new Set((await navigator.locks.query()).held.map((l) => l.name));
};
const recordable = () => FORMS.find((f) => MediaRecorder.isTypeSupported(f));
const running = () => (window.boRecording && window.boRecording.state !== "ended" ? window.boRecording : null);

const startRecording = ({ talk, microphones, pieceMs, longestSeconds }) => {
  const listeners = new Set();
  const changed = () => { for (const listener of [...listeners]) listener(self); };
  const sending = sender(talk.id, randomName(), changed);
  const recorder = new MediaRecorder(microphones.stream, { mimeType: recordable(), audioBitsPerSecond: 48000 * microphones.channels });
  let before = 1000 * (talk.seconds || 0), since = performance.now(), silentSince = null, lock = null;
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
      await self.close(how);
    },
    // Only this window stops; the talk may go on with another microphone.
    async setAside() {
      before = self.seconds() * 1000;
      self.state = "ending"; changed();
      await stopped(); await sending.settled();
      done(); changed();
    },
    // The last call, again where it did not get through.
    async close(how = "end") {
      try {
        if (how === "end") await sending.settled();
        await call(how, { talk: talk.id });
        self.problem = ""; self.how = how; done();
      } catch (error) { self.problem = error.message; self.again = () => { self.problem = ""; changed(); return self.close(how); }; }
      changed();
    },
  };
  const stopped = async () => {
    if (recorder.state !== "inactive") {
      const end = new Promise((resolve) => { recorder.addEventListener("stop", resolve, { once: true }); });
      recorder.stop();
      await end;
    }
    microphones.close(); clearInterval(timer); if (lock) lock.release().catch(() => {});
  };
  const done = () => {
    self.state = "ended";
    if (self.release) self.release();
    for (const [name, listener] of [["beforeunload", stay], ["pagehide", flush], ["online", sending.now]]) window.removeEventListener(name, listener);
  };
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
  recorder.onstop = () => { if (self.state === "recording" || self.state === "paused") recorder.onerror(); };
  microphones.onlost = () => { self.lost = true; changed(); };
  recorder.start(pieceMs);
  const timer = setInterval(look, 500);
  window.addEventListener("beforeunload", stay);
  window.addEventListener("pagehide", flush);
  window.addEventListener("online", sending.now);
  if (navigator.locks) navigator.locks.request(lockName(talk.id), () => new Promise((resolve) => { self.release = resolve; }));
  if (navigator.wakeLock) navigator.wakeLock.request("screen").then((l) => { lock = l; }).catch(() => {});
  window.boRecording = self;
  return self;
};
