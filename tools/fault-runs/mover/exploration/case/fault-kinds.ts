import type { Fault, OutsideCall, WireAnswer } from '../../../../local-cloud/faults';
import type { Chance } from './chance';

/** Kind of a call, whoever makes it. */
export type CallSite = Pick<OutsideCall, 'system' | 'service' | 'operation'>;

/** Where a fault is decided. */
export interface FaultPlace {
  readonly call: CallSite;
  readonly chance: Chance;
  /** Turns the ids of the case's own voicemail and conversation in a text into those of another one. */
  readonly withOtherIds: (text: string) => string;
}

/** A kind of fault: its effect, and the calls that it strikes. */
interface KindDefinition {
  readonly strikes: (call: CallSite) => boolean;
  readonly fault: (place: FaultPlace) => Fault;
  /**
   * Whether a single one may end the voicemail as a classed failure: an answer that says that no retry helps, or that is
   * not to be trusted. After any other the voicemail has to be moved.
   */
  readonly mayFail?: (call: CallSite) => boolean;
  /** Whether it is also tried at every call of the operation from some call on. */
  readonly mayLast?: true;
}

const CALLS_WITH_EFFECT: ReadonlySet<string> = new Set([
  'PutObject',
  'DeleteObject',
  'SendMessage',
  'SendMessageBatch',
  'ChangeMessageVisibility',
  'PATCH /api/v2/conversations/callbacks/{conversationId}',
  'PATCH /api/v2/voicemail/messages/{messageId}',
  'DELETE /api/v2/voicemail/messages/{messageId}',
]);

/** Whether a call changes something outside; after any other, a fault before and one after its effect are the same. */
export const hasEffect = ({ operation }: CallSite): boolean => CALLS_WITH_EFFECT.has(operation);

const any = (): boolean => true;
const isApi = ({ service }: CallSite): boolean => service === 'api';
const isApiRead = ({ service, operation }: CallSite): boolean =>
  service === 'api' && operation.startsWith('GET ');
const isMedia = ({ service }: CallSite): boolean => service === 'media';
const isGenesys = ({ system }: CallSite): boolean => system === 'genesys';
const isAws = ({ system }: CallSite): boolean => system === 'aws';
const isPut = ({ operation }: CallSite): boolean => operation === 'PutObject';
/** Whether a call lists a mailbox. */
export const isListing = ({ operation }: CallSite): boolean =>
  /s\/\{(?:queue|group)Id\}\/messages$/.test(operation);

