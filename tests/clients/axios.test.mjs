// Publishing with axios, as a job of CI does it against `/agent/v1`, and the other calls of that dialect.

import assert from "node:assert/strict";
import test from "node:test";
import axios from "axios";
import { CHAT_KEY, FOREIGN_KEY, KEY, SECOND, UNKNOWN, URL, agentFor, ask, save } from "./support.mjs";

/**
 * @param {string} agentId
 * @param {string} description
 */
const publishAgent = (agentId, description, key = KEY, place = "/agent/v1") =>
  axios.post(
    `${URL}${place}/publish`,
    { agentId: agentId, description: description },
    { headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" } },
  );

/**
 * The answer that axios throws for a refusal.
 *
 * @param {Promise<unknown>} call
 */
async function refusal(call) {
  try {
    await call;
  } catch (error) {
    if (axios.isAxiosError(error) && error.response) return error.response;
    throw error;
  }
  return assert.fail("it was not refused");
}

for (const place of ["/agent/v1", "/api/public/agent/v1"])
  test(`publishes the draft by ${place}, and says which version it became`, async (t) => {
    const agent = await agentFor(t);
    const first = await publishAgent(agent, "Tightened the system prompt", KEY, place);
    const { version } = first.data;
    assert.equal(first.status, 200);
    assert.deepEqual(first.data, { status: "success", message: "Agent published successfully", version });
    const release = await ask("GET", `/agents/${agent}/versions/${version.id}`);
    assert.deepEqual(version, { id: release.id, version: 1, createdAt: release.published_at });
    assert.ok(!Number.isNaN(Date.parse(version.createdAt)));
    assert.equal(release.note, "Tightened the system prompt");

    await save(agent, { instructions: SECOND });
    assert.equal((await ask("GET", `/agents/${agent}`)).live.version, 1, "a save publishes nothing");
    assert.equal((await publishAgent(agent, "Shorter", KEY, place)).data.version.version, 2);
  });

test("changes the draft with PATCH, and reads it again", async (t) => {
  const agent = await agentFor(t);
  await publishAgent(agent, "First");
  const headers = { Authorization: `Bearer ${KEY}` };
  const changed = await axios.patch(
    `${URL}/agent/v1/update`,
    { agentId: agent, instructions: SECOND, promptBubbles: ["Where is it?"] },
    { headers },
  );
  assert.equal(changed.data.status, "success");
  const shown = await axios.get(`${URL}/agent/v1/get`, { params: { agentId: agent }, headers });
  assert.equal(shown.data.agent.draft.config.instructions, SECOND);
  assert.deepEqual(shown.data.agent.draft.config.prompt_bubbles, ["Where is it?"]);
  assert.equal(shown.data.agent.live.version, 1);
});

test("is refused with a message, and then nothing was published", async (t) => {
  const agent = await agentFor(t);
  const refusals = [
    { status: 400, answer: await refusal(publishAgent("agent", "x")) },
    { status: 400, answer: await refusal(publishAgent(agent, "x".repeat(101))) },
    { status: 401, answer: await refusal(publishAgent(agent, "x", "gk_live_wrong")) },
    { status: 401, answer: await refusal(axios.post(`${URL}/agent/v1/publish`, { agentId: agent })) },
    { status: 403, answer: await refusal(publishAgent(agent, "x", CHAT_KEY)) },
    { status: 403, answer: await refusal(publishAgent(agent, "x", FOREIGN_KEY)) },
    { status: 403, answer: await refusal(publishAgent(UNKNOWN, "x")) },
  ];
  for (const { status, answer } of refusals) {
    assert.equal(answer.status, status, JSON.stringify(answer.data));
    assert.match(answer.data.message, /\w/);
  }
  assert.equal((await ask("GET", `/agents/${agent}`)).live, null);

  await publishAgent(agent, "First");
  const same = await refusal(publishAgent(agent, "Again"));
  assert.deepEqual([same.status, same.data.message], [409, "No draft changes to publish"]);
});

test("retries under one key without shipping twice", async (t) => {
  const agent = await agentFor(t);
  const once = () =>
    axios.post(
      `${URL}/agent/v1/publish`,
      { agentId: agent },
      { headers: { Authorization: `Bearer ${KEY}`, "Idempotency-Key": `deploy-${agent}` } },
    );
  const first = await once();
  await save(agent, { instructions: SECOND });
  const again = await once();
  assert.deepEqual(again.data, first.data);
  assert.equal(again.headers["idempotency-replayed"], "true");
  assert.equal((await ask("GET", `/agents/${agent}/versions`)).data.length, 1);
});
