import { useId } from 'preact/hooks';
import { SelectField, TextField } from '../../ui/field.js';
import { languages, t, type Language } from '../../ui/i18n/language.js';
import { isPinOrNone } from '../../ui/pin.js';
import { isZone } from './days.js';
import { repeats, type Plan, type Repeat } from './plan.js';

export interface Named {
  title: string;
  pin: string;
  chairPin: string;
}

const reminders = [null, 5, 15, 30, 60, 1440];
const zones = Intl.supportedValuesOf('timeZone');

interface PlanFormProps {
  plan: Plan;
  /** Null: it has its name already. */
  named: Named | null;
  /** A template: it takes place at no time. */
  timeless?: boolean;
  /** Guests without a mail address. */
  unwritable: readonly string[];
  onName: (named: Named) => void;
  onPlan: (change: Partial<Plan>) => void;
}

/** When, how often, with which rooms and guests. */
export function PlanForm({ plan, named, timeless = false, unwritable, onName, onPlan }: PlanFormProps) {
  const repeated = plan.repeat !== 'once';
  return (
    <>
      {named && (
        <div class="plan-pair wide-first">
          <TextField
            label={t('plan.title')}
            value={named.title}
            onInput={title => onName({ ...named, title })}
            placeholder={t('home.create.name.example')}
            maxLength={120}
            testId="plan-title"
          />
          <TextField
            label={t('plan.pin')}
            value={named.pin}
            onInput={pin => onName({ ...named, pin })}
            inputMode="numeric"
            maxLength={12}
            error={isPinOrNone(named.pin) ? undefined : t('home.create.pin.wrong')}
            testId="plan-pin"
          />
        </div>
      )}
      {timeless ? <Minutes plan={plan} onPlan={onPlan} /> : <When plan={plan} onPlan={onPlan} />}
      {repeated && !named && !timeless && <p class="quiet">{t('plan.series')}</p>}
      <Lines
        label={t('plan.rooms')}
        hint={t('plan.rooms.hint')}
        value={plan.rooms}
        onInput={rooms => onPlan({ rooms })}
        testId="plan-rooms"
      />
      <Lines
        label={t('plan.guests')}
        hint={unwritable[0] === undefined ? t('plan.guests.hint') : undefined}
        error={unwritable[0] === undefined ? undefined : t('plan.guests.wrong', { line: unwritable[0] })}
        value={plan.guests}
        onInput={guests => onPlan({ guests })}
        testId="plan-guests"
      />
      <details class="plan-more">
        <summary data-testid="plan-more">{t('plan.more')}</summary>
        <div class="stack">
          {named && (
            <TextField
              label={t('home.create.chairPin')}
              value={named.chairPin}
              onInput={chairPin => onName({ ...named, chairPin })}
              inputMode="numeric"
              maxLength={12}
              hint={t('home.create.chairPin.hint')}
              error={isPinOrNone(named.chairPin) ? undefined : t('home.create.pin.wrong')}
              testId="plan-chair-pin"
            />
          )}
          <div class="plan-pair">
            <NumberField
              label={t('plan.ports')}
              hint={t('plan.ports.hint')}
              value={plan.hdUnits}
              min={0}
              max={10_000}
              onInput={hdUnits => onPlan({ hdUnits })}
              testId="plan-ports"
            />
            <NumberField
              label={t('plan.early')}
              value={plan.earlyMinutes}
              min={0}
              max={1440}
              onInput={earlyMinutes => onPlan({ earlyMinutes })}
              testId="plan-early"
            />
          </div>
          <div class="plan-pair">
            <SelectField
              label={t('plan.remind')}
              value={String(plan.remindMinutes)}
              options={[...new Set([...reminders, plan.remindMinutes])].map(minutes => ({
                value: String(minutes),
                text: reminderText(minutes),
              }))}
              onChange={value => onPlan({ remindMinutes: value === 'null' ? null : Number(value) })}
              testId="plan-remind"
            />
            <SelectField
              label={t('plan.language')}
              value={plan.language}
              options={(['zh', 'en'] as const).map(value => ({
                value,
                text: languages[value].messages['language.name'],
              }))}
              onChange={value => onPlan({ language: value as Language })}
              testId="plan-language"
            />
          </div>
          <label class="plan-check">
            <input
              type="checkbox"
              checked={plan.dialOut}
              onChange={event => onPlan({ dialOut: event.currentTarget.checked })}
              data-testid="plan-dial"
            />
            {t('plan.dial')}
          </label>
        </div>
      </details>
    </>
  );
}

type PartProps = Pick<PlanFormProps, 'plan' | 'onPlan'>;

