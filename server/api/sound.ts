import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false };

/** dB that a site may be made louder or quieter by. */
export const mostGainDb = 12;
export const leastGainDb = -24;

const Direction = Type.Object(
  {
    muted: Type.Boolean(),
    gainDb: Type.Number({ minimum: leastGainDb, maximum: mostGainDb, description: '0: as it is' }),
  },
  closed,
);
export type SoundDirection = Static<typeof Direction>;

/** How the conference treats a site's sound; what its own people switch is beside it. */
export const SiteSound = Type.Object({ mouth: Direction, ear: Direction }, closed);
export type SiteSound = Static<typeof SiteSound>;

/** What a request leaves out stays as it is. */
export const SoundRequest = Type.Partial(
  Type.Object(
    {
      mouth: Type.Partial(Direction, {
        ...closed,
        description: "What the others hear of it. A browser's gain is heard by rooms and in the recording",
      }),
      ear: Type.Partial(Direction, {
        ...closed,
        description: "What it hears of the others. Of a browser's, only muted has an effect",
      }),
    },
    closed,
  ),
  closed,
);
export type SoundRequest = Static<typeof SoundRequest>;

export const ordinarySound: SiteSound = {
  mouth: { muted: false, gainDb: 0 },
  ear: { muted: false, gainDb: 0 },
};

/** As a factor, which is how the mixer takes it. */
export function gainOf({ muted, gainDb }: SoundDirection): number {
  return muted ? 0 : 10 ** (gainDb / 20);
}
