import { createInstance, getHttpOperationsFromSpec, type IHttpResponse } from '@stoplight/prism-http';
import type { OpenApiDocument } from './document.js';
import type { ApiRequest } from './requests.js';

export interface Answer {
  status: number;
  contentType: string;
  text: string;
  /** Parsed, where it is JSON. */
  json: unknown;
}

export interface Verdict {
  answer: Answer;
  /** What the request breaks of the document. */
  wrongOfRequest: string[];
  /** What the answer breaks of it. */
  wrongOfAnswer: string[];
}

export type Send = (request: ApiRequest) => Promise<Answer>;

/** Stoplight's Prism, as between a client and the server: it holds both to the document. */
export class Judge {
  private constructor(
    private readonly operations: Awaited<ReturnType<typeof getHttpOperationsFromSpec>>,
    private readonly send: Send,
  ) {}

  static async of(document: OpenApiDocument, send: Send): Promise<Judge> {
    return new Judge(await getHttpOperationsFromSpec(document), send);
  }

  async ask(request: ApiRequest): Promise<Verdict> {
    let answer: Answer | undefined;
    const prism = createInstance(
      {
        ...{ isProxy: true, upstream: new URL('http://server.invalid'), upstreamProxy: undefined },
        ...{ checkSecurity: false, validateRequest: true, validateResponse: true, errors: false },
        mock: { dynamic: false },
      },
      {
        logger: silent as never,
        forward: () => () => async () => {
          answer = await this.send(request);
          return { _tag: 'Right', right: asPrismSeesIt(answer) };
        },
      },
    );
    const { endpoint, path, query, headers, body } = request;
    const outcome = await prism.request(
      { method: endpoint.method, url: { path, query }, headers, body: parsed(body) },
      this.operations,
    )();
    if (outcome._tag === 'Left' || !answer)
      throw new Error(`Prism could not judge ${path}: ${JSON.stringify(outcome)}`);
    const { input, output } = outcome.right.validations;
    const words = (all: typeof input) =>
      all.map(({ message, path: place }) => `${place?.join('.') ?? ''}: ${message}`);
    return { answer, wrongOfRequest: words(input), wrongOfAnswer: words(output) };
  }
}

function asPrismSeesIt({ status, contentType, text, json }: Answer): IHttpResponse {
  return {
    statusCode: status,
    headers: contentType === '' ? {} : { 'content-type': contentType },
    body: text === '' ? undefined : (json ?? text),
  };
}

function parsed(body: string | undefined): unknown {
  if (body === undefined) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

const nothing = () => undefined;
const silent = {
  ...{ trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, fatal: nothing },
  ...{ success: nothing, child: () => silent },
};
