import {
  AV_LOG_QUIET,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AVERROR_EAGAIN,
  type FFDecoderCodec,
  type FFEncoderCodec,
} from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Log } from 'node-av/lib';
import { ResourceError } from '../../base/errors.js';

/**
 * The one door to FFmpeg. Only files in this folder import node-av, so that what crashes a process (a freed
 * frame, an unpinned buffer, a context fed with the wrong size) cannot be written elsewhere. Everything here is
 * synchronous: a worker thread that is terminated during an asynchronous call takes the process with it.
 */

// FFmpeg's default prints each hostile packet on stderr.
Log.setLevel(AV_LOG_QUIET);

export { AVERROR_EAGAIN };

/** What FFmpeg answered, as an error of ours, when it is no peer's fault. */
export function check(result: number, what: string): number {
  if (result < 0) {
    const reason = new FFmpegError(result).message;
    throw new ResourceError('codec', `${what}: ${reason}`);
  }
  return result;
}

export function openDecoder(
  name: string,
  configure: (context: CodecContext) => void,
  options: Record<string, string> = {},
): CodecContext {
  return open(name, Codec.findDecoderByName(name as FFDecoderCodec), configure, options);
}

export function openEncoder(
  name: string,
  configure: (context: CodecContext) => void,
  options: Record<string, string> = {},
): CodecContext {
  return open(name, Codec.findEncoderByName(name as FFEncoderCodec), configure, options);
}

function open(
  name: string,
  codec: Codec | null,
  configure: (context: CodecContext) => void,
  options: Record<string, string>,
): CodecContext {
  if (!codec) throw new ResourceError('codec', `this FFmpeg has no ${name}`);
  const context = new CodecContext();
  context.allocContext3(codec);
  try {
    configure(context);
    // A dictionary given to open2Sync is freed twice; options are set one by one instead.
    for (const [option, value] of Object.entries(options)) {
      const result = context.setOption(option, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
      check(result, `${name} option ${option}=${value}`);
    }
    check(context.open2Sync(codec, null), `opening ${name}`);
  } catch (error) {
    context.freeContext();
    throw error;
  }
  return context;
}
