import { KNOWN_BAD } from '../../checks/policy-scan/known-bad';
import {
  listOf,
  type Resource,
  resourcesOf,
  type StackDocument,
  type Statement,
  statementsOf,
} from '../../checks/policy-scan/stack-document';
import { SUPPRESSIONS } from '../../checks/policy-scan/suppressions';
import { RESOURCE_NAMES, RESOURCE_REASONS, ROLE_REASONS } from './reasons';

/** A table of Markdown. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The stacks that the tables are made from. */
export interface TableStacks {
  /** With the options left out. */
  readonly example: StackDocument;
  /** By the option that is on, in words: the same with that option. */
  readonly withOption: ReadonlyMap<string, StackDocument>;
}

/** Something of a stack that the documentation has no words for. */
export class UndocumentedError extends Error {
  override readonly name = 'UndocumentedError';

  constructor(what: string) {
    super(
      `${what} has no words in tools/build/least-privilege/reasons.ts; add what it is or why it is there`,
    );
  }
}

const wordsFor = (words: Readonly<Record<string, string>>, what: string): string => {
  const found = words[what];
  if (found === undefined) {
    throw new UndocumentedError(what);
  }
  return found;
};

const DATA = /\$\{data\.aws_(?:partition|region|caller_identity)\.[^.}]+\.([a-z_]+)\}/g;
const REFERENCE =
  /\$\{aws_[a-z0-9_]+\.voicemail_([a-z0-9_]+?)_[0-9A-F]{8}\.(?:arn|id|url|bucket|function_name)\}/g;

/** The name of the resource that a value is a reference to, and nothing more; undefined for any other value. */
const referenced = (value: string): string | undefined => {
  const [first, ...others] = value.matchAll(REFERENCE);
  const [whole, name] = first ?? [];
  return others.length === 0 && whole === value && name !== undefined
    ? wordsFor(RESOURCE_NAMES, name)
    : undefined;
};

/** A value of the stack: a resource by its name, anything else as code without Terraform's expressions. */
const shown = (value: string): string => {
  const code = value
    .replace(DATA, (_all, attribute: string) => `<${attribute.replace('account_id', 'account')}>`)
    .replace(REFERENCE, (_all, name: string) => `<${wordsFor(RESOURCE_NAMES, name)}>`);
  return referenced(value) ?? `\`${code}\``;
};

const lines = (values: readonly string[]): string => values.join('<br>');

const conditionOf = ({ Condition = {} }: Statement): string =>
  lines(
    Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(
        ([key, value]) => `${operator} \`${key}\` = ${listOf(value).map(shown).join(' or ')}`,
      ),
    ),
  );

const principalOf = ({ Principal }: Statement): string => {
  if (Principal === undefined || typeof Principal === 'string') {
    return Principal === '*' ? 'everybody' : '';
  }
  return lines(Object.values(Principal).flatMap(listOf).map(shown));
};

const actionsOf = ({ Effect, Action }: Statement): string =>
  lines(listOf(Action).map((action) => `${Effect === 'Deny' ? 'deny ' : ''}\`${action}\``));

const resourcesOfStatement = ({ Resource: resource }: Statement): string =>
  lines(listOf(resource).map(shown));

const roleStatements = (document: StackDocument, functionName: string): readonly Statement[] => {
  const policy = resourcesOf(document).find(
    ({ type, name }) => type === 'aws_iam_policy' && name.startsWith(`voicemail_${functionName}_policy_`),
  );
  if (policy === undefined) {
    throw new RangeError(`the stack has no policy for ${functionName}`);
  }
  return statementsOf(policy.arguments['policy']);
};

/** Rights of a role with the options left out. */
export const roleTable = ({ example }: TableStacks, functionName: 'move' | 'refresh'): Table => ({
  head: ['Statement', 'Actions', 'Resource', 'Condition', 'Why'],
  rows: roleStatements(example, functionName).map((statement) => [
    statement.Sid,
    actionsOf(statement),
    resourcesOfStatement(statement),
    conditionOf(statement),
    wordsFor(ROLE_REASONS, statement.Sid),
  ]),
});

