/** A change of one file. */
export interface SourcePatch {
  /** Relative to `functions/`. */
  readonly file: string;
  /** Must occur exactly once: a patch that no longer applies would prove nothing. */
  readonly find: string;
  readonly replace: string;
}

/** The mover without one of the things that keep its promises. */
export interface Mutant {
  /** What is taken away. */
  readonly without: string;
  readonly patches: readonly SourcePatch[];
}

const MOVER = 'move-voicemail-to-s3';

/** What a run has to notice when it is missing. */
export const MUTANTS: readonly Mutant[] = [
  {
    without: 'the conditional put',
    patches: [{ file: `${MOVER}/archive/archive.ts`, find: "      IfNoneMatch: '*',\n", replace: '' }],
  },
  {
    without: 'the checksum',
    patches: [
      { file: `${MOVER}/archive/archive.ts`, find: '      ChecksumSHA256: digest.whole,\n', replace: '' },
      {
        file: `${MOVER}/archive/archive.ts`,
        find: 'if (!isChecksumOf(checksum, digest)) {',
        replace: 'if (checksum !== undefined && !isChecksumOf(checksum, digest)) {',
      },
    ],
  },
  {
    without: 'the 401 re-read',
    patches: [{ file: `${MOVER}/genesys/api.ts`, find: 'if (wasReRead) {', replace: 'if (!wasReRead) {' }],
  },
  {
    without: 'the reconcile',
    patches: [
      {
        file: `${MOVER}/message/process-message.ts`,
        find: '      await reconcile(invocation, message);\n',
        replace: '',
      },
    ],
  },
  {
    without: 'the visibility backoff',
    patches: [
      {
        file: `${MOVER}/handler.ts`,
        find: 'await queues.changeVisibility(receiptHandle, delivered.seconds)',
        replace: 'await Promise.resolve()',
      },
    ],
  },
];

/** A patch whose text is not in its file exactly once. */
export class PatchDoesNotApplyError extends Error {
  override readonly name = 'PatchDoesNotApplyError';

  constructor({ file, find }: SourcePatch, occurrences: number) {
    super(
      `functions/${file} holds ${JSON.stringify(find)} ${occurrences} times, not once; ` +
        'the function has changed, so say anew in tools/fault-runs/mover/mutants.ts how to take this away',
    );
  }
}

/** The text of a file with a patch applied. @throws PatchDoesNotApplyError */
export const applyPatch = (source: string, patch: SourcePatch): string => {
  const occurrences = source.split(patch.find).length - 1;
  if (occurrences !== 1) {
    throw new PatchDoesNotApplyError(patch, occurrences);
  }
  // A function, so that a `$` in the text stays one.
  return source.replace(patch.find, () => patch.replace);
};
