/** The CloudWatch namespace of everything that the functions count. Part of their contract with the module's alarms. */
export const METRICS_NAMESPACE = 'GenesysVoicemailToS3';
