import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { versionsUnder } from '../../archive';
import { errorCodeOf } from '../../errors';
import { type Check, finding, learnedBy, ok } from './check';

/** Versions that are looked at for erasures that stopped: 100 calls, some ten seconds. */
const MOST_VERSIONS = 100_000;
/** Half-erased voicemails that a finding names. */
const MOST_NAMED = 5;

/** The archive. */
export const bucketChecks: readonly Check[] = [
  {
    name: 'bucket',
    needs: [],
    async look({ deployment: { aws, outputs } }) {
      try {
        const { Status } = await aws.s3.send(new GetBucketVersioningCommand({ Bucket: outputs.bucket_name }));
        return Status === 'Enabled'
          ? ok('is there, with versioning')
          : finding(`versioning of ${outputs.bucket_name} is ${Status ?? 'off'}`, 'deploy again');
      } catch (error) {
        if (errorCodeOf(error) === 'NoSuchBucket') {
          return finding(`there is no bucket ${outputs.bucket_name}`, 'deploy again');
        }
        throw error;
      }
    },
  },
  {
    name: 'bucket-encryption',
    needs: ['bucket'],
    async look({ deployment: { aws, outputs } }) {
      const { ServerSideEncryptionConfiguration: configuration } = await aws.s3.send(
        new GetBucketEncryptionCommand({ Bucket: outputs.bucket_name }),
      );
      const byDefault = configuration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
      return byDefault?.KMSMasterKeyID === outputs.key_arn
        ? ok("objects are encrypted with the deployment's key")
        : finding(
            `objects are encrypted with ${byDefault?.KMSMasterKeyID ?? byDefault?.SSEAlgorithm ?? 'nothing'} by default instead of ${outputs.key_arn}`,
            'deploy again',
          );
    },
  },
  {
    name: 'bucket-public-access',
    needs: ['bucket'],
    async look({ deployment: { aws, outputs } }) {
      const remedy = 'deploy again';
      try {
        const { PublicAccessBlockConfiguration: block } = await aws.s3.send(
          new GetPublicAccessBlockCommand({ Bucket: outputs.bucket_name }),
        );
        const isWhole =
          block?.BlockPublicAcls === true &&
          block.BlockPublicPolicy === true &&
          block.IgnorePublicAcls === true &&
          block.RestrictPublicBuckets === true;
        return isWhole ? ok('is blocked') : finding('public access is not blocked in all four ways', remedy);
      } catch (error) {
        if (errorCodeOf(error) === 'NoSuchPublicAccessBlockConfiguration') {
          return finding('public access is not blocked', remedy);
        }
        throw error;
      }
    },
  },
  {
    name: 'erasures',
    needs: ['bucket', 'move-function'],
    async look({ deployment, learned }) {
      const { ARCHIVE_KEY_PREFIX } = learnedBy(learned.moveSettings, 'move-function');
      const erased = new Set<string>();
      const held = new Set<string>();
      let seen = 0;
      for await (const { key, isDeleteMarker, isLatest } of versionsUnder(deployment, ARCHIVE_KEY_PREFIX)) {
        seen += 1;
        if (seen > MOST_VERSIONS) {
          break;
        }
        const stem = key.slice(0, key.lastIndexOf('.'));
        if (!key.endsWith('.tombstone')) {
          held.add(stem);
        } else if (isLatest && !isDeleteMarker) {
          erased.add(stem);
        }
      }
      const halves = [...erased].filter((stem) => held.has(stem)).map((stem) => stem.split('/').at(-1));
      const seenInWords = seen > MOST_VERSIONS ? `, of the first ${MOST_VERSIONS} versions` : '';
      return halves.length === 0
        ? ok(`${erased.size} erased, none by half${seenInWords}`)
        : finding(
            `${halves.length} half-erased${seenInWords}: a tombstone stands beside ${halves.slice(0, MOST_NAMED).join(', ')}`,
            `run for each: erase --voicemail ${halves[0]} --yes`,
          );
    },
  },
];
