import * as v from 'valibot';
import type { GenesysControl } from '../control';
import { MEDIA_FORMAT_IDS } from '../recordings/media-formats';

/** One operation of the control interface. */
export interface ControlOperation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With parameters in braces. */
  readonly path: string;
  readonly summary: string;
  /** Carries it out; the answer is JSON, `undefined` is none. @throws ControlInputError */
  run(control: GenesysControl, params: Readonly<Record<string, string>>, body: unknown): unknown;
}

/** Input that the control interface does not take. */
export class ControlInputError extends Error {
  override readonly name = 'ControlInputError';
}

const text = v.pipe(v.string(), v.nonEmpty());
const uuid = v.pipe(v.string(), v.uuid());
const texts = v.array(text);
const wholeNumber = (minimum: number, maximum = Number.MAX_SAFE_INTEGER) =>
  v.pipe(v.number(), v.integer(), v.minValue(minimum), v.maxValue(maximum));
const milliseconds = wholeNumber(0);
const url = v.pipe(v.string(), v.url());

const clientState = v.picklist(['active', 'inactive', 'disabled']);
const uploadStatus = v.picklist(['pending', 'complete', 'failed', 'timeout', 'none']);

const oauthClient = v.strictObject({
  name: v.optional(text),
  grantType: v.optional(v.picklist(['CODE', 'CLIENT-CREDENTIALS'])),
  scopes: v.optional(texts),
  redirectUris: v.optional(v.array(url)),
  accessTokenLifetimeSeconds: v.optional(wholeNumber(300, 172_800)),
  permissions: v.optional(texts),
  state: v.optional(clientState),
});

const user = v.strictObject({
  name: v.optional(text),
  email: v.optional(text),
  password: v.optional(text),
  permissions: v.optional(texts),
});
const queue = v.strictObject({ id: v.optional(uuid), name: v.optional(text) });
const group = v.strictObject({ id: v.optional(uuid), name: v.optional(text), memberIds: v.optional(texts) });
const firstPair = v.strictObject({ clientId: v.optional(text), userId: v.optional(text) });

const mailbox = { queueId: v.optional(uuid), groupId: v.optional(uuid), userId: v.optional(uuid) };

/** Base64 of the bytes, or a size for bytes that are made while they are read. */
const audio = v.union([
  v.pipe(
    v.strictObject({ base64: v.pipe(v.string(), v.base64()) }),
    v.transform(({ base64 }) => Buffer.from(base64, 'base64')),
  ),
  v.strictObject({ sizeBytes: wholeNumber(0), seed: v.optional(wholeNumber(0)) }),
]);

const voicemail = v.strictObject({
  ...mailbox,
  audio: v.record(v.picklist(MEDIA_FORMAT_IDS), audio),
  durationMs: milliseconds,
  callerAddress: v.optional(text),
  callerName: v.optional(text),
  transcription: v.optional(v.string()),
  transcribedAfterMs: v.optional(milliseconds),
  divisionId: v.optional(uuid),
  appearsAfterMs: v.optional(milliseconds),
  uploadStatus: v.optional(uploadStatus),
  conversationAppearsAfterMs: v.optional(milliseconds),
  conversationId: v.optional(uuid),
  createdAtMs: v.optional(milliseconds),
  recordingSizeBytes: v.optional(wholeNumber(0)),
});

const abandonedVoicemail = v.strictObject({
  ...mailbox,
  durationMs: v.optional(milliseconds),
  callerAddress: v.optional(text),
});

const upload = v.strictObject({
  appearsAfterMs: v.optional(milliseconds),
  uploadStatus: v.optional(uploadStatus),
});

const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const faultRule = v.strictObject({
  service: v.optional(v.picklist(['login', 'api', 'media'])),
  operation: v.optional(text),
  resource: v.optional(text),
  skip: v.optional(wholeNumber(0)),
  times: v.optional(wholeNumber(1)),
  fault: v.strictObject({
    effect: v.picklist(['none', 'applied']),
    answer: v.variant('kind', [
      v.strictObject({
        kind: v.literal('error'),
        status: wholeNumber(400, 599),
        code: v.exactOptional(text),
        retryAfterSeconds: v.exactOptional(wholeNumber(0)),
      }),
      v.strictObject({ kind: v.literal('hang') }),
      v.strictObject({ kind: v.literal('reset') }),
      v.strictObject({ kind: v.picklist(['cut-body', 'stall-body', 'wrong-length']), fraction }),
    ]),
  }),
});

