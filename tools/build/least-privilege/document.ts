import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../../modules/deployment/synthesize';
import { parseStackDocument, type StackDocument } from '../../checks/policy-scan/stack-document';
import { narrowRows } from '../documentation/narrow-rows';
import {
  knownBadTable,
  optionTable,
  resourceTable,
  roleTable,
  suppressionTable,
  type Table,
  type TableStacks,
} from './tables';

/** Options that change what the roles may do: in words, and as a deployment file has them. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '`reconcileEnabled: false`': { reconcileEnabled: false },
  '`objectTags`': { objectTags: { team: 'care' } },
  '`groupIds`': { groupIds: ['5d1f3c86-0f7a-4b8e-9d24-6a0e3b7c1f95'] },
  "`keyPrefix: 'voicemail/'`": { keyPrefix: 'voicemail/' },
  '`vpcSubnetIds`': {
    vpcSubnetIds: ['subnet-0a1b2c3d4e5f60718'],
    vpcSecurityGroupIds: ['sg-0a1b2c3d4e5f60718'],
  },
};

const synthesizeStacks = (root: string): TableStacks => {
  const folder = mkdtempSync(join(tmpdir(), 'least-privilege-'));
  try {
    const deploymentsFolder = join(folder, 'deployments');
    const outputFolder = join(folder, 'out');
    mkdirSync(deploymentsFolder);
    const local: object = JSON.parse(readFileSync(join(root, 'deployments', 'local.json'), 'utf8'));
    const variants = [{}, ...Object.values(OPTIONS)];
    variants.forEach((options, index) => {
      // Each in an account of its own: two of one name in one account are refused.
      const awsAccountId = String(index).padStart(12, '0');
      writeFileSync(
        join(deploymentsFolder, `stack-${index}.json`),
        JSON.stringify({ ...local, awsAccountId, ...options }),
      );
    });
    synthesize({ deploymentsFolder, outputFolder });
    const read = (index: number): StackDocument =>
      parseStackDocument(readFileSync(join(outputFolder, 'stacks', `stack-${index}`, 'cdk.tf.json'), 'utf8'));
    return {
      example: read(0),
      withOption: new Map(Object.keys(OPTIONS).map((words, index) => [words, read(index + 1)])),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const markdown = ({ head, rows }: Table): string => {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.flatMap(narrowRows).map(line)].join('\n');
};

/** A document without a place for one of its tables. */
export class PlaceMissingError extends Error {
  override readonly name = 'PlaceMissingError';

  constructor(name: string) {
    super(
      `docs/least-privilege.md has no lines <!-- ${name} --> and <!-- end of ${name} --> for a table to stand between`,
    );
  }
}

const fill = (document: string, name: string, table: Table): string => {
  const begin = `<!-- ${name} -->`;
  const end = `<!-- end of ${name} -->`;
  const [before, rest, ...others] = document.split(begin);
  const [, after] = (rest ?? '').split(end);
  if (before === undefined || after === undefined || others.length > 0) {
    throw new PlaceMissingError(name);
  }
  return `${before}${begin}\n\n${markdown(table)}\n\n${end}${after}`;
};

/**
 * Fills the tables of `docs/least-privilege.md` anew, from the stack that the module synthesizes. The functions have to be
 * built already.
 *
 * @param root The project's folder.
 * @param document The document as it is.
 * @throws UndocumentedError for a statement or a resource that nobody has given words to.
 * @throws PlaceMissingError where a table has no place.
 */
export const fillLeastPrivilege = (root: string, document: string): string => {
  const stacks = synthesizeStacks(root);
  const tables: Readonly<Record<string, Table>> = {
    'rights of the rotation': roleTable(stacks, 'refresh'),
    'rights of the mover': roleTable(stacks, 'move'),
    'rights by option': optionTable(stacks),
    'policies of resources': resourceTable(stacks),
    'suppressed checks': suppressionTable(),
    'known bad stacks': knownBadTable(),
  };
  return Object.entries(tables).reduce((filled, [name, table]) => fill(filled, name, table), document);
};
