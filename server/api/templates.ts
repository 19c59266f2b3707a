/** REST resources of templates: what conferences are made after, again and again. */
import Type, { type Static } from 'typebox';
import { closed, type Operation } from './operation.js';
import { Schedule, ScheduleRequest } from './schedule.js';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const { minutes, hdUnits, parties, earlyMinutes, remindMinutes, dialOut, language } = Schedule.properties;
const Title = Type.String({ minLength: 1, maxLength: 120 });

/** All of a schedule but when. */
export const TemplatePlan = Type.Object(
  { minutes, hdUnits, parties, earlyMinutes, remindMinutes, dialOut, language },
  closed,
);
export type TemplatePlan = Static<typeof TemplatePlan>;

const content = {
  title: Type.String({ ...Title, description: 'Of conferences that are made after it' }),
  plan: nullable(
    Type.Object(TemplatePlan.properties, { ...closed, description: 'null: it says nothing of it' }),
  ),
};
export const TemplateContent = Type.Object(content, closed);
export type TemplateContent = Static<typeof TemplateContent>;

const Template = Type.Object(
  {
    templateId: Type.String(),
    name: Type.String(),
    ...content,
    createdAt: Type.String({ description: 'RFC 3339' }),
    version: Type.Integer({ minimum: 1, description: 'One more with each change' }),
  },
  closed,
);
export type Template = Static<typeof Template>;

const name = Type.String({ minLength: 1, maxLength: 120 });
const TemplateId = Type.Object({ templateId: Type.String({ maxLength: 64 }) }, closed);
const ConferenceId = Type.Object({ conferenceId: Type.String({ maxLength: 64 }) }, closed);

const Repetition = Type.Object(
  {
    title: Type.Optional(Type.String({ ...Title, description: 'Absent: as it was' })),
    when: Type.Optional(
      Type.Object(
        {
          begins: ScheduleRequest.properties.begins,
          timeZone: ScheduleRequest.properties.timeZone,
          force: ScheduleRequest.properties.force,
        },
        { ...closed, description: 'Absent: it is not planned, but open at once' },
      ),
    ),
  },
  closed,
);
export type Repetition = Static<typeof Repetition>;
const Made = Type.Object(
  { conferenceId: Type.String(), title: Type.String(), number: Type.String() },
  closed,
);

export const templateOperations = {
  listTemplates: {
    method: 'GET',
    path: '/templates',
    access: 'conference:create',
    summary: 'Templates by name: one’s own, and for operators those of the house',
    result: Type.Array(Template),
  },
  createTemplate: {
    method: 'POST',
    path: '/templates',
    access: 'conference:create',
    summary: 'Keeps a title, rooms, guests, ports and the like for later conferences',
    body: Type.Object({ name, ...content }, closed),
    result: Template,
  },
  createTemplateOf: {
    method: 'POST',
    path: '/conferences/:conferenceId/template',
    access: 'conference:control',
    summary: 'Makes a template of a conference, as it is planned',
    params: ConferenceId,
    body: Type.Object({ name }, closed),
    result: Template,
  },
  changeTemplate: {
    method: 'PUT',
    path: '/templates/:templateId',
    access: 'conference:create',
    summary: 'Changes a template; conferences that were made after it stay as they are',
    params: TemplateId,
    ifMatch: true,
    body: Type.Object({ name, ...content }, closed),
    result: Template,
  },
  deleteTemplate: {
    method: 'DELETE',
    path: '/templates/:templateId',
    access: 'conference:create',
    summary: 'Forgets a template; conferences that were made after it stay',
    params: TemplateId,
  },
  createAfterTemplate: {
    method: 'POST',
    path: '/templates/:templateId/conferences',
    access: 'conference:create',
    summary: 'A new conference after the template, planned where `when` is given',
    params: TemplateId,
    body: Repetition,
    result: Made,
  },
  repeatConference: {
    method: 'POST',
    path: '/conferences/:conferenceId/repetition',
    access: 'conference:control',
    summary: 'A new conference like this one, also like one that is over: same title, rooms, guests, ports',
    params: ConferenceId,
    body: Repetition,
    result: Made,
  },
} as const satisfies Record<string, Operation>;
