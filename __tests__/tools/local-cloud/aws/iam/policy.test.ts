import { PolicyInvalidError, type PolicyKind, parsePolicy } from '../../../../../tools/local-cloud/aws/iam';

const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:events';
const good = { Sid: 'Send', Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE };
const goodForResource = { ...good, Principal: { Service: 'events.amazonaws.com' } };

const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

const parse = (kind: PolicyKind, text: string) => parsePolicy(kind, { name: 'mover', document: text });

const errorOf = (kind: PolicyKind, text: string): PolicyInvalidError => {
  try {
    parse(kind, text);
  } catch (error) {
    if (error instanceof PolicyInvalidError) {
      return error;
    }
  }
  throw new Error('expected the policy to be refused');
};

describe('a policy document', () => {
  test.each([
    ['an unknown element', { ...good, Resorce: '*' }, 'Resorce'],
    ['NotPrincipal', { ...good, NotPrincipal: '*' }, 'NotPrincipal'],
    ['an Effect in another case', { ...good, Effect: 'allow' }, 'Effect'],
    ['no action', { Sid: 'Send', Effect: 'Allow', Resource: QUEUE }, 'Action'],
    ['NotAction', { ...good, NotAction: 'sqs:DeleteQueue' }, 'NotAction'],
    ['NotResource', { ...good, NotResource: QUEUE }, 'NotResource'],
    ['no resource', { Sid: 'Send', Effect: 'Allow', Action: 'sqs:SendMessage' }, 'Resource'],
    ['an empty list of actions', { ...good, Action: [] }, 'Action'],
    ['an action without its service', { ...good, Action: 'SendMessage' }, 'SendMessage'],
    ['a wildcard for services', { ...good, Action: 's*:SendMessage' }, 's*:SendMessage'],
    ['a wildcard across the colon', { ...good, Action: 'sqs*' }, 'sqs*'],
    ['a resource that is no ARN', { ...good, Resource: 'events' }, 'events'],
    ['an ARN that is cut off', { ...good, Resource: 'arn:aws:sqs:eu-central-1' }, 'six parts'],
    ['a wildcard for the service of an ARN', { ...good, Resource: 'arn:aws:*:::x' }, 'no wildcard'],
    [
      'a policy variable in a resource',
      { ...good, Resource: 'arn:aws:s3:::${aws:username}' },
      'policy variable',
    ],
    ['an unknown operator', { ...good, Condition: { StringIs: { 'aws:SourceArn': 'x' } } }, 'StringIs'],
    ['a principal in an identity policy', { ...good, Principal: '*' }, 'Principal'],
    ['a Sid with a space in an identity policy', { ...good, Sid: 'Send mail' }, 'Sid'],
  ])('with %s is refused, naming policy, statement and what is wrong', (_, statement, problem) => {
    const error = errorOf('identity', document({ ...good, Sid: 'First' }, statement));

    expect(error.policy).toBe('mover');
    expect(error.statement).not.toBe('');
    expect(error.message).toContain(problem);
  });

  test.each([
    ['no principal', { ...good }],
    ['an empty principal', { ...good, Principal: {} }],
    ['an unknown kind of principal', { ...good, Principal: { Federated: 'accounts.example.com' } }],
    ['a wildcard in a principal', { ...good, Principal: { AWS: 'arn:aws:iam::123456789012:role/*' } }],
    ['a wildcard for services', { ...good, Principal: { Service: '*.amazonaws.com' } }],
  ])('of a resource with %s is refused', (_, statement) => {
    expect(errorOf('resource', document(statement)).message).toMatch(/principal/i);
  });

  test('of trust takes no resource', () => {
    expect(errorOf('trust', document(goodForResource)).problem).toContain('no resource');
  });

  test('with two equal Sids is refused', () => {
    expect(errorOf('identity', document(good, good))).toMatchObject({ statement: 'Send' });
  });

  test('with a key written twice is refused, where JSON would keep the last', () => {
    const text = document(good).replace('"Effect":"Allow"', '"Effect":"Deny","Effect":"Allow"');

    expect(errorOf('identity', text).message).toContain("Duplicate key 'Effect'");
  });

  test.each([
    ['{"Statement":[]}'],
    ['{"Version":"2008-10-17","Statement":[]}'],
    ['{"Version":"2012-10-17","Statements":[]}'],
    ['{"Version":"2012-10-17"'],
    ['[]'],
  ])('%s is refused as a whole', (text) => {
    expect(errorOf('identity', text).statement).toBe('');
  });
});
