import { expression, partWhen } from './json';
import { EditFailedError, type ModuleDocument } from './module-document';

/** Rights that a role has only with an option. */
interface OptionalRight {
  readonly condition: string;
  /** The statement's name. */
  readonly sid: string;
  /**
   * The part of the statement that comes with the option.
   *
   * @default - the whole statement
   */
  readonly part?: string;
}

const OPTIONAL_RIGHTS: readonly OptionalRight[] = [
  { sid: 'PlaceInNetwork', condition: 'length(var.vpc_subnet_ids) > 0' },
  { sid: 'SeeNetwork', condition: 'length(var.vpc_subnet_ids) > 0' },
  { sid: 'DenyNetworkToTheCode', condition: 'length(var.vpc_subnet_ids) > 0' },
  { sid: 'SeeKeyForTheBus', condition: 'var.encrypt_events' },
  { sid: 'EventsOnTheBus', condition: 'var.encrypt_events' },
  { sid: 'SeeKeyForTheCatalog', condition: 'var.catalog' },
  { sid: 'ResultsOfTheCatalog', condition: 'var.catalog' },
  { sid: 'SendMissing', condition: 'local.reconciles' },
  { sid: 'UseKeyForEvents', condition: 'local.reconciles', part: ',"kms:GenerateDataKey"' },
];

/** The statement of a policy under a name, as the policy's text has it, with the comma before it. */
const statementIn = (policy: string, sid: string): string | undefined => {
  const { Statement: statements } = JSON.parse(policy) as {
    readonly Statement: readonly { readonly Sid: string }[];
  };
  const statement = statements.find(({ Sid }) => Sid === sid);
  return statement === undefined ? undefined : `,${JSON.stringify(statement)}`;
};

/** Rights that come with an option go with it. Has to see the policies before any part of them is conditional. */
export const grantWithOptions = (document: ModuleDocument): void => {
  const policies = [
    'aws_iam_policy.refresh_policy',
    'aws_iam_policy.move_policy',
    'aws_kms_key.encryption_key',
  ].map((address) => String(document.resource(address)['policy']));
  for (const { sid, condition, part } of OPTIONAL_RIGHTS) {
    const found = policies.flatMap((policy) => statementIn(policy, sid) ?? []);
    for (const statement of new Set(found)) {
      const optional = part ?? statement;
      if (!statement.includes(optional)) {
        throw new EditFailedError(optional, `is not in the statement ${sid}`);
      }
      document.replace(
        statement,
        statement.replace(optional, () => partWhen(condition, optional)),
      );
    }
    if (found.length === 0) {
      throw new EditFailedError(`the statement ${sid}`, 'is in no policy');
    }
  }
  document.replace(
    ',"s3:PutObjectTagging"',
    partWhen('length(var.object_tags) > 0', ',"s3:PutObjectTagging"'),
  );
  for (const prefix of [`${expression('local.bucket_arn')}/`, '']) {
    const groups = `,"${prefix}${expression('var.key_prefix')}group_id=*"`;
    document.replace(groups, partWhen('length(local.group_ids) > 0', groups));
  }
};
