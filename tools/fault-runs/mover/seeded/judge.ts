import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Message } from '../../../local-cloud/aws/sqs';
import type { Nature, PlannedEvent } from './plan';
import { searchOutput } from './world/search-output';
import { StoredArchive } from './world/stored-archive';
import type { MoverWorld, Subject } from './world/world';

/** How an event of the plan ended. */
export type Ending = 'stored' | 'absent' | 'skipped' | 'failed' | 'lost';

/** Result of a run. The names are those of the run's JSON. */
export interface Counts {
  /** Events that happened: each voicemail, and each event without one, once. */
  readonly distinct: number;
  readonly stored: number;
  readonly absent: number;
  readonly skipped: number;
  readonly failed: number;
  /** Reports of a voicemail that was stored before; outside the sum. */
  readonly alreadyStored: number;
  /** Neither stored, absent, skipped nor failed, though it should be. */
  readonly lost: number;
  /** Keys of a voicemail beyond the one for its audio and the one for its sidecar. */
  readonly duplicateObjects: number;
  /** Versions of a key beyond the first, delete markers included. */
  readonly extraVersions: number;
  /** Voicemails whose stored bytes, or whose sidecar's hash, are not those of the source. */
  readonly wrongBytes: number;
  /** Messages in the failures queue without a class. */
  readonly unclassified: number;
  /** Texts with a token, a client secret or a signed URL in them. */
  readonly secretsInOutput: number;
  /** Texts with the number of a caller, or the number that was called, in them. */
  readonly phoneNumbersInOutput: number;
  /** Requests beyond the rate limit of their token. */
  readonly overBudgetRequests: number;
  /** Requests to the media host that carried an Authorization header. */
  readonly authorizationToMedia: number;
}

/** A promise of the mover that shows in no count of voicemails, and how often it was broken. */
export interface BrokenPromise {
  readonly promise: string;
  readonly times: number;
}

/** The end of a run. */
export interface Verdict {
  readonly ok: boolean;
  readonly counts: Counts;
  readonly brokenPromises: readonly BrokenPromise[];
  /** How often each kind of fault struck. */
  readonly faults: ReadonlyMap<string, number>;
}

/** Facts of a run beside its world. */
export interface Circumstances {
  readonly events: readonly PlannedEvent[];
  /** When the mover may say that there is no usable token, in milliseconds since the epoch; `undefined` for never. */
  readonly withoutToken: { readonly fromMs: number; readonly toMs: number } | undefined;
  /** Messages that were given back without a visibility of their own. */
  readonly withoutBackoff: number;
}

const EXPECTED: Readonly<Record<Nature, Ending>> = {
  sound: 'stored',
  'too-short': 'skipped',
  abandoned: 'absent',
  'upload-failed': 'failed',
  'key-taken': 'failed',
  malformed: 'failed',
};

const FAILURE_CLASS = /^[A-Z]+(_[A-Z]+)*$/;

const failureClass = ({ attributes }: Message): string | undefined => attributes['failureClass']?.StringValue;

const isClassified = (message: Message): boolean => FAILURE_CLASS.test(failureClass(message) ?? '');

/** How each event of the plan ended. */
class Endings {
  readonly #world: MoverWorld;
  readonly #archive: StoredArchive;
  readonly #failed: ReadonlySet<number>;
  readonly #reported: ReadonlyMap<number, ReadonlySet<string>>;

  constructor(world: MoverWorld, archive: StoredArchive, failures: readonly Message[]) {
    this.#world = world;
    this.#archive = archive;
    this.#failed = new Set(failures.flatMap((message) => this.#subjectOf(message)?.planned.index ?? []));
    const reported = new Map<number, Set<string>>();
    for (const { outcome, conversationId, voicemailId } of world.output.outcomes) {
      const index = world.subjectIn(voicemailId ?? conversationId ?? '')?.planned.index;
      if (index !== undefined) {
        reported.set(index, (reported.get(index) ?? new Set<string>()).add(outcome));
      }
    }
    this.#reported = reported;
  }

