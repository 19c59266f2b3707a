import { useEffect, useRef } from 'preact/hooks';

interface TrackVideoProps {
  track: MediaStreamTrack;
  label: string;
  mirrored?: boolean;
  /** Told when pictures come. */
  onPicture?: () => void;
}

/** Shows a track. Its sound, if any, is played elsewhere. */
export function TrackVideo({ track, label, mirrored, onPicture }: TrackVideoProps) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    video.srcObject = new MediaStream([track]);
    return () => {
      video.srcObject = null;
    };
  }, [track]);
  return (
    <video
      ref={element}
      class={mirrored ? 'mirrored' : undefined}
      aria-label={label}
      muted
      autoplay
      playsInline
      disablePictureInPicture={false}
      onLoadedData={onPicture}
      onPause={event => {
        // Browsers pause what is taken out of the page and put in again.
        const video = event.currentTarget;
        if (video.isConnected && video.srcObject) video.play().catch(() => undefined);
      }}
    />
  );
}

interface TrackAudioProps {
  track: MediaStreamTrack;
  loudspeakerId: string;
  /** The browser plays no sound before the person has touched the page. */
  onBlocked: () => void;
  /** Raised to try again. */
  attempt: number;
}

/** Plays a track's sound on the chosen loudspeaker. */
export function TrackAudio({ track, loudspeakerId, onBlocked, attempt }: TrackAudioProps) {
  const element = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const audio = element.current;
    if (!audio) return;
    audio.srcObject = new MediaStream([track]);
    return () => {
      audio.srcObject = null;
    };
  }, [track]);
  useEffect(() => {
    element.current?.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') onBlocked();
    });
  }, [track, attempt]);
  useEffect(() => {
    const audio = element.current;
    // A loudspeaker that is gone: the system's choice goes on playing.
    audio?.setSinkId?.(loudspeakerId).catch(() => undefined);
  }, [loudspeakerId]);
  return <audio ref={element} autoplay />;
}