function When({ plan, onPlan }: PartProps) {
  return (
    <>
      <div class="plan-pair wide-first">
        <NativeField
          label={t('plan.begins')}
          type="datetime-local"
          value={plan.begins}
          onInput={begins => onPlan({ begins: begins.slice(0, 16) })}
          testId="plan-begins"
        />
        <Minutes plan={plan} onPlan={onPlan} />
      </div>
      <ZoneField timeZone={plan.timeZone} onInput={timeZone => onPlan({ timeZone })} />
      <div class="plan-pair wide-first">
        <SelectField
          label={t('plan.repeat')}
          value={plan.repeat}
          options={repeats.map(value => ({ value, text: t(`plan.repeat.${value}`) }))}
          onChange={repeat => onPlan({ repeat: repeat as Repeat })}
          testId="plan-repeat"
        />
        {plan.repeat !== 'once' && plan.repeat !== 'other' && (
          <NumberField
            label={t('plan.times')}
            value={plan.times}
            min={1}
            max={366}
            onInput={times => onPlan({ times })}
            testId="plan-times"
          />
        )}
      </div>
      {plan.repeat === 'other' && (
        <TextField
          label={t('plan.rule')}
          value={plan.rule}
          onInput={rule => onPlan({ rule: rule.toUpperCase() })}
          placeholder="FREQ=MONTHLY;BYDAY=1TU;COUNT=12"
          maxLength={256}
          testId="plan-rule"
        />
      )}
    </>
  );
}

function Minutes({ plan, onPlan }: PartProps) {
  return (
    <NumberField
      label={t('plan.minutes')}
      value={plan.minutes}
      min={5}
      max={1440}
      onInput={minutes => onPlan({ minutes })}
      testId="plan-minutes"
    />
  );
}

function reminderText(minutes: number | null): string {
  if (minutes === null) return t('plan.remind.none');
  return minutes === 1440 ? t('plan.remind.day') : t('plan.remind.minutes', { minutes });
}

interface NativeProps {
  label: string;
  type: 'datetime-local' | 'number';
  value: string;
  onInput: (value: string) => void;
  hint?: string | undefined;
  min?: number;
  max?: number;
  testId: string;
}

/** What the browser has a good control for: date and time, numbers. */
function NativeField({ label, type, value, onInput, hint, min, max, testId }: NativeProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        {...{ type }}
        value={value}
        min={min}
        max={max}
        required
        aria-describedby={hint === undefined ? undefined : `${id}-note`}
        onInput={event => onInput(event.currentTarget.value)}
        data-testid={testId}
      />
      {hint !== undefined && (
        <p id={`${id}-note`} class="field-note">
          {hint}
        </p>
      )}
    </div>
  );
}

function NumberField(
  props: Omit<NativeProps, 'type' | 'value' | 'onInput' | 'min' | 'max'> & {
    value: number;
    min: number;
    max: number;
    onInput: (value: number) => void;
  },
) {
  const { value, max, onInput } = props;
  return (
    <NativeField
      {...props}
      type="number"
      value={String(value)}
      onInput={text => {
        const number = Math.round(Number(text));
        // Not raised to the least while it is typed: "1" may be on its way to "15".
        if (Number.isFinite(number)) onInput(Math.min(max, Math.max(0, number)));
      }}
    />
  );
}

function ZoneField({ timeZone, onInput }: { timeZone: string; onInput: (timeZone: string) => void }) {
  const id = useId();
  const wrong = !isZone(timeZone);
  return (
    <div class={`field${wrong ? ' wrong' : ''}`}>
      <label for={id}>{t('plan.zone')}</label>
      <input
        id={id}
        class="input"
        list={`${id}-zones`}
        value={timeZone}
        spellcheck={false}
        autocomplete="off"
        aria-invalid={wrong ? 'true' : undefined}
        aria-describedby={wrong ? `${id}-note` : undefined}
        onInput={event => onInput(event.currentTarget.value.trim())}
        data-testid="plan-zone"
      />
      <datalist id={`${id}-zones`}>
        {zones.map(zone => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {wrong && (
        <p id={`${id}-note`} class="field-note" role="alert">
          {t('plan.zone.wrong')}
        </p>
      )}
    </div>
  );
}

function Lines(props: {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value: string;
  onInput: (value: string) => void;
  testId: string;
}) {
  const { label, hint, error, value, onInput, testId } = props;
  const id = useId();
  return (
    <div class={`field${error === undefined ? '' : ' wrong'}`}>
      <label for={id}>{label}</label>
      <textarea
        id={id}
        class="input"
        rows={2}
        value={value}
        spellcheck={false}
        aria-describedby={`${id}-note`}
        aria-invalid={error === undefined ? undefined : 'true'}
        onInput={event => onInput(event.currentTarget.value)}
        data-testid={testId}
      />
      <p id={`${id}-note`} class="field-note">
        {error ?? hint}
      </p>
    </div>
  );
}
