import { setTimeout as sleep } from 'node:timers/promises';
import { commandOn, type Deployment, secretArnsOf, tokenSecretArn } from '../../deployment';
import { awsProblem, EXIT_CODE } from '../../errors';
import { loginOf } from '../../genesys';
import { table } from '../../table';
import { type CommandResult, jsonLine, type Terminal } from '../../terminal';
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

/** What the checks of one further token are called: `rotation-2`. */
const ofToken = (name: string, token: number): string => `${name}-${token}`;

/** The checks of a token beyond the first one: the same looks, at its own secret and login. */
const checksOfToken = ({ deployment, learned, nowMs }: Examination, token: number): readonly Check[] => {
  const { moveSettings, refreshSettings } = learned;
  const own: Examination = {
    deployment: {
      ...deployment,
      outputs: { ...deployment.outputs, secret_arn: tokenSecretArn(deployment, token) },
    },
    token,
    learned: {
      ...(moveSettings === undefined ? {} : { moveSettings }),
      ...(refreshSettings === undefined ? {} : { refreshSettings }),
    },
    nowMs,
  };
  const checks = [...secretChecks, ...genesysChecks];
  const names = new Set(checks.map(({ name }) => name));
  return checks.map(({ name, needs, look }) => ({
    name: ofToken(name, token),
    needs: needs.map((needed) => (names.has(needed) ? ofToken(needed, token) : needed)),
    look: () => look(own),
  }));
};

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
    const problem = awsProblem(`looking at ${name}`, error);
    if (problem.exitCode === EXIT_CODE.credentials) {
      // Credentials that have expired meanwhile say nothing about the deployment.
      throw problem;
    }
    return finding(problem.message, 'mend what it names, then run doctor again');
  }
};

const MARKS: Readonly<Record<Result['status'], string>> = {
  ok: 'ok',
  finding: 'FINDING',
  skipped: 'skipped',
};

const COLOURS: Readonly<Record<Result['status'], string>> = { ok: '32', finding: '31;1', skipped: '2' };

/** Findings last, above what to do about them: that is what stands on the screen when the command has ended. */
const ORDER: readonly Result['status'][] = ['ok', 'skipped', 'finding'];

/** Colours each mark at the beginning of a line; what a note goes on with on the next one is indented. */
const coloured = (lines: string): string =>
  ORDER.reduce(
    (text, status) =>
      text.replaceAll(new RegExp(`^${MARKS[status]}\\b`, 'gm'), `\u001b[${COLOURS[status]}m$&\u001b[0m`),
    lines,
  );

const asText = (checks: readonly CheckReport[], { hasColours, columns }: Terminal, next: string): string => {
  const sorted = ORDER.flatMap((wanted) => checks.filter(({ status }) => status === wanted));
  const plain = table(
    sorted.map(({ check, status, note }) => [MARKS[status], check, note]),
    { columns, hasHeads: false },
  );
  const lines = hasColours ? coloured(plain) : plain;
  const remedies = checks.flatMap((report) =>
    report.status === 'finding' ? [[report.check, report.remedy]] : [],
  );
  return remedies.length === 0
    ? `${lines}\n\nAll ${checks.length} links hold. Next: ${next}`
    : `${lines}\n\nNext:\n${table(remedies, { columns, hasHeads: false })}`;
};

/** Looks at each link of a deployment's chain, changing nothing, and says what to do about each that is broken. */
export const doctor = async (
  deployment: Deployment,
  terminal: Terminal,
  { now = Date.now }: DoctorOptions = {},
): Promise<CommandResult> => {
  const examination: Examination = { deployment, token: 1, learned: {}, nowMs: now() };
  const results = new Map<string, Result>();
  const progress = terminal.begin('Looking at the deployment');
  const examine = async (checks: readonly Check[]): Promise<void> => {
    for (const check of checks) {
      progress.update(`Looking at ${check.name}`);
      results.set(check.name, await resultOf(check, examination, results));
    }
  };
  await examine(CHECKS);
  for (const index of secretArnsOf(deployment.outputs).slice(1).keys()) {
    await examine(checksOfToken(examination, index + 2));
  }
  const { identity } = examination.learned;
  const { QUEUE_IDS = [], GROUP_IDS = [] } = examination.learned.moveSettings ?? {};
  await examine(
    mailboxChecks([
      ...QUEUE_IDS.map((id) => ({ kind: 'queue', id }) as const),
      ...GROUP_IDS.map((id) => ({ kind: 'group', id }) as const),
    ]),
  );
  const checks = [...results].map(([check, result]): CheckReport => ({ check, ...result }));
  const isHealthy = checks.every(({ status }) => status === 'ok');
  const today = new Date(examination.nowMs).toISOString().slice(0, 10);
  progress.done(`Looked at ${checks.length} links`);
  const broken = checks.filter(({ status }) => status === 'finding').map(({ check }) => check);
  return {
    summary: `${broken.length} of ${checks.length} links do not hold: ${broken.join(', ')}`,
    text: asText(checks, terminal, commandOn(deployment, `find --since ${today}`)),
    json: {
      ok: isHealthy,
      ...(identity === undefined ? {} : { genesys: loginOf(identity) }),
      checks,
    },
    exitCode: isHealthy ? EXIT_CODE.done : EXIT_CODE.findings,
  };
};

/** Looks again and again, and prints each report at once, until Ctrl-C ends the process. */
export const watchDoctor = async (
  deployment: Deployment,
  terminal: Terminal,
  { everySeconds, asJson }: { readonly everySeconds: number; readonly asJson: boolean },
): Promise<never> => {
  for (;;) {
    const report = await doctor(deployment, terminal);
    await terminal.record(asJson ? jsonLine(report) : `\n${new Date().toISOString()}\n${report.text}`);
    await sleep(everySeconds * 1000);
  }
};
