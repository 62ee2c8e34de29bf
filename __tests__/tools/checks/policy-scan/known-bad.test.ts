import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KNOWN_BAD } from '../../../../tools/checks/policy-scan/known-bad';
import { synthesizeScannedStacks } from '../../../../tools/checks/policy-scan/scanned-stacks';
import type { StackDocument } from '../../../../tools/checks/policy-scan/stack-document';
import { SUPPRESSIONS } from '../../../../tools/checks/policy-scan/suppressions';

const folder = mkdtempSync(join(tmpdir(), 'known-bad-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stacks = synthesizeScannedStacks(join(__dirname, '../../../..'), folder);

const stackOf = (name: string): StackDocument => {
  const stack = stacks.get(name);
  if (stack === undefined) {
    throw new Error(`no stack ${name}`);
  }
  return stack;
};

test('every known-bad stack is to be noticed by somebody, and each in its own way', () => {
  expect(KNOWN_BAD.filter(({ checkov }) => checkov.length === 0)).toEqual([]);
  expect(new Set(KNOWN_BAD.map(({ id }) => JSON.stringify(stackOf(id)))).size).toBe(KNOWN_BAD.length);
  expect(KNOWN_BAD.length).toBeGreaterThanOrEqual(12);
});

test('nothing is suppressed but the six checks that the project agreed on, each with its reason', () => {
  expect(SUPPRESSIONS.map(({ checkId }) => checkId).sort()).toEqual([
    'CKV_AWS_115',
    'CKV_AWS_116',
    'CKV_AWS_117',
    'CKV_AWS_144',
    'CKV_AWS_18',
    'CKV_AWS_272',
  ]);
  for (const { asks, reason } of SUPPRESSIONS) {
    expect(asks.length).toBeGreaterThan(10);
    expect(reason.length).toBeGreaterThan(40);
  }
});
