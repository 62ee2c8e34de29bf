import { MovableClock } from '../../../../tools/local-cloud/clock';
import {
  type FirstPair,
  type GenesysCloud,
  type GenesysCloudOptions,
  type LeaveVoicemailInput,
  type LeftVoicemail,
  type OAuthClientInput,
  type Queue,
  startGenesysCloud,
  type UserInput,
} from '../../../../tools/local-cloud/genesys';

const started: GenesysCloud[] = [];

/** Stops every simulator of the test that ends. */
export const stopAll = async (): Promise<void> => {
  await Promise.all(started.splice(0).map((genesys) => genesys.close()));
};

/** Starts a simulator that {@link stopAll} stops. */
export const start = async (options: Partial<GenesysCloudOptions> = {}) => {
  const clock = new MovableClock();
  const genesys = await startGenesysCloud({ clock, ...options });
  started.push(genesys);
  return { clock, genesys };
};

/** A simulator with a queue, a first pair, and shorthands for calls with its access token. */
export interface Scene {
  readonly clock: MovableClock;
  readonly genesys: GenesysCloud;
  readonly pair: FirstPair;
  readonly queue: Queue;
  /** Calls the API with the pair's access token, or with the one in `init`. */
  api(path: string, init?: RequestInit): Promise<Response>;
  /** Leaves a voicemail on the queue. */
  leave(input?: Partial<LeaveVoicemailInput>): LeftVoicemail;
}

export const startScene = async (
  options: Partial<GenesysCloudOptions> & { client?: OAuthClientInput; user?: UserInput } = {},
): Promise<Scene> => {
  const { clock, genesys } = await start(options);
  const client = genesys.createOAuthClient(options.client);
  const user = genesys.createUser(options.user);
  const pair = genesys.grantFirstPair({ clientId: client.id, userId: user.id });
  const queue = genesys.createQueue();
  return {
    clock,
    genesys,
    pair,
    queue,
    api: (path, init = {}) =>
      fetch(`${genesys.origins.api}${path}`, {
        ...init,
        headers: {
          authorization: `Bearer ${pair.accessToken}`,
          ...Object.fromEntries(new Headers(init.headers)),
        },
      }),
    leave: (input = {}) =>
      genesys.leaveVoicemail({
        ...(input.groupId === undefined && input.userId === undefined ? { queueId: queue.id } : {}),
        audio: { WEBM: Buffer.from('not quite WebM, but bytes all the same') },
        durationMs: 12_345,
        ...input,
      }),
  };
};

/** Asks the token endpoint for tokens; `authorization` overrides the client's own credentials, `null` leaves them out. */
export const requestTokens = (
  origin: string,
  client: { readonly clientId: string; readonly clientSecret: string },
  form: Readonly<Record<string, string>>,
  authorization:
    | string
    | null = `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}`,
): Promise<Response> =>
  fetch(`${origin}/oauth/token`, {
    method: 'POST',
    headers: authorization === null ? {} : { authorization },
    body: new URLSearchParams(form),
  });

/** Redeems a refresh token, by default that of the pair itself. */
export const refresh = ({ genesys, pair }: Scene, refreshToken = pair.refreshToken): Promise<Response> =>
  requestTokens(genesys.origins.login, pair, { grant_type: 'refresh_token', refresh_token: refreshToken });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The JSON object in an answer. */
export const json = async (response: Response): Promise<Record<string, unknown>> => {
  const value: unknown = await response.json();
  if (!isRecord(value)) {
    throw new TypeError('the answer is no JSON object');
  }
  return value;
};

/** The text of one field of a JSON answer. */
export const textField = async (response: Response, name: string): Promise<string> => {
  const { [name]: value } = await json(response);
  if (typeof value !== 'string') {
    throw new TypeError(`the answer's ${name} is no text`);
  }
  return value;
};

/** Status and error code of a refusal by the API. */
export const refusal = async (response: Response): Promise<readonly [status: number, code: unknown]> => [
  response.status,
  (await json(response))['code'],
];

/** The signed media URL of a voicemail. */
export const mediaUrl = async ({ api }: Scene, messageId: string, query = ''): Promise<string> =>
  textField(await api(`/api/v2/voicemail/messages/${messageId}/media${query}`), 'mediaFileUri');

/** The ids of a listing, in order. */
export const listedIds = async (response: Response): Promise<readonly unknown[]> => {
  const { entities } = await json(response);
  return Array.isArray(entities)
    ? entities.map((entity: unknown) => (isRecord(entity) ? entity['id'] : entity))
    : [];
};
