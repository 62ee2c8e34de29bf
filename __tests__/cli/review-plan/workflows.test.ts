import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './plans';

const FOLDER = join(PROJECT, '.github/workflows');
const workflows = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(join(FOLDER, name), 'utf8'),
}));

/** The text of each job of a workflow. */
const jobsOf = (text: string): readonly string[] =>
  text
    .slice(text.indexOf('\njobs:\n') + '\njobs:\n'.length)
    .split(/\n(?= {2}[a-z][\w-]*:\n)/)
    .filter((job) => job.trim() !== '');

describe.each(workflows)('$name', ({ text }) => {
  it('pins every action by a full commit, with its version beside it', () => {
    const used = text.split('\n').filter((line) => /^\s*(?:- )?uses:/.test(line));
    expect(used.length).toBeGreaterThan(0);
    for (const line of used) {
      expect(line).toMatch(
        /uses: (?:\.\/\.github\/workflows\/[\w-]+\.yml|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/,
      );
    }
  });

  it('never runs with rights of this repository for a pull request from elsewhere', () => {
    expect(text).not.toMatch(/pull_request_target|workflow_run/);
  });

  it('grants nothing but what a job names', () => {
    expect(text).toContain('\npermissions: {}\n');
    for (const job of jobsOf(text)) {
      expect(job).toMatch(/\n {4}permissions:\n {6}contents: (?:read|write)\n/);
    }
  });

  it('leaves no token in the checkout', () => {
    const checkouts = text.split('uses: actions/checkout@').length - 1;
    expect(text.split('persist-credentials: false').length - 1).toBe(checkouts);
  });

  it('puts no expression into a script, where its content would be run', () => {
    const scripts = [...text.matchAll(/^( *)(?:- )?run: (?:\|\n((?:\1 {2,}.*\n|\n)+)|(.*)\n)/gm)];
    for (const [, , block, line] of scripts) {
      expect(block ?? line).not.toContain('${{');
    }
  });
});
