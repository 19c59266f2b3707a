import { UserError } from '../../base/errors.js';
import { layoutNames, shapeOf, tilesOf } from '../../sfu/layouts/layout.js';
import type { Conference } from '../conferences/conference.js';
import type { ConferenceDirectory } from '../conferences/conference-directory.js';
import type { Site } from '../conferences/site.js';
import { completeView } from '../conferences/views/view-control.js';
import type { Handlers } from './rest-routes.js';
import type { LayoutPicture } from './views.js';

type ViewHandlers = Pick<
  Handlers,
  | 'listSites'
  | 'removeSite'
  | 'getStatistics'
  | 'listLayouts'
  | 'getViews'
  | 'getView'
  | 'setView'
  | 'getSiteView'
  | 'setSiteView'
  | 'deleteSiteView'
  | 'getSiteSound'
  | 'setSiteSound'
  | 'broadcast'
  | 'watch'
  | 'choose'
  | 'getGraph'
  | 'getThumbnail'
>;

/** There is nothing to tell. */
const done = (_nothing: void): undefined => undefined;

/** What answers the REST resources of sites, views and sound. */
export function viewHandlers(conferences: ConferenceDirectory): ViewHandlers {
  const known = ({ conferenceId }: { conferenceId: string }): string => {
    if (!conferences.byId(conferenceId)) throw new UserError('not-found', 'There is no such conference.');
    return conferenceId;
  };
  const live = (params: { conferenceId: string }): Conference => {
    const conference = conferences.live(known(params));
    if (conference) return conference;
    throw new UserError('nobody-there', 'Nobody is in the conference yet.');
  };
  const siteIn = (conference: Conference, siteId: string): Site => {
    const site = conference.site(siteId);
    if (!site) throw new UserError('not-found', 'There is no such site in the conference.');
    return site;
  };
  const siteView = (conference: Conference, siteId: string) => {
    siteIn(conference, siteId);
    const { sites, conference: common } = conference.views.state;
    return sites[siteId] ?? common;
  };
  return {
    listSites: (_request, { params }) => conferences.live(known(params))?.state.sites ?? [],
    removeSite: (_request, { params }) => {
      const conference = live(params);
      return done(conference.remove(siteIn(conference, params.siteId), 'removed'));
    },
    getStatistics: (_request, { params, query }) =>
      conferences.live(known(params))?.statistics(query.siteId, query.afterMs ?? 0) ?? [],
    listLayouts: () => layoutPictures,
    getViews: (_request, { params }) => live(params).views.state,
    getView: (_request, { params }) => conferences.view(known(params)),
    setView: (_request, { params, body }) => {
      const view = completeView(body);
      conferences.setView(known(params), view);
      return view;
    },
    getSiteView: (_request, { params }) => siteView(live(params), params.siteId),
    setSiteView: (_request, { params, body }) => {
      const view = completeView(body);
      live(params).views.setSiteView(params.siteId, view);
      return view;
    },
    deleteSiteView: (_request, { params }) => done(live(params).views.setSiteView(params.siteId, null)),
    getSiteSound: (_request, { params }) => siteIn(live(params), params.siteId).sound,
    setSiteSound: (_request, { params, body }) => live(params).setSound(params.siteId, body),
    broadcast: (_request, { params, body }) => done(live(params).views.broadcast(body.siteId)),
    watch: (_request, { params, body }) => done(live(params).views.watch(params.siteId, body.siteId)),
    choose: (_request, { params, body }) => done(live(params).views.choose(body.siteIds)),
    getThumbnail: async (_request, { params }, reply) => {
      const jpeg = await conferences.live(known(params))?.thumbnail();
      if (jpeg) reply.type('image/jpeg').header('cache-control', 'private, max-age=2');
      return jpeg ?? undefined;
    },
    getGraph: (_request, { params }) => [...(conferences.live(known(params))?.graph ?? [])],
  };
}

const canvas = { width: 1920, height: 1080 };
/** The automatic layout has as many tiles as there are sites; its picture is that of six. */
const automaticExample = 6;

const layoutPictures = layoutNames.map((layout): LayoutPicture => {
  const count = layout === 'auto' ? automaticExample : shapeOf(layout).tiles;
  const tiles = tilesOf(layout, count, canvas).map(({ x, y, width, height }) => ({
    x: x / canvas.width,
    y: y / canvas.height,
    width: width / canvas.width,
    height: height / canvas.height,
  }));
  return { layout, tiles };
});
