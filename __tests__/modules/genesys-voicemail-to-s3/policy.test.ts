import { TerraformStack, TerraformVariable, Testing, Token } from 'cdktf';
import {
  jsonText,
  policyDocument,
  UnresolvedValueError,
} from '../../../modules/genesys-voicemail-to-s3/policy';

const variable = () => new TerraformVariable(new TerraformStack(Testing.app(), 'test'), 'given', {});

test('a text holds literals and text tokens', () => {
  const text = jsonText('document', { literal: ['a', 1, true, null], token: variable().stringValue });
  expect(JSON.parse(text)).toEqual({
    literal: ['a', 1, true, null],
    token: expect.stringContaining('${TfToken['),
  });
});

test.each([
  ['number', 'document.value', () => ({ value: variable().numberValue })],
  ['list', 'document.value', () => ({ value: variable().listValue })],
  ['number in a list', 'document.value[1]', () => ({ value: [1, variable().numberValue] })],
])(
  'a token that is a %s is refused by its place, for cdktf would write <unresolved-token>',
  (_, place, value) => {
    const write = () => jsonText('document', value());
    expect(write).toThrow(UnresolvedValueError);
    expect(write).toThrow(`${place} is a token that is no string`);
  },
);

test('the same token is taken as a text', () => {
  expect(() => jsonText('document', { value: Token.asString(variable().numberValue) })).not.toThrow();
});

test('a list token is refused in a policy too', () => {
  const { listValue } = variable();
  const write = () =>
    policyDocument('policy', [{ Sid: 'Any', Effect: 'Allow', Action: 's3:GetObject', Resource: listValue }]);
  expect(write).toThrow('policy.Statement[0].Resource is a token that is no string');
});
