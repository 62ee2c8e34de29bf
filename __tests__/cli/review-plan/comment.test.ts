import fc from 'fast-check';
import {
  COMMENT_LIMIT,
  hideSensitive,
  JOB_SUMMARY_LIMIT,
  type PageLimit,
  parsePlan,
  reviewPlan,
  writeFailurePage,
  writePage,
} from '../../../cli/commands/review-plan';
import { planOf, readPlan, reviewOf } from './plans';

/** Text with characters of one to four bytes, of Markdown, and halves of characters. */
const anyText = fc.string({ unit: 'binary', maxLength: 30 });
const hostileText = fc.oneof(
  anyText,
  fc.constantFrom('```', '|', '`', '\n', '🗑️', 'é', '<!-- -->', '@everyone', '\u202e'),
);

const repeated = (text: fc.Arbitrary<string>, most: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(text, { maxLength: 20 }), fc.nat(most))
    .map(([parts, times]) => parts.join('').repeat(times));

const resource = (address: string, actions: readonly string[], type = 'aws_s3_bucket') => ({
  address,
  type,
  change: { actions, before: { name: 'a' }, after: { name: 'b' }, replace_paths: [[address], ['name']] },
});

const anyPlan = fc
  .record({
    addresses: fc.array(repeated(hostileText, 40), { minLength: 1, maxLength: 30 }),
    times: fc.nat(100),
    actions: fc.constantFrom(['create'], ['update'], ['delete'], ['delete', 'create'], ['forget']),
    text: repeated(hostileText, 6_000),
  })
  .map(({ addresses, times, actions, text }) => ({
    plan: planOf(
      ...Array.from({ length: times }, (_, index) =>
        addresses.map((address) => resource(`${index}${address}`, actions)),
      ).flat(),
    ),
    text,
  }));

const pageOf = (plan: string, text: string, limit: PageLimit): string =>
  writePage({ name: 'production', review: reviewPlan(parsePlan('plan.json', plan)), text }, limit);

/** The lines of a page that are not in its fenced block. */
const outsideOfFence = (page: string): readonly string[] => {
  const lines = page.split('\n');
  const fence = lines.find((line) => /^`{3,}text$/.test(line))?.slice(0, -'text'.length);
  const first = lines.indexOf(`${fence}text`);
  const last = lines.lastIndexOf(fence ?? '');
  // CommonMark closes a block at the first line of at least as many backticks.
  const closing = lines.findIndex((line, index) => index > first && line.startsWith(fence ?? '-'));
  expect(closing).toBe(last);
  return [...lines.slice(0, first), ...lines.slice(last + 1)];
};

describe('a page of a plan', () => {
  it.each([
    ['a comment', COMMENT_LIMIT],
    ['a job summary', JOB_SUMMARY_LIMIT],
  ])('is never longer than GitHub takes, and whole in itself: %s', (_what, limit) => {
    fc.assert(
      fc.property(anyPlan, ({ plan, text }) => {
        const page = pageOf(plan, text, limit);
        expect(limit.measure(page)).toBeLessThanOrEqual(limit.most);
        expect(page.startsWith('<!-- plan-review: production -->\n')).toBe(true);
        expect(outsideOfFence(page).join('\n').trimEnd().endsWith('</details>')).toBe(true);
      }),
      // Shrinking plans of this size would take minutes.
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('fills the room that there is before it cuts the plan', () => {
    const text = 'a line of a plan, with a 🗑️ in it\n'.repeat(5_000);
    const page = pageOf(planOf(resource('aws_s3_bucket.a', ['create'])), text, COMMENT_LIMIT);
    expect(page.length).toBeGreaterThan(COMMENT_LIMIT.most - 50);
    expect(page).toContain('The whole is in');
  });

  it('fills a job summary too, whose limit is in bytes', () => {
    const page = pageOf(planOf(), 'a line of a plan, with a 🗑️ in it\n'.repeat(40_000), JOB_SUMMARY_LIMIT);
    expect(Buffer.byteLength(page)).toBeGreaterThan(JOB_SUMMARY_LIMIT.most - 50);
  });

  it('shows a plan whole that fits', () => {
    const text = readPlan('recorded/replace.txt').trim();
    const page = writePage({ name: 'production', review: reviewOf('aws/replace.json'), text }, COMMENT_LIMIT);
    expect(page).toContain(text);
    expect(page).not.toContain('The whole is in');
  });

  it('cuts no character in two', () => {
    for (const limit of [COMMENT_LIMIT, JOB_SUMMARY_LIMIT]) {
      // One of these has the middle of a character where the room ends.
      for (const start of ['', 'a', 'aa', 'aaa']) {
        const page = pageOf(planOf(), `${start}${'🗑'.repeat(300_000)}`, limit);
        expect(Buffer.from(page).toString()).toBe(page);
      }
    }
  });

  it('shows what is stopped even among thousands of other changes', () => {
    const others = Array.from({ length: 5_000 }, (_, index) =>
      resource(`aws_s3_object.${index}`, ['delete'], 'aws_s3_object'),
    );
    const page = pageOf(planOf(...others, resource('aws_s3_bucket.archive', ['delete'])), '', COMMENT_LIMIT);
    expect(page).toContain('**Stopped:** this plan would destroy the bucket `aws_s3_bucket.archive`');
    expect(page).toMatch(/and \d+ more/);
  });

  it('shows what is stopped before what is allowed', () => {
    const allowDelete = Array.from({ length: 2_000 }, (_, index) => `aws_s3_bucket.allowed_${index}`);
    const plan = planOf(
      ...[...allowDelete, 'aws_s3_bucket.archive'].map((address) => resource(address, ['delete'])),
    );
    const review = reviewPlan(parsePlan('plan.json', plan), { allowDelete });
    expect(writePage({ name: 'production', review }, COMMENT_LIMIT)).toContain(
      '**Stopped:** this plan would destroy the bucket `aws_s3_bucket.archive`',
    );
  });

  it('keeps an address with Markdown in it inside its cell', () => {
    const page = pageOf(planOf(resource('a["`|\n# @everyone <b>"]', ['create'])), '', COMMENT_LIMIT);
    expect(page).toContain('| add | `a["\'\\| # @everyone <b>"]` |');
  });

  it('shows a failure within the same limit', () => {
    const page = writeFailurePage({ name: 'production', text: 'Error: 🗑️\n'.repeat(20_000) }, COMMENT_LIMIT);
    expect(page.length).toBeLessThanOrEqual(COMMENT_LIMIT.most);
    expect(page).toContain('### Plan of `production`: failed');
  });

  it('shows no colours of a terminal', () => {
    expect(pageOf(planOf(), '\u001b[31mred\u001b[0m', COMMENT_LIMIT)).toContain('\nred\n');
  });
});

