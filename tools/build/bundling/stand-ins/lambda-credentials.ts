/** A set of AWS credentials, in the form that the SDK's clients take. */
interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const variable = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`environment variable ${name} is missing; the Lambda runtime sets it`);
  }
  return value;
};

/**
 * Reads the credentials of the function's role from where the Lambda runtime puts them.
 *
 * The build puts this in the place of `@aws-sdk/credential-provider-node`, so its name is fixed by the SDK's clients.
 * Source of the variables: "Defined runtime environment variables" in the AWS Lambda developer guide.
 *
 * @returns a provider that throws where a variable is missing, naming it.
 */
export const defaultProvider = () => async (): Promise<AwsCredentials> => ({
  accessKeyId: variable('AWS_ACCESS_KEY_ID'),
  secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
  sessionToken: variable('AWS_SESSION_TOKEN'),
});
