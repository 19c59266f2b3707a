import { spawn, type ChildProcess } from 'node:child_process';

/** What everybody encodes to: the same encoder (x264) with the same settings, one thread. */
export const encoding = { preset: 'superfast', bitrate: 4_000_000, frameRate: 30, width: 1920, height: 1080 };

export interface Grid {
  columns: number;
  rows: number;
  tileWidth: number;
  tileHeight: number;
}

/** 1 → 1×1, 4 → 2×2, 9 → 3×3. */
export function gridOf(inputs: number): Grid {
  const columns = Math.ceil(Math.sqrt(inputs));
  return {
    columns,
    rows: columns,
    tileWidth: encoding.width / columns,
    tileHeight: encoding.height / columns,
  };
}

/**
 * ffmpeg: each input decoded in one thread, scaled bilinearly, put together by xstack, sent as RTP. It reads files
 * in real time, so it is spared receiving RTP.
 */
export function ffmpeg(clips: string[], port: number): ChildProcess {
  const { columns, tileWidth, tileHeight } = gridOf(clips.length);
  const scaled = clips.map((_, i) => `[${i}:v]scale=${tileWidth}:${tileHeight}:flags=bilinear[t${i}]`);
  const layout = clips
    .map((_, i) => `${(i % columns) * tileWidth}_${Math.floor(i / columns) * tileHeight}`)
    .join('|');
  const stack =
    clips.length === 1
      ? '[t0]null[out]'
      : `${clips.map((_, i) => `[t${i}]`).join('')}xstack=inputs=${clips.length}:layout=${layout}:fill=black[out]`;
  return start('ffmpeg', [
    '-nostdin',
    '-loglevel',
    'error',
    ...clips.flatMap(clip => ['-threads', '1', '-re', '-stream_loop', '-1', '-i', clip]),
    '-filter_complex_threads',
    '1',
    '-filter_complex',
    [...scaled, stack].join(';'),
    '-map',
    '[out]',
    '-r',
    String(encoding.frameRate),
    '-c:v',
    'libx264',
    '-preset',
    encoding.preset,
    '-tune',
    'zerolatency',
    '-threads',
    '1',
    '-b:v',
    String(encoding.bitrate),
    '-maxrate',
    String(encoding.bitrate),
    '-bufsize',
    String(encoding.bitrate / 2),
    '-g',
    '300',
    '-f',
    'rtp',
    `rtp://127.0.0.1:${port}?pkt_size=1200`,
  ]);
}

/** GStreamer: avdec_h264 (one thread), compositor, x264enc, RTP; files in real time, too. */
export function gstreamer(clips: string[], port: number): ChildProcess {
  const { columns, tileWidth, tileHeight } = gridOf(clips.length);
  const pads = clips.flatMap((_, i) => [
    `sink_${i}::xpos=${(i % columns) * tileWidth}`,
    `sink_${i}::ypos=${Math.floor(i / columns) * tileHeight}`,
    `sink_${i}::width=${tileWidth}`,
    `sink_${i}::height=${tileHeight}`,
  ]);
  const inputs = clips.flatMap((clip, i) => [
    'multifilesrc',
    `location=${clip}`,
    'loop=true',
    '!',
    'h264parse',
    '!',
    'avdec_h264',
    'max-threads=1',
    '!',
    `video/x-raw,framerate=${encoding.frameRate}/1`,
    '!',
    'queue',
    'max-size-buffers=4',
    '!',
    `c.sink_${i}`,
  ]);
  return start('gst-launch-1.0', [
    '-q',
    'compositor',
    'name=c',
    'background=black',
    ...pads,
    '!',
    `video/x-raw,format=I420,width=${encoding.width},height=${encoding.height},framerate=${encoding.frameRate}/1`,
    '!',
    'clocksync',
    '!',
    'x264enc',
    `speed-preset=${encoding.preset}`,
    'tune=zerolatency',
    'threads=1',
    `bitrate=${encoding.bitrate / 1000}`,
    'key-int-max=300',
    '!',
    'rtph264pay',
    'mtu=1200',
    '!',
    'udpsink',
    'host=127.0.0.1',
    `port=${port}`,
    ...inputs,
  ]);
}

function start(command: string, args: string[]): ChildProcess {
  return spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
