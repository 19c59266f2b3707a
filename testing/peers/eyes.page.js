// Runs in the page: every picture that one of its videos gets, at 16 × 8 places.
//
// virtualEyes(durationMs, n) → Promise<[{ atMs, luma: number[128] }]>, of the n-th video that is not the page's own.
globalThis.virtualEyes = async (durationMs, n) => {
  const videos = [...document.querySelectorAll('[data-testid=tile]:not([data-own=true]) video')];
  const [track] = videos[n].srcObject.getVideoTracks();
  // Not requestVideoFrameCallback: that stands still in a hidden page.
  const reader = new MediaStreamTrackProcessor({ track: track.clone() }).readable.getReader();
  const beginMs = performance.now();
  const seen = [];
  const over = new Promise(resolve => setTimeout(() => resolve({ done: true }), durationMs));
  for (;;) {
    const { done, value: frame } = await Promise.race([reader.read(), over]);
    if (done) break;
    const { width, height } = frame.visibleRect;
    const data = new Uint8Array(frame.allocationSize());
    const [{ offset, stride }] = await frame.copyTo(data); // I420 or NV12: brightness comes first
    frame.close();
    const luma = [];
    for (let band = 0; band < 8; band++) {
      const y = Math.floor(((band + 0.5) * height) / 8);
      for (let block = 0; block < 16; block++)
        luma.push(data[offset + y * stride + Math.floor(((block + 0.5) * width) / 16)]);
    }
    seen.push({ atMs: performance.now() - beginMs, luma });
  }
  void reader.cancel();
  return seen;
};
