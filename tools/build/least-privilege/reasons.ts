/** Why each statement of a role is there, by its name. A statement without an entry fails the documentation. */
export const ROLE_REASONS: Readonly<Record<string, string>> = {
  WriteLogs:
    'Lambda writes the log with the rights of the role. No `CreateLogGroup`: a group that came back after a destroy would have neither key nor age',
  WriteTraces: 'Lambda sends traces with the rights of the role; X-Ray knows no resources',
  DecryptEnvironment: 'Lambda decrypts the variables with the rights of the role',
  PlaceInNetwork: 'Lambda places the function in the VPC with the rights of the role',
  SeeNetwork: 'Lambda looks at the VPC with the rights of the role; EC2 knows no resources for that',
  DenyNetworkToTheCode: 'The code of the function has no use for the rights on the network',
  RotateSecret:
    'The four calls of a rotation, on the one secret, and only while that secret names this function as its rotation',
  UseKeyForSecret: 'Secrets Manager asks KMS in the name of the caller',
  ReadCurrentToken: 'The current token and no other version: neither a pending one nor the latest grant',
  StoreVoicemail:
    'To put objects under the prefix, to abort an upload in parts, and to compare what is stored already (`HeadObject` needs `GetObject`)',
  UseKeyForArchive:
    'S3 asks KMS in the name of the caller; with a bucket key what is encrypted is the bucket. Decrypt is for the parts of an upload and for checksums',
  WorkEvents:
    'Lambda receives and deletes with the rights of the role; the function gives messages back, and a reconcile asks how many wait',
  UseKeyForEvents: 'SQS asks KMS in the name of the caller; to send needs GenerateDataKey',
  SendFailures: 'What fails for good goes to the failures queue, with its class',
  UseKeyForFailures: 'SQS asks KMS in the name of the caller; to send needs Decrypt, too',
  ListArchive:
    'To see whether a voicemail is stored or was erased; a reconcile asks what the archive holds, day by day',
  SendMissing: 'A reconcile sends what the archive lacks',
};

/** Why each statement of a resource's policy is there, by its name. */
export const RESOURCE_REASONS: Readonly<Record<string, string>> = {
  LambdaAssumes: 'Nobody but Lambda takes the roles',
  RotationOfTheSecret: 'Secrets Manager calls the rotation for the one secret',
  AccountDecidesByIam:
    'Without it nobody could ever change the key again; who may use it is for the roles to say',
  LogsOfTheFunctions: 'CloudWatch Logs encrypts the two log groups',
  EventsToTheQueues:
    'EventBridge sends to the encrypted queues. It names the account to KMS, but no rule, so that this cannot be narrower',
  DenyInsecureTransport: 'Nothing over plain HTTP, for nobody',
  DenyOtherEncryption:
    'A put that names an encryption names this one; one that names none gets it from the bucket',
  DenyForeignKey: 'A put that names a key names this one',
  DenyCustomerProvidedKey: 'No keys that only the sender has: nobody could read the voicemail',
  SendFromRules: 'EventBridge sends for the rules of this stack alone',
};

/** The resources of a stack in the words of a reader, by their names without prefix and hash. */
export const RESOURCE_NAMES: Readonly<Record<string, string>> = {
  archive_bucket: 'the bucket',
  encryption_key: 'the key',
  events_rule_1: 'the voicemail rule',
  queues_events: 'the events queue',
  queues_failures: 'the failures queue',
  queues_undelivered: 'the undelivered queue',
  reconcile_rule: 'the reconcile rule',
  refresh_function: 'the rotation',
  token_secret: 'the token secret',
};
