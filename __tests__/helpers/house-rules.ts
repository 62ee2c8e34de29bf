import { dirname } from 'node:path';
import { circleIn, type Import, importsOf, type Sources } from './imports';

/** What a room may import. Paths are prefixes; a file belongs to the first rule whose room it lies in. */
interface RoomRule {
  readonly room: RegExp;
  /** Files of the project that the room may name, beside its own. */
  readonly files: RegExp;
  /** Packages that the room may not name. */
  readonly forbiddenPackages?: RegExp;
}

const INFRASTRUCTURE = /^(?:cdktf|cdktn|constructs|@cdktf\/|@cdktn\/)/;

/** A function's door, as modules and tools see it. */
const CONTRACT = 'functions/[^/]+/contract/(?!operator)';
const SHARED = 'functions/shared/';

/** The rules of the house: which room may import which. What no rule names is free, as the tests are. */
export const ROOM_RULES: readonly RoomRule[] = [
  { room: /^functions\/shared\//, files: /^functions\/shared\//, forbiddenPackages: INFRASTRUCTURE },
  {
    room: /^functions\/([^/]+)\/contract\/(?!operator)/,
    files: /^functions\/(?:shared|$1\/contract)\/(?!operator)/,
    forbiddenPackages: INFRASTRUCTURE,
  },
  {
    room: /^functions\/([^/]+)\//,
    files: /^functions\/(?:shared|$1)\/(?!contract\/operator)/,
    forbiddenPackages: INFRASTRUCTURE,
  },
  {
    room: /^modules\/genesys-voicemail-to-s3\//,
    files: new RegExp(`^(?:modules/genesys-voicemail-to-s3/|${CONTRACT}|${SHARED})`),
  },
  { room: /^(?:modules\/|main\.ts)/, files: new RegExp(`^(?:modules/|${CONTRACT}|${SHARED})`) },
  { room: /^cli\//, files: new RegExp(`^(?:cli/|modules/|functions/[^/]+/contract/|${SHARED})`) },
  { room: /^examples\//, files: /^(?:examples|modules)\// },
  {
    room: /^tools\/local-cloud\//,
    files: new RegExp(`^(?:tools/local-cloud/|cli/|modules/|${CONTRACT}|${SHARED})`),
  },
  // Documentation tells of the checks, too.
  {
    room: /^tools\/build\/(?:documentation|least-privilege)\//,
    files: new RegExp(`^(?:tools/(?:build|checks)/|cli/|modules/|${CONTRACT}|${SHARED})`),
  },
  { room: /^tools\/build\//, files: new RegExp(`^(?:tools/build/|cli/|modules/|${CONTRACT}|${SHARED})`) },
  {
    room: /^tools\/([^/]+)\//,
    files: new RegExp(`^(?:tools/(?:$1|local-cloud|build)/|cli/|modules/|${CONTRACT}|${SHARED})`),
  },
];

/** More files in one folder, or lines in one file, than a newcomer finds their way in. */
const MAXIMUM_FILES = 15;
const MAXIMUM_LINES = 400;

const isTest = (path: string): boolean => path.startsWith('__tests__/');

/** Nobody edits what `npm run docs` writes, and a test holds it to its source. */
const isGenerated = (text: string): boolean => text.startsWith('// Written by `npm run docs`');

/** The rule's files for one room: `$1` stands for what the room's own pattern captured. */
const allowedFiles = ({ room, files }: RoomRule, from: string): RegExp =>
  new RegExp(files.source.replaceAll('$1', room.exec(from)?.[1] ?? ''));

const forbiddenImports = (sources: Sources, imports: readonly Import[]): readonly string[] =>
  imports.flatMap(({ from, to }) => {
    const rule = ROOM_RULES.find(({ room }) => room.test(from));
    if (rule === undefined) {
      return [];
    }
    const isAllowed = sources.has(to)
      ? allowedFiles(rule, from).test(to)
      : rule.forbiddenPackages?.test(to) !== true;
    return isAllowed ? [] : [`${from} may not import ${to}`];
  });

const circles = (sources: Sources, imports: readonly Import[]): readonly string[] => {
  const circle = circleIn(imports.filter(({ to }) => sources.has(to)));
  return circle === undefined ? [] : [`a circle of imports: ${circle.join(' -> ')}`];
};

const crowdedFolders = (sources: Sources): readonly string[] => {
  const counts = new Map<string, number>();
  for (const path of [...sources.keys()].filter((candidate) => !isTest(candidate))) {
    counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > MAXIMUM_FILES)
    .map(([folder, count]) => `${folder} holds ${count} files, more than ${MAXIMUM_FILES}`);
};

const longFiles = (sources: Sources): readonly string[] =>
  [...sources]
    .filter(([path, text]) => !isTest(path) && !isGenerated(text))
    .map(([path, text]) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > MAXIMUM_LINES)
    .map(({ path, lines }) => `${path} has ${lines} lines, more than ${MAXIMUM_LINES}`);

/** Every way in which these files break the rules of the house; CONTRIBUTING.md says the rules in words. */
export const brokenRules = (sources: Sources): readonly string[] => {
  const imports = importsOf(sources);
  return [
    ...forbiddenImports(sources, imports),
    ...circles(sources, imports),
    ...crowdedFolders(sources),
    ...longFiles(sources),
  ];
};
