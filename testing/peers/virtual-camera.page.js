// Runs in the page, before any script of it: camera, microphone and screen become recognisable test signals.
// The settings (VirtualCamera in chromium.ts) were put into `globalThis.virtualCamera` before.
//
// Picture: a surface of the main colour, a bar that crosses it every two seconds, a frame counter; the whole picture
// white for 100 ms at each second. Sound: a quiet steady tone; a louder beep at each second. Both take their time
// from one clock (the audio context's), and frames lie on a grid on which each second has a frame, so that flash and
// beep begin at the same instant.
//
// Frames are made by a timer and handed over as VideoFrames: neither requestAnimationFrame nor a canvas' own capture
// go on in a hidden page.
(() => {
  const settings = globalThis.virtualCamera;
  const flashS = 0.1;
  let clock; // made at the first use: a page without camera needs none

  function startClock() {
    if (clock) return clock;
    const context = new AudioContext({ sampleRate: 48000, latencyHint: 'interactive' });
    void context.resume();
    // currentTime moves in steps of one rendered block; the largest offset seen is its smooth course.
    let offset = -Infinity;
    const now = () => {
      const wall = performance.now() / 1000;
      offset = Math.max(offset - 1e-6, context.currentTime - wall);
      return wall + offset;
    };
    clock = { context, now };
    return clock;
  }

  function soundTrack() {
    const { context } = startClock();
    const out = context.createMediaStreamDestination();
    const add = (frequency, level) => {
      const oscillator = new OscillatorNode(context, { frequency });
      const gain = new GainNode(context, { gain: level });
      oscillator.connect(gain).connect(out);
      oscillator.start();
      return gain;
    };
    if (settings.toneHz) add(settings.toneHz, settings.toneLevel);
    if (settings.beepHz) {
      const beep = add(settings.beepHz, 0).gain;
      let second = Math.floor(context.currentTime) + 1;
      const schedule = () => {
        for (; second < context.currentTime + 3; second++) {
          beep.setValueAtTime(0.5, second);
          beep.setValueAtTime(0, second + flashS);
        }
      };
      schedule();
      setInterval(schedule, 500);
    }
    return out.stream.getAudioTracks()[0];
  }

  /** As `writeStamps` of frame-stamp.ts: eight bands of 16 blocks, twelve bits of number and four that check it. */
  function drawStamps(g, number, width, height) {
    const check = (number ^ (number >> 4) ^ (number >> 8) ^ 0x5) & 0xf;
    const code = (number << 4) | check;
    for (let block = 0; block < 16; block++) {
      g.fillStyle = (code >> (15 - block)) & 1 ? '#ffffff' : '#000000';
      g.fillRect((width / 16) * block, 0, width / 16, height);
    }
  }

  function pictureTrack({ colour, width, height, fps, flash, label, stamped }) {
    const { now } = startClock();
    const canvas = new OffscreenCanvas(width, height);
    const g = canvas.getContext('2d', { alpha: false });
    const generator = new MediaStreamTrackGenerator({ kind: 'video' });
    const writer = generator.writable.getWriter();
    let frame = Math.floor(now() * fps) + 1;
    let waiting = 0;

    function draw() {
      const second = frame / fps;
      if (stamped) return drawStamps(g, frame % 4096, width, height);
      g.fillStyle = colour;
      g.fillRect(0, 0, width, height);
      if (flash && second % 1 < flashS - 0.001) {
        g.fillStyle = '#ffffff';
        g.fillRect(0, 0, width, height);
        return;
      }
      const bar = Math.round(width / 12);
      g.fillStyle = 'rgba(0, 0, 0, 0.35)';
      g.fillRect(Math.round(((second / 2) % 1) * (width - bar)), 0, bar, height);
      g.fillStyle = '#ffffff';
      g.font = `bold ${Math.round(height / 12)}px sans-serif`;
      g.fillText(`${label} ${frame % 10000}`, width * 0.05, height * 0.95);
    }

    function tick() {
      if (generator.readyState === 'ended') return;
      const late = now() * fps - frame;
      if (late > 1) frame += Math.floor(late); // a busy machine: skip, never pile up
      if (generator.enabled && waiting < 2) {
        draw();
        const picture = new VideoFrame(canvas, { timestamp: Math.round((frame / fps) * 1e6) });
        waiting++;
        writer.write(picture).then(
          () => waiting--,
          () => picture.close(),
        );
      }
      frame++;
      setTimeout(tick, Math.max(0, (frame / fps - now()) * 1000));
    }
    setTimeout(tick, Math.max(0, (frame / fps - now()) * 1000));

    const numbers = { width, height, frameRate: fps, aspectRatio: width / height };
    generator.getSettings = () => ({ ...numbers, deviceId: 'virtual-camera', resizeMode: 'none' });
    generator.applyConstraints = () => Promise.resolve();
    return generator;
  }

  const devices = navigator.mediaDevices;
  if (!devices) return; // not a secure context: the page must see that it has no camera
  const original = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async constraints => {
    // The real (fake-device) call decides on permission, and gives the page its device labels.
    const permitted = await original(constraints);
    for (const track of permitted.getTracks()) track.stop();
    const stream = new MediaStream();
    if (constraints?.video) stream.addTrack(pictureTrack({ ...settings, flash: Boolean(settings.beepHz) }));
    if (constraints?.audio) stream.addTrack(soundTrack());
    return stream;
  };
  devices.getDisplayMedia = async () => {
    const { contentColour: colour, contentWidth: width, contentHeight: height } = settings;
    return new MediaStream([
      pictureTrack({ colour, width, height, fps: 15, flash: false, label: 'content' }),
    ]);
  };
})();
