import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from '../../../modules/deployment/synthesize';
import { EXAMPLE, HARDENED } from './judge';
import { KNOWN_BAD } from './known-bad';
import { parseStackDocument, type StackDocument } from './stack-document';

/** Options that answer the checks which the example is excused from. */
const HARDENED_OPTIONS = {
  // Two deployments of one name in one account are refused.
  awsAccountId: '000000000001',
  accessLogBucketName: 'central-access-logs',
  vpcSubnetIds: ['subnet-0a1b2c3d4e5f60718'],
  vpcSecurityGroupIds: ['sg-0a1b2c3d4e5f60718'],
  codeSigningConfigArn: 'arn:aws:lambda:eu-central-1:000000000001:code-signing-config:csc-0a1b2c3d4e5f60718',
  refreshAuthToken: { reservedConcurrency: 1 },
  moveVoicemailToS3: { reservedConcurrency: 20 },
};

/** Reads a `cdk.tf.json`. */
export const readStack = (file: string): StackDocument => parseStackDocument(readFileSync(file, 'utf8'));

/**
 * Synthesizes the `local` deployment as it is and hardened, and spoils it in every known way.
 *
 * @param root The project's folder.
 * @param folder An empty folder to work in.
 */
export const synthesizeScannedStacks = (root: string, folder: string): ReadonlyMap<string, StackDocument> => {
  const deploymentsFolder = join(folder, 'deployments');
  const outputFolder = join(folder, 'out');
  mkdirSync(deploymentsFolder);
  const local: object = JSON.parse(readFileSync(join(root, 'deployments', 'local.json'), 'utf8'));
  for (const [name, options] of [
    [EXAMPLE, {}],
    [HARDENED, HARDENED_OPTIONS],
  ] as const) {
    writeFileSync(join(deploymentsFolder, `${name}.json`), JSON.stringify({ ...local, ...options }));
  }
  synthesize({ deploymentsFolder, outputFolder });
  const read = (name: string) => readStack(join(outputFolder, 'stacks', name, 'cdk.tf.json'));
  const example = read(EXAMPLE);
  return new Map([
    [EXAMPLE, example],
    [HARDENED, read(HARDENED)],
    ...KNOWN_BAD.map(({ id, spoil }) => [id, spoil(example)] as const),
  ]);
};

/** Writes stacks as checkov wants them: one folder each, for each is a root of its own. */
export const writeStacks = (stacks: ReadonlyMap<string, StackDocument>, folder: string): void => {
  for (const [name, document] of stacks) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'cdk.tf.json'), JSON.stringify(document, null, 2));
  }
};
