import { useCallback } from 'preact/hooks';
import type { SiteState } from '../../../server/api/signalling.js';
import type { SiteStatistics } from '../../../server/api/statistics.js';
import { call } from '../../rest/client.js';
import { formatBitrate } from '../../ui/format.js';
import { formatTag, t } from '../../ui/i18n/language.js';
import { Icon } from '../../ui/icons.js';
import { QualityBadge } from '../../ui/quality-badge.js';
import { usePolled } from '../../ui/use-polled.js';
import type { BoardConference } from '../board.js';
import './topology.css';

/** A line of 128 kbit/s shall carry other things, too. */
const askIntervalMs = 4_000;
/** The server looks each 2 s: so the answer has one sample of each site, or two. */
const recentMs = 4_500;

/** Who is connected to the server, by what, and how well: rooms on one side, browsers on the other, faulty lines red. */
export function Topology(props: { conference: BoardConference; onChoose: (siteId: string) => void }) {
  const { conference, onChoose } = props;
  const { conferenceId } = conference;
  const load = useCallback(
    () => call('getStatistics', { params: { conferenceId }, query: { afterMs: Date.now() - recentMs } }),
    [conferenceId],
  );
  const { value } = usePolled(load, askIntervalMs);
  const statistics = new Map((value ?? []).map(each => [each.siteId, each]));
  const side = (kind: SiteState['kind']) => {
    const sites = conference.sites.value.filter(site => site.kind === kind);
    return sites.length === 0 ? null : (
      <ul class={`topology-side ${kind}`} aria-label={t(`topology.${kind}`)}>
        {sites.map(site => (
          <Node
            key={site.siteId}
            site={site}
            statistics={statistics.get(site.siteId)}
            onChoose={() => onChoose(site.siteId)}
          />
        ))}
      </ul>
    );
  };
  return (
    <div class="topology" data-testid="topology">
      {side('sip')}
      <div class="topology-server">
        <strong>Amphi</strong>
        {value && <Total sites={value} />}
        {conference.recording.value && (
          <span class="entry-recording">
            <Icon name="record" size={14} /> {t('home.card.recording')}
          </span>
        )}
      </div>
      {side('webrtc')}
    </div>
  );
}

function Node(props: { site: SiteState; statistics: SiteStatistics | undefined; onChoose: () => void }) {
  const { site, statistics, onChoose } = props;
  const { siteId, name, kind, connection, quality } = site;
  const level = connection === 'reconnecting' ? 'lost' : quality.level;
  const sample = statistics?.signal.at(-1);
  const rate = (value: number) => formatBitrate(value, formatTag());
  return (
    <li class="topology-node" data-testid="topology-node" data-site-id={siteId} data-level={level}>
      <button type="button" class="topology-site" onClick={onChoose}>
        <span class="topology-name">
          <Icon name={kind === 'sip' ? 'room' : 'person'} size={16} />
          <strong>{name}</strong>
        </span>
        <QualityBadge level={level} withWord />
        {statistics && <span class="quiet topology-streams">{sentBy(statistics)}</span>}
      </button>
      <span class={`topology-line ${level}`}>
        {sample && (
          <span class="figures">
            <span title={t('topology.from')}>↑ {rate(sample.sendBitrate)}</span>
            <span title={t('topology.to')}>↓ {rate(sample.receiveBitrate)}</span>
          </span>
        )}
      </span>
    </li>
  );
}

/** `H264 1280×720 · opus`. */
function sentBy({ streams }: SiteStatistics): string {
  return streams
    .filter(({ direction }) => direction === 'sends')
    .map(({ codec, width, height }) => (width && height ? `${codec} ${width}×${height}` : codec))
    .join(' · ');
}

/** Of all sites: what comes, and what goes. */
function Total({ sites }: { sites: readonly SiteStatistics[] }) {
  const last = sites.flatMap(({ signal }) => signal.at(-1) ?? []);
  const sum = (of: (sample: (typeof last)[number]) => number) =>
    formatBitrate(
      last.reduce((all, sample) => all + of(sample), 0),
      formatTag(),
    );
  return (
    <>
      <span class="quiet figures">↓ {sum(({ sendBitrate }) => sendBitrate)}</span>
      <span class="quiet figures">↑ {sum(({ receiveBitrate }) => receiveBitrate)}</span>
    </>
  );
}
