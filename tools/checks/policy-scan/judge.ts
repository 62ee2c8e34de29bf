import type { CheckovReport, CheckResult } from './checkov';
import type { KnownBad } from './known-bad';
import { resourcesOf, type StackDocument } from './stack-document';
import type { Suppression } from './suppressions';

/** The stack as one gets it with the options left out. */
export const EXAMPLE = 'example';
/** The same with the options that answer suppressed checks. */
export const HARDENED = 'hardened';

/** The deployment that is about to be planned. */
export const DEPLOYMENT = 'deployment';

/** Distinct checks that the example passes at the least. A scan that read less has gone wrong. */
export const LEAST_PASSED_CHECKS = 45;

/**
 * Types for which checkov has no check of its own in 3.3.30. Of some it looks only at what they are attached to: the
 * bucket, the queue. A type that is missing here and that it does not look at either is a finding.
 */
export const TYPES_WITHOUT_CHECKS: ReadonlySet<string> = new Set([
  'aws_cloudwatch_composite_alarm',
  'aws_cloudwatch_dashboard',
  'aws_cloudwatch_event_bus',
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_event_target',
  'aws_kms_alias',
  'aws_lambda_function_recursion_config',
  'aws_lambda_event_source_mapping',
  'aws_s3_bucket_logging',
  'aws_s3_bucket_notification',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_versioning',
  'aws_secretsmanager_secret_policy',
  'aws_sqs_queue_redrive_allow_policy',
]);

/** The checks that noticed a stack that is known to be bad. */
export interface KnownBadResult {
  readonly id: string;
  readonly checkov: readonly string[];
}

/** Result of the scan. */
export interface Verdict {
  /** True only where nothing is to be done. */
  readonly ok: boolean;
  /** The problems, one sentence each. */
  readonly problems: readonly string[];
  readonly checkovVersion: string;
  /** Distinct checks that the example passed. */
  readonly passedChecks: number;
  /** Checks that failed and may. */
  readonly suppressedChecks: readonly string[];
  readonly knownBad: readonly KnownBadResult[];
}

/** The stacks and reports that the scan judges. */
export interface Scan {
  /** By name: the example, the hardened one, each that is known to be bad, and a deployment where one was given. */
  readonly stacks: ReadonlyMap<string, StackDocument>;
  readonly report: CheckovReport;
  readonly suppressions: readonly Suppression[];
  /** Those of a deployment beside them. */
  readonly excusedByOption: readonly Suppression[];
  readonly knownBad: readonly KnownBad[];
}

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();

class Judgement {
  readonly #scan: Scan;
  readonly problems: string[] = [];

  constructor(scan: Scan) {
    this.#scan = scan;
  }

  /** The ids of the checks of a stack with an outcome. */
  checks(stack: string, outcome: CheckResult['outcome']): readonly string[] {
    return distinct(
      this.#resultsOf(stack)
        .filter((result) => result.outcome === outcome)
        .map(({ checkId }) => checkId),
    );
  }

  judgeExample(): void {
    const { suppressions, report } = this.#scan;
    this.problems.push(...report.unread.map((file) => `checkov could not read ${file}`));
    const passed = this.checks(EXAMPLE, 'passed').length;
    if (passed < LEAST_PASSED_CHECKS) {
      this.problems.push(
        `the example passed ${passed} distinct checks, and at least ${LEAST_PASSED_CHECKS} are expected: the scan did not read it as it should`,
      );
    }
    this.#judgeFailures(EXAMPLE, suppressions);
    this.#judgeFailures(
      HARDENED,
      suppressions.filter(({ passesWith }) => passesWith === undefined),
    );
    this.#judgeSeen();
  }

  /** A deployment has what the example has, and what its options add: the same excuses hold, needed or not. */
  judgeDeployment(): void {
    if (this.checks(DEPLOYMENT, 'passed').length < LEAST_PASSED_CHECKS / 2) {
      this.problems.push(`${DEPLOYMENT}: checkov has not read it`);
    }
    const { suppressions, excusedByOption } = this.#scan;
    this.#unexcused(DEPLOYMENT, [...suppressions, ...excusedByOption]);
  }

  judgeKnownBad(bad: KnownBad): KnownBadResult {
    const before = new Set(this.checks(EXAMPLE, 'failed'));
    const checkov = this.checks(bad.id, 'failed').filter((checkId) => !before.has(checkId));
    if (this.checks(bad.id, 'passed').length === 0) {
      this.problems.push(`${bad.id}: checkov has not read it`);
    }
    if (checkov.join() !== distinct(bad.checkov).join()) {
      this.problems.push(
        `${bad.id}: checkov found ${checkov.join(', ') || 'nothing'}, expected ${bad.checkov.join(', ')}`,
      );
    }
    return { id: bad.id, checkov };
  }

  #stack(name: string): StackDocument {
    const stack = this.#scan.stacks.get(name);
    if (stack === undefined) {
      throw new RangeError(`the scan has no stack ${name}`);
    }
    return stack;
  }

  #resultsOf(stack: string): readonly CheckResult[] {
    return this.#scan.report.results.filter((result) => result.stack === stack);
  }

  /** @returns the failures, those that may be among them */
  #unexcused(stack: string, suppressions: readonly Suppression[]): readonly CheckResult[] {
    const may = new Set(suppressions.map(({ checkId }) => checkId));
    const failed = this.#resultsOf(stack).filter(({ outcome }) => outcome !== 'passed');
    for (const { checkId, resourceName, outcome } of failed) {
      if (!may.has(checkId)) {
        this.problems.push(`${stack}: ${checkId} ${outcome}: ${resourceName}`);
      }
    }
    return failed;
  }

  #judgeFailures(stack: string, suppressions: readonly Suppression[]): void {
    const failed = this.#unexcused(stack, suppressions);
    const needed = new Set(failed.map(({ checkId }) => checkId));
    for (const { checkId } of suppressions) {
      if (!needed.has(checkId)) {
        this.problems.push(`${stack}: ${checkId} passes, so its suppression has to go`);
      }
    }
  }

  /** Every resource of the example was looked at, or is of a type for which checkov has no check. */
  #judgeSeen(): void {
    const seen = new Set(this.#resultsOf(EXAMPLE).map(({ resourceName }) => resourceName));
    for (const { address, type, name } of resourcesOf(this.#stack(EXAMPLE))) {
      if (!seen.has(name) && !TYPES_WITHOUT_CHECKS.has(type)) {
        this.problems.push(`${EXAMPLE}: checkov has not looked at ${address}`);
      }
      if (seen.has(name) && TYPES_WITHOUT_CHECKS.has(type)) {
        this.problems.push(
          `${EXAMPLE}: checkov looks at ${type} now, so it has to leave TYPES_WITHOUT_CHECKS`,
        );
      }
    }
  }
}

/** Judges what a scan found: nothing may fail but what is suppressed, and nothing that is known to be bad may pass. */
export const judge = (scan: Scan): Verdict => {
  const judgement = new Judgement(scan);
  judgement.judgeExample();
  if (scan.stacks.has(DEPLOYMENT)) {
    judgement.judgeDeployment();
  }
  const knownBad = scan.knownBad.map((bad) => judgement.judgeKnownBad(bad));
  return {
    ok: judgement.problems.length === 0,
    problems: judgement.problems,
    checkovVersion: scan.report.version,
    passedChecks: judgement.checks(EXAMPLE, 'passed').length,
    suppressedChecks: judgement.checks(EXAMPLE, 'failed'),
    knownBad,
  };
};
