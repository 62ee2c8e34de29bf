import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { genesysAnswer } from '../../../tools/bench/service/genesys';
import { LeanS3, type S3Request } from '../../../tools/bench/service/s3';
import { findVoicemail, toVoicemailId } from '../../../tools/bench/service/voicemail-id';

const ID = toVoicemailId({ number: 7, backlog: 10, sizeBytes: 1000 });
const KEY = `/bench/queue_id=${ID}/${ID}.webm`;

const request = (method: string, path: string, options: Partial<S3Request> = {}): S3Request => ({
  method,
  url: new URL(path, 'https://bench'),
  receivedBytes: 1000,
  ...options,
  headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a', ...options.headers },
});

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();

test("a voicemail's id says all that the service has to know of it", () => {
  const facts = fc.record({
    number: fc.nat(2 ** 32 - 1),
    backlog: fc.nat(2 ** 16 - 1),
    sizeBytes: fc.maxSafeNat().map((value) => value % 2 ** 48),
  });
  fc.assert(
    fc.property(facts, (voicemail) => {
      const id = toVoicemailId(voicemail);
      expect(findVoicemail(`/media/${id}.webm`)).toEqual({ id, ...voicemail });
    }),
  );
});

describe('S3', () => {
  test('counts a recording as stored only where all of its bytes arrived', () => {
    const s3 = new LeanS3();
    expect(s3.answer(request('PUT', KEY, { receivedBytes: 999 }))).toMatchObject({ hasStored: false });
    expect(s3.answer(request('PUT', KEY))).toMatchObject({ status: 200, hasStored: true });
    expect(s3.answer(request('PUT', KEY.replace('.webm', '.json')))).toMatchObject({ hasStored: false });
  });

  test('refuses a second conditional write, an unsigned one, and a body in chunks that it would not understand', () => {
    const s3 = new LeanS3();
    const headers = { 'if-none-match': '*' };
    expect(s3.answer(request('PUT', KEY, { headers })).status).toBe(200);
    expect(s3.answer(request('PUT', KEY, { headers })).status).toBe(412);
    expect(s3.answer(request('PUT', KEY, { headers: { authorization: 'Bearer x' } })).status).toBe(403);
    expect(s3.answer(request('PUT', KEY, { headers: { 'content-encoding': 'aws-chunked' } })).status).toBe(
      501,
    );
  });

  test('puts an upload together, and answers with the checksum of the checksums of its parts', () => {
    const s3 = new LeanS3();
    const uploadId = /<UploadId>(.+)<\/UploadId>/.exec(
      s3.answer(request('POST', `${KEY}?uploads`)).body ?? '',
    )?.[1];
    const digests = [sha256('one'), sha256('two')];
    for (const [index, digest] of digests.entries()) {
      const headers = { 'x-amz-checksum-sha256': digest.toString('base64') };
      const path = `${KEY}?partNumber=${index + 1}&uploadId=${uploadId}`;
      expect(s3.answer(request('PUT', path, { headers, receivedBytes: 500 })).status).toBe(200);
    }
    const answer = s3.answer(request('POST', `${KEY}?uploadId=${uploadId}`));
    expect(answer.hasStored).toBe(true);
    expect(answer.body).toContain(`${sha256(Buffer.concat(digests)).toString('base64')}-2`);
  });
});

test('the listing of a queue ends with the voicemail itself, behind its backlog', () => {
  const page = (pageNumber: number): unknown =>
    genesysAnswer(
      new URL(
        `/api/v2/voicemail/queues/${ID}/messages?pageSize=10&pageNumber=${pageNumber}`,
        'https://bench',
      ),
      '',
    );
  expect(page(1)).toMatchObject({ pageCount: 2, total: 11 });
  expect(page(2)).toMatchObject({ entities: [{ id: ID, audioRecordingSizeBytes: 1000 }] });
});
