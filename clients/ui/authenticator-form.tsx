import { useSignal } from '@preact/signals';
import { generate } from 'lean-qr';
import { useEffect } from 'preact/hooks';
import { call } from '../rest/client.js';
import { Button } from './button.js';
import { CopyButton, CopyField } from './copy-field.js';
import { errorText } from './error-text.js';
import { TextField } from './field.js';
import { t } from './i18n/language.js';
import { Notice } from './notice.js';
import './sign-in.css';
import { useTask } from './use-task.js';

/** Modules of white around the code (ISO/IEC 18004 asks for four). */
const quietZone = 4;

/** Sets an authenticator up (RFC 6238), then shows the recovery codes. `password`: was typed just before. */
export function AuthenticatorForm({ password, onDone }: { password?: string; onDone: () => void }) {
  const offered = useSignal<{ secret: string; address: string } | null>(null);
  const typedPassword = useSignal('');
  const code = useSignal('');
  const recoveryCodes = useSignal<string[] | null>(null);
  const begin = useTask();
  const task = useTask();
  useEffect(() => {
    void begin.run(async () => {
      offered.value = await call('beginTotp');
    });
  }, []);
  if (recoveryCodes.value) return <RecoveryCodes codes={recoveryCodes.value} onDone={onDone} />;
  if (!offered.value)
    return begin.error === null ? null : <Notice tone="problem">{errorText(begin.error)}</Notice>;
  const { secret, address } = offered.value;
  const submit = (event: Event) => {
    event.preventDefault();
    void task.run(async () => {
      const body = { password: password ?? typedPassword.value, secret, code: code.value.trim() };
      recoveryCodes.value = (await call('confirmTotp', { body })).recoveryCodes;
    });
  };
  return (
    <form class="stack" onSubmit={submit} noValidate data-testid="authenticator-form">
      <QrCode text={address} label={t('authenticator.qr')} />
      <CopyField label={t('authenticator.secret')} value={secret} testId="totp-secret" />
      {password === undefined && (
        <TextField
          label={t('signin.password')}
          value={typedPassword.value}
          onInput={value => (typedPassword.value = value)}
          type="password"
          autoComplete="current-password"
          maxLength={128}
          testId="authenticator-password"
        />
      )}
      <TextField
        label={t('authenticator.code')}
        value={code.value}
        onInput={value => (code.value = value)}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        testId="authenticator-code"
      />
      {task.error !== null && <Notice tone="problem">{errorText(task.error)}</Notice>}
      <Button
        type="submit"
        tone="primary"
        wide
        busy={task.busy}
        disabled={!/^\d{6}$/.test(code.value.trim())}
        testId="authenticator-submit"
      >
        {t('authenticator.submit')}
      </Button>
    </form>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  return (
    <div class="stack" data-testid="recovery-codes">
      <Notice tone="warning" title={t('authenticator.recovery.title')}>
        {t('authenticator.recovery.text')}
      </Notice>
      <ol class="recovery-codes">
        {codes.map(recovery => (
          <li key={recovery}>
            <code>{recovery}</code>
          </li>
        ))}
      </ol>
      <div class="row">
        <CopyButton value={codes.join('\n')} />
        <Button onClick={() => window.print()}>{t('action.print')}</Button>
      </div>
      <Button tone="primary" wide onClick={onDone} testId="recovery-kept">
        {t('authenticator.recovery.kept')}
      </Button>
    </div>
  );
}

/** Black on white in both themes: cameras expect it so. */
function QrCode({ text, label }: { text: string; label: string }) {
  const code = generate(text);
  const { size } = code;
  let path = '';
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) if (code.get(x, y)) path += `M${x} ${y}h1v1h-1z`;
  }
  const whole = size + 2 * quietZone;
  return (
    <svg
      class="qr-code"
      role="img"
      aria-label={label}
      viewBox={`${-quietZone} ${-quietZone} ${whole} ${whole}`}
      shapeRendering="crispEdges"
      data-testid="qr-code"
    >
      <rect x={-quietZone} y={-quietZone} width={whole} height={whole} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
