import type { CaseHistory } from './case/case-run';
import { isListing, mayFail } from './case/fault-kinds';
import { contentOf } from './case/proof';
import { ALARMED_METRICS } from './case/world';

/** Promises that hold in every case, by the name that a failure is reported under. */
export const CHECKS = {
  'outside-selection-touched': 'a voicemail outside of the selection was fetched, changed or stored',
  'deleted-unproven':
    'a voicemail was deleted at Genesys before the whole recording was proven to be in the archive',
  'wrong-bytes': 'the archive holds other bytes than the source, or a sidecar that says something else',
  'erased-back':
    'a voicemail is in the archive that was erased before the last look before the store, or of which no failure tells',
  duplicate: 'a voicemail lies in two places, was written twice, or was reported as stored twice',
  'secret-in-output':
    'a token, a signed URL or the caller was in logs, errors, queues, keys, metadata or sidecars',
  lost: 'the voicemail is neither stored nor failed nor waiting, or counts as absent although it is there',
  'failed-for-nothing': 'a fault that passes by itself ended the voicemail as a failure, or undid its end',
  unclassified: 'a message in the failures queue has no class',
  'waits-for-ever': 'trouble of this one voicemail never ends as a failure',
  'waits-unnoticed': 'a message still waits, and the newest run published no metric that an alarm stands on',
  'found-late':
    "a voicemail whose event was lost was found by the next day's reconcile, and not by the next hour's",
  'left-undone': 'the voicemail is stored, and what the deployment asks for after that was not done',
  'beyond-deadline': 'an invocation did not end by itself before its deadline',
  misbehaviour:
    'the function did something that the exploration cannot follow, or a planned fault struck no call',
} as const;

/** The name of a check. */
export type CheckName = keyof typeof CHECKS;

/** Verdict on a history. */
export interface Verdict {
  readonly failures: readonly CheckName[];
  /** How the voicemail ended. */
  readonly end: 'stored' | 'failed' | 'waiting' | 'gone' | 'erased';
}

const isStored = ({ world }: CaseHistory): boolean =>
  world.voicemail !== undefined && contentOf(world.holdingOf(world.voicemail), world.voicemail) !== 'nothing';

const failureClasses = ({ world: { aws, failuresQueueArn } }: CaseHistory): readonly (string | undefined)[] =>
  aws.sqs.messages(failuresQueueArn).map(({ attributes }) => attributes['failureClass']?.StringValue);

const isWaiting = ({ world: { aws, eventsQueueArn } }: CaseHistory): boolean =>
  aws.sqs.messages(eventsQueueArn).length > 0;

const endOf = (history: CaseHistory): Verdict['end'] => {
  if (isStored(history)) {
    return 'stored';
  }
  if (failureClasses(history).length > 0) {
    return 'failed';
  }
  if (isWaiting(history)) {
    return 'waiting';
  }
  return history.world.isErased ? 'erased' : 'gone';
};

/** Faults that last concern the voicemail alone where they strike the media host, which serves this one recording here. */
const concernsOneVoicemail = ({ calls }: CaseHistory): boolean =>
  calls.some(({ service, fault }) => service === 'media' && fault?.isLasting === true);

const hasLasting = ({ calls }: CaseHistory): boolean => calls.some(({ fault }) => fault?.isLasting === true);

/** Trouble of everybody, which never fails a voicemail: AWS, the token, the request limit. */
const isEverybodys = ({ system, service, fault }: CaseHistory['calls'][number]): boolean =>
  system === 'aws' ||
  (service === 'api' && /^(?:unauthorized|throttled|throttled-for-years)$/.test(fault?.kind ?? ''));

/** Whether a fault struck after which a classed failure is right. */
const mayEndAsFailure = (history: CaseHistory): boolean =>
  history.calls.some((call) => call.fault?.isLasting === true && !isEverybodys(call)) ||
  history.calls.some(({ fault, ...call }) => fault !== undefined && mayFail(fault.kind, call));

/** Whether Genesys says for good that there is no such voicemail; or no such mailbox, where only its listing tells of one. */
const isDenied = ({ calls, scenario }: CaseHistory): boolean =>
  calls.some(
    ({ operation, fault, ...site }) =>
      fault?.kind === 'not-found' &&
      fault.isLasting &&
      (operation === 'GET /api/v2/voicemail/messages/{messageId}' ||
        (scenario.message === 'reconcile' && isListing({ operation, ...site }))),
  );

/** Whether a listing was struck that hid the voicemail for a day. */
const isHidden = ({ calls }: CaseHistory): boolean =>
  calls.some(
    ({ fault, ...call }) =>
      isListing(call) && (fault?.kind === 'other-id' || fault?.kind === 'endless-listing'),
  );

/**
 * Whether the erasure fell between the look before a store and the look after it. The mover may not delete in the archive, so
 * that it can only send such a voicemail to the failures queue. An earlier erasure has to keep it out.
 */
const isErasedInStore = ({ calls }: CaseHistory): boolean =>
  calls.some(({ operation, fault }) => operation === 'PutObject' && fault?.kind === 'erased');

