import { XMLBuilder } from 'fast-xml-parser';
import { sessionArn } from '../iam/evaluate';
import { AwsError, type AwsOperation, type AwsRequest, type AwsResponse, type AwsService } from '../service';

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });
const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const OPERATION = 'GetCallerIdentity';

const xml = (root: string, members: object, status = 200): AwsResponse => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: builder.build({ [root]: { '@xmlns': NAMESPACE, ...members } }),
});

/** The codes that STS has for what the other services call otherwise. Source: STS API Reference, "Common errors". */
const CODES: Readonly<Record<string, string>> = {
  UnrecognizedClientException: 'InvalidClientTokenId',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
};

/** As much of AWS STS as says who calls. It speaks the query protocol: a form goes in, XML comes out. */
export class Sts implements AwsService {
  readonly signingName = 'sts';

  identify({ method, rawPath, body }: AwsRequest): AwsOperation {
    const action = new URLSearchParams(body.toString('utf8')).get('Action');
    if (method !== 'POST' || rawPath !== '/' || action !== OPERATION) {
      throw new AwsError('InvalidAction', `the local AWS does not have sts ${action ?? method}`);
    }
    return { name: OPERATION, resource: '*' };
  }

  async handle({ principal }: AwsRequest): Promise<AwsResponse> {
    const arn = sessionArn({ type: 'role', arn: principal });
    const [, , , , account = ''] = arn.split(':');
    return xml('GetCallerIdentityResponse', {
      GetCallerIdentityResult: { Arn: arn, UserId: `AROALOCAL:${arn.split('/').at(-1)}`, Account: account },
      ResponseMetadata: { RequestId: 'local' },
    });
  }

  errorResponse({ code, message, status }: AwsError, requestId: string): AwsResponse {
    const stsCode = CODES[code];
    return xml(
      'ErrorResponse',
      { Error: { Type: 'Sender', Code: stsCode ?? code, Message: message }, RequestId: requestId },
      stsCode === undefined ? status : 403,
    );
  }
}
