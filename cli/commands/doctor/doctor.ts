import type { Deployment } from '../../deployment';
import { awsProblem, EXIT_CODE } from '../../errors';
import { table } from '../../table';
import type { CommandResult, Terminal } from '../../terminal';
import { bucketChecks } from './bucket-checks';
import { type Check, type CheckReport, type Examination, finding, type Result } from './check';
import { codeChecks } from './code-checks';
import { eventChecks } from './event-checks';
import { functionChecks } from './function-checks';
import { genesysChecks, mailboxChecks } from './genesys-checks';
import { queueChecks } from './queue-checks';
import { secretChecks } from './secret-checks';

/** How `doctor` looks. */
export interface DoctorOptions {
  /** Epoch milliseconds. @default the machine's clock */
  readonly now?: () => number;
}

/** In the order in which a voicemail and its token depend on them. */
const CHECKS: readonly Check[] = [
  ...functionChecks,
  ...codeChecks,
  ...secretChecks,
  ...genesysChecks,
  ...eventChecks,
  ...queueChecks,
  ...bucketChecks,
];

const resultOf = async (
  { name, needs, look }: Check,
  examination: Examination,
  before: ReadonlyMap<string, Result>,
): Promise<Result> => {
  const broken = needs.find((needed) => before.get(needed)?.status !== 'ok');
  if (broken !== undefined) {
    return { status: 'skipped', note: `hangs on ${broken}` };
  }
  try {
    return await look(examination);
  } catch (error) {
    const { message } = awsProblem(`looking at ${name}`, error);
    return finding(message, 'mend what it names, then run doctor again');
  }
};

const MARKS: Readonly<Record<Result['status'], string>> = {
  ok: 'ok',
  finding: 'FINDING',
  skipped: 'skipped',
};

const asText = (checks: readonly CheckReport[]): string => {
  const findings = checks.filter(({ status }) => status === 'finding');
  const lines = table(checks.map(({ check, status, note }) => [MARKS[status], check, note]));
  const remedies = checks.flatMap((report) =>
    report.status === 'finding' ? [`- ${report.check}: ${report.remedy}`] : [],
  );
  return findings.length === 0
    ? `${lines}\n\nAll ${checks.length} links hold.`
    : `${lines}\n\nWhat to do:\n${remedies.join('\n')}`;
};

/** Looks at each link of a deployment's chain, changing nothing, and says what to do about each that is broken. */
export const doctor = async (
  deployment: Deployment,
  terminal: Terminal,
  { now = Date.now }: DoctorOptions = {},
): Promise<CommandResult> => {
  const examination: Examination = { deployment, learned: {}, nowMs: now() };
  const results = new Map<string, Result>();
  const progress = terminal.begin('Looking at the deployment');
  const examine = async (checks: readonly Check[]): Promise<void> => {
    for (const check of checks) {
      progress.update(`Looking at ${check.name}`);
      results.set(check.name, await resultOf(check, examination, results));
    }
  };
  await examine(CHECKS);
  const { QUEUE_IDS = [], GROUP_IDS = [] } = examination.learned.moveSettings ?? {};
  await examine(
    mailboxChecks([
      ...QUEUE_IDS.map((id) => ({ kind: 'queue', id }) as const),
      ...GROUP_IDS.map((id) => ({ kind: 'group', id }) as const),
    ]),
  );
  const checks = [...results].map(([check, result]): CheckReport => ({ check, ...result }));
  const isHealthy = checks.every(({ status }) => status === 'ok');
  progress.done(`Looked at ${checks.length} links`);
  return {
    text: asText(checks),
    json: { ok: isHealthy, checks },
    exitCode: isHealthy ? EXIT_CODE.done : EXIT_CODE.findings,
  };
};
