import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assumptionsTable } from '../../../cli/commands/probe/document';
import { RULES } from '../../../cli/commands/review-plan';
import { type GenesysVoicemailToS3Props, MODULE_OUTPUTS } from '../../../modules/genesys-voicemail-to-s3';
import { CAUSES } from '../../../modules/genesys-voicemail-to-s3/observability/causes';
import { OPTIONS, type OptionTable, wordsOfDefault } from '../../../modules/genesys-voicemail-to-s3/options';
import {
  fixedOptions,
  INSTANCE_ID,
  isObject,
  LARGEST,
  ModuleDocument,
  moduleBody,
  moduleVariables,
  synthesizeInstance,
} from '../hcl-module';
import { billRows, type Declared, fixedItems, monthItems, voicemailItems } from './costs';
import { narrowRows } from './narrow-rows';

const ROOT = join(__dirname, '../../..');

const SMALLEST: GenesysVoicemailToS3Props = {
  genesysRegion: 'mypurecloud.de',
  eventSourceName: LARGEST.eventSourceName,
  queueIds: LARGEST.queueIds,
  retentionDays: 365,
};

const synthesized = (props: GenesysVoicemailToS3Props): ModuleDocument => {
  const folder = mkdtempSync(join(tmpdir(), 'documentation-'));
  try {
    const options = { ...props, functionsFolder: join(ROOT, 'dist/functions') };
    return new ModuleDocument(synthesizeInstance(options, folder), INSTANCE_ID);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The body of the dashboard, as the stack of the smallest deployment has it, without Terraform's references. */
export const dashboardBody = (): string => {
  const document = synthesized(SMALLEST);
  const address = document.addresses.find((candidate) => candidate.startsWith('aws_cloudwatch_dashboard.'));
  return String(document.resource(address ?? '')['dashboard_body']).replaceAll(/\$\{[^}]*\}/g, 'reference');
};

const inCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows.flatMap((row) => narrowRows(row.map(inCell)))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

const code = (text: string): string => `\`${text}\``;

/** A literal as code, words as they are. */
const shownDefault = (byDefault: string | undefined): string =>
  byDefault === undefined
    ? '**required**'
    : /^(?:'.*'|\d+|true|false)$/.test(byDefault)
      ? code(byDefault)
      : byDefault;

const optionsOf = (options: OptionTable): string =>
  table(
    ['Option', 'Default', 'Meaning'],
    Object.entries(options).map(([name, option]) => [
      code(name),
      shownDefault(wordsOfDefault(option)),
      option.doc,
    ]),
  );

const inputs = (): string =>
  table(
    ['Input', 'Type', 'Default', 'Meaning'],
    moduleVariables().map(({ name, type, byDefault, description }) => [
      code(name),
      code(type),
      byDefault === undefined ? '**required**' : code(JSON.stringify(byDefault)),
      description,
    ]),
  );

/** Rules of the plan review, family by family. */
const reviewRules = (): string =>
  table(
    ['Family', 'Verdict', 'A plan in which', 'What would be lost'],
    Object.entries(RULES).flatMap(([family, rules]) =>
      rules.map(({ verdict, when, loss }, index) => [index === 0 ? family : '', verdict, when, loss]),
    ),
  );

const outputs = (): string =>
  table(
    ['Output', 'Meaning'],
    MODULE_OUTPUTS.map(({ name, description }) => [code(name), description]),
  );

const fixed = (): string =>
  table(
    ['Option of the construct', 'In this module'],
    fixedOptions().map(({ name, why }) => [code(name), why]),
  );

const resourceTable = (byType: ReadonlyMap<string, readonly string[]>): string =>
  table(
    ['Type', 'Resources'],
    [...byType].map(([type, names]) => [code(type), names.join(', ')]),
  );

const resources = (): string => {
  const always = new Set(synthesized(SMALLEST).addresses);
  const byType = new Map<string, string[]>();
  for (const address of synthesized(LARGEST).addresses) {
    const [type = '', name = ''] = address.split('.');
    const shown = always.has(address) ? code(name) : `${code(name)} (with its option)`;
    byType.set(type, [...(byType.get(type) ?? []), shown]);
  }
  return resourceTable(byType);
};

/** The resources of the HCL module, whose names differ from the construct's where a count makes several of one. */
const moduleResources = (): string => {
  const { resource = {} } = moduleBody(synthesized(LARGEST));
  const types = isObject(resource) ? Object.entries(resource) : [];
  return resourceTable(
    new Map(
      types.map(([type, instances]) => [
        type,
        Object.entries(isObject(instances) ? instances : {})
          .map(([name, body]) => code(isObject(body) && 'count' in body ? `${name}[*]` : name))
          .sort(),
      ]),
    ),
  );
};

const CAUSE_ADDRESS = 'aws_cloudwatch_composite_alarm.observability_cause_';

/** The cause whose composite alarm asks for an alarm. */
const causeOf = (document: ModuleDocument, alarm: string): string => {
  const address = document.addresses.find(
    (candidate) =>
      candidate.startsWith(CAUSE_ADDRESS) &&
      String(document.resource(candidate)['alarm_rule']).includes(`{${alarm}.alarm_name}`),
  );
  return address?.slice(CAUSE_ADDRESS.length).replaceAll('_', '-') ?? '';
};

const causes = (): string => {
  const document = synthesized(SMALLEST);
  return table(
    ['Composite alarm', 'Notifies', 'What it means'],
    Object.entries(CAUSES).map(([cause, { urgency, description }]) => {
      const alarm = document.resource(`${CAUSE_ADDRESS}${cause.replaceAll('-', '_')}`);
      return [code(String(alarm['alarm_name'])), code(`${urgency}Actions`), description];
    }),
  );
};

const alarms = (): string => {
  const document = synthesized(SMALLEST);
  const lean = synthesized({ ...SMALLEST, observability: 'lean' });
  return table(
    ['Alarm', 'Cause', 'Lean', 'Metric', 'Threshold', 'What it means'],
    document.addresses
      .filter((address) => address.startsWith('aws_cloudwatch_metric_alarm.'))
      .map((address) => {
        const alarm = document.resource(address);
        const below = alarm['comparison_operator'] === 'LessThanThreshold';
        const isLean = lean.addresses.includes(address);
        return [
          code(String(alarm['alarm_name'])),
          code(causeOf(document, address)),
          isLean ? 'yes' : '',
          `${String(alarm['namespace'])} ${code(String(alarm['metric_name']))}`,
          `${below ? 'below' : 'from'} ${String(alarm['threshold'])}`,
          String(alarm['alarm_description']),
        ];
      }),
  );
};

const declared = (props: GenesysVoicemailToS3Props): Declared => {
  const { addresses } = synthesized(props);
  const count = (type: string): number =>
    addresses.filter((address) => address.startsWith(`aws_cloudwatch_${type}.`)).length;
  return {
    alarms: count('metric_alarm'),
    compositeAlarms: count('composite_alarm'),
    dashboards: count('dashboard'),
  };
};

const fixedCostItems = () => fixedItems(declared(SMALLEST), declared({ ...SMALLEST, observability: 'lean' }));

/** Every table that is made from code, by the name that a document asks for it. */
export const TABLES: Readonly<Record<string, () => string>> = {
  options: () => optionsOf(OPTIONS),
  'function options': () => optionsOf(OPTIONS.refreshAuthToken.rule.fields),
  inputs,
  outputs,
  fixed,
  resources,
  'module resources': moduleResources,
  causes,
  alarms,
  assumptions: assumptionsTable,
  'review rules': reviewRules,
  'fixed costs': () => table(['Item', 'Arithmetic', 'full', 'lean'], billRows(fixedCostItems())),
  'month costs': () =>
    table(['Item', 'Arithmetic', '1,000 a month', '100,000 a month'], billRows(monthItems(fixedCostItems()))),
  'voicemail costs': () =>
    table(
      ['Item', 'Of each voicemail', '1,000 voicemails', '1,000 deliveries in vain'],
      billRows(voicemailItems(), { factor: 1_000, digits: 4 }),
    ),
};
