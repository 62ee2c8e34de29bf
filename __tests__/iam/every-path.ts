import { synthesizeVariant } from './deployment-variant';
import { RecordedRun } from './recorded-run';
import { type StackArns, StackPolicies } from './stack-policies';

const MIB = 1024 * 1024;
const HOUR_MS = 60 * 60 * 1000;
const LATE_MS = 4 * 60_000;
const LARGE = { WEBM: { sizeBytes: 12 * MIB, seed: 2 } } as const;
const GROUP_ID = '5d1f3c86-0f7a-4b8e-9d24-6a0e3b7c1f95';

/** A stack, and which of the optional paths it has. */
export interface Variant {
  readonly options: Readonly<Record<string, unknown>>;
  readonly reconciles: boolean;
  readonly movesGroups: boolean;
}

/** The stacks whose calls are recorded, by what sets them apart. */
export const VARIANTS: Readonly<Record<string, Variant>> = {
  'with the options left out': { options: {}, reconciles: true, movesGroups: false },
  'with every option that adds a right or a call': {
    options: {
      keyPrefix: 'voicemail/',
      groupIds: [GROUP_ID],
      objectTags: { team: 'care' },
      disconnectAfterStore: true,
      markReadAfterStore: true,
      deleteAfterStore: true,
    },
    reconciles: true,
    movesGroups: true,
  },
  'without a reconcile': { options: { reconcileEnabled: false }, reconciles: false, movesGroups: false },
};

/** What was recorded of a stack. */
export interface Recording {
  readonly run: RecordedRun;
  /** By role; the end of the secret's ARN is the run's own. */
  readonly roles: Pick<StackArns, 'moverRole' | 'rotationRole'>;
  /** What the mover said became of each voicemail, in the order of the paths. */
  readonly outcomes: readonly string[];
  /** How the rotations ended. */
  readonly rotations: readonly (string | undefined)[];
}

/** Every path on which a rotation calls AWS. */
const rotate = async (run: RecordedRun): Promise<readonly (string | undefined)[]> => {
  // The test-only run of the first deployment is over: the start waits for it.
  const outcomes = [run.lastRotation];
  await run.rotate();
  outcomes.push(run.lastRotation);
  await run.authorize();
  await run.rotate();
  outcomes.push(run.lastRotation);
  return outcomes;
};

/** Breaks off every download of one delivery, so that an upload in parts has to be aborted. */
const cutDownloads = (run: RecordedRun): void => {
  run.local.genesys.injectFault({
    service: 'media',
    times: 3,
    fault: { effect: 'none', answer: { kind: 'cut-body', fraction: 0.8 } },
  });
};

/** Every path on which a move calls AWS. */
const move = async (run: RecordedRun, { reconciles, movesGroups }: Variant): Promise<void> => {
  const first = run.leaveVoicemail();
  await run.move(first);
  await run.move(first);
  await run.move(run.leaveVoicemail({ appearsAfterMs: LATE_MS }));

  await run.move(run.leaveVoicemail({ audio: LARGE }));
  cutDownloads(run);
  await run.move(run.leaveVoicemail({ audio: LARGE }));
  // The audio is there and its sidecar is not: the next delivery compares checksums.
  run.refuseNext('PutObject', '.json', 3);
  await run.move(run.leaveVoicemail());

  if (reconciles) {
    run.leaveVoicemail();
    run.clock.advance(2 * HOUR_MS);
    await run.runSchedules();
  }
  if (movesGroups) {
    run.leaveVoicemail({ groupId: GROUP_ID, audio: LARGE });
    run.clock.advance(2 * HOUR_MS);
    cutDownloads(run);
    await run.runSchedules();
  }

  await run.sendByHand('not what the rule sends');
  await run.move(run.leaveVoicemail({ audio: { WEBM: { sizeBytes: 120 * MIB, seed: 3 } } }));

  // A token that Genesys has ended: the message is given back until a rotation or a person has brought another.
  run.endTokens();
  const waiting = run.leaveVoicemail();
  await run.local.bus.putPartnerEvent(waiting.event);
  await run.deliverOnce();
  await run.authorize();
  await run.drain();
};

/** Makes a stack real and takes every path on which its functions call AWS. */
export const takeEveryPath = async (variant: Variant): Promise<Recording> => {
  const stack = synthesizeVariant(variant.options);
  const run = await RecordedRun.start(stack);
  try {
    const rotations = await rotate(run);
    if (variant.movesGroups) {
      run.local.genesys.createGroup({ id: GROUP_ID, memberIds: [run.userId] });
    }
    await move(run, variant);
    return { run, roles: new StackPolicies(stack).arns, outcomes: run.outcomes, rotations };
  } catch (error) {
    await run.close();
    throw error;
  }
};
