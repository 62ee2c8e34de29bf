import fc from 'fast-check';
import {
  COMMENT_LIMIT,
  JOB_SUMMARY_LIMIT,
  parsePlan,
  reviewPlan,
  sensitiveHider,
  writeFailurePage,
  writePage,
} from '../../../cli/commands/review-plan';
import { planOf, recorded, resource } from './plans';

/** Text with characters of one to four bytes, of Markdown, and halves of characters. */
const anyText = fc.string({ unit: 'binary', maxLength: 30 });
const hostileText = fc.oneof(
  anyText,
  fc.constantFrom('```', '|', '`', '\n', '🗑️', 'é', '<!-- -->', '@everyone', '\u202e', '\ud800'),
);

const repeated = (text: fc.Arbitrary<string>, most: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(text, { maxLength: 20 }), fc.nat(most))
    .map(([parts, times]) => parts.join('').repeat(times));

const at = (address: string, action: string, type = 'aws_s3_bucket') =>
  resource(type, action, {}, { address });

const anyPlan = fc
  .record({
    addresses: fc.array(repeated(hostileText, 40), { minLength: 1, maxLength: 30 }),
    times: fc.nat(100),
    action: fc.constantFrom('create', 'update', 'delete', 'delete,create', 'forget'),
    text: repeated(hostileText, 6_000),
  })
  .map(({ addresses, times, action, text }) => ({
    plan: planOf(
      Array.from({ length: times }, (_, index) =>
        addresses.map((address) => at(`${index}${address}`, action)),
      ).flat(),
    ),
    text,
  }));

const pageOf = (plan: string, text: string, limit: number, allow: readonly string[] = []): string =>
  writePage({ name: 'production', review: reviewPlan(parsePlan('plan.json', plan), { allow }), text }, limit);

