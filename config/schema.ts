import Type, { type Static } from 'typebox';
import { IdentityConfig } from './identity-schema.js';

const closed = { additionalProperties: false };
const Port = (defaultPort: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 65535, default: defaultPort, description });

/** A key of a telephone; empty: none does it. */
const Key = (defaultKey: string) => Type.String({ pattern: '^[0-9A-D*#]?$', default: defaultKey });

const NumberRules = Type.Array(
  Type.Object(
    {
      prefix: Type.String({ pattern: '^\\+?[0-9A-Za-z*#._-]{0,32}$', default: '' }),
      strip: Type.Integer({ minimum: 0, maximum: 32, default: 0 }),
      add: Type.String({ pattern: '^\\+?[0-9A-Za-z*#._-]{0,32}$', default: '' }),
    },
    closed,
  ),
  { default: [] },
);
const nullable = (pattern: string) => Type.Union([Type.String({ pattern }), Type.Null()], { default: null });

/** A proxy or PBX that calls go out over and come in from. */
const Trunk = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$' }),
    addresses: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.:\\[\\]-]{1,255}$' }), { minItems: 1 }),
    transport: Type.Enum(['udp', 'tcp', 'tls'], { default: 'udp' }),
    domain: nullable('^[A-Za-z0-9.-]{1,255}$'),
    user: nullable('^[A-Za-z0-9+._-]{1,64}$'),
    password: Type.Union([Type.String(), Type.Null()], { default: null }),
    realm: Type.Union([Type.String(), Type.Null()], { default: null }),
    register: Type.Boolean({ default: false }),
    expiresS: Type.Integer({ minimum: 30, maximum: 86_400, default: 600 }),
    pingS: Type.Integer({ minimum: 0, maximum: 600, default: 25 }),
    identity: nullable('^[A-Za-z0-9+._-]{1,64}$'),
    outgoing: NumberRules,
    incoming: NumberRules,
    maxCalls: Type.Integer({ minimum: 0, default: 10 }),
  },
  closed,
);

