import { useSignal } from '@preact/signals';
import type { LoopBackFindings, LoopBackResult } from '../../../server/api/loop-back-operations.js';
import { call } from '../../rest/client.js';
import { Button } from '../../ui/button.js';
import { errorText } from '../../ui/error-text.js';
import { formatFraction } from '../../ui/format.js';
import { formatTag, t } from '../../ui/i18n/language.js';
import { useTask } from '../../ui/use-task.js';

/** Below this nothing but noise is heard, dBov. */
const audibleDbov = -60;
const muchLost = 0.05;

interface Line {
  text: string;
  isGood: boolean;
}

/** Calls a room that answers, lets it see and hear itself, and tells what has come of its picture and sound. */
export function LoopBack(props: { conferenceId: string; name: string; address: string }) {
  const { conferenceId, name, address } = props;
  const result = useSignal<LoopBackResult | null>(null);
  const task = useTask();
  const look = () =>
    void task.run(async () => {
      result.value = null;
      result.value = await call('tryRoom', { params: { conferenceId }, body: { address } });
    });
  return (
    <div role="group" aria-label={t('check.try.of', { name })}>
      <Button tone="quiet" icon="camera" busy={task.busy} onClick={look} testId="try-room">
        {t(task.busy ? 'check.try.busy' : 'check.try')}
      </Button>
      {task.error !== null && <p class="warning">{errorText(task.error)}</p>}
      {result.value && (
        <div data-testid="try-result">
          {linesOf(result.value).map(({ text, isGood }) => (
            <p key={text} class={isGood ? 'good' : 'warning'}>
              {text}
            </p>
          ))}
        </div>
      )}
    </div>
  );
}

function linesOf({ failure, findings }: LoopBackResult): Line[] {
  if (failure !== null) return [{ text: t(`room.called.failure.${failure}`), isGood: false }];
  return findings ? [pictureLine(findings), soundLine(findings), lossLine(findings)] : [];
}

function pictureLine({ picture }: LoopBackFindings): Line {
  if (!picture) return { text: t('check.try.noPicture'), isGood: false };
  const { width, height, framesPerSecond: rate } = picture;
  return { text: t('check.try.picture', { width, height, rate }), isGood: true };
}

function soundLine({ soundDbov: level }: LoopBackFindings): Line {
  if (level === null) return { text: t('check.try.noSound'), isGood: false };
  const isGood = level > audibleDbov;
  return { text: t(isGood ? 'check.try.sound' : 'check.try.quiet', { level }), isGood };
}

function lossLine({ fractionLost, remoteFractionLost }: LoopBackFindings): Line {
  const share = (fraction: number) => formatFraction(fraction, formatTag());
  const to = remoteFractionLost === null ? '–' : share(remoteFractionLost);
  return {
    text: t('check.try.lost', { from: share(fractionLost), to }),
    isGood: Math.max(fractionLost, remoteFractionLost ?? 0) < muchLost,
  };
}
