import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import * as v from 'valibot';
import { AUDIO_FORMATS } from '../../functions/move-voicemail-to-s3/contract/audio-format';
import { voicemailKeys } from '../../functions/move-voicemail-to-s3/contract/object-key';
import { SidecarSchema } from '../../functions/move-voicemail-to-s3/contract/sidecar';
import { keys, leave, prepare, runBackfill, work } from '../cli/archive-deployment';
import { removeSynthesis, stopDeployments } from '../cli/local-deployment';
import { SMALLEST, statement, synthesizeModule } from '../helpers/synth';

const folder = mkdtempSync(join(tmpdir(), 'catalog-'));
afterEach(stopDeployments);
afterAll(() => {
  removeSynthesis();
  rmSync(folder, { recursive: true, force: true });
});

const tableSchema = v.object({
  name: v.string(),
  parameters: v.record(v.string(), v.string()),
  partition_keys: v.array(v.object({ name: v.string(), type: v.literal('string') })),
  storage_descriptor: v.object({
    location: v.string(),
    columns: v.array(v.object({ name: v.string(), type: v.picklist(['bigint', 'string']) })),
  }),
});
type Table = v.InferOutput<typeof tableSchema>;

const tablesOf = (options: Parameters<typeof synthesizeModule>[0]): readonly Table[] =>
  Object.values(synthesizeModule({ ...options, catalog: true }).all('aws_glue_catalog_table')).map((table) =>
    v.parse(tableSchema, table),
  );

const onlyTable = (options: Parameters<typeof synthesizeModule>[0]): Table => {
  const [table, ...others] = tablesOf(options);
  if (table === undefined || others.length > 0) {
    throw new Error(`expected one table, found ${others.length + (table === undefined ? 0 : 1)}`);
  }
  return table;
};

/** The values that a column is projected to, as Athena documents its types. */
const projected = ({ parameters }: Table, column: string): string => {
  const of = (what: string): string => parameters[`projection.${column}.${what}`] ?? '';
  switch (of('type')) {
    case 'enum':
      return of('values').split(',').join('|');
    case 'injected':
      return '[^/]+';
    case 'date': {
      const [first = ''] = of('range').split(',');
      const years = new Date().getUTCFullYear() - Number(first) + 1;
      return Array.from({ length: years }, (_, index) => String(Number(first) + index)).join('|');
    }
    case 'integer': {
      const [least = 0, most = 0] = of('range').split(',').map(Number);
      return Array.from({ length: most - least + 1 }, (_, index) =>
        String(least + index).padStart(Number(of('digits')), '0'),
      ).join('|');
    }
    default:
      throw new Error(`${column} is not projected`);
  }
};

/** Keys that Athena finds: the location, then a folder for each partition column, which is its default. */
const found = (table: Table): RegExp => {
  const prefix = table.storage_descriptor.location.replace(/^s3:\/\/[^/]*\//, '');
  const folders = table.partition_keys.map(({ name }) => `${name}=(?:${projected(table, name)})/`);
  return new RegExp(`^${prefix}${folders.join('')}[^/]+$`);
};

/** The database of an instance under the default name, as the page has it. */
const DATABASE = 'genesys_voicemail_archive';

/** The queries of the page, each as somebody would copy it. */
const QUERIES = [
  ...readFileSync(join(__dirname, '../../docs/module.md'), 'utf8').matchAll(/```sql\n(.*?)```/gs),
].map(([, query = '']) => query);

/**
 * Runs a query over every file of a folder. Lines that are no JSON become rows of nulls, as with the SerDe; that one reads
 * names without their case, where DuckDB has to be told them as the sidecar has them.
 */
const ask = async ({ name, storage_descriptor }: Table, archive: string, query: string) => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const columns = Object.keys(SidecarSchema.entries).map((field) => {
    const column = storage_descriptor.columns.find((one) => one.name === field.toLowerCase());
    return `'${field}': '${column?.type === 'bigint' ? 'BIGINT' : 'VARCHAR'}'`;
  });
  try {
    await connection.run(`CREATE SCHEMA ${DATABASE}`);
    await connection.run(
      `CREATE VIEW ${DATABASE}.${name} AS SELECT * FROM read_json('${archive}/**/*', format = 'newline_delimited', ignore_errors = true, hive_partitioning = true, hive_types_autocast = false, columns = { ${columns.join(', ')} })`,
    );
    return (await connection.runAndReadAll(query)).getRowObjectsJson();
  } finally {
    connection.closeSync();
  }
};

test('the tables have the fields of the sidecar as columns, the numbers as numbers', () => {
  const columns = Object.fromEntries(
    onlyTable({}).storage_descriptor.columns.map(({ name, type }) => [name, type]),
  );
  expect(Object.keys(columns)).toEqual(Object.keys(SidecarSchema.entries).map((name) => name.toLowerCase()));
  expect(Object.keys(columns).filter((name) => columns[name] === 'bigint')).toEqual([
    'schemaversion',
    'durationms',
    'sizebytes',
  ]);
});

