import type { Static, TSchema } from 'typebox';
import type { OperationName, Problem, operations } from '../../server/api/rest.js';

type Operations = typeof operations;
type Part<N extends OperationName, K extends string> =
  Operations[N] extends Record<K, infer S extends TSchema> ? Static<S> : undefined;
type Input<N extends OperationName> = (Part<N, 'params'> extends undefined
  ? object
  : { params: Part<N, 'params'> }) &
  (Part<N, 'query'> extends undefined ? object : { query: Part<N, 'query'> }) &
  (Part<N, 'body'> extends undefined ? object : { body: Part<N, 'body'> }) & {
    /** Version of what is changed, for operations that ask for it. */
    ifMatch?: string;
  };
type InputArguments<N extends OperationName> = object extends Input<N> ? [] : [input: Input<N>];

/** Method and path of every operation; the compiler holds this table to the contract. */
const routes: { [N in OperationName]: readonly [Operations[N]['method'], Operations[N]['path']] } = {
  getSession: ['GET', '/session'],
  createSession: ['POST', '/session'],
  getSignOn: ['GET', '/session/sign-on'],
  deleteSession: ['DELETE', '/session'],
  changePassword: ['PUT', '/account/password'],
  listSessions: ['GET', '/account/sessions'],
  endSession: ['DELETE', '/account/sessions/:sessionId'],
  beginTotp: ['POST', '/account/totp'],
  confirmTotp: ['PUT', '/account/totp'],
  listKeys: ['GET', '/account/keys'],
  createKey: ['POST', '/account/keys'],
  deleteKey: ['DELETE', '/account/keys/:keyId'],
  listUsers: ['GET', '/users'],
  createUser: ['POST', '/users'],
  getUser: ['GET', '/users/:userId'],
  updateUser: ['PUT', '/users/:userId'],
  deleteUser: ['DELETE', '/users/:userId'],
  resetPassword: ['POST', '/users/:userId/password'],
  resetTotp: ['DELETE', '/users/:userId/totp'],
  endUserSessions: ['DELETE', '/users/:userId/sessions'],
  listGroups: ['GET', '/groups'],
  createGroup: ['POST', '/groups'],
  updateGroup: ['PUT', '/groups/:groupId'],
  deleteGroup: ['DELETE', '/groups/:groupId'],
  listInstitutions: ['GET', '/institutions'],
  createInstitution: ['POST', '/institutions'],
  listMembers: ['GET', '/conferences/:conferenceId/members'],
  setMember: ['PUT', '/conferences/:conferenceId/members/:memberId'],
  removeMember: ['DELETE', '/conferences/:conferenceId/members/:memberId'],
  listLinks: ['GET', '/conferences/:conferenceId/links'],
  createLink: ['POST', '/conferences/:conferenceId/links'],
  deleteLink: ['DELETE', '/conferences/:conferenceId/links/:linkId'],
  listAudit: ['GET', '/audit'],
  exportAudit: ['GET', '/audit/export'],
  verifyAudit: ['GET', '/audit/verification'],
  listSipBans: ['GET', '/sip/bans'],
  liftSipBan: ['DELETE', '/sip/bans/:source'],
  listSipTrunks: ['GET', '/sip/trunks'],
  listCalls: ['GET', '/calls'],
  getCallDiagnosis: ['GET', '/calls/:callId/diagnosis'],
  getCallTrace: ['GET', '/calls/:callId/trace'],
  getCallLadder: ['GET', '/calls/:callId/ladder'],
  exportCallTrace: ['GET', '/calls/:callId/transcript'],
  dialOut: ['POST', '/conferences/:conferenceId/calls'],
  listOutgoingCalls: ['GET', '/conferences/:conferenceId/calls'],
  cancelOutgoingCall: ['DELETE', '/conferences/:conferenceId/calls/:callId'],
  getSchedule: ['GET', '/conferences/:conferenceId/schedule'],
  setSchedule: ['PUT', '/conferences/:conferenceId/schedule'],
  cancelSchedule: ['DELETE', '/conferences/:conferenceId/schedule'],
  checkSchedule: ['POST', '/schedule-check'],
  listCalendar: ['GET', '/calendar'],
  listTemplates: ['GET', '/templates'],
  createTemplate: ['POST', '/templates'],
  createTemplateOf: ['POST', '/conferences/:conferenceId/template'],
  deleteTemplate: ['DELETE', '/templates/:templateId'],
  createAfterTemplate: ['POST', '/templates/:templateId/conferences'],
  repeatConference: ['POST', '/conferences/:conferenceId/repetition'],
  getFreeBusy: ['GET', '/free-busy'],
  extendConference: ['POST', '/conferences/:conferenceId/extension'],
  listMail: ['GET', '/conferences/:conferenceId/mail'],
  setLock: ['PUT', '/conferences/:conferenceId/lock'],
  endConference: ['POST', '/conferences/:conferenceId/end'],
  listJournal: ['GET', '/conferences/:conferenceId/journal'],
  listWebHooks: ['GET', '/webhooks'],
  createWebHook: ['POST', '/webhooks'],
  setWebHook: ['PUT', '/webhooks/:webHookId'],
  deleteWebHook: ['DELETE', '/webhooks/:webHookId'],
  listDeliveries: ['GET', '/webhooks/:webHookId/deliveries'],
  replayWebHook: ['POST', '/webhooks/:webHookId/replay'],
  listSipAccounts: ['GET', '/sip-accounts'],
  createSipAccount: ['POST', '/sip-accounts'],
  getSipAccount: ['GET', '/sip-accounts/:accountName'],
  updateSipAccount: ['PUT', '/sip-accounts/:accountName'],
  resetSipPassword: ['POST', '/sip-accounts/:accountName/password'],
  deleteSipAccount: ['DELETE', '/sip-accounts/:accountName'],
  listAddressBook: ['GET', '/address-book'],
  createAddressEntry: ['POST', '/address-book'],
  updateAddressEntry: ['PUT', '/address-book/:entryId'],
  deleteAddressEntry: ['DELETE', '/address-book/:entryId'],
  exportAddressBook: ['GET', '/address-book-export'],
  importAddressBook: ['POST', '/address-book-import'],
  listConferences: ['GET', '/conferences'],
  createConference: ['POST', '/conferences'],
  getConference: ['GET', '/conferences/:conferenceId'],
  deleteConference: ['DELETE', '/conferences/:conferenceId'],
  startRecording: ['POST', '/conferences/:conferenceId/recording'],
  stopRecording: ['DELETE', '/conferences/:conferenceId/recording'],
  listSites: ['GET', '/conferences/:conferenceId/sites'],
  moveSite: ['POST', '/conferences/:conferenceId/sites/:siteId/move'],
  removeSite: ['DELETE', '/conferences/:conferenceId/sites/:siteId'],
  getStatistics: ['GET', '/conferences/:conferenceId/statistics'],
  listLayouts: ['GET', '/layouts'],
  getViews: ['GET', '/conferences/:conferenceId/views'],
  getView: ['GET', '/conferences/:conferenceId/view'],
  setView: ['PUT', '/conferences/:conferenceId/view'],
  getSiteView: ['GET', '/conferences/:conferenceId/sites/:siteId/view'],
  setSiteView: ['PUT', '/conferences/:conferenceId/sites/:siteId/view'],
  deleteSiteView: ['DELETE', '/conferences/:conferenceId/sites/:siteId/view'],
  getSiteSound: ['GET', '/conferences/:conferenceId/sites/:siteId/sound'],
  setSiteSound: ['PUT', '/conferences/:conferenceId/sites/:siteId/sound'],
  broadcast: ['PUT', '/conferences/:conferenceId/broadcast'],
  watch: ['PUT', '/conferences/:conferenceId/sites/:siteId/watch'],
  choose: ['PUT', '/conferences/:conferenceId/chosen'],
  getGraph: ['GET', '/conferences/:conferenceId/graph'],
  setDraining: ['PUT', '/draining'],
  getDiagnostics: ['GET', '/diagnostics'],
  getInvitation: ['GET', '/invitations/:link'],
  listRecordings: ['GET', '/recordings'],
  getRecording: ['GET', '/recordings/:recordingId'],
  deleteRecording: ['DELETE', '/recordings/:recordingId'],
  setRecordingNumber: ['PUT', '/recordings/:recordingId/number'],
  deleteRecordingNumber: ['DELETE', '/recordings/:recordingId/number'],
};

