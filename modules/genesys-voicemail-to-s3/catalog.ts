import { AthenaWorkgroup } from '@cdktf/provider-aws/lib/athena-workgroup';
import { GlueCatalogDatabase } from '@cdktf/provider-aws/lib/glue-catalog-database';
import { GlueCatalogTable } from '@cdktf/provider-aws/lib/glue-catalog-table';
import { Construct } from 'constructs';
import type { VoicemailOwner } from '../../functions/move-voicemail-to-s3/contract/object-key';
import { SidecarSchema } from '../../functions/move-voicemail-to-s3/contract/sidecar';
import type { ModuleContext } from './module-context';
import type { PolicyStatement } from './policy';

/** Properties of `Catalog`. */
export interface CatalogProps {
  readonly context: ModuleContext;
  readonly keyArn: string;
  readonly bucketName: string;
  readonly keyPrefix: string;
  readonly queueIds: readonly string[];
  readonly groupIds: readonly string[];
}

type SidecarField = (typeof SidecarSchema)['entries'][keyof (typeof SidecarSchema)['entries']];

/** Reads what a field holds as a type of Glue. Times stay texts, since the SerDe reads no ISO 8601. */
const columnType = (field: SidecarField): 'bigint' | 'string' => {
  const inner = field.type === 'optional' ? field.wrapped : field;
  return inner.type === 'number' || (inner.type === 'literal' && typeof inner.literal === 'number')
    ? 'bigint'
    : 'string';
};

/** Columns in lower case: the SerDe reads names without their case, and Glue has none. */
const COLUMNS = Object.entries(SidecarSchema.entries).map(([name, field]) => ({
  name: name.toLowerCase(),
  type: columnType(field),
}));

/**
 * Says which folders there can be, so that nobody has to add partitions. Athena builds their paths as the keys are built,
 * which is Hive's way. The year 1970 of voicemail without a date is not among them.
 *
 * Source: "Supported types for partition projection" in the user guide of Athena.
 */
const projection = (
  owner: VoicemailOwner['kind'],
  ids: readonly string[],
): Readonly<Record<string, string>> => ({
  'projection.enabled': 'true',
  [`projection.${owner}_id.type`]: ids.length === 0 ? 'injected' : 'enum',
  ...(ids.length === 0 ? {} : { [`projection.${owner}_id.values`]: ids.join(',') }),
  'projection.year.type': 'date',
  'projection.year.format': 'yyyy',
  'projection.year.range': '2015,NOW',
  'projection.year.interval': '1',
  'projection.year.interval.unit': 'YEARS',
  'projection.month.type': 'integer',
  'projection.month.range': '1,12',
  'projection.month.digits': '2',
  'projection.day.type': 'integer',
  'projection.day.range': '1,31',
  'projection.day.digits': '2',
});

const workgroupName = (context: ModuleContext): string => context.named('archive');

/**
 * Lets Athena encrypt the results of the workgroup. It describes the key without an encryption context.
 *
 * Source: "Set up an AWS KMS key policy for managed query results" in the user guide of Athena.
 */
export const resultsOfTheCatalog = (context: ModuleContext): readonly PolicyStatement[] => {
  const workgroup = context.arnOf('athena', `workgroup/${workgroupName(context)}`);
  const toAthena = (Sid: string, Action: PolicyStatement['Action'], more = {}): PolicyStatement => ({
    Sid,
    Effect: 'Allow',
    Principal: { Service: 'encryption.athena.amazonaws.com' },
    Action,
    Resource: '*',
    Condition: {
      ArnLike: { 'aws:SourceArn': workgroup, ...more },
      StringEquals: { 'aws:SourceAccount': context.accountId },
    },
  });
  return [
    toAthena('SeeKeyForTheCatalog', 'kms:DescribeKey'),
    toAthena('ResultsOfTheCatalog', ['kms:Decrypt', 'kms:GenerateDataKey'], {
      'kms:EncryptionContext:aws:athena:arn': workgroup,
    }),
  ];
};

/** Tables over the sidecars of the archive, and the workgroup whose queries leave their results encrypted for a day. */
export class Catalog extends Construct {
  constructor(scope: Construct, id: string, props: CatalogProps) {
    super(scope, id);
    const { context, keyArn, queueIds, groupIds } = props;
    const database = new GlueCatalogDatabase(this, 'database', {
      name: context.named('archive').replaceAll('-', '_'),
      description: 'Sidecars of the stored voicemail',
      ...context.tags,
    });
    this.#table('queue', queueIds, database, props);
    if (groupIds.length > 0) {
      this.#table('group', groupIds, database, props);
    }
    new AthenaWorkgroup(this, 'workgroup', {
      name: workgroupName(context),
      description: 'Questions to the archive of voicemail',
      configuration: {
        enforceWorkgroupConfiguration: true,
        // Athena keeps results for 24 hours itself: none lies in the archive, where retention and erasure would have to know it.
        managedQueryResultsConfiguration: { enabled: true, encryptionConfiguration: { kmsKey: keyArn } },
      },
      ...context.tags,
    });
  }

  #table(
    owner: VoicemailOwner['kind'],
    ids: readonly string[],
    database: GlueCatalogDatabase,
    { bucketName, keyPrefix }: CatalogProps,
  ): void {
    new GlueCatalogTable(this, `${owner}_table`, {
      databaseName: database.name,
      name: `${owner}_voicemail`,
      tableType: 'EXTERNAL_TABLE',
      parameters: { ...projection(owner, ids) },
      partitionKeys: [`${owner}_id`, 'year', 'month', 'day'].map((name) => ({ name, type: 'string' })),
      storageDescriptor: {
        location: `s3://${bucketName}/${keyPrefix}`,
        columns: COLUMNS,
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serDeInfo: {
          serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
          // Athena reads every file of a folder, the audio too, whose lines become rows of nulls.
          parameters: { 'ignore.malformed.json': 'true' },
        },
      },
    });
  }
}
