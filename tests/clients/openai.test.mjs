// The official `openai` package from npm, with another address and key: an agent's id is the model.

import assert from "node:assert/strict";
import test from "node:test";
import OpenAI from "openai";
import { FIRST, KEY, SECOND, UNKNOWN, URL, agentFor, ask, publish, saidBy, save } from "./support.mjs";

/** @param {string} apiKey */
const clientOf = (apiKey) => new OpenAI({ baseURL: `${URL}/v1`, apiKey, maxRetries: 0, timeout: 30_000 });
const client = clientOf(KEY);

/** @type {OpenAI.ChatCompletionMessageParam[]} */
const HELLO = [{ role: "user", content: "Hello" }];

/** @param {string} model */
async function plain(model) {
  const completion = await client.chat.completions.create({ model, messages: HELLO });
  return completion.choices[0]?.message.content ?? "";
}

/** @param {string} model */
async function streamed(model) {
  const chunks = await client.chat.completions.create({ model, messages: HELLO, stream: true });
  let text = "";
  for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? "";
  return text;
}

for (const [name, complete] of Object.entries({ plain, streamed }))
  test(`what is live answers, ${name}`, async (t) => {
    const agent = await agentFor(t);
    await publish(agent);
    const before = await complete(agent);
    saidBy(before, 1, FIRST);
    await save(agent, { instructions: SECOND });
    assert.equal(await complete(agent), before, "a save reaches nobody");
    await publish(agent);
    saidBy(await complete(agent), 2, SECOND);
    await ask("POST", `/agents/${agent}/rollback`, { version: 1 });
    assert.equal(await complete(agent), before);
  });

test("its stream helper puts the pieces together to the plain answer", async (t) => {
  const agent = await agentFor(t);
  await publish(agent);
  const runner = client.chat.completions.stream({
    model: agent,
    messages: [{ role: "system", content: "Be brief." }, ...HELLO],
  });
  let pieces = 0;
  runner.on("content", () => (pieces += 1));
  const whole = await runner.finalChatCompletion();
  assert.ok(pieces > 5, `${pieces} pieces`);
  const [choice] = whole.choices;
  assert.deepEqual([choice?.finish_reason, choice?.message.role], ["stop", "assistant"]);
  assert.equal(choice?.message.content, await plain(agent));
});

test("the answer names the release that gave it", async (t) => {
  const agent = await agentFor(t);
  const release = await publish(agent);
  const { data, response } = await client.chat.completions.create({ model: agent, messages: HELLO }).withResponse();
  const receipt = JSON.parse(response.headers.get("galley-receipt") ?? "null");
  assert.deepEqual([receipt.version, receipt.revision_id], [1, release.id]);
  assert.deepEqual([data.object, data.model], ["chat.completion", agent]);
});

test("the models are the agents that are live", async (t) => {
  const agent = await agentFor(t);
  const listed = async () => {
    const ids = [];
    for await (const model of client.models.list()) ids.push(model.id);
    return ids.includes(agent);
  };
  assert.equal(await listed(), false);
  await publish(agent);
  assert.equal(await listed(), true);
  await ask("POST", `/agents/${agent}/unpublish`);
  assert.equal(await listed(), false);
});

test("errors are the exceptions of the package", async (t) => {
  const agent = await agentFor(t);
  await assert.rejects(plain(agent), (error) => {
    assert.ok(error instanceof OpenAI.ConflictError);
    assert.equal(error.code, "no_published_version");
    return true;
  });
  for (const model of ["gpt-4o", UNKNOWN])
    await assert.rejects(plain(model), (error) => {
      assert.ok(error instanceof OpenAI.NotFoundError);
      assert.deepEqual([error.type, error.param, error.code], ["invalid_request_error", "model", "not_found"]);
      return true;
    });
  await assert.rejects(clientOf("gk_live_wrong").models.list(), (error) => {
    assert.ok(error instanceof OpenAI.AuthenticationError);
    assert.equal(error.type, "authentication_error");
    return true;
  });
});
