// Runs in the page: what it plays now, as samples. The sum of every media element that is neither paused nor muted.
//
// virtualEars(durationMs) → Promise<{ sampleRate, pcm }>, pcm: base64 of 16-bit little-endian mono.
globalThis.virtualEars = async durationMs => {
  const context = new AudioContext({ sampleRate: 48000 });
  await context.resume();
  const playing = [...document.querySelectorAll('audio, video')].filter(element => {
    const audible = !element.muted && element.volume > 0 && !element.paused;
    return audible && element.srcObject?.getAudioTracks().some(track => track.readyState === 'live');
  });
  const sum = context.createGain();
  for (const element of playing) {
    const stream = new MediaStream(element.srcObject.getAudioTracks());
    const volume = new GainNode(context, { gain: element.volume });
    context.createMediaStreamSource(stream).connect(volume).connect(sum);
  }
  const recorder = context.createScriptProcessor(4096, 1, 1);
  const total = Math.ceil((durationMs / 1000) * context.sampleRate);
  const pcm = new Int16Array(total);
  let filled = 0;
  await new Promise(resolve => {
    recorder.onaudioprocess = ({ inputBuffer }) => {
      for (const sample of inputBuffer.getChannelData(0)) {
        if (filled < total) pcm[filled++] = Math.max(-1, Math.min(1, sample)) * 32767;
      }
      if (filled >= total) resolve();
    };
    sum.connect(recorder).connect(context.destination);
  });
  await context.close();
  const bytes = new Uint8Array(pcm.buffer);
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return { sampleRate: 48000, pcm: btoa(text), elements: playing.length };
};
