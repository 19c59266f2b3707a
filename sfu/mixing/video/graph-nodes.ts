import type { GraphNode } from '../plan.js';
import type { CanvasNode } from './graph.js';
import type { CanvasPlan, Costs, SharedTile } from './messages.js';
import { passedBy } from './pass-through.js';
import type { PassWish, Passing } from './passing.js';

/** What runs for the pictures of one conference. */
export interface RunningGraph {
  canvases: readonly CanvasNode[];
  /** Keys end with the session whose pictures are scaled. */
  tiles: ReadonlyMap<string, SharedTile>;
  painted: ReadonlyMap<string, CanvasPlan>;
  costs: Costs;
  passes: readonly PassWish[];
  passing: Passing;
}

/** The graph as a list of nodes, inputs before what takes them: decode, scale, canvas, encode; and what is passed on as it comes. */
export function graphNodes({ canvases, tiles, painted, costs, passes, passing }: RunningGraph): GraphNode[] {
  const node = (
    kind: GraphNode['kind'],
    id: string,
    what: string,
    inputs: string[],
    users: string[],
  ): GraphNode => {
    const cost = costs[id];
    return {
      id,
      kind,
      what,
      inputs,
      users,
      costMsPerS: cost === undefined ? null : Math.round(cost * 10) / 10,
    };
  };
  const composed = canvases.map(canvas => {
    const inputs = painted.get(canvas.id)?.tiles.flatMap(({ picture }) => picture?.id ?? []) ?? [];
    const users = canvas.encoders.flatMap(({ outputs }) => outputs.map(({ id }) => id));
    const { width, height, frameRate, view } = canvas;
    return node('canvas', canvas.id, `${view.layout} ${width}×${height} ${frameRate} fps`, inputs, users);
  });
  const encoded = canvases.flatMap(canvas =>
    canvas.encoders.map(({ id, encoding, outputs }) => {
      const { codec, width, height, frameRate, bitrate } = encoding;
      const what = `${codec} ${width}×${height} ${frameRate} fps ${Math.round(bitrate / 1000)} kbit/s`;
      const users = outputs.map(output => output.id);
      return node('encode', id, what, [canvas.id], users);
    }),
  );
  const usersOf = (input: string) => [
    ...new Set(composed.filter(({ inputs }) => inputs.includes(input)).flatMap(({ users }) => users)),
  ];
  const scaled = [...tiles].map(([key, { id, width, height, fit }]) =>
    node('scale', id, `${width}×${height} ${fit}`, [`decode:${sessionOf(key)}`], usersOf(id)),
  );
  const sessions = [...new Set([...tiles.keys()].map(sessionOf))];
  const decoded = sessions.map(session => {
    const id = `decode:${session}`;
    const users = scaled.filter(({ inputs }) => inputs.includes(id)).flatMap(scale => scale.users);
    return node('decode', id, session, [], [...new Set(users)]);
  });
  const passed = passes.filter(({ to, from }) => passing.now.get(to) === from);
  const forwarded = [...new Set(passed.map(({ from }) => from))].map(from => {
    const users = passed.filter(wish => wish.from === from).map(({ outputId }) => outputId);
    return { id: passedBy(from), kind: 'forward' as const, what: from, inputs: [], users, costMsPerS: 0 };
  });
  return [...decoded, ...scaled, ...composed, ...encoded, ...forwarded];
}

/** Sizes and fits hold no space, sessions may. */
function sessionOf(key: string): string {
  return key.split(' ').slice(2).join(' ');
}
