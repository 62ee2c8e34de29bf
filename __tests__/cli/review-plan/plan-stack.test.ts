import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf, PROJECT, planOf, resource, temporaryFolder } from './plans';

const DEPLOYMENT = {
  ...JSON.parse(readFileSync(join(PROJECT, 'deployments/local.json'), 'utf8')),
  $schema: 'schema/deployment.schema.json',
  backend: { bucket: 'terraform-state', region: 'eu-central-1' },
};

/** Stands for Terraform, which needs a provider and an account: notes its arguments and tells a recorded plan. */
const TERRAFORM = `#!/usr/bin/env bash
set -euo pipefail
folder=\${1#-chdir=}
shift
echo "$*" >>"$CALLS"
case "$*" in
  init*) cp "$folder/.terraform.lock.hcl" "$CALLS.lock" ;;
  plan*)
    if [ -n "\${PLAN_ERROR:-}" ]; then
      echo 'a part of a plan with a Pa55word in it'
      echo "$PLAN_ERROR" >&2
      exit 1
    fi
    ;;
  'show -json tfplan') cat "$PLAN" ;;
  'show -no-color tfplan') echo 'the plan for people' ;;
esac
`;

interface Run {
  readonly status: number | null;
  readonly output: string;
  readonly calls: readonly string[];
  readonly lockFile: string;
  readonly page: string;
  readonly pagesFolder: string;
}

/** Runs the script on a deployment of its own, with that Terraform. */
const planStack = ({
  action = 'update',
  binary = 'terraform',
  deployment = DEPLOYMENT,
  lockFile = 'a lock file',
  environment = {},
}: {
  readonly action?: string;
  readonly binary?: string;
  readonly deployment?: object;
  readonly lockFile?: string | null;
  readonly environment?: Readonly<Record<string, string>>;
}): Run => {
  const folder = temporaryFolder();
  const calls = join(folder, 'calls');
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', binary), TERRAFORM);
  chmodSync(join(folder, 'bin', binary), 0o755);
  mkdirSync(join(folder, 'deployments'));
  writeFileSync(join(folder, 'deployments/production.json'), JSON.stringify(deployment));
  if (lockFile !== null) {
    writeFileSync(join(folder, 'deployments/.terraform.lock.hcl'), lockFile);
  }
  const { status, stdout, stderr } = spawnSync(
    join(PROJECT, 'cli/commands/review-plan/plan-stack.sh'),
    ['production'],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
        DEPLOYMENTS_DIR: join(folder, 'deployments'),
        CDKTF_OUTDIR: join(folder, 'out'),
        CALLS: calls,
        PLAN: fileOf(planOf([resource('aws_s3_bucket', action)])),
        ...environment,
      },
    },
  );
  const pagesFolder = join(folder, 'out/plans/production');
  return {
    status,
    output: stdout + stderr,
    calls: existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [],
    lockFile: existsSync(`${calls}.lock`) ? readFileSync(`${calls}.lock`, 'utf8') : '',
    page: readFileSync(join(pagesFolder, 'comment.md'), 'utf8'),
    pagesFolder,
  };
};

describe('plan-stack.sh', () => {
  it('plans with the committed lock file, takes no lock of the state, and leaves the review', () => {
    const { status, calls, lockFile, page, pagesFolder } = planStack({
      action: 'delete,create',
      environment: { ALLOW: '\naws_s3_bucket.x\n' },
    });
    expect({ status, lockFile }).toEqual({ status: 0, lockFile: 'a lock file' });
    expect(calls).toEqual([
      'init -input=false -no-color -lockfile=readonly',
      'plan -input=false -no-color -lock=false -out=tfplan',
      'show -json tfplan',
      'show -no-color tfplan',
    ]);
    expect(page).toContain('- Allowed: `aws_s3_bucket.x` would be replaced');
    expect(page).toContain('the plan for people');
    expect(JSON.parse(readFileSync(join(pagesFolder, 'review.json'), 'utf8'))).toMatchObject({ ok: true });
  });

  it('ends with 2 when a rule stops the plan', () => {
    expect(planStack({ action: 'delete' }).status).toBe(2);
  });

  it('says how to make the lock file when there is none', () => {
    const { status, calls, output, page } = planStack({ lockFile: null });
    expect({ status, calls }).toEqual({ status: 1, calls: [] });
    expect(output).toContain('providers lock -platform=linux_amd64');
    expect(page).toContain('providers lock -platform=linux_amd64');
  });

  it('refuses a deployment whose state would stay on the machine', () => {
    const { backend: _backend, ...deployment } = DEPLOYMENT;
    const { status, calls, page } = planStack({ deployment });
    expect({ status, calls }).toEqual({ status: 1, calls: [] });
    expect(page).toContain('names no backend');
  });

  it('puts the error of Terraform on the page of the plan before, without what it printed of the plan', () => {
    const { status, output, page } = planStack({
      environment: { PLAN_ERROR: 'Error: Instance cannot be destroyed' },
    });
    expect(status).toBe(1);
    expect(page).toContain('### Plan of `production`: failed');
    expect(page).toContain('Error: Instance cannot be destroyed');
    expect(page + output).not.toContain('Pa55word');
  });

  it('plans with OpenTofu where TF_BINARY says so', () => {
    const { status, calls } = planStack({ binary: 'tofu', environment: { TF_BINARY: 'tofu' } });
    expect({ status, first: calls[0] }).toEqual({
      status: 0,
      first: 'init -input=false -no-color -lockfile=readonly',
    });
  });

  it('refuses a binary that is not there, in one line', () => {
    const { status, page } = planStack({ environment: { TF_BINARY: 'no-such-tofu' } });
    expect(status).toBe(1);
    expect(page).toContain('no-such-tofu is not on the PATH');
  });

  it("finds the project's own deployments", () => {
    const out = temporaryFolder();
    const script = join(PROJECT, 'cli/commands/review-plan/plan-stack.sh');
    const { stderr } = spawnSync(script, ['local'], {
      encoding: 'utf8',
      cwd: out,
      env: { ...process.env, CDKTF_OUTDIR: out },
    });
    expect(stderr).toContain('deployments/local.json names no backend');
  });
});
