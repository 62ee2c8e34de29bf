/** Principals of a statement of a resource's policy. Source: IAM User Guide, "AWS JSON policy elements: Principal". */
export type PolicyPrincipal =
  /** `*`: everyone, services included. */
  | { readonly type: 'anyone' }
  /** An account as a whole: it may hand on what it is given. */
  | { readonly type: 'account'; readonly accountId: string }
  | { readonly type: 'role' | 'session' | 'user'; readonly arn: string }
  /** For example `events.amazonaws.com`. */
  | { readonly type: 'service'; readonly name: string };

const ACCOUNT = /^(?:arn:aws[a-z-]*:iam::(\d{12}):root|(\d{12}))$/;
const ENTITIES = [
  ['role', /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/],
  ['user', /^arn:aws[a-z-]*:iam::\d{12}:user\/[\w+=,.@/-]+$/],
  ['session', /^arn:aws[a-z-]*:sts::\d{12}:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+$/],
] as const;
const SERVICE = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/;

/** @throws RangeError for a text that names no principal; a wildcard stands alone or not at all. */
export const parseAwsPrincipal = (text: string): PolicyPrincipal => {
  if (text === '*') {
    return { type: 'anyone' };
  }
  const [, ofRoot, digits] = ACCOUNT.exec(text) ?? [];
  const accountId = ofRoot ?? digits;
  if (accountId !== undefined) {
    return { type: 'account', accountId };
  }
  const entity = ENTITIES.find(([, form]) => form.test(text));
  if (entity === undefined) {
    throw new RangeError(
      `the principal ${JSON.stringify(text)} is neither "*", an account, a role, a user nor a role session; a wildcard cannot stand for a part of one`,
    );
  }
  return { type: entity[0], arn: text };
};

/** @throws RangeError for a text that is no service principal. */
export const parseServicePrincipal = (text: string): PolicyPrincipal => {
  if (!SERVICE.test(text)) {
    throw new RangeError(
      `the principal ${JSON.stringify(text)} is not a service, such as events.amazonaws.com`,
    );
  }
  return { type: 'service', name: text };
};