interface Sent {
  params?: Record<string, string>;
  query?: Record<string, string | number>;
  body?: unknown;
  ifMatch?: string;
}

const requestTimeoutMs = 15_000;

/** The server said no, with an RFC 9457 problem; or it could not be reached (`status` 0, code `unreachable`). */
export class RestError extends Error {
  override readonly name = 'RestError';
  constructor(
    readonly status: number,
    readonly code: string,
    /** For people, in English: what to do. */
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`${status} ${code}`, options);
  }
}

/** Performs one operation of the REST contract. @throws RestError */
export async function call<N extends OperationName>(
  name: N,
  ...[input]: InputArguments<N>
): Promise<Part<N, 'result'>> {
  const [method, path] = routes[name];
  const { params = {}, query = {}, body, ifMatch } = (input ?? {}) as Sent;
  const address = path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
  const search = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
  let response: Response;
  try {
    response = await fetch(`/api/v1${address}${search.size > 0 ? `?${search}` : ''}`, {
      method,
      signal: AbortSignal.timeout(requestTimeoutMs),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    throw new RestError(0, 'unreachable', '', { cause });
  }
  if (!response.ok) throw await describe(response);
  return (response.status === 204 ? undefined : await response.json()) as Part<N, 'result'>;
}

async function describe(response: Response): Promise<RestError> {
  try {
    const problem = (await response.json()) as Problem;
    return new RestError(response.status, problem.code, problem.detail ?? problem.title);
  } catch {
    return new RestError(response.status, 'internal', response.statusText);
  }
}