const judgeArchive = (history: CaseHistory): readonly CheckName[] => {
  const { world, journal } = history;
  const { voicemail, outside } = world;
  const failures: CheckName[] = [];
  if (voicemail !== undefined) {
    const holding = world.holdingOf(voicemail);
    const keys = holding.audio.length > 1 || holding.sidecars.length > 1;
    const reports = journal.outcomes.filter((outcome) => outcome === 'stored').length;
    if (contentOf(holding, voicemail) === 'wrong') {
      failures.push('wrong-bytes');
    }
    if (keys || holding.extraVersions > 0 || (reports > 1 && !world.isErased)) {
      failures.push('duplicate');
    }
    const isTold = failureClasses(history).includes('STORED_AFTER_ERASURE');
    const isExcused = isTold && isErasedInStore(history);
    if (history.isBackUntold || ((isTold || (world.isErased && world.isBack)) && !isExcused)) {
      failures.push('erased-back');
    }
  }
  if (history.outsideTouches > 0 || world.versions.some(({ key }) => key.includes(outside.id))) {
    failures.push('outside-selection-touched');
  }
  if (history.unprovenDeletions > 0) {
    failures.push('deleted-unproven');
  }
  return failures;
};

const judgeEnd = (history: CaseHistory, end: Verdict['end']): readonly CheckName[] => {
  const { world, journal } = history;
  const failures: CheckName[] = [];
  if (end === 'gone' && world.voicemail !== undefined && !isDenied(history)) {
    failures.push('lost');
  }
  if (end === 'failed' && !mayEndAsFailure(history) && !(world.isErased && isErasedInStore(history))) {
    failures.push('failed-for-nothing');
  }
  if (end === 'waiting' && !hasLasting(history)) {
    failures.push('waits-for-ever');
  }
  if (isWaiting(history)) {
    if (concernsOneVoicemail(history)) {
      failures.push('waits-for-ever');
    }
    if (![...journal.metrics].some((name) => ALARMED_METRICS.has(name))) {
      failures.push('waits-unnoticed');
    }
  }
  if (!history.isFoundInTime && end === 'stored' && !hasLasting(history) && !isHidden(history)) {
    failures.push('found-late');
  }
  const isStillTried = isWaiting(history) && hasLasting(history);
  if (end === 'stored' && isLeftUndone(history) && !mayEndAsFailure(history) && !isStillTried) {
    failures.push('left-undone');
  }
  return failures;
};

/** What the deployment asks for at Genesys, and the calls whose 404 says that it is done already. */
const ACTIONS = {
  DELETE_AFTER_STORE: ['DELETE /api/v2/voicemail/messages/{messageId}'],
  DISCONNECT_AFTER_STORE: [
    'GET /api/v2/conversations/callbacks/{conversationId}',
    'PATCH /api/v2/conversations/callbacks/{conversationId}',
  ],
} as const;

const isLeftUndone = ({ scenario, world, calls }: CaseHistory): boolean => {
  const { deletes, disconnects } = world.genesys.counters();
  const done = {
    DELETE_AFTER_STORE: deletes[world.voicemail?.id ?? ''] ?? 0,
    DISCONNECT_AFTER_STORE: disconnects[world.voicemail?.conversationId ?? ''] ?? 0,
  } as const;
  const isToldDone = (operations: readonly string[]): boolean =>
    calls.some(({ operation, fault }) => fault?.kind === 'not-found' && operations.includes(operation));
  return (['DELETE_AFTER_STORE', 'DISCONNECT_AFTER_STORE'] as const).some(
    (action) => scenario.variables[action] === 'true' && done[action] === 0 && !isToldDone(ACTIONS[action]),
  );
};

/** Everything that came out of a case: logs, messages in both queues, keys, metadata and sidecars. */
const outputOf = ({ world, journal }: CaseHistory): readonly string[] => {
  const { aws, eventsQueueArn, failuresQueueArn } = world;
  const messages = [eventsQueueArn, failuresQueueArn].flatMap((arn) => aws.sqs.messages(arn));
  return [
    ...journal.printed,
    ...messages.flatMap(({ body, attributes }) => [
      body,
      ...Object.values(attributes).map(({ StringValue = '' }) => StringValue),
    ]),
    ...world.versions.flatMap((version) =>
      version.isDeleteMarker
        ? [version.key]
        : [
            version.key,
            JSON.stringify(version.metadata),
            ...(version.key.endsWith('.webm') ? [] : [version.body.toString('utf8')]),
          ],
    ),
  ];
};

const leaks = (history: CaseHistory): boolean => {
  const texts = outputOf(history);
  return [...history.world.secrets.keys()].some((secret) => texts.some((text) => text.includes(secret)));
};

/** Judges a case by what happened in it and by what it left. */
export const judge = (history: CaseHistory, plannedFaults: number): Verdict => {
  const end = endOf(history);
  const struck = history.calls.filter(({ fault }) => fault !== undefined);
  const distinct = new Set(struck.map(({ fault }) => fault));
  const others: readonly (readonly [boolean, CheckName])[] = [
    [leaks(history), 'secret-in-output'],
    [failureClasses(history).some((name) => !/^[A-Z]+(_[A-Z]+)*$/.test(name ?? '')), 'unclassified'],
    [history.ends.includes('Sandbox.Timedout'), 'beyond-deadline'],
    // A fault that struck nothing would make a case look better than it is.
    [history.misbehaviour !== undefined || distinct.size !== plannedFaults, 'misbehaviour'],
  ];
  return {
    end,
    failures: [
      ...judgeArchive(history),
      ...judgeEnd(history, end),
      ...others.flatMap(([isFailed, name]) => (isFailed ? [name] : [])),
    ],
  };
};
