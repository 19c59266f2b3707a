import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { SiteState } from '../../../server/api/signalling.js';
import type { SignalSample, SiteStatistics, StreamStatistics } from '../../../server/api/statistics.js';
import { call } from '../../rest/client.js';
import { formatBitrate, formatFraction, formatMs } from '../../ui/format.js';
import { formatTag, t } from '../../ui/i18n/language.js';
import { act } from '../pending.js';
import { CameraControl } from './camera-control.js';
import { SignalChart } from './signal-chart.js';

/** The server looks each 2 s; a line of 128 kbit/s shall carry other things, too. */
const askIntervalMs = 4_000;
const firstIntervalMs = 1_500;
const keptSamples = 90;

/** The figures behind the word: the last minutes of its network, its streams, its loudness. */
export function SiteDetails({ conferenceId, site }: { conferenceId: string; site: SiteState }) {
  const { siteId } = site;
  const statistics = useSignal<SiteStatistics | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    const ask = async () => {
      const before = statistics.peek()?.signal ?? [];
      const afterMs = before.at(-1)?.atMs ?? 0;
      const [answer] = await call('getStatistics', {
        params: { conferenceId },
        query: { siteId, afterMs },
      }).catch(() => []); // the next try comes
      if (stopped) return;
      if (answer) statistics.value = { ...answer, signal: [...before, ...answer.signal].slice(-keptSamples) };
      timer = setTimeout(
        () => void ask(),
        answer?.signal.length || before.length ? askIntervalMs : firstIntervalMs,
      );
    };
    void ask();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [conferenceId, siteId]);
  const samples = statistics.value?.signal ?? [];
  return (
    <div class="site-details" data-testid="site-details">
      <Charts samples={samples} />
      <div class="site-more">
        {statistics.value && statistics.value.streams.length > 0 && (
          <Streams streams={statistics.value.streams} />
        )}
        <div class="site-controls">
          <Loudness conferenceId={conferenceId} site={site} />
          {site.kind === 'sip' && <CameraControl {...{ conferenceId, siteId }} />}
        </div>
      </div>
    </div>
  );
}

function Charts({ samples }: { samples: readonly SignalSample[] }) {
  const tag = formatTag();
  const bitrate = (value: number) => formatBitrate(value, tag);
  return (
    <div class="signal-charts">
      <SignalChart
        title={t('quality.loss')}
        values={samples.map(sample => sample.fractionLost)}
        text={value => formatFraction(value, tag)}
        atLeast={0.05}
        limit={0.05}
      />
      <SignalChart
        title={t('quality.jitter')}
        values={samples.map(sample => sample.jitterMs)}
        text={formatMs}
        atLeast={20}
        limit={20}
      />
      <SignalChart
        title={t('quality.roundTrip')}
        values={samples.map(sample => sample.roundTripMs)}
        text={formatMs}
        atLeast={100}
        limit={300}
      />
      <SignalChart
        title={t('quality.send')}
        values={samples.map(sample => sample.sendBitrate)}
        text={bitrate}
        atLeast={100_000}
      />
      <SignalChart
        title={t('quality.receive')}
        values={samples.map(sample => sample.receiveBitrate)}
        text={bitrate}
        atLeast={100_000}
      />
    </div>
  );
}

const sourceNames = {
  microphone: 'device.microphone',
  camera: 'device.camera',
  content: 'view.content',
} as const;

function Streams({ streams }: { streams: readonly StreamStatistics[] }) {
  return (
    <table class="streams figures">
      <caption class="visually-hidden">{t('console.streams')}</caption>
      <tbody>
        {streams.map(({ source, direction, codec, width, height, framesPerSecond }) => (
          <tr key={`${source} ${direction}`}>
            <th scope="row">
              {t(direction === 'sends' ? 'quality.send' : 'quality.receive')} · {t(sourceNames[source])}
            </th>
            <td>{codec}</td>
            <td>
              {width !== null && height !== null && `${width}×${height}`}
              {framesPerSecond !== null && ` · ${framesPerSecond} fps`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const leastGainDb = -24;
const mostGainDb = 12;

/** How loud the others hear it, and it the others; while a slider moves only its number follows. */
function Loudness({ conferenceId, site }: { conferenceId: string; site: SiteState }) {
  const { siteId, sound } = site;
  return (
    <div class="loudness">
      {(['mouth', 'ear'] as const).map(direction => (
        <Gain
          key={direction}
          label={t(`console.gain.${direction}`)}
          gainDb={sound[direction].gainDb}
          // A browser mixes for itself: only a room's ear can be made louder.
          disabled={direction === 'ear' && site.kind === 'webrtc'}
          onChange={gainDb =>
            void act(`gain ${direction} ${siteId}`, () =>
              call('setSiteSound', {
                params: { conferenceId, siteId },
                body: { [direction]: { gainDb } },
              }),
            )
          }
        />
      ))}
    </div>
  );
}

function Gain(props: {
  label: string;
  gainDb: number;
  disabled: boolean;
  onChange: (gainDb: number) => void;
}) {
  const { label, gainDb, disabled, onChange } = props;
  const moved = useSignal<number | null>(null);
  const shown = moved.value ?? gainDb;
  return (
    <label class="gain">
      <span>
        {label} <span class="figures quiet">{`${shown > 0 ? '+' : ''}${shown} dB`}</span>
      </span>
      <input
        type="range"
        min={leastGainDb}
        max={mostGainDb}
        step={1}
        value={shown}
        disabled={disabled}
        onInput={event => (moved.value = event.currentTarget.valueAsNumber)}
        onChange={event => {
          moved.value = null;
          onChange(event.currentTarget.valueAsNumber);
        }}
      />
    </label>
  );
}
