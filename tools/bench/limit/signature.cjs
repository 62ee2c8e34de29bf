'use strict';

const { createHash, createHmac } = require('node:crypto');

const sha256 = (data) => createHash('sha256').update(data).digest('hex');
const hmac = (key, data) => createHmac('sha256', key).update(data).digest();

/** What S3 takes in the place of a body's hash where the connection is TLS. */
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/**
 * AWS Signature Version 4 of one request, with nothing around it.
 *
 * Source: "Create a signed AWS API request" in the AWS IAM user guide. Paths with other characters than unreserved ones and
 * slashes, and queries, do not occur here and are not encoded.
 *
 * @returns the headers to send
 */
const sign = ({ method, host, path, service, headers = {}, bodyHash, now = new Date() }) => {
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${AWS_REGION}/${service}/aws4_request`;
  const signed = {
    ...headers,
    host,
    'x-amz-content-sha256': bodyHash,
    'x-amz-date': time,
    'x-amz-security-token': AWS_SESSION_TOKEN,
  };
  const names = Object.keys(signed).sort();
  const canonical = [
    method,
    path,
    '',
    ...names.map((name) => `${name}:${signed[name]}`),
    '',
    names.join(';'),
    bodyHash,
  ].join('\n');
  const key = scope.split('/').reduce(hmac, `AWS4${AWS_SECRET_ACCESS_KEY}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex');
  const credential = `${AWS_ACCESS_KEY_ID}/${scope}`;
  return {
    ...signed,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
};

module.exports = { sha256, sign, UNSIGNED_PAYLOAD };