/** Every key of the configuration, with its default. `reference.yaml` shows them to people; a test holds it to this. */
export const Config = Type.Object(
  {
    host: Type.String({ default: '0.0.0.0' }),
    announcedAddress: Type.Union([Type.String(), Type.Null()], { default: null }),
    dataDir: Type.String({ default: 'data' }),
    database: Type.Object(
      { url: Type.Union([Type.String(), Type.Null()], { default: null }) },
      { ...closed, default: {} },
    ),
    log: Type.Object(
      { level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], { default: 'info' }) },
      { ...closed, default: {} },
    ),
    http: Type.Object(
      {
        port: Port(8443, ''),
        certificate: Type.Union([Type.String(), Type.Null()], { default: null }),
        key: Type.Union([Type.String(), Type.Null()], { default: null }),
        sessionHours: Type.Number({ minimum: 0.1, default: 12 }),
        sessionIdleMinutes: Type.Number({ minimum: 1, default: 30 }),
      },
      { ...closed, default: {} },
    ),
    identity: IdentityConfig,
    sip: Type.Object(
      {
        port: Port(5060, ''),
        tls: Type.Object(
          {
            enabled: Type.Boolean({ default: true }),
            port: Type.Union([Port(5061, ''), Type.Null()], { default: null }),
            ca: Type.Union([Type.String(), Type.Null()], { default: null }),
            requireClientCertificate: Type.Boolean({ default: false }),
          },
          { ...closed, default: {} },
        ),
        credentials: Type.Enum(['required', 'off'], { default: 'required' }),
        guests: Type.Boolean({ default: false }),
        trusted: Type.Array(Type.String(), { default: [] }),
        realm: Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{0,63}$', default: 'amphi' }),
        digest: Type.Array(Type.Enum(['SHA-256', 'MD5']), {
          minItems: 1,
          uniqueItems: true,
          default: ['SHA-256', 'MD5'],
        }),
        registration: Type.Object(
          {
            minExpiresS: Type.Integer({ minimum: 10, default: 60 }),
            maxExpiresS: Type.Integer({ minimum: 60, default: 3600 }),
          },
          { ...closed, default: {} },
        ),
        maxCalls: Type.Integer({ minimum: 0, default: 20 }),
        maxCallBitrate: Type.Integer({ minimum: 64_000, default: 2_000_000 }),
        maxFrameRate: Type.Integer({ minimum: 1, maximum: 60, default: 30 }),
        mediaEncryption: Type.Enum(['optional', 'required', 'off'], { default: 'optional' }),
        cameraControl: Type.Boolean({ default: true }),
        sessionExpiresS: Type.Integer({ minimum: 90, default: 1800 }),
        accessNumber: Type.Union([Type.String({ pattern: '^[0-9A-Za-z._-]{1,32}$' }), Type.Null()], {
          default: null,
        }),
        loopBackNumber: Type.Union([Type.String({ pattern: '^[0-9A-Za-z._-]{1,32}$' }), Type.Null()], {
          default: null,
        }),
        ivr: Type.Object(
          {
            listFor: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { default: [] }),
            createFor: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { default: [] }),
          },
          { ...closed, default: {} },
        ),
        dialOut: Type.Object(
          {
            allow: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { default: ['private'] }),
            maxCalls: Type.Integer({ minimum: 0, default: 8 }),
            ringS: Type.Integer({ minimum: 5, maximum: 180, default: 45 }),
            retryAfterS: Type.Integer({ minimum: 1, maximum: 300, default: 30 }),
          },
          { ...closed, default: {} },
        ),
        trunks: Type.Array(Trunk, { default: [] }),
        trustedNetworks: Type.Array(Type.String({ pattern: '^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$' }), {
          default: ['127.0.0.0/8', '::1'],
        }),
        keys: Type.Object(
          {
            layoutPrevious: Key('2'),
            layoutNext: Key('8'),
            sitePrevious: Key('4'),
            siteNext: Key('6'),
            ownView: Key('5'),
            mute: Key('1'),
            help: Key('0'),
            chair: Key('*'),
            muteOthers: Key('7'),
            lock: Key('9'),
          },
          { ...closed, default: {} },
        ),
      },
      { ...closed, default: {} },
    ),
    sfu: Type.Object(
      {
        workers: Type.Integer({ minimum: 0, default: 0 }),
        port: Port(44300, ''),
        iceServers: Type.Array(
          Type.Object(
            {
              urls: Type.String(),
              username: Type.Optional(Type.String()),
              credential: Type.Optional(Type.String()),
            },
            closed,
          ),
          { default: [] },
        ),
      },
      { ...closed, default: {} },
    ),
    media: Type.Object(
      {
        portMin: Port(40000, ''),
        portMax: Port(43999, ''),
      },
      { ...closed, default: {} },
    ),
    conference: Type.Object(
      {
        maxSites: Type.Integer({ minimum: 1, default: 50 }),
        vanishedAfterS: Type.Integer({ minimum: 1, default: 20 }),
      },
      { ...closed, default: {} },
    ),
    mixer: Type.Object(
      {
        decodeThreads: Type.Integer({ minimum: 0, default: 0 }),
        capacity: Type.Union([Type.Number({ minimum: 0.5 }), Type.Null()], { default: null }),
        preset: Type.Enum(['ultrafast', 'superfast', 'veryfast'], { default: 'superfast' }),
        font: Type.Union([Type.String(), Type.Null()], { default: null }),
      },
      { ...closed, default: {} },
    ),
    recorder: Type.Object(
      {
        bitrate: Type.Integer({ minimum: 500_000, default: 4_000_000 }),
        maxRecordings: Type.Integer({ minimum: 0, default: 4 }),
      },
      { ...closed, default: {} },
    ),
    backup: Type.Object(
      {
        directory: Type.Union([Type.String(), Type.Null()], { default: null }),
        everyHours: Type.Number({ minimum: 1, default: 24 }),
        keep: Type.Integer({ minimum: 1, default: 7 }),
        recordings: Type.Boolean({ default: false }),
      },
      { ...closed, default: {} },
    ),
    webHooks: Type.Object(
      { allowedNetworks: Type.Array(Type.String(), { default: [] }) },
      { ...closed, default: {} },
    ),
    mail: Type.Object(
      {
        host: Type.Union([Type.String(), Type.Null()], { default: null }),
        port: Port(587, ''),
        secure: Type.Boolean({ default: false }),
        requireTls: Type.Boolean({ default: true }),
        rejectUnauthorized: Type.Boolean({ default: true }),
        user: Type.Union([Type.String(), Type.Null()], { default: null }),
        password: Type.Union([Type.String(), Type.Null()], { default: null }),
        from: Type.String({ default: 'amphi@localhost' }),
        fromName: Type.String({ default: 'Amphi' }),
        address: Type.Union([Type.String(), Type.Null()], { default: null }),
        phone: Type.Union([Type.String(), Type.Null()], { default: null }),
      },
      { ...closed, default: {} },
    ),
    audit: Type.Object({ keepMonths: Type.Integer({ minimum: 6, default: 12 }) }, { ...closed, default: {} }),
    callRecords: Type.Object(
      { keepMonths: Type.Integer({ minimum: 1, default: 24 }) },
      { ...closed, default: {} },
    ),
    archive: Type.Object(
      {
        s3: Type.Union(
          [
            Type.Null(),
            Type.Object(
              {
                endpoint: Type.String(),
                bucket: Type.String(),
                region: Type.String({ default: 'us-east-1' }),
                accessKey: Type.String(),
                secretKey: Type.String(),
                prefix: Type.String({ default: '' }),
              },
              closed,
            ),
          ],
          { default: null },
        ),
      },
      { ...closed, default: {} },
    ),
  },
  closed,
);
export type Config = Static<typeof Config>;
