import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { DeploymentOutputs } from '../../deployment';
import { type FunctionZip, releasedCodeSha256, releaseVersion } from '../../deployment/release';
import { type Check, finding, ok } from './check';

/** Compares the code that Lambda runs with the zip of this release, by the hash that both have. */
const codeCheck = (
  name: string,
  needs: string,
  zip: FunctionZip,
  arnIn: (outputs: DeploymentOutputs) => string,
): Check => ({
  name,
  needs: [needs],
  async look({ deployment: { aws, outputs } }) {
    const released = releasedCodeSha256(zip);
    if (released === undefined) {
      return ok(`was not compared: this checkout has no dist/functions/${zip}.zip; npm run build makes it`);
    }
    const { CodeSha256: deployed } = await aws.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: arnIn(outputs) }),
    );
    const version = releaseVersion();
    return deployed === released
      ? ok(`is that of version ${version}, to the byte`)
      : finding(
          `Lambda runs code with the SHA-256 ${deployed ?? 'unknown'}; that of version ${version} is ${released}`,
          `another version is deployed, or somebody changed the code: run doctor of the version that you deployed, and deploy again where that one differs too. Code that you sign or build yourself is none of this release's`,
        );
  },
});

/** The code of the functions. */
export const codeChecks: readonly Check[] = [
  codeCheck(
    'refresh-function-code',
    'refresh-function',
    'refresh-auth-token',
    ({ refresh_function_arn }) => refresh_function_arn,
  ),
  codeCheck(
    'move-function-code',
    'move-function',
    'move-voicemail-to-s3',
    ({ move_function_arn }) => move_function_arn,
  ),
];
