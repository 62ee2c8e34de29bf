/** One point on which Genesys publishes nothing certain, and what this project takes for granted. */
export interface Assumption {
  readonly question: string;
  /** Every answer that the probe tells apart, in words. */
  readonly answers: Readonly<Record<string, string>>;
  /** The answers with which everything works as documented. */
  readonly assumed: readonly string[];
  /** Says what a different answer would mean for a deployment. */
  readonly otherwise: string;
  /** `read`: asked with the deployment's token. `login`: needs a login of its own, whose tokens are spent. */
  readonly by: 'read' | 'login';
}

/**
 * Every assumption, by its id. `docs/assumptions.md` is written from this table, and `genesys-voicemail probe` compares a
 * live organization with it.
 */
export const ASSUMPTIONS = {
  'rate-limit-headers': {
    question: 'Do answers carry inin-ratelimit-count, -allowed and -reset?',
    answers: { all: 'all three', some: 'some of them', none: 'none' },
    assumed: ['all'],
    otherwise: 'the mover cannot keep within the limit and meets 429 answers; it then waits as they say',
    by: 'read',
  },
  'requests-per-minute': {
    question: 'How many requests a minute does one token have?',
    answers: { '300': '300', fewer: 'fewer than 300', more: 'more than 300', unknown: 'not said' },
    assumed: ['300', 'more'],
    otherwise: 'fewer voicemails a minute than docs/scale.md says',
    by: 'read',
  },
  'listing-order': {
    question: 'In which order are the voicemails of a queue listed?',
    answers: {
      'newest-first': 'newest first',
      'oldest-first': 'oldest first',
      unordered: 'in no order of time',
      'too-few': 'fewer than three to tell',
    },
    assumed: ['newest-first', 'oldest-first'],
    otherwise: 'looking for one voicemail in a listing costs more requests',
    by: 'read',
  },
  'conversation-lookup': {
    question: 'Does GET /conversations/callbacks/{conversationId} name the voicemail?',
    answers: {
      names: 'it names the id',
      'names-none': 'it answers without the id',
      forbidden: 'it is refused (403)',
      'not-found': 'it knows no such conversation (404)',
      'no-voicemail': 'there is no voicemail to ask about',
    },
    assumed: ['names'],
    otherwise: 'each voicemail is found in the listing of its queue, with more requests',
    by: 'read',
  },
  'mailboxes-of-conversation': {
    question: 'Can a callback conversation name more voicemails than those of one queue?',
    answers: {
      one: 'every id seen belongs to the queue',
      several: 'another id was seen',
      unseen: 'no conversation was seen',
    },
    assumed: ['one', 'several'],
    otherwise: 'nothing: what is outside the selection is skipped either way',
    by: 'read',
  },
  'media-host': {
    question: 'Which host serves the audio?',
    answers: {
      region: "one of the region's own domain",
      s3: 'Amazon S3',
      other: 'another one',
      'no-voicemail': 'there is no recording to look at',
    },
    assumed: ['region', 's3'],
    otherwise: 'every voicemail fails as FORBIDDEN_HOST until its host is in mediaHosts',
    by: 'read',
  },
  'media-length': {
    question: 'Does the media host announce the length of the audio?',
    answers: {
      announced: 'with Content-Length',
      'not-announced': 'no',
      'no-voicemail': 'there is no recording to look at',
    },
    assumed: ['announced'],
    otherwise: 'a recording whose own structure does not end is never deleted at Genesys',
    by: 'read',
  },
  'media-type': {
    question: 'Which content type has the audio in the format WEBM?',
    answers: {
      audio: 'an audio or video type',
      generic: 'a generic one, or none',
      text: 'a text',
      'no-voicemail': 'there is no recording to look at',
    },
    assumed: ['audio', 'generic'],
    otherwise: 'what comes may be a page and no audio; the mover stores only what is audio by its bytes',
    by: 'read',
  },
  'recording-size': {
    question: 'Is audioRecordingSizeBytes the size of the audio in the format WEBM?',
    answers: {
      equal: 'yes',
      different: 'no',
      absent: 'it is not given',
      'no-voicemail': 'there is no recording to look at',
    },
    assumed: ['equal', 'different', 'absent'],
    otherwise: 'nothing: the bytes themselves say whether they are whole',
    by: 'read',
  },
  downloads: {
    question: 'Does the announced successor of the media operation, .../downloads, exist?',
    answers: { no: 'no (404)', yes: 'yes', 'no-voicemail': 'there is no voicemail to ask about' },
    assumed: ['no'],
    otherwise: 'the media operation may end; tell us, and watch release notes',
    by: 'read',
  },
  transcripts: {
    question: 'Do recent voicemails have a transcript?',
    answers: { some: 'some do', none: 'none does', 'no-voicemail': 'there is no voicemail to ask about' },
    assumed: ['some', 'none'],
    otherwise: 'nothing: what is not there is asked for again for a day',
    by: 'read',
  },
  'loopback-redirect': {
    question: 'Does http://127.0.0.1 pass as a redirect URI?',
    answers: { yes: 'yes', no: 'no' },
    assumed: ['yes'],
    otherwise: 'authorize cannot be used; bring a pair with --tokens-from-stdin',
    by: 'login',
  },
  'refresh-token-use': {
    question: 'How often does a refresh token work?',
    answers: { once: 'once', again: 'again' },
    assumed: ['once', 'again'],
    otherwise: 'nothing: a refresh token is spent once either way',
    by: 'login',
  },
  'refresh-ends-access-token': {
    question: 'Does a refresh end the old access token?',
    answers: { ends: 'at once', lives: 'it goes on' },
    assumed: ['ends', 'lives'],
    otherwise: 'nothing: the new pair reaches its readers at once',
    by: 'login',
  },
  'reuse-ends-family': {
    question: 'Does presenting a spent refresh token end the tokens that came after it?',
    answers: { no: 'no', yes: 'yes', 'not-asked': 'not asked: a refresh token works again' },
    assumed: ['no', 'yes'],
    otherwise: 'nothing: a token that is known to be spent is never presented',
    by: 'login',
  },
  'second-login': {
    question: 'Does a second login of the same user and client end the first?',
    answers: { no: 'both live', yes: 'the first is dead', 'other-client': 'not asked: another OAuth client' },
    assumed: ['no'],
    otherwise: 'several tokens need several clients, and authorize ends the running token a moment early',
    by: 'login',
  },
  'token-life': {
    question: 'For how long does an access token live?',
    answers: {
      day: 'a day or longer',
      shorter: 'shorter than a day',
      'too-short': 'shorter than two rotations',
      unknown: 'not said',
    },
    assumed: ['day'],
    otherwise: 'rotate more often: rotationScheduleExpression at most half of it',
    by: 'login',
  },
} as const satisfies Readonly<Record<string, Assumption>>;

