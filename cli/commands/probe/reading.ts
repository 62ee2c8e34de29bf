import * as v from 'valibot';
import type { GenesysOrigins } from '../../../functions/shared/genesys-http';
import { OperatorError } from '../../errors';
import type { Observations } from './assumptions';

const TIMEOUT_MS = 20_000;
/** Voicemails looked at in a queue: enough to tell an order, few enough for a minute's budget. */
const LOOKED_AT = 20;
const RATE_LIMIT_HEADERS = ['inin-ratelimit-count', 'inin-ratelimit-allowed', 'inin-ratelimit-reset'];

/** An answer, as far as the probe judges it. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const listed = v.object({
  id: v.string(),
  conversation: v.optional(v.object({ id: v.optional(v.string()) })),
  createdDate: v.optional(v.string()),
  audioRecordingSizeBytes: v.optional(v.number()),
});
const listing = v.object({ entities: v.array(listed) });
const callback = v.object({
  participants: v.optional(
    v.array(v.object({ voicemail: v.nullish(v.object({ id: v.nullish(v.string()) })) })),
    [],
  ),
});
const media = v.object({ mediaFileUri: v.optional(v.string()) });
const transcribed = v.object({ transcription: v.nullish(v.string()) });

type Listed = v.InferOutput<typeof listed>;

/** Asks Genesys Cloud with one access token; changes nothing. */
export class Reader {
  readonly #api: string;
  readonly #accessToken: string;

  constructor({ api }: Pick<GenesysOrigins, 'api'>, accessToken: string) {
    this.#api = api;
    this.#accessToken = accessToken;
  }