describe('a page of a plan', () => {
  it.each([
    ['a comment', COMMENT_LIMIT],
    ['a job summary', JOB_SUMMARY_LIMIT],
  ])('is never longer than GitHub takes, and whole in itself: %s', (_what, limit) => {
    fc.assert(
      fc.property(anyPlan, ({ plan, text }) => {
        const page = pageOf(plan, text, limit);
        expect(Buffer.byteLength(page)).toBeLessThanOrEqual(limit);
        expect(page.startsWith('<!-- plan-review: production -->\n')).toBe(true);
        // CommonMark closes a block at the first line of at least as many backticks.
        const fences = page.split('\n').filter((line) => line.startsWith('````````'));
        expect(fences).toEqual(['````````text', '````````']);
        expect(page.endsWith('\n</details>\n')).toBe(true);
        expect(Buffer.from(page).toString()).toBe(page);
      }),
      // Shrinking plans of this size would take minutes.
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('fills the room that there is before it cuts the plan, and says where the whole is', () => {
    const text = 'a line of a plan, with a 🗑️ in it\n'.repeat(40_000);
    for (const limit of [COMMENT_LIMIT, JOB_SUMMARY_LIMIT]) {
      const page = pageOf(planOf([at('aws_s3_object.a', 'create')]), text, limit);
      expect(Buffer.byteLength(page)).toBeGreaterThan(limit - 1_100);
      expect(page).toContain('the whole is in the output of `terraform show`');
    }
  });

  it('shows a plan whole that fits, without the colours of a terminal', () => {
    const page = pageOf(planOf([]), '\u001b[31mred\u001b[0m\nand blue', COMMENT_LIMIT);
    expect(page).toContain('\nred\nand blue\n');
    expect(page).not.toContain('the whole is in');
  });

  it('shows what is stopped before what is allowed and before thousands of changes', () => {
    const allowed = Array.from({ length: 2_000 }, (_, index) => `aws_s3_bucket.allowed_${index}`);
    const plan = planOf([...allowed, 'aws_s3_bucket.archive'].map((address) => at(address, 'delete')));
    const page = pageOf(plan, '', COMMENT_LIMIT, allowed);
    expect(page.split('\n')[3]).toBe(
      '- **Stopped:** `aws_s3_bucket.archive` would be destroyed; lost: every voicemail in it',
    );
    expect(page).toContain('There is more than fits here');
  });

  it('keeps an address and a value with Markdown in them what they are', () => {
    const page = pageOf(
      planOf([at('a["`|\n# @everyone <b>"]', 'create', 'aws_s3_object')]),
      '',
      COMMENT_LIMIT,
    );
    expect(page).toContain('- add `a["\'| # @everyone <b>"]`');
    const policy = JSON.stringify({
      Statement: { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::*:user/@me_`<b>' } },
    });
    const stopped = resource('aws_s3_bucket_policy', 'update', { after: { policy } });
    expect(pageOf(planOf([stopped]), '', COMMENT_LIMIT)).not.toMatch(/@me|<b>/);
  });

  it('shows a failure within the same limit', () => {
    const page = writeFailurePage({ name: 'production', text: 'Error: 🗑️\n'.repeat(20_000) }, COMMENT_LIMIT);
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(page).toContain('### Plan of `production`: failed');
  });
});

describe('a sensitive value', () => {
  const onPage = (plan: string, text: string): string => {
    const parsed = parsePlan('plan.json', plan);
    const hidden = sensitiveHider(parsed.document)(text);
    const review = reviewPlan(parsed);
    return writePage({ name: 'production', review, text: hidden }, COMMENT_LIMIT) + JSON.stringify(review);
  };

  it('is hidden even where Terraform itself prints it', () => {
    const text = recorded('txt');
    const page = onPage(recorded('json'), text);
    for (const password of ['before-Pa55word', 'after-Pa55word']) {
      // What makes this a test: Terraform's own text shows both.
      expect(text).toContain(password);
      expect(page).not.toContain(password);
    }
    expect(page).toContain('"https://user:(sensitive value)@localhost"');
  });

  it('is never on a page, wherever it is marked and however Terraform writes it', () => {
    const secret = fc
      .tuple(
        fc.stringMatching(/^[0-9a-f]{12}$/),
        fc.oneof(anyText, fc.constantFrom('"\n', '${a}', '%{b}', '\\')),
      )
      .map(([start, rest]) => `${start}${rest}`);
    const wrap = fc.constantFrom<(value: unknown, mark: unknown) => readonly [unknown, unknown]>(
      (value, mark) => [value, mark],
      (value, mark) => [{ login: [value, 'public'] }, { login: [mark] }],
      (value) => [{ login: { deep: [value] } }, { login: true }],
      (value, mark) => [{ json: JSON.stringify({ value }) }, { json: mark }],
    );
    const place = fc.constantFrom('before', 'after');
    fc.assert(
      fc.property(secret, wrap, place, (value, wrapIn, key) => {
        const [content, marks] = wrapIn(value, true);
        const change = { [key]: content, [`${key}_sensitive`]: marks, replace_paths: [['login', 0]] };
        const quoted = JSON.stringify(value)
          .replaceAll('${', () => '$${')
          .replaceAll('%{', '%%{');
        const text = `raw ${value}\nlist = [${quoted}]\n<<-EOT\n    ${value.replaceAll('\n', '\n    ')}\nEOT\n`;
        expect(onPage(planOf([resource('aws_s3_bucket', 'update', change)]), text)).not.toContain(
          value.slice(0, 12),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is hidden when it comes from a sensitive variable or output only', () => {
    const plan = {
      variables: { password: { value: 'variable-Pa55word' }, region: { value: 'eu-central-1' } },
      configuration: { root_module: { variables: { password: { sensitive: true }, region: {} } } },
      prior_state: { values: { outputs: { login: { sensitive: true, value: 'output-Pa55word' } } } },
    };
    expect(sensitiveHider(plan)('variable-Pa55word output-Pa55word eu-central-1')).toBe(
      '(sensitive value) (sensitive value) eu-central-1',
    );
  });
});