test('every key of a dated voicemail lies in a folder that the tables know, and no other key does', () => {
  const owners = {
    queue: '2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e',
    group: '5d1f3c86-0f7a-4b8e-9d24-6a0e3b7c1f95',
  };
  const tables = tablesOf({ queueIds: [owners.queue], groupIds: [owners.group], keyPrefix: 'voicemail/' });
  expect(tables).toHaveLength(2);
  const date = fc.date({ min: new Date('2015-01-01'), max: new Date(), noInvalidDate: true });
  fc.assert(
    fc.property(fc.constantFrom('queue', 'group'), date, fc.uuid(), (kind, created, voicemailId) => {
      const place = { owner: { kind, id: owners[kind] }, createdMs: created.getTime(), voicemailId } as const;
      for (const key of Object.values(voicemailKeys('voicemail/', place, AUDIO_FORMATS.WEBM))) {
        const finders = tables.filter((table) => found(table).test(key)).map(({ name }) => name);
        expect(finders).toEqual([`${kind}_voicemail`]);
      }
    }),
  );
  expect(found(tables[0] ?? onlyTable({})).test('voicemail/_reconcile.json')).toBe(false);
});

test('without a list of queues a query names the queue, and any is found', () => {
  const { queueIds: _, ...everyQueue } = SMALLEST;
  const [table] = Object.values(
    synthesizeModule({ ...everyQueue, queueIds: [], catalog: true }).all('aws_glue_catalog_table'),
  );
  expect(v.parse(tableSchema, table).parameters).toMatchObject({ 'projection.queue_id.type': 'injected' });
});

test('results are kept by Athena for a day, under the key of the deployment, whose policy lets in this workgroup only', () => {
  const plan = synthesizeModule({ catalog: true });
  expect(plan.only('aws_glue_catalog_database')).toMatchObject({ name: DATABASE });
  expect(plan.only('aws_athena_workgroup')['configuration']).toMatchObject({
    enforce_workgroup_configuration: true,
    managed_query_results_configuration: {
      enabled: true,
      encryption_configuration: {
        kms_key: expect.stringMatching(/^\$\{aws_kms_key\.voicemail_encryption_key/),
      },
    },
  });
  const workgroup = expect.stringMatching(/:athena:.*:workgroup\/genesys-voicemail-archive$/);
  expect(statement(plan.only('aws_kms_key')['policy'], 'ResultsOfTheCatalog')).toMatchObject({
    Principal: { Service: 'encryption.athena.amazonaws.com' },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Condition: { ArnLike: { 'aws:SourceArn': workgroup, 'kms:EncryptionContext:aws:athena:arn': workgroup } },
  });
  expect(synthesizeModule().addresses.filter((address) => /glue|athena/.test(address))).toEqual([]);
});

test('each query of the page answers from the archive of a local run', async () => {
  const { deployment, queueId } = await prepare();
  const { stack, outputs, clock } = deployment;
  const queues = stack.queueIds.slice(0, 2);
  for (const [index, id] of queues.entries()) {
    leave(deployment, id, index + 1);
  }
  stack.genesys.leaveVoicemail({
    queueId,
    audio: { WEBM: { sizeBytes: 4000, seed: 9 } },
    durationMs: 90_000,
    createdAtMs: clock.now() - 7_200_000,
    transcription: 'It is about the "invoice" of March.',
  });
  for (const id of queues) {
    await runBackfill(deployment, { queueId: id });
  }
  await work(deployment);
  const table = onlyTable({ queueIds: stack.queueIds });
  const archive = join(folder, 'archive');
  const stored = keys(deployment).filter((key) => key.includes('/year='));
  expect(stored.length).toBeGreaterThan(6);
  expect(stored.filter((key) => !found(table).test(key))).toEqual([]);
  for (const key of stored) {
    const { Body } = await deployment.aws.s3.send(
      new GetObjectCommand({ Bucket: outputs.bucket_name, Key: key }),
    );
    mkdirSync(dirname(join(archive, key)), { recursive: true });
    writeFileSync(join(archive, key), (await Body?.transformToByteArray()) ?? '');
  }
  const created = new Date(clock.now() - 7_200_000).toISOString();
  const answers = await Promise.all(
    QUERIES.map((query) =>
      ask(
        table,
        archive,
        query.replaceAll("'2026'", `'${created.slice(0, 4)}'`).replaceAll("'11'", `'${created.slice(5, 7)}'`),
      ),
    ),
  );
  expect(answers[0]).toEqual([
    { queue_id: queueId, voicemails: '2', minutes: expect.any(Number) },
    { queue_id: queues[1], voicemails: '2', minutes: expect.any(Number) },
  ]);
  expect(answers[1]).toEqual([
    expect.objectContaining({ queue_id: queueId, transcript: 'It is about the "invoice" of March.' }),
  ]);
  expect(answers).toHaveLength(3);
  expect(answers[2]).toEqual([{ format: 'WEBM', voicemails: '4', megabytes: expect.any(Number) }]);
});
