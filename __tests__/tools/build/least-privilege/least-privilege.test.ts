import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillLeastPrivilege, PlaceMissingError } from '../../../../tools/build/least-privilege';
import { RESOURCE_REASONS, ROLE_REASONS } from '../../../../tools/build/least-privilege/reasons';

const ROOT = join(__dirname, '../../../..');
const document = readFileSync(join(ROOT, 'docs', 'least-privilege.md'), 'utf8');

test('tables that were changed by hand are written anew', () => {
  const changed = document.replace('`s3:AbortMultipartUpload`', '`s3:*`');
  expect(changed).not.toBe(document);
  expect(fillLeastPrivilege(ROOT, changed)).toBe(document);
});

test('a document without a place for a table is refused', () => {
  const without = document.replace('<!-- end of rights of the mover -->', '');
  expect(() => fillLeastPrivilege(ROOT, without)).toThrow(PlaceMissingError);
});

test('no reason is kept for a statement that is gone', () => {
  // The deny is in the table of options by its actions.
  const byActions = ['PlaceInNetwork', 'SeeNetwork', 'DenyNetworkToTheCode'];
  const reasons = [...Object.keys(ROLE_REASONS), ...Object.keys(RESOURCE_REASONS)];
  expect(reasons.filter((sid) => !byActions.includes(sid) && !document.includes(`| ${sid} |`))).toEqual([]);
});

test('nothing of Terraform is left in the tables', () => {
  expect(document).not.toMatch(/\$\{|_[0-9A-F]{8}\b/);
});