  of({ index, nature }: PlannedEvent): Ending {
    const subject = this.#world.happened.get(index);
    if (subject === undefined) {
      return 'lost';
    }
    if (subject.voicemailId !== undefined && this.#archive.holds(subject.voicemailId)) {
      return 'stored';
    }
    if (this.#failed.has(index)) {
      return 'failed';
    }
    const expected = EXPECTED[nature];
    const isReported = this.#reported.get(index)?.has(expected) ?? false;
    // A sound voicemail that was taken for absent or skipped is lost.
    return (expected === 'absent' || expected === 'skipped') && isReported ? expected : 'lost';
  }

  #subjectOf({ body }: Message): Subject | undefined {
    return (
      this.#world.subjectIn(body) ??
      [...this.#world.happened.values()].find((subject) => subject.body === body)
    );
  }
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const sidecarSchema = v.object({ sha256: v.string(), sizeBytes: v.number() });

const hasWrongBytes = ({ voicemailId, sha256: source }: Subject, archive: StoredArchive): boolean => {
  if (voicemailId === undefined || !archive.holds(voicemailId)) {
    return false;
  }
  const { audio, sidecars } = archive.of(voicemailId);
  const claims = sidecars.map(({ body }) => v.parse(sidecarSchema, JSON.parse(body.toString('utf8'))));
  return (
    audio.some(({ body }) => sha256(body) !== source) ||
    claims.some(
      (claim) => claim.sha256 !== source || audio.some(({ body }) => body.length !== claim.sizeBytes),
    )
  );
};

/** Compares what a run has left behind with what was planned. */
export const judge = (world: MoverWorld, circumstances: Circumstances): Verdict => {
  const { stack, output, happened } = world;
  const { events, withoutToken, withoutBackoff } = circumstances;
  const archive = new StoredArchive(stack.s3.objects(stack.bucketName));
  const failures = stack.aws.sqs.messages(stack.failuresQueueArn);
  const endings = new Endings(world, archive, failures);
  const endingOf = new Map(events.map((event) => [event, endings.of(event)]));
  const countOf = (ending: Ending) => [...endingOf.values()].filter((one) => one === ending).length;
  const leaks = searchOutput(world, archive, failures);
  const { requestsOverRateLimit, mediaRequestsWithAuthorization } = stack.genesys.counters();
  const counts: Counts = {
    distinct: events.length,
    stored: countOf('stored'),
    absent: countOf('absent'),
    skipped: countOf('skipped'),
    failed: countOf('failed'),
    alreadyStored: output.outcomes.filter(({ outcome }) => outcome === 'already-stored').length,
    lost: countOf('lost'),
    duplicateObjects: archive.duplicateObjects,
    extraVersions: archive.extraVersions,
    wrongBytes: [...happened.values()].filter((subject) => hasWrongBytes(subject, archive)).length,
    unclassified: failures.filter((message) => !isClassified(message)).length,
    ...leaks,
    overBudgetRequests: requestsOverRateLimit,
    authorizationToMedia: mediaRequestsWithAuthorization,
  };
  const isOutsideOfTrouble = (atMs: number) =>
    withoutToken === undefined || atMs < withoutToken.fromMs || atMs > withoutToken.toMs;
  const brokenPromises = [
    {
      promise: 'a message is given back for want of a token only while there is none',
      times: output.tokenTroublesAtMs.filter(isOutsideOfTrouble).length,
    },
    { promise: 'a message that is given back stays away as long as the mover chose', times: withoutBackoff },
    {
      promise: 'a voicemail or event ends as its nature says, whatever goes wrong on the way',
      times: events.filter((event) => {
        const ending = endingOf.get(event);
        return ending !== 'lost' && ending !== EXPECTED[event.nature];
      }).length,
    },
  ].filter(({ times }) => times > 0);
  return {
    ok: brokenPromises.length === 0 && MUST_BE_ZERO.every((name) => counts[name] === 0),
    counts,
    brokenPromises,
    faults: world.faults.counts,
  };
};

/** The counts that a run passes with only at zero. */
export const MUST_BE_ZERO = [
  'lost',
  'duplicateObjects',
  'extraVersions',
  'wrongBytes',
  'unclassified',
  'secretsInOutput',
  'phoneNumbersInOutput',
  'overBudgetRequests',
  'authorizationToMedia',
] as const satisfies readonly (keyof Counts)[];