  /** One GET. @throws OperatorError where no answer comes */
  async get(path: string): Promise<Answer> {
    try {
      const response = await fetch(new URL(path, this.#api), {
        headers: { authorization: `Bearer ${this.#accessToken}` },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const body: unknown = await response.json().catch(() => undefined);
      return { status: response.status, headers: response.headers, body };
    } catch {
      throw new OperatorError(
        'GenesysUnreachable',
        `no answer from ${new URL(this.#api).host}; check the network`,
      );
    }
  }

  /** Whether Genesys still takes the token. */
  async isLive(): Promise<boolean> {
    return (await this.get('/api/v2/tokens/me')).status === 200;
  }
}

const observeRateLimit = ({ headers }: Answer): Observations => {
  const sent = RATE_LIMIT_HEADERS.filter((name) => headers.has(name)).length;
  const allowed = Number(headers.get('inin-ratelimit-allowed') ?? Number.NaN);
  return {
    'rate-limit-headers': sent === RATE_LIMIT_HEADERS.length ? 'all' : sent === 0 ? 'none' : 'some',
    'requests-per-minute': Number.isNaN(allowed)
      ? 'unknown'
      : allowed === 300
        ? '300'
        : allowed < 300
          ? 'fewer'
          : 'more',
  };
};

const orderOf = (voicemails: readonly Listed[]): NonNullable<Observations['listing-order']> => {
  const times = voicemails.map(({ createdDate }) => Date.parse(createdDate ?? ''));
  if (new Set(times).size < 3) {
    return 'too-few';
  }
  const rises = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return rises.every((rise) => rise <= 0)
    ? 'newest-first'
    : rises.every((rise) => rise >= 0)
      ? 'oldest-first'
      : 'unordered';
};

const observeConversation = async (
  reader: Reader,
  voicemail: Listed | undefined,
  known: ReadonlySet<string>,
): Promise<Observations> => {
  const conversationId = voicemail?.conversation?.id;
  if (voicemail === undefined || conversationId === undefined) {
    return { 'conversation-lookup': 'no-voicemail', 'mailboxes-of-conversation': 'unseen' };
  }
  const { status, body } = await reader.get(
    `/api/v2/conversations/callbacks/${encodeURIComponent(conversationId)}`,
  );
  const parsed = status === 200 ? v.safeParse(callback, body) : undefined;
  if (parsed?.success !== true) {
    return {
      'conversation-lookup': status === 403 ? 'forbidden' : status === 404 ? 'not-found' : 'names-none',
      'mailboxes-of-conversation': 'unseen',
    };
  }
  const ids = parsed.output.participants.flatMap(({ voicemail: named }) => named?.id ?? []);
  return {
    'conversation-lookup': ids.includes(voicemail.id) ? 'names' : 'names-none',
    'mailboxes-of-conversation': ids.some((id) => !known.has(id)) ? 'several' : 'one',
  };
};

const hostKind = (url: URL, origins: readonly string[], domain: string) =>
  url.hostname.endsWith(`.${domain}`) || origins.includes(url.origin)
    ? 'region'
    : /(?:^|\.)s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com$/.test(url.hostname)
      ? 's3'
      : 'other';

const typeKind = (type: string) =>
  /^(?:audio|video)\//.test(type)
    ? 'audio'
    : /^(?:text\/|application\/(?:json|xml))/.test(type)
      ? 'text'
      : 'generic';

const NO_MEDIA: Observations = {
  'media-host': 'no-voicemail',
  'media-length': 'no-voicemail',
  'media-type': 'no-voicemail',
  'recording-size': 'no-voicemail',
};

const observeMedia = async (
  reader: Reader,
  voicemail: Listed | undefined,
  { domain, mediaOrigins }: ProbedRegion,
): Promise<Observations> => {
  if (voicemail === undefined) {
    return { ...NO_MEDIA, downloads: 'no-voicemail' };
  }
  const path = `/api/v2/voicemail/messages/${encodeURIComponent(voicemail.id)}`;
  const downloads = (await reader.get(`${path}/downloads`)).status === 404 ? 'no' : 'yes';
  const info = v.safeParse(media, (await reader.get(`${path}/media?formatId=WEBM`)).body);
  const uri = info.success ? info.output.mediaFileUri : undefined;
  if (uri === undefined || !URL.canParse(uri)) {
    return { ...NO_MEDIA, downloads };
  }
  const url = new URL(uri);
  const host = hostKind(url, mediaOrigins, domain);
  // The signed URL is a credential: it goes to the host that Genesys named, without the token, and nowhere else.
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    () => undefined,
  );
  if (response === undefined) {
    return { ...NO_MEDIA, 'media-host': host, downloads };
  }
  const announced = response.headers.has('content-length');
  const type = response.headers.get('content-type') ?? '';
  const { byteLength } = await response.arrayBuffer().catch(() => new ArrayBuffer(0));
  const size = voicemail.audioRecordingSizeBytes;
  return {
    'media-host': host,
    'media-length': announced ? 'announced' : 'not-announced',
    'media-type': typeKind(type),
    'recording-size': size === undefined ? 'absent' : size === byteLength ? 'equal' : 'different',
    downloads,
  };
};

const observeTranscripts = async (reader: Reader, voicemails: readonly Listed[]): Promise<Observations> => {
  if (voicemails.length === 0) {
    return { transcripts: 'no-voicemail' };
  }
  for (const { id } of voicemails.slice(0, 5)) {
    const { body } = await reader.get(
      `/api/v2/voicemail/messages/${encodeURIComponent(id)}?expand=transcription`,
    );
    const parsed = v.safeParse(transcribed, body);
    if (parsed.success && parsed.output.transcription) {
      return { transcripts: 'some' };
    }
  }
  return { transcripts: 'none' };
};

/** Where the probe looks. */
export interface ProbedRegion {
  /** The domain of the Genesys region. */
  readonly domain: string;
  /** Origins that stand for the media host in local runs. */
  readonly mediaOrigins: readonly string[];
}

/** The latest of some voicemails, whatever their order. */
const newestOf = (voicemails: readonly Listed[]): Listed | undefined =>
  [...voicemails].sort((one, other) => (other.createdDate ?? '').localeCompare(one.createdDate ?? ''))[0];

/**
 * Observes all that can be read of one queue. Changes nothing, and downloads one recording, which it drops.
 *
 * @throws OperatorError where the token is refused.
 */
export const observeByReading = async (
  reader: Reader,
  queueId: string,
  region: ProbedRegion,
): Promise<Observations> => {
  const page = await reader.get(
    `/api/v2/voicemail/queues/${encodeURIComponent(queueId)}/messages?pageSize=${LOOKED_AT}&pageNumber=1`,
  );
  const parsed = page.status === 200 ? v.safeParse(listing, page.body) : undefined;
  if (parsed?.success !== true) {
    throw new OperatorError(
      'GenesysRefused',
      `the voicemail of the queue cannot be listed: HTTP ${page.status}; run "doctor", which says why`,
    );
  }
  const { entities } = parsed.output;
  const newest = newestOf(entities);
  return {
    ...observeRateLimit(page),
    'listing-order': orderOf(entities),
    ...(await observeConversation(reader, newest, new Set(entities.map(({ id }) => id)))),
    ...(await observeMedia(reader, newest, region)),
    ...(await observeTranscripts(reader, entities)),
  };
};
