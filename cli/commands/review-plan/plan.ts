import * as v from 'valibot';
import { EXIT_CODE, OperatorError } from '../../errors';

/** A plan that cannot be reviewed. Its message is one line: what was read, what is wrong with it, what to do. */
export class PlanUnreadableError extends OperatorError {
  /** The file, as the caller named it. */
  readonly file: string;

  constructor(file: string, problem: string) {
    super('PlanUnreadable', `${file}: ${problem}`, EXIT_CODE.failed);
    this.file = file;
  }
}

/** Actions of a plan on one resource. */
export type Action = 'none' | 'add' | 'change' | 'replace' | 'destroy' | 'forget' | 'read';

/** Terraform's own words, joined, and ours. A list that is not here is refused: it may delete something. */
const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['no-op', 'none'],
  ['create', 'add'],
  ['read', 'read'],
  // OpenTofu's word for an ephemeral resource, which is never in the state.
  ['open', 'read'],
  ['update', 'change'],
  ['delete', 'destroy'],
  ['delete,create', 'replace'],
  ['create,delete', 'replace'],
  // The old object stays in the cloud, but whoever uses the resource gets a new and empty one.
  ['create,forget', 'replace'],
  ['forget,create', 'replace'],
  ['forget', 'forget'],
]);

const Actions = v.pipe(
  v.array(v.string('a list of texts'), 'a list of texts'),
  v.rawTransform(({ dataset, addIssue, NEVER }): Action => {
    const action = ACTIONS.get(dataset.value.join(','));
    if (action === undefined) {
      addIssue({ message: `one of ${[...ACTIONS.keys()].map((known) => `[${known}]`).join(' ')}` });
      return NEVER;
    }
    return action;
  }),
);

const Change = v.object(
  {
    actions: Actions,
    before: v.optional(v.unknown()),
    after: v.optional(v.unknown()),
    after_unknown: v.optional(v.unknown()),
    before_sensitive: v.optional(v.unknown()),
    after_sensitive: v.optional(v.unknown()),
    replace_paths: v.nullish(v.array(v.array(v.union([v.string(), v.number()])))),
    importing: v.nullish(v.object({})),
  },
  'an object',
);

const ResourceChange = v.object(
  {
    address: v.string('a text'),
    previous_address: v.optional(v.string('a text')),
    mode: v.picklist(['managed', 'data', 'ephemeral'], 'managed, data or ephemeral'),
    type: v.string('a text'),
    deposed: v.optional(v.string('a text')),
    action_reason: v.optional(v.string('a text')),
    change: Change,
  },
  'an object',
);

const ActionInvocation = v.object(
  { address: v.string('a text'), type: v.optional(v.string(), '') },
  'an object',
);

const Plan = v.object(
  {
    // Major version 1 is all that is known; minor versions only add.
    format_version: v.pipe(v.string('a text'), v.regex(/^1\.\d+$/, 'version 1 of the plan format')),
    // A state in JSON has none: without this check it would look like a plan that changes nothing.
    planned_values: v.object({}, 'an object, which a plan has and a state has not'),
    // Terraform leaves it out of a plan without any resource: such a plan is of something else.
    resource_changes: v.array(ResourceChange, 'a list'),
    resource_drift: v.nullish(v.array(ResourceChange, 'a list'), []),
    /** Changes deferred to a later plan. */
    deferred_changes: v.nullish(
      v.array(v.object({ resource_change: ResourceChange }, 'an object'), 'a list'),
      [],
    ),
    /** Actions that Terraform 1.14 runs beside its changes. */
    action_invocations: v.nullish(v.array(ActionInvocation, 'a list'), []),
    deferred_action_invocations: v.nullish(
      v.array(v.object({ action_invocation: ActionInvocation }, 'an object'), 'a list'),
      [],
    ),
    output_changes: v.nullish(v.record(v.string(), Change, 'an object'), {}),
    errored: v.optional(v.boolean(), false),
    complete: v.optional(v.boolean(), true),
  },
  'one JSON object',
);

/**
 * The parts of a plan that a review reads, from `terraform show -json`.
 *
 * The format is HashiCorp's "JSON Output Format" (https://developer.hashicorp.com/terraform/internals/json-format).
 */
export type Plan = v.InferOutput<typeof Plan>;

/** One resource as the plan describes it. */
export type PlannedChange = Plan['resource_changes'][number];

/** A checked plan, and the whole JSON that it came from. */
export interface ParsedPlan {
  readonly plan: Plan;
  /** Everything, to find sensitive values that the checked parts do not show. */
  readonly document: unknown;
}

/**
 * Reads the output of `terraform show -json tfplan`.
 *
 * @param file - how errors name the text
 * @throws PlanUnreadableError for anything but a whole plan of format version 1. No value of the plan is in its message.
 */
export const parsePlan = (file: string, text: string): ParsedPlan => {
  if (text.trim() === '') {
    throw new PlanUnreadableError(
      file,
      'not a plan: it is empty; write the file with terraform show -json PLANFILE',
    );
  }
  const document = parseJson(file, text);
  const result = v.safeParse(Plan, document, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const place = v.getDotPath(issue);
    const expected = place === null ? issue.message : `${place} has to be ${issue.message}`;
    throw new PlanUnreadableError(
      file,
      `not a plan: ${expected}; write the file with terraform show -json PLANFILE`,
    );
  }
  if (result.output.errored) {
    throw new PlanUnreadableError(
      file,
      'planning ended with an error, so this is a part of a plan; plan again',
    );
  }
  return { plan: result.output, document };
};

const parseJson = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may be a secret.
    throw new PlanUnreadableError(
      file,
      'not a plan: this is not JSON; write the file with terraform show -json PLANFILE',
    );
  }
};
