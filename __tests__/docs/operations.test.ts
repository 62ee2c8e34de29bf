import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram } from '../../cli/program';
import { FAILURE_CLASSES } from '../../functions/move-voicemail-to-s3/contract/failure-class';
import { FAILURE_KINDS } from '../../functions/refresh-auth-token/contract/metrics';
import { RecordingTerminal } from '../cli/recording-terminal';
import { synthesizeModule } from '../helpers/synth';

const read = (name: string): string => readFileSync(join(__dirname, '../../docs', name), 'utf8');

const page = read('operations.md');

/** The text under a heading of the second level, up to the next one. */
const section = (title: string): string => {
  const [, text] = page.split(`\n## ${title}\n`);
  if (text === undefined) {
    throw new Error(`docs/operations.md has no section ${JSON.stringify(title)}`);
  }
  return text.split('\n## ')[0] ?? '';
};

const headings = (text: string): readonly string[] =>
  [...text.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading);

/** The cells of each row of the section's only table, without its two lines of heading. */
const rows = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );

const firstCells = (text: string): readonly string[] => rows(text).map(([cell = '']) => cell);

const asCode = (names: readonly string[]): readonly string[] => names.map((name) => `\`${name}\``);

test('every alarm that the module creates has a heading that bears its name, and nothing else has', () => {
  const alarms = Object.values(synthesizeModule({ tokens: 2 }).all('aws_cloudwatch_metric_alarm')).map(
    (alarm) => String(alarm['alarm_name']),
  );
  expect([...headings(section('Alarms'))].sort()).toEqual([...asCode(alarms)].sort());
});

test('every alarm says what to look at or what to do', () => {
  const entries = section('Alarms').split('\n### ').slice(1);
  const silent = entries.filter((entry) => !/^- (Look|Do): /m.test(entry));
  expect(silent.map((entry) => entry.split('\n')[0])).toEqual([]);
});

test('every failure class has a row, in the order of the code, and there is no other', () => {
  expect(firstCells(section('Failure classes'))).toEqual(asCode(FAILURE_CLASSES));
});

test('every kind of rotation failure has a row, in the order of the code, and there is no other', () => {
  expect(firstCells(section('Rotation failures'))).toEqual(asCode(FAILURE_KINDS));
});

test('every link to a place on this page leads to a heading', () => {
  const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(
    ([, heading = '']) =>
      `#${heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-')}`,
  );
  const links = [...page.matchAll(/\]\((#[^)]+)\)/g)].map(([, anchor = '']) => anchor);
  expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
});

test.each(['operations.md', 'security.md', 'set-up.md', 'upgrade.md'])(
  'every operator command on %s is one that there is, with its options',
  (name) => {
    const program = createProgram({
      terminal: new RecordingTerminal(),
      environment: {},
      finish: () => undefined,
    });
    const known = new Map(
      program.commands.map((command) => [command.name(), command.options.map(({ long }) => long)]),
    );
    const used = [...read(name).matchAll(/genesys-voicemail ([a-z]+)\b([^\n`]*)/g)].flatMap(
      ([, command = '', rest = '']) =>
        ['', ...(rest.match(/--[a-z-]+/g) ?? [])].map((option) => `${command} ${option}`.trim()),
    );
    const unknown = used.filter((text) => {
      const [command = '', option] = text.split(' ');
      const options = known.get(command);
      return options === undefined || (option !== undefined && !options.includes(option));
    });
    expect(used.length).toBeGreaterThan(0);
    expect(unknown).toEqual([]);
  },
);
