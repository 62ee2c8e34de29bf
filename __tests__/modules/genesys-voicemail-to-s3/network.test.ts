import { type Statement, statementsOf, synthesizeModule } from '../../helpers/synth';

const VPC = {
  vpcSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  vpcSecurityGroupIds: ['sg-0123456789abcdef0'],
};
const FUNCTIONS = [
  { name: 'refresh', id: 'refresh-auth-token' },
  { name: 'move', id: 'move-voicemail-to-s3' },
] as const;

const plan = synthesizeModule();
const inVpc = synthesizeModule(VPC);

const statements = (synthesized: typeof plan, name: string): readonly Statement[] =>
  statementsOf(synthesized.named('aws_iam_policy', `${name}_policy`)['policy']);

describe.each(FUNCTIONS)('the function $id', ({ name, id }) => {
  test('is outside of any VPC, without a right on network interfaces, unless subnets are given', () => {
    expect(plan.named('aws_lambda_function', `${name}_function`)).not.toHaveProperty('vpc_config');
    expect(statements(plan, name).some(({ Action }) => JSON.stringify(Action).includes('ec2:'))).toBe(false);
  });

  test('runs in the given subnets with the given security groups, once its role may place it there', () => {
    expect(inVpc.named('aws_lambda_function', `${name}_function`)).toMatchObject({
      vpc_config: { subnet_ids: VPC.vpcSubnetIds, security_group_ids: VPC.vpcSecurityGroupIds },
      depends_on: [`aws_iam_role_policy_attachment.voicemail_${name}_policy_attachment`],
    });
  });

  test('gets the rights that Lambda needs to place it, and its own code none of them', () => {
    const before = statements(plan, name).map(({ Sid }) => Sid);
    const added = statements(inVpc, name).filter(({ Sid }) => !before.includes(Sid));
    const change = [
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ];
    const describing = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];
    const arn = (service: string, resource: string) =>
      `arn:\${data.aws_partition.voicemail_surroundings_partition.partition}:${service}:\${data.aws_region.voicemail_surroundings_region.region}:\${data.aws_caller_identity.voicemail_surroundings_account.account_id}:${resource}`;
    expect(added).toEqual([
      { Sid: 'PlaceInNetwork', Effect: 'Allow', Action: change, Resource: arn('ec2', '*/*') },
      { Sid: 'SeeNetwork', Effect: 'Allow', Action: describing, Resource: '*' },
      {
        Sid: 'DenyNetworkToTheCode',
        Effect: 'Deny',
        Action: [...change, ...describing],
        Resource: '*',
        Condition: {
          ArnEquals: { 'lambda:SourceFunctionArn': arn('lambda', `function:genesys-voicemail-${id}`) },
        },
      },
    ]);
  });

  test('has its signature checked only where a signing configuration is given', () => {
    const arn = 'arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-0f6c334abcdea4d8b';
    expect(plan.named('aws_lambda_function', `${name}_function`)).not.toHaveProperty(
      'code_signing_config_arn',
    );
    expect(
      synthesizeModule({ codeSigningConfigArn: arn }).named('aws_lambda_function', `${name}_function`),
    ).toMatchObject({ code_signing_config_arn: arn });
  });
});

test('a VPC adds no resource: subnets and security groups stay their owner’s', () => {
  expect(inVpc.addresses).toEqual(plan.addresses);
});
