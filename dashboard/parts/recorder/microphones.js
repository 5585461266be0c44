// Microphones as one stream: one is one channel; two are two, the counselor's left and the person's right.
const QUIET = -65;
const microphonesHere = () => Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia && window.MediaRecorder);
const listMicrophones = async () => (await navigator.mediaDevices.enumerateDevices())
  .filter((d) => d.kind === "audioinput" && d.deviceId && d.deviceId !== "default" && d.deviceId !== "communications");
const wordsFor = (error) => ({
  NotAllowedError: "마이크를 쓰도록 허용되지 않았습니다. 주소창의 자물쇠에서 마이크를 ‘허용’으로 바꾼 뒤 다시 눌러 주십시오.",
  NotFoundError: "연결된 마이크가 없습니다. 마이크를 꽂은 뒤 다시 눌러 주십시오.",
  NotReadableError: "다른 프로그램이 마이크를 쓰고 있습니다. 그 프로그램을 닫은 뒤 다시 눌러 주십시오.",
  OverconstrainedError: "고른 마이크가 없습니다. 마이크를 다시 골라 주십시오.",
}[error.name] || "마이크를 열지 못했습니다.");

const openMicrophones = async (ids) => {
  const context = new AudioContext();
  const streams = [];
  try {
    await context.resume();
    for (const id of ids) {
      // One voice must not be made as loud as the other on its own microphone: they are told apart by that.
      const how = { channelCount: 1, echoCancellation: false, noiseSuppression: ids.length < 2, autoGainControl: ids.length < 2 };
      if (id) how.deviceId = { exact: id };
      streams.push(await navigator.mediaDevices.getUserMedia({ audio: how }));
    }
  } catch (error) {
    for (const s of streams) for (const t of s.getTracks()) t.stop();
    context.close();
    throw new Trouble(error instanceof Trouble ? error.message : wordsFor(error));
  }
  const channels = ids.length;
  const out = new MediaStreamAudioDestinationNode(context, { channelCount: channels, channelCountMode: "explicit", channelInterpretation: "discrete" });
  const merger = channels > 1 ? new ChannelMergerNode(context, { numberOfInputs: channels }) : out;
  if (channels > 1) merger.connect(out);
  const meters = streams.map((stream, n) => {
    const source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
    const mono = new GainNode(context, { channelCount: 1, channelCountMode: "explicit" });
    const meter = new AnalyserNode(context, { fftSize: 2048 });
    source.connect(mono); mono.connect(meter);
    if (channels > 1) mono.connect(merger, 0, n); else mono.connect(out);
    return { meter, values: new Float32Array(2048) };
  });
  const self = {
    channels, stream: out.stream, lost: false, onlost: null,
    // The level of each microphone in dB of full scale.
    levels: () => meters.map(({ meter, values }) => {
      meter.getFloatTimeDomainData(values);
      let sum = 0;
      for (const v of values) sum += v * v;
      return 10 * Math.log10(Math.max(sum / values.length, 1e-10));
    }),
    close() { for (const s of streams) for (const t of s.getTracks()) { t.onended = null; t.stop(); } if (context.state !== "closed") context.close(); },
  };
  for (const s of streams) for (const t of s.getTracks()) t.onended = () => { self.lost = true; if (self.onlost) self.onlost(); };
  return self;
};