const behaviour = v.strictObject({
  refreshEndsOldAccessToken: v.exactOptional(v.boolean()),
  omitRefreshToken: v.exactOptional(v.boolean()),
  listingOrder: v.exactOptional(v.picklist(['oldest-first', 'newest-first'])),
  conversationLookup: v.exactOptional(v.picklist(['allowed', 'forbidden'])),
  requestsPerMinute: v.exactOptional(wholeNumber(1)),
  mediaUrlLifetimeSeconds: v.exactOptional(wholeNumber(1)),
  authorizationCodeLifetimeSeconds: v.exactOptional(wholeNumber(1)),
  mediaRedirectTo: v.exactOptional(v.nullable(text)),
  mediaFileUri: v.exactOptional(v.nullable(text)),
  idleTokenTimeoutSeconds: v.exactOptional(v.nullable(wholeNumber(300, 28_800))),
  refreshTokensWorkAgain: v.exactOptional(v.boolean()),
  reuseEndsFamily: v.exactOptional(v.boolean()),
  secondLoginEndsFirst: v.exactOptional(v.boolean()),
  ipAddressAllowlist: v.exactOptional(v.array(v.string())),
});

const nothing = v.undefined('this operation takes no body');

type Schema = v.GenericSchema<unknown, unknown>;

const operation = <S extends Schema>(
  method: ControlOperation['method'],
  path: string,
  summary: string,
  schema: S,
  run: (control: GenesysControl, body: v.InferOutput<S>, id: string) => unknown,
): ControlOperation => ({
  method,
  path,
  summary,
  run(control, params, body) {
    const result = v.safeParse(schema, body);
    if (!result.success) {
      const [issue] = result.issues;
      throw new ControlInputError(`${v.getDotPath(issue) ?? 'body'}: ${issue.message}`);
    }
    return run(control, result.output, params['id'] ?? '');
  },
});

/** Everything that the control interface can do: each is one operation of {@link GenesysControl}. */
export const CONTROL_OPERATIONS: readonly ControlOperation[] = [
  operation('POST', '/oauth-clients', 'create an OAuth client', oauthClient, (control, body) =>
    control.createOAuthClient(body),
  ),
  operation(
    'PATCH',
    '/oauth-clients/{id}',
    'activate, deactivate or disable an OAuth client: {state}',
    v.strictObject({ state: clientState }),
    (control, { state }, id) => control.setOAuthClientState(id, state),
  ),
  operation('POST', '/users', 'create a user with permissions', user, (control, body) =>
    control.createUser(body),
  ),
  operation('POST', '/queues', 'create a queue', queue, (control, body) => control.createQueue(body)),
  operation('POST', '/groups', 'create a group with members', group, (control, body) => {
    const created = control.createGroup(body);
    return { ...created, memberIds: [...created.memberIds] };
  }),
  operation(
    'POST',
    '/first-pairs',
    'grant a first token pair, as a login in the browser does; makes the client and the user that are not named',
    firstPair,
    (control, body) => control.grantFirstPair(body),
  ),
  operation(
    'DELETE',
    '/users/{id}/tokens',
    'end all tokens of a user, as a logout does',
    nothing,
    (control, _, id) => ({
      ended: control.revokeTokens(id),
    }),
  ),
  operation(
    'POST',
    '/voicemails',
    'leave a voicemail: {queueId | groupId | userId, durationMs, audio: {WEBM: {base64} | {sizeBytes, seed}, ...}, ...}',
    voicemail,
    (control, body) => control.leaveVoicemail(body),
  ),
  operation(
    'PATCH',
    '/voicemails/{id}',
    'delay the upload of a voicemail, or change how it ends: {appearsAfterMs, uploadStatus}',
    upload,
    (control, body, id) => control.changeUpload(id, body),
  ),
  operation(
    'POST',
    '/abandoned-voicemails',
    'make the event of a caller who left nothing',
    abandonedVoicemail,
    (control, body) => control.abandonVoicemail(body),
  ),
  operation('GET', '/faults', 'list the fault rules in force', nothing, (control) => control.faults()),
  operation(
    'POST',
    '/faults',
    'put a fault rule in force: {service, operation, resource, skip, times, fault: {effect, answer}}',
    faultRule,
    (control, body) => ({ id: control.injectFault(body) }),
  ),
  operation('DELETE', '/faults', 'end every fault rule', nothing, (control) => control.clearFaults()),
  operation('DELETE', '/faults/{id}', 'end a fault rule', nothing, (control, _, id) =>
    control.clearFault(id),
  ),
  operation('GET', '/behaviour', 'read how the simulator behaves', nothing, (control) => control.behaviour),
  operation('PATCH', '/behaviour', 'change how the simulator behaves', behaviour, (control, body) =>
    control.changeBehaviour(body),
  ),
  operation('GET', '/counters', 'read what the simulator has seen', nothing, (control) => control.counters()),
];
