import type { Mutant } from '../../mutants';

const MOVER = 'move-voicemail-to-s3';

/** A mutant that a run has to notice. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no-conditional-put',
    effect: 'a recording is put over whatever lies under its key',
    patches: [{ file: `${MOVER}/archive/objects.ts`, find: "      IfNoneMatch: '*',\n", replace: '' }],
  },
  {
    name: 'no-checksum',
    effect: 'S3 is not told the hash, and its answer is not compared',
    patches: [
      { file: `${MOVER}/archive/audio-upload.ts`, find: '    ChecksumSHA256: digest.whole,\n', replace: '' },
      {
        file: `${MOVER}/archive/archive.ts`,
        find: 'return isChecksumOf(checksum, digest) ?',
        replace: 'return checksum === undefined || isChecksumOf(checksum, digest) ?',
      },
    ],
  },
  {
    name: 'no-token-re-read',
    effect: 'a refused token is not read again from the secret',
    patches: [
      {
        file: `${MOVER}/genesys/api.ts`,
        find: 'const isAgain = refusedNumbers.has(token.number);',
        replace: 'const isAgain = true;',
      },
    ],
  },
  {
    name: 'no-reconcile',
    effect: 'a voicemail whose event got lost is never looked for',
    patches: [
      {
        file: `${MOVER}/message/deliver.ts`,
        find: '      await reconcile(invocation, message);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'no-backoff',
    effect: 'a message that is given back keeps the visibility of the queue',
    patches: [
      {
        file: `${MOVER}/handler.ts`,
        find: 'await queues.changeVisibility(receiptHandle, delivered.seconds)',
        replace: 'await Promise.resolve()',
      },
    ],
  },
];
