import { Button } from '../../ui/button.js';
import { t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import type { DeviceKind, DeviceProblem, LocalMedia } from '../media/local-media.js';

/** What to do when a camera or microphone does not work. */
export function DeviceProblemNotice({ kind, local }: { kind: DeviceKind; local: LocalMedia }) {
  const { value: problem } = local[kind].problem;
  if (problem === null || !local[kind].on.value) return null;
  if (problem === 'insecure') {
    // The same cause for both: said once.
    if (kind === 'microphone') return null;
    return (
      <Notice tone="problem" title={t('device.insecure.title')} testId="device-problem">
        {t('device.insecure.text')}
      </Notice>
    );
  }
  return (
    <Notice
      tone="warning"
      title={t(`device.${kind}.${problem}.title`)}
      testId={`${kind}-problem`}
      action={<Button onClick={() => void local.retry(kind)}>{t('action.retry')}</Button>}
    >
      {t(`device.${kind}.${problem}.text`)}
    </Notice>
  );
}

/** The same in one sentence, for a passing message. */
export function problemText(kind: DeviceKind, problem: DeviceProblem): string {
  return problem === 'insecure'
    ? t('device.insecure.text')
    : `${t(`device.${kind}.${problem}.title`)}. ${t(`device.${kind}.${problem}.text`)}`;
}
