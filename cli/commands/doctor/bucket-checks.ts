import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { concurrently, type ObjectVersion, readTombstone, versionsUnder } from '../../archive';
import { commandOn, type Deployment } from '../../deployment';
import { errorCodeOf } from '../../errors';
import { type Check, finding, learnedBy, ok } from './check';

/** Versions that are looked at for erasures that stopped: 100 calls, some ten seconds. */
const MOST_VERSIONS = 100_000;
/** Tombstones that are read for what Genesys Cloud has answered, the newest ones: some seconds. */
const MOST_TOMBSTONES = 1000;
/** Voicemails that a finding names. */
const MOST_NAMED = 5;

const voicemailIdOf = (stem: string): string => stem.split('/').at(-1) ?? stem;

const named = (stems: readonly string[]): string => stems.slice(0, MOST_NAMED).map(voicemailIdOf).join(', ');

/** What tombstones say of Genesys Cloud's copies. */
interface CopiesAtGenesys {
  /** Stems of those whose copy is still there, as far as anybody knows. */
  readonly notDeleted: readonly string[];
  /** Tombstones that do not tell. */
  readonly unknown: number;
}

const copiesAtGenesys = async (
  deployment: Deployment,
  tombstones: readonly (readonly [stem: string, ObjectVersion])[],
): Promise<CopiesAtGenesys> => {
  const newest = [...tombstones]
    .sort(([, one], [, other]) => other.modifiedMs - one.modifiedMs)
    .slice(0, MOST_TOMBSTONES);
  const read = await concurrently(newest, async ([stem, version]) => ({
    stem,
    atGenesys: (await readTombstone(deployment, version))?.atGenesys,
  }));
  return {
    notDeleted: read.flatMap(({ stem, atGenesys }) => (atGenesys === 'not-deleted' ? [stem] : [])),
    unknown: read.filter(({ atGenesys }) => atGenesys === undefined).length,
  };
};

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
      const tombstones = new Map<string, ObjectVersion>();
      const held = new Set<string>();
      let seen = 0;
      for await (const version of versionsUnder(deployment, ARCHIVE_KEY_PREFIX)) {
        const { key, isDeleteMarker, isLatest } = version;
        seen += 1;
        if (seen > MOST_VERSIONS) {
          break;
        }
        const stem = key.slice(0, key.lastIndexOf('.'));
        if (!key.endsWith('.tombstone')) {
          held.add(stem);
        } else if (isLatest && !isDeleteMarker) {
          tombstones.set(stem, version);
        }
      }
      const halves = [...tombstones.keys()].filter((stem) => held.has(stem));
      const { notDeleted, unknown } = await copiesAtGenesys(
        deployment,
        [...tombstones].filter(([stem]) => !held.has(stem)),
      );
      const [open] = [...halves, ...notDeleted];
      const bounds = [
        ...(seen > MOST_VERSIONS ? [`of the first ${MOST_VERSIONS} versions`] : []),
        ...(tombstones.size > MOST_TOMBSTONES
          ? [`asking the newest ${MOST_TOMBSTONES} tombstones about Genesys Cloud`]
          : []),
      ].map((bound) => `, ${bound}`);
      if (open === undefined) {
        const doubt =
          unknown === 0
            ? ''
            : `; ${unknown} by a version that did not note what became of Genesys Cloud's copy`;
        return ok(`${tombstones.size} erased, none by half${bounds.join('')}${doubt}`);
      }
      const notes = [
        ...(halves.length === 0
          ? []
          : [`${halves.length} half-erased: a tombstone stands beside ${named(halves)}`]),
        ...(notDeleted.length === 0
          ? []
          : [`${notDeleted.length} erased here, not at Genesys Cloud: ${named(notDeleted)}`]),
      ];
      return finding(
        `${notes.join('; ')}${bounds.join('')}`,
        `run for each, which says what to do where Genesys Cloud refuses: ${commandOn(deployment, `erase --voicemail ${voicemailIdOf(open)} --yes`)}`,
      );
    },
  },
];