const before = (answer: Fault['answer']): Fault => ({ effect: 'none', answer });
const after = (answer: Fault['answer']): Fault => ({ effect: 'applied', answer });
const error = (status: number, code?: string, retryAfterSeconds?: number): Fault =>
  before({
    kind: 'error',
    status,
    ...(code === undefined ? {} : { code }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
const altered = (alter: (answer: WireAnswer) => WireAnswer): Fault => after({ kind: 'altered', alter });

/** Three years, which no wait may take for its word. */
const YEARS_SECONDS = 99_999_999;
const HTML = Buffer.from('<!doctype html><title>502</title><p>The page is temporarily unavailable.</p>\n');

/** Without what Node would add, so that the answer has only what is named. */
const page = (contentType: string | undefined) => (): WireAnswer => ({
  status: 200,
  headers: contentType === undefined ? {} : { 'content-type': contentType },
  body: HTML,
});

const bare =
  (status: number, headers: Readonly<Record<string, string>> = {}) =>
  (): WireAnswer => ({ status, headers, body: Buffer.alloc(0) });

const part =
  (chance: Chance, framing: Pick<WireAnswer, 'isUnframed'> = {}) =>
  ({ status, headers, body }: WireAnswer): WireAnswer => ({
    status,
    headers,
    body: body.subarray(0, Math.floor(body.length * chance.share())),
    ...framing,
  });

const asJson = (change: (text: string) => string) => (answer: WireAnswer) => ({
  ...answer,
  body: Buffer.from(change(answer.body.toString('utf8'))),
});

/** Optional fields in a shape that nobody expects, beside good ones; not the owner, which must never be guessed. */
const oddFields = (text: string): string => {
  const answer: unknown = JSON.parse(text);
  return JSON.stringify(
    typeof answer === 'object' && answer !== null
      ? {
          ...answer,
          conversation: 'none',
          note: 7,
          caller: [],
          modifiedDate: {},
          audioRecordingSizeBytes: '?',
        }
      : answer,
  );
};

const DEFINITIONS = {
  'error-before': { strikes: any, fault: () => error(500), mayLast: true },
  'error-after': { strikes: hasEffect, fault: () => after({ kind: 'error', status: 500 }) },
  'reset-before': { strikes: any, fault: () => before({ kind: 'reset' }) },
  'reset-after': { strikes: hasEffect, fault: () => after({ kind: 'reset' }) },
  'hang-before': { strikes: any, fault: () => before({ kind: 'hang' }) },
  'hang-after': { strikes: hasEffect, fault: () => after({ kind: 'hang' }) },
  'killed-before': { strikes: any, fault: () => before({ kind: 'hang' }) },
  'killed-after': { strikes: hasEffect, fault: () => after({ kind: 'hang' }) },
  /** Somebody erases the voicemail just before the call. */
  erased: { strikes: any, fault: () => after({ kind: 'altered', alter: (answer) => answer }) },
  throttled: {
    strikes: any,
    fault: ({ call }) =>
      isAws(call) ? error(call.service === 's3' ? 503 : 400, throttlingCode(call)) : error(429, undefined, 2),
    mayLast: true,
  },
  'throttled-for-years': {
    strikes: isGenesys,
    fault: ({ call }) => error(isMedia(call) ? 503 : 429, undefined, YEARS_SECONDS),
    mayLast: true,
  },
  refused: {
    strikes: isAws,
    fault: ({ call }) =>
      call.service === 's3' ? error(403, 'AccessDenied') : error(400, 'AccessDeniedException'),
    mayLast: true,
  },
  unauthorized: { strikes: isApi, fault: () => error(401, 'bad.credentials'), mayLast: true },
  forbidden: {
    strikes: isGenesys,
    fault: ({ call }) => error(403, isMedia(call) ? 'AccessDenied' : 'missing.permissions'),
    mayFail: any,
    mayLast: true,
  },
  'not-found': {
    strikes: isGenesys,
    fault: () => error(404),
    // For a voicemail it means "not yet"; for a mailbox, that there is no such queue or group.
    mayFail: isListing,
    mayLast: true,
  },
  'switching-protocols': {
    strikes: isGenesys,
    fault: () => before({ kind: 'altered', alter: bare(101, { connection: 'upgrade', upgrade: 'h2c' }) }),
    mayLast: true,
  },
  accepted: { strikes: isGenesys, fault: () => altered(bare(202)), mayLast: true },
  'cut-body': {
    strikes: (call) => isMedia(call) || isApiRead(call),
    fault: ({ chance }) => after({ kind: 'cut-body', fraction: chance.share() }),
  },
  'stalled-body': {
    strikes: (call) => isMedia(call) || isApiRead(call),
    fault: ({ chance }) => after({ kind: 'stall-body', fraction: chance.share() }),
  },
  'short-body': {
    strikes: (call) => isMedia(call) || isApiRead(call),
    fault: ({ chance }) => after({ kind: 'wrong-length', fraction: chance.share() }),
    mayLast: true,
  },
  'short-unframed-body': {
    strikes: isMedia,
    fault: ({ chance }) => altered(part(chance, { isUnframed: true })),
    mayLast: true,
  },
  'whole-unframed-body': {
    strikes: isMedia,
    fault: () => altered((answer) => ({ ...answer, isUnframed: true })),
    mayLast: true,
  },
  'length-too-short': {
    strikes: isMedia,
    fault: ({ chance }) =>
      altered(({ headers, ...answer }) => ({
        ...answer,
        headers: {
          ...headers,
          connection: 'close',
          'content-length': String(Math.floor(answer.body.length * chance.share())),
        },
      })),
    mayLast: true,
  },
  page: { strikes: isGenesys, fault: () => altered(page('text/html; charset=utf-8')), mayLast: true },
  'untyped-page': { strikes: isGenesys, fault: () => altered(page(undefined)), mayLast: true },
  'page-of-bytes': {
    strikes: isMedia,
    fault: () => altered(page('application/octet-stream')),
    mayLast: true,
  },
  partial: {
    strikes: isMedia,
    fault: ({ chance }) => altered((answer) => ({ ...part(chance)(answer), status: 206 })),
    mayLast: true,
  },
  'range-refused': { strikes: isMedia, fault: () => error(416, 'InvalidRange'), mayLast: true },
  'bad-request': { strikes: isMedia, fault: () => error(400, 'InvalidRequest'), mayLast: true },
  'packed-by-name': {
    strikes: isMedia,
    fault: ({ chance }) =>
      altered((answer) => ({
        ...answer,
        headers: {
          ...answer.headers,
          'content-encoding': chance.oneOf(['', 'aws-chunked', 'utf-8', 'binary']),
        },
      })),
    mayLast: true,
  },
  'odd-type': {
    strikes: isMedia,
    fault: () =>
      altered((answer) => ({
        ...answer,
        headers: { ...answer.headers, 'content-type': 'binary/octet-stream' },
      })),
    mayLast: true,
  },
  'led-away': {
    strikes: isMedia,
    fault: () => altered(bare(302, { location: 'http://169.254.169.254/latest/meta-data/' })),
    mayFail: any,
    mayLast: true,
  },
  'odd-headers': {
    strikes: isApi,
    fault: () =>
      altered((answer) => ({
        ...answer,
        headers: {
          ...answer.headers,
          'content-type': 'text/plain',
          'inin-ratelimit-count': '5',
          'inin-ratelimit-allowed': '-1',
          'inin-ratelimit-reset': String(YEARS_SECONDS),
          'inin-correlation-id': 'a\u00a0b',
          date: 'yesterday',
        },
      })),
    mayLast: true,
  },
  'other-id': { strikes: isApiRead, fault: ({ withOtherIds }) => altered(asJson(withOtherIds)) },
  'odd-fields': { strikes: isApiRead, fault: () => altered(asJson(oddFields)), mayLast: true },
  /** Says that there is always more, and never names what is looked for. */
  'endless-listing': {
    strikes: isListing,
    fault: ({ withOtherIds }) =>
      altered(
        asJson((text) =>
          JSON.stringify({ ...JSON.parse(withOtherIds(text)), pageCount: 1e6, total: 1e8, nextUri: '/next' }),
        ),
      ),
    mayLast: true,
  },
  conflict: { strikes: isPut, fault: () => error(409, 'ConditionalRequestConflict'), mayLast: true },
  'precondition-by-name': { strikes: isPut, fault: () => error(400, 'PreconditionFailed') },
  'error-in-success': {
    strikes: isPut,
    fault: () =>
      before({
        kind: 'altered',
        alter: () => ({
          status: 200,
          headers: { 'content-type': 'application/xml' },
          body: Buffer.from('<Error><Code>InternalError</Code><Message>try again</Message></Error>'),
        }),
      }),
  },
} as const satisfies Readonly<Record<string, KindDefinition>>;

const throttlingCode = ({ service }: CallSite): string =>
  service === 's3' ? 'SlowDown' : 'ThrottlingException';

/** One way in which a call goes wrong. */
export type FaultKind = keyof typeof DEFINITIONS;

const definitionOf = (kind: FaultKind): KindDefinition => DEFINITIONS[kind];

const isKind = (name: string): name is FaultKind => Object.hasOwn(DEFINITIONS, name);

/** Faults of one call. `before` and `after` say whether it takes effect. */
export const FAULT_KINDS: readonly FaultKind[] = Object.keys(DEFINITIONS).filter(isKind);

/** The kinds of fault that can strike a call; an erasure only where the scenario says so. */
export const kindsFor = (call: CallSite, mayBeErased: boolean): readonly FaultKind[] =>
  FAULT_KINDS.filter((kind) => definitionOf(kind).strikes(call) && (kind !== 'erased' || mayBeErased));

/** Whether a kind is also tried at every call of an operation from some call on. */
export const mayLast = (kind: FaultKind): boolean => definitionOf(kind).mayLast === true;

/** Whether one fault of a kind at a call may end the voicemail as a classed failure. */
export const mayFail = (kind: FaultKind, call: CallSite): boolean =>
  definitionOf(kind).mayFail?.(call) === true;

/** Whether the process is killed at the call. */
export const isKill = (kind: FaultKind): boolean => kind === 'killed-before' || kind === 'killed-after';

/** The fault as the services understand it; a kill and an erasure need somebody who does them besides. */
export const faultOf = (kind: FaultKind, place: FaultPlace): Fault => definitionOf(kind).fault(place);