describe('a sensitive value', () => {
  const PASSWORDS = ['before-Pa55word', 'after-Pa55word'];

  it('is hidden even where Terraform itself prints it', () => {
    const plan = readPlan('recorded/sensitive.json');
    const text = readPlan('recorded/sensitive.txt');
    // What makes this a test: Terraform's own text shows both.
    for (const password of PASSWORDS) {
      expect(text).toContain(password);
    }
    const parsed = parsePlan('plan.json', plan);
    const review = reviewPlan(parsed);
    const page = writePage(
      { name: 'production', review, text: hideSensitive(text, parsed.document) },
      COMMENT_LIMIT,
    );
    for (const password of PASSWORDS) {
      expect(page + JSON.stringify(review)).not.toContain(password);
    }
    expect(page).toContain('~ url      = "https://user:(sensitive value)@localhost"');
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
        const plan = planOf({
          change: {
            actions: ['update'],
            [key]: content,
            [`${key}_sensitive`]: marks,
            replace_paths: [['login', 0]],
          },
        });
        const quoted = JSON.stringify(value)
          .replaceAll('${', () => '$${')
          .replaceAll('%{', '%%{');
        const text = `raw ${value}\nlist = [${quoted}]\n<<-EOT\n    ${value.replaceAll('\n', '\n    ')}\nEOT\n`;
        const parsed = parsePlan('plan.json', plan);
        const review = reviewPlan(parsed);
        const page = writePage(
          { name: 'production', review, text: hideSensitive(text, parsed.document) },
          COMMENT_LIMIT,
        );
        expect(page + JSON.stringify(review)).not.toContain(value.slice(0, 12));
      }),
      { numRuns: 500 },
    );
  });

  it('is hidden when it comes from a sensitive variable or output only', () => {
    const plan = {
      ...JSON.parse(planOf()),
      variables: { password: { value: 'variable-Pa55word' }, region: { value: 'eu-central-1' } },
      configuration: { root_module: { variables: { password: { sensitive: true }, region: {} } } },
      prior_state: { values: { outputs: { login: { sensitive: true, value: 'output-Pa55word' } } } },
    };
    expect(hideSensitive('variable-Pa55word output-Pa55word eu-central-1', plan)).toBe(
      '(sensitive value) (sensitive value) eu-central-1',
    );
  });

  it('hides the keys of a sensitive map in what forces a replacement', () => {
    const change = {
      actions: ['delete', 'create'],
      replace_paths: [
        ['settings', 'key-Pa55word'],
        ['tags', 'owner'],
        ['rule', 0, 'a b'],
      ],
      before_sensitive: { settings: true },
    };
    const [reviewed] = reviewPlan(parsePlan('plan.json', planOf({ change }))).changes;
    expect(reviewed?.forcedBy).toEqual(['settings', 'tags.owner', 'rule[0]["a b"]']);
  });
});
