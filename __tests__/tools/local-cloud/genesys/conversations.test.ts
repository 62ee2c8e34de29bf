import { randomUUID } from 'node:crypto';
import { json, refusal, type Scene, startScene, stopAll } from './helpers';

afterEach(stopAll);

const callback = ({ api }: Scene, conversationId: string) =>
  api(`/api/v2/conversations/callbacks/${conversationId}`);

const voicemailsOf = async (response: Response): Promise<readonly unknown[]> => {
  const { participants } = await json(response);
  return Array.isArray(participants) ? participants.map((participant) => participant.voicemail) : [];
};

describe('the callback conversation of a voicemail', () => {
  test('names the voicemail and its upload state on both participants', async () => {
    const scene = await startScene();
    const { conversationId, messageId } = scene.leave({ appearsAfterMs: 60_000 });
    const pending = { id: messageId, uploadStatus: 'pending' };
    expect(await voicemailsOf(await callback(scene, conversationId))).toEqual([pending, pending]);
    scene.clock.advance(60_000);
    const complete = { id: messageId, uploadStatus: 'complete' };
    expect(await voicemailsOf(await callback(scene, conversationId))).toEqual([complete, complete]);
  });

  test('is not found before it exists, nor where a caller left nothing or a group was called', async () => {
    const scene = await startScene();
    const notFound = [404, 'conversation.error.conversation.not.found'];
    const late = scene.leave({ conversationAppearsAfterMs: 5_000 });
    expect(await refusal(await callback(scene, late.conversationId))).toEqual(notFound);
    scene.clock.advance(5_000);
    expect((await callback(scene, late.conversationId)).status).toBe(200);
    const { conversationId } = scene.genesys.abandonVoicemail({ queueId: scene.queue.id });
    expect(await refusal(await callback(scene, conversationId))).toEqual(notFound);
    const group = scene.leave({ groupId: scene.genesys.createGroup().id });
    expect(await refusal(await callback(scene, group.conversationId))).toEqual(notFound);
    expect(await refusal(await callback(scene, randomUUID()))).toEqual(notFound);
  });
});
