import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { LocalBackend, S3Backend, TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { GenesysVoicemailToS3, MODULE_OUTPUTS } from '../genesys-voicemail-to-s3';
import { type Deployment, stateKeyOf } from './deployment';

/** One deployment of the module: a provider for its account and region, a backend, the module, and outputs. */
export class DeploymentStack extends TerraformStack {
  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id);
    const { $schema: _schema, awsRegion, awsAccountId, backend, tags, ...options } = deployment;
    new AwsProvider(this, 'aws', {
      region: awsRegion,
      allowedAccountIds: [awsAccountId],
      ...(tags === undefined ? {} : { defaultTags: [{ tags }] }),
    });
    // cdktf's bindings would pin their own release exactly; the schema of what is written here is that of the whole series.
    this.addOverride('terraform.required_providers.aws.version', '>= 6.25, < 7.0');
    this.#keepState(id, backend);
    const voicemail = new GenesysVoicemailToS3(this, 'voicemail', options);
    for (const { name, description, readFrom } of MODULE_OUTPUTS) {
      new TerraformOutput(this, name, { description, value: readFrom(voicemail) });
    }
  }

  #keepState(id: string, backend: Deployment['backend']): void {
    if (backend === undefined) {
      // Relative to the stack's folder in cdktf.out: cdktf's own default would be an absolute path.
      new LocalBackend(this, { path: `../../../terraform.${id}.tfstate` });
      return;
    }
    const { bucket, region, kmsKeyArn } = backend;
    const s3 = new S3Backend(this, {
      bucket,
      region,
      key: stateKeyOf(id, backend),
      encrypt: true,
      ...(kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn }),
    });
    // Terraform 1.10 and later lock by a file in the bucket; cdktf 0.21 has no property for it.
    s3.addOverride('use_lockfile', true);
  }
}
