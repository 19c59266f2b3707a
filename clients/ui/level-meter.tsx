import type { ReadonlySignal } from '@preact/signals';
import './level-meter.css';

const segments = 20;

/** How loud a microphone is, 0–1. Decoration for the eye: what it means is said in words beside it. */
export function LevelMeter({ level }: { level: ReadonlySignal<number> }) {
  const lit = Math.round(level.value * segments);
  return (
    <div class="level-meter" aria-hidden="true" data-testid="level-meter" data-level={lit}>
      {Array.from({ length: segments }, (_, index) => (
        <span key={index} class={index < lit ? 'lit' : ''} />
      ))}
    </div>
  );
}
