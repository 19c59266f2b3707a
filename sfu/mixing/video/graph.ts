import type { ConferencePlan, VideoEncoding, View } from '../plan.js';

/** A canvas and what encodes it. Ids stay while a node lives, so that threads can compare. */
export interface CanvasNode {
  id: string;
  view: View;
  width: number;
  height: number;
  frameRate: number;
  encoders: EncoderNode[];
}

export interface EncoderNode {
  id: string;
  encoding: VideoEncoding;
  outputs: { id: string; session: string }[];
}

/**
 * The picture side of a plan as nodes that share: equal views of equal size are one canvas, equal encodings of it
 * one encoder. An output whose view changes keeps its canvas and encoder (they get another view), so that neither
 * is restarted; of outputs that part, the larger group keeps them.
 */
export function canvasGraph(
  plan: ConferencePlan,
  previous: readonly CanvasNode[],
  newId: () => string,
): CanvasNode[] {
  const wanted = group(plan);
  const free = new Set(previous);
  const nodes: CanvasNode[] = [];
  // Those with most in common choose first.
  const byOverlap = wanted
    .map(canvas => ({ canvas, best: mostAlike(canvas, previous) }))
    .sort((a, b) => b.best.overlap - a.best.overlap);
  for (const { canvas } of byOverlap) {
    const { node } = mostAlike(canvas, [...free]);
    if (node) free.delete(node);
    nodes.push({
      ...canvas,
      id: node?.id ?? newId(),
      encoders: keepEncoders(canvas.encoders, node?.encoders ?? [], newId),
    });
  }
  return nodes;
}

function group(plan: ConferencePlan): CanvasNode[] {
  const canvases = new Map<string, CanvasNode>();
  const encoders = new Map<string, EncoderNode>();
  for (const { id, video } of plan.outputs) {
    if (!video) continue;
    const { width, height, frameRate } = video.encoder;
    const canvasKey = JSON.stringify([viewKey(video.view), width, height, frameRate]);
    let canvas = canvases.get(canvasKey);
    if (!canvas) {
      canvas = { id: '', view: video.view, width, height, frameRate, encoders: [] };
      canvases.set(canvasKey, canvas);
    }
    const encoderKey = JSON.stringify([canvasKey, fixedKey(video.encoder), video.encoder.bitrate]);
    let encoder = encoders.get(encoderKey);
    if (!encoder) {
      encoder = { id: '', encoding: video.encoder, outputs: [] };
      encoders.set(encoderKey, encoder);
      canvas.encoders.push(encoder);
    }
    encoder.outputs.push({ id, session: video.session });
  }
  return [...canvases.values()];
}

/** Of the nodes with the same size and rate, the one that serves most of the canvas' outputs; none without any. */
function mostAlike(
  canvas: CanvasNode,
  nodes: readonly CanvasNode[],
): { node: CanvasNode | undefined; overlap: number } {
  const outputs = new Set(canvas.encoders.flatMap(encoder => encoder.outputs.map(output => output.id)));
  let best: CanvasNode | undefined;
  let most = 0;
  for (const node of nodes) {
    const { width, height, frameRate } = canvas;
    if (node.width !== width || node.height !== height || node.frameRate !== frameRate) continue;
    const shared = node.encoders
      .flatMap(encoder => encoder.outputs)
      .filter(output => outputs.has(output.id)).length;
    if (shared <= most) continue;
    most = shared;
    best = node;
  }
  return { node: best, overlap: most };
}

/** An encoder goes on when all but its bit rate is the same, which can change while it is open. */
function keepEncoders(
  wanted: EncoderNode[],
  previous: readonly EncoderNode[],
  newId: () => string,
): EncoderNode[] {
  const free = new Set(previous);
  const shared = (a: EncoderNode, b: EncoderNode) =>
    a.outputs.filter(output => b.outputs.some(other => other.id === output.id)).length;
  return [...wanted]
    .sort((a, b) => b.outputs.length - a.outputs.length)
    .map(encoder => {
      const kept = [...free]
        .filter(old => fixedKey(old.encoding) === fixedKey(encoder.encoding) && shared(old, encoder) > 0)
        .sort((a, b) => shared(b, encoder) - shared(a, encoder))[0];
      if (kept) free.delete(kept);
      return { ...encoder, id: kept?.id ?? newId() };
    });
}

function viewKey(view: View): string {
  const { layout, siteIds, labels, border, fit, background, notice } = view;
  return JSON.stringify([layout, siteIds, labels, border, fit, background, notice]);
}

function fixedKey(encoding: VideoEncoding): string {
  const { bitrate: _, ...fixed } = encoding;
  return JSON.stringify(Object.entries(fixed).sort(([a], [b]) => (a < b ? -1 : 1)));
}