/** The id of an assumption. */
export type AssumptionId = keyof typeof ASSUMPTIONS;

/** The answers seen, one for each assumption. */
export type Observations = {
  readonly [Id in AssumptionId]?: keyof (typeof ASSUMPTIONS)[Id]['answers'] & string;
};

/** Answers that say that nothing was seen: neither is as assumed, nor otherwise. */
const NOT_SEEN: ReadonlySet<string> = new Set([
  'too-few',
  'no-voicemail',
  'unseen',
  'unknown',
  'not-asked',
  'other-client',
]);

/** One line of the report. It names no id, no address, no token: it can be pasted into a public issue. */
export interface ReportLine {
  readonly id: string;
  readonly question: string;
  readonly seen: string;
  readonly verdict: 'as assumed' | 'otherwise' | 'not seen';
  /** Only where it is otherwise. */
  readonly otherwise?: string;
}

/** Compares what was seen with what is assumed, in the order of the table. */
export const compare = (observations: Observations): readonly ReportLine[] =>
  Object.entries<Assumption>(ASSUMPTIONS).flatMap(
    ([id, { question, answers, assumed, otherwise }]): readonly ReportLine[] => {
      const seen: string | undefined = Object.entries(observations).find(([seenId]) => seenId === id)?.[1];
      if (seen === undefined) {
        return [];
      }
      const line = { id, question, seen: answers[seen] ?? seen };
      if (NOT_SEEN.has(seen)) {
        return [{ ...line, verdict: 'not seen' }];
      }
      return [
        assumed.includes(seen)
          ? { ...line, verdict: 'as assumed' }
          : { ...line, verdict: 'otherwise', otherwise },
      ];
    },
  );