/** A statement as one text for each action, resource and condition. */
const rightsOf = (statements: readonly Statement[]): readonly string[] =>
  statements.flatMap((statement) =>
    listOf(statement.Action).flatMap((action) =>
      listOf(statement.Resource).map((resource) => {
        const condition = conditionOf(statement);
        const verb = statement.Effect === 'Deny' ? 'deny ' : '';
        return `${verb}\`${action}\` on ${shown(resource)}${condition === '' ? '' : ` if ${condition}`}`;
      }),
    ),
  );

/** Rights that options add to the roles, and take from them. */
export const optionTable = ({ example, withOption }: TableStacks): Table => ({
  head: ['Option', 'Role', 'Adds', 'Takes away'],
  rows: [...withOption].flatMap(([option, document]) =>
    (['refresh', 'move'] as const).flatMap((functionName) => {
      const before = rightsOf(roleStatements(example, functionName));
      const after = rightsOf(roleStatements(document, functionName));
      const added = after.filter((right) => !before.includes(right));
      const taken = before.filter((right) => !after.includes(right));
      const role = functionName === 'move' ? 'mover' : 'rotation';
      return added.length + taken.length === 0 ? [] : [[option, role, lines(added), lines(taken)]];
    }),
  ),
});

/** The arguments that hold a policy, by the type of what holds it; and what the policy is about. */
const HOLDERS: Readonly<
  Record<string, { readonly argument: string; readonly what: (resource: Resource) => string }>
> = {
  aws_iam_role: { argument: 'assume_role_policy', what: () => 'trust of both roles' },
  aws_kms_key: { argument: 'policy', what: () => 'the key' },
  aws_s3_bucket_policy: { argument: 'policy', what: () => 'the bucket' },
  aws_secretsmanager_secret_policy: { argument: 'policy', what: () => 'the token secret' },
  aws_sqs_queue_policy: {
    argument: 'policy',
    what: (resource) => shown(String(resource.arguments['queue_url'])),
  },
};

const permissionRow = ({ arguments: permission }: Resource): readonly string[] => {
  const text = (argument: string) => String(permission[argument]);
  return [
    shown(text('function_name')),
    text('statement_id'),
    shown(text('principal')),
    `\`${text('action')}\``,
    `ArnLike \`aws:SourceArn\` = ${shown(text('source_arn'))}<br>StringEquals \`aws:SourceAccount\` = ${shown(text('source_account'))}`,
    wordsFor(RESOURCE_REASONS, text('statement_id')),
  ];
};

/** Statements of the resources' policies. */
export const resourceTable = ({ example }: TableStacks): Table => {
  const rows = resourcesOf(example).flatMap((resource) => {
    if (resource.type === 'aws_lambda_permission') {
      return [permissionRow(resource)];
    }
    const holder = HOLDERS[resource.type];
    return holder === undefined
      ? []
      : statementsOf(resource.arguments[holder.argument]).map((statement) => [
          holder.what(resource),
          statement.Sid,
          principalOf(statement),
          actionsOf(statement),
          conditionOf(statement),
          wordsFor(RESOURCE_REASONS, statement.Sid),
        ]);
  });
  // Both roles trust the same.
  const distinct = new Map(rows.map((row) => [row.join('|'), row]));
  return {
    head: ['Policy of', 'Statement', 'Who', 'Actions', 'Condition', 'Why'],
    rows: [...distinct.values()],
  };
};

/** Checks that the stack fails on purpose. */
export const suppressionTable = (): Table => ({
  head: ['Check', 'Asks for', 'Passes with', 'Reason'],
  rows: SUPPRESSIONS.map(({ checkId, asks, passesWith, reason }) => [
    checkId,
    asks,
    passesWith ?? '',
    reason,
  ]),
});

/** Checks that notice each stack that is known to be bad. */
export const knownBadTable = (): Table => ({
  head: ['Spoilt stack', 'Noticed by'],
  rows: KNOWN_BAD.map(({ id, checkov }) => [id.replaceAll('-', ' '), checkov.join(', ')]),
});
