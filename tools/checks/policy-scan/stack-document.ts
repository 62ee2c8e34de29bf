import * as v from 'valibot';

const documentSchema = v.looseObject({
  resource: v.record(v.string(), v.record(v.string(), v.record(v.string(), v.unknown()))),
});

const statementSchema = v.object({
  Sid: v.string(),
  Effect: v.picklist(['Allow', 'Deny']),
  Principal: v.optional(
    v.union([v.string(), v.record(v.string(), v.union([v.string(), v.array(v.string())]))]),
  ),
  Action: v.union([v.string(), v.array(v.string())]),
  Resource: v.optional(v.union([v.string(), v.array(v.string())])),
  Condition: v.optional(
    v.record(v.string(), v.record(v.string(), v.union([v.string(), v.array(v.string())]))),
  ),
});

const policySchema = v.object({ Version: v.literal('2012-10-17'), Statement: v.array(statementSchema) });

/** A stack in Terraform's JSON syntax, as cdktf writes it. */
export type StackDocument = v.InferOutput<typeof documentSchema>;

/** The arguments of one resource. */
export type ResourceArguments = Readonly<Record<string, unknown>>;

/** One statement of an IAM policy that was synthesized. */
export type Statement = v.InferOutput<typeof statementSchema>;

/** A resource with its address. */
export interface Resource {
  /** For example `aws_sqs_queue.voicemail_queues_events_1A2B3C4D`. */
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly arguments: ResourceArguments;
}

/** Reads the text of a `cdk.tf.json`. @throws ValiError where it has no resources of the usual form. */
export const parseStackDocument = (text: string): StackDocument => v.parse(documentSchema, JSON.parse(text));

/** Every resource of a stack. */
export const resourcesOf = ({ resource }: StackDocument): readonly Resource[] =>
  Object.entries(resource).flatMap(([type, named]) =>
    Object.entries(named).map(([name, body]) => ({
      address: `${type}.${name}`,
      type,
      name,
      arguments: body,
    })),
  );

/** The statements of a policy document that stands as text in an argument. @throws ValiError for any other value. */
export const statementsOf = (policy: unknown): readonly Statement[] =>
  v.parse(v.pipe(v.string(), v.parseJson(), policySchema), policy).Statement;

/** A value that may stand alone or in a list. */
export const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/**
 * The stack with every resource of a type changed; `undefined` takes the resource away.
 *
 * @throws RangeError where there is no such resource: a change that changes nothing would prove nothing.
 */
export const changeResources = (
  document: StackDocument,
  type: string,
  change: (body: ResourceArguments) => ResourceArguments | undefined,
): StackDocument => {
  const named = document.resource[type];
  if (named === undefined) {
    throw new RangeError(`the stack has no ${type}`);
  }
  const changed = Object.entries(named).flatMap(([name, body]) => {
    const result = change(body);
    return result === undefined ? [] : [[name, { ...result }] as const];
  });
  return { ...document, resource: { ...document.resource, [type]: Object.fromEntries(changed) } };
};

/** The stack with the statements of every policy in an argument of a type changed. */
export const changeStatements = (
  document: StackDocument,
  type: string,
  argument: string,
  change: (statements: readonly Statement[]) => readonly Statement[],
): StackDocument =>
  changeResources(document, type, (body) => ({
    ...body,
    [argument]: JSON.stringify({ Version: '2012-10-17', Statement: change(statementsOf(body[argument])) }),
  }));
