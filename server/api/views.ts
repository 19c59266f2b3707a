/** Views as they are wished for: the one definition for REST and signalling. What comes of a wish is `resolveView`. */
import Type, { type Static } from 'typebox';
import { layoutNames, type LayoutName } from '../../sfu/layouts/layout.js';

const closed = { additionalProperties: false };
export const SiteId = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'Of a site of the conference',
});

export const Layout = Type.Unsafe<LayoutName>(
  Type.Enum(layoutNames, {
    description:
      'auto: an equal grid that follows the number of sites; a number: so many equal tiles; N+1, 13, 2+8: large ' +
      'ones first; lecture: the class sees the lecturer, the lecturer the class',
  }),
);

const kind = <K extends string>(name: K, description: string) =>
  Type.Object({ kind: Type.Literal(name) }, { ...closed, description });

/** Who is in one tile. A tile whose choice is not there (any more) is filled as by join order. */
export const TileWish = Type.Union([
  Type.Object({ kind: Type.Literal('site'), siteId: SiteId }, { ...closed, description: 'This site' }),
  kind('speech', 'Who speaks, or spoke last; further such tiles show who spoke before'),
  kind('join-order', 'Who came first and is not seen elsewhere in the view'),
  kind('chair', "The chair's choice: see chosen"),
  Type.Object(
    { kind: Type.Literal('round-robin'), everyS: Type.Integer({ minimum: 2, maximum: 3600 }) },
    { ...closed, description: 'All who are not seen elsewhere, one after the other' },
  ),
  kind('content', 'What is shared'),
  kind('empty', 'Nobody'),
]);
export type TileWish = Static<typeof TileWish>;

export const backgrounds = ['dark', 'black', 'grey', 'blue'] as const;

export const ViewWish = Type.Object(
  {
    layout: Layout,
    tiles: Type.Array(TileWish, {
      maxItems: 25,
      description: 'By place; those left out: speech in the large tiles, join order in the others',
    }),
    content: Type.Boolean({ description: 'What is shared takes the first tile, unless a tile is for it' }),
    ownPicture: Type.Boolean({
      description:
        'A site also sees itself, but never in a large tile; sites then share one picture more often',
    }),
    labels: Type.Boolean({ description: 'Names, muted and weak-network marks' }),
    border: Type.Boolean({ description: 'Around who speaks' }),
    fit: Type.Enum(['letterbox', 'crop'], { description: 'Pictures of another shape than their tile' }),
    background: Type.Enum([...backgrounds], { description: 'Behind and between the tiles' }),
  },
  closed,
);
export type ViewWish = Static<typeof ViewWish>;

/** What a request may leave out is as in the automatic view. */
export const ViewRequest = Type.Partial(ViewWish, closed);
export type ViewRequest = Static<typeof ViewRequest>;

export const ConferenceViews = Type.Object(
  {
    conference: ViewWish,
    sites: Type.Record(Type.String(), ViewWish, { description: 'siteId → the view that overrides it there' }),
    broadcast: Type.Union([SiteId, Type.Null()], { description: 'The site that all others see large' }),
    watching: Type.Record(Type.String(), Type.String(), {
      description: 'siteId → the site that it sees instead of its view, unless one is broadcast',
    }),
    chosen: Type.Array(SiteId, {
      description: "The chair's choice, for tiles of kind chair, in their order",
    }),
  },
  closed,
);
export type ConferenceViews = Static<typeof ConferenceViews>;

export const SiteChoice = Type.Object({ siteId: Type.Union([SiteId, Type.Null()]) }, closed);
export const Chosen = Type.Object({ siteIds: Type.Array(SiteId, { maxItems: 25 }) }, closed);

export const GraphNode = Type.Object(
  {
    id: Type.String(),
    kind: Type.Enum(['decode', 'scale', 'canvas', 'encode', 'forward'], {
      description: 'forward: sent on as it came, nothing is decoded',
    }),
    what: Type.String({ description: 'For people' }),
    inputs: Type.Array(Type.String(), { description: 'Nodes whose result it takes' }),
    users: Type.Array(Type.String(), { description: 'Outputs that need it: room:SITEID, composite' }),
    costMsPerS: Type.Union([Type.Number(), Type.Null()], {
      description: 'ms of processor time in each second; null: not measured yet',
    }),
  },
  closed,
);

export const LayoutPicture = Type.Object(
  {
    layout: Layout,
    tiles: Type.Array(
      Type.Object(
        { x: Type.Number(), y: Type.Number(), width: Type.Number(), height: Type.Number() },
        closed,
      ),
      { description: 'On a 16:9 canvas, in fractions of its width and height; for auto: an example' },
    ),
  },
  closed,
);
export type LayoutPicture = Static<typeof LayoutPicture>;

export const automaticView: ViewWish = {
  layout: 'auto',
  tiles: [],
  content: true,
  ownPicture: false,
  labels: true,
  border: true,
  fit: 'letterbox',
  background: 'dark',
};
