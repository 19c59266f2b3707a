import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { UserError } from '../../base/errors.js';
import type { ConferenceDirectory } from '../conferences/conference-directory.js';
import type { Scheduler } from '../conferences/schedule/scheduler.js';
import type { Identity } from '../identity/identity.js';
import { holds, type ProtectedObject } from '../identity/principal.js';
import type { TemplateRecord, TemplateRecords } from '../store/template-records.js';
import { own } from './identity-routes.js';
import type { Handlers } from './rest-routes.js';
import type { Repetition, Template, TemplateContent, templateOperations } from './templates.js';
import { checkVersionGiven } from './version-given.js';

/** Who may use and forget a template: who made it, and who runs conferences of its institution. */
export function templateObject(record: TemplateRecord | undefined): ProtectedObject {
  return {
    ownerId: record?.ownerId ?? null,
    institutionId: record?.institutionId ?? null,
    member: () => null,
  };
}

/** What answers the REST resources of templates. */
export function templateHandlers(
  templates: TemplateRecords,
  {
    conferences,
    scheduler,
    identity,
  }: { conferences: ConferenceDirectory; scheduler: Scheduler; identity: Identity },
): Pick<Handlers, keyof typeof templateOperations> {
  const found = (templateId: string): TemplateRecord => {
    const record = templates.find(templateId);
    if (!record) throw new UserError('not-found', 'There is no such template.');
    return record;
  };
  const contentOf = (conferenceId: string): TemplateContent => {
    const record = conferences.byId(conferenceId);
    if (!record) throw new UserError('not-found', 'There is no such conference.');
    const schedule = scheduler.find(conferenceId)?.schedule;
    if (!schedule) return { title: record.title, plan: null };
    const { begins: _begins, timeZone: _timeZone, rrule: _rrule, ...plan } = schedule;
    return { title: record.title, plan };
  };
  const keep = (request: FastifyRequest, name: string, content: TemplateContent): Template => {
    const { userId, institutionId } = own(request);
    const record: TemplateRecord = {
      templateId: randomBytes(9).toString('base64url'),
      ...{ name, content: JSON.stringify(content), ownerId: userId, institutionId },
      createdAt: new Date().toISOString(),
      version: 1,
    };
    templates.insert(record);
    request.auditDetail = { templateId: record.templateId };
    return describe(record);
  };
  const make = async (request: FastifyRequest, content: TemplateContent, wish: Repetition) => {
    const { title = content.title, when } = wish;
    // A key for running conferences alone makes none.
    if (!holds(own(request), 'conference:create'))
      throw new UserError('not-allowed', 'That needs the permission conference:create.');
    if (when && !content.plan)
      throw new UserError('bad-schedule', 'Nothing is known of its length and rooms. Plan it yourself.');
    const planned = when && content.plan && { ...content.plan, ...when };
    const record = conferences.create({ title });
    const { conferenceId, number } = record;
    const { userId, institutionId } = own(request);
    identity.access.setOwner(conferenceId, userId, institutionId);
    request.auditDetail = { conferenceId };
    try {
      if (planned) scheduler.set(record, planned, userId);
    } catch (error) {
      await conferences.delete(conferenceId); // its time was refused: nothing is left of it
      throw error;
    }
    return { conferenceId, title, number };
  };
  return {
    listTemplates: request =>
      templates
        .list()
        .filter(record => identity.may(request.principal, 'conference:create', templateObject(record)))
        .map(describe),
    createTemplate: (request, { body: { name, ...content } }) => keep(request, name, content),
    createTemplateOf: (request, { params, body }) => keep(request, body.name, contentOf(params.conferenceId)),
    changeTemplate: (request, { params: { templateId }, body: { name, ...content } }) => {
      checkVersionGiven(request, found(templateId).version);
      templates.change({ templateId, name, content: JSON.stringify(content) });
      return describe(found(templateId));
    },
    deleteTemplate: (_request, { params }) => {
      templates.delete(found(params.templateId).templateId);
      return undefined;
    },
    createAfterTemplate: (request, { params, body }) =>
      make(request, contentIn(found(params.templateId)), body),
    repeatConference: (request, { params, body }) => make(request, contentOf(params.conferenceId), body),
  };
}

function contentIn({ content }: TemplateRecord): TemplateContent {
  return JSON.parse(content) as TemplateContent;
}

function describe(record: TemplateRecord): Template {
  const { templateId, name, createdAt, version } = record;
  return { templateId, name, ...contentIn(record), createdAt, version };
}
