// The `ai` package from npm against `/agent/v1/chat/completions`: its transport, and the chat that `useChat` wraps.

import assert from "node:assert/strict";
import http from "node:http";
import test from "node:test";
import { AbstractChat, DefaultChatTransport, readUIMessageStream } from "ai";
import { FIRST, KEY, SECOND, URL, agentFor, ask, publish, saidBy, save } from "./support.mjs";

/** @typedef {import("ai").UIMessage<{ receipt: { version: number, revision_id: string } }>} Message */

const headers = { Authorization: `Bearer ${KEY}` };

/**
 * @param {string} agentId
 * @returns {DefaultChatTransport<Message>}
 */
const transportTo = (agentId, place = "/agent/v1") =>
  new DefaultChatTransport({ api: `${URL}${place}/chat/completions`, headers, body: { agentId } });

/**
 * @param {string} text
 * @returns {Message}
 */
const user = (text) => ({ id: "m1", role: "user", parts: [{ type: "text", text }] });

/** @param {Message | undefined} message */
const textOf = (message) => (message?.parts ?? []).map((part) => (part.type === "text" ? part.text : "")).join("");

/** The state of `useChat`, without React. @extends {AbstractChat<Message>} */
class Chat extends AbstractChat {
  /** @param {DefaultChatTransport<Message>} transport */
  constructor(transport) {
    super({
      transport,
      state: {
        status: "ready",
        error: undefined,
        messages: [],
        pushMessage(message) {
          this.messages = [...this.messages, message];
        },
        popMessage() {
          this.messages = this.messages.slice(0, -1);
        },
        replaceMessage(index, message) {
          this.messages = this.messages.with(index, message);
        },
        snapshot: structuredClone,
      },
    });
  }
}

/**
 * The answer to one message, read from the transport's stream as the package reads it.
 *
 * @param {string} agentId
 */
async function answer(agentId, place = "/agent/v1") {
  const stream = await transportTo(agentId, place).sendMessages({
    trigger: "submit-message",
    chatId: "c1",
    messageId: undefined,
    messages: [user("Hello")],
    abortSignal: undefined,
  });
  /** @type {Message | undefined} */
  let last;
  let states = 0;
  for await (const message of readUIMessageStream({ stream, terminateOnError: true })) {
    last = /** @type {Message} */ (message);
    states += 1;
  }
  return { text: textOf(last), message: last, states };
}

/**
 * A provider of the workspace, on loopback, whose first answer waits in the middle until `goOn`.
 *
 * @param {import("node:test").TestContext} test
 */
async function slowModel(test) {
  /** @type {() => void} */
  let goOn = () => {};
  /** @type {Promise<void>} */
  const gate = new Promise((resolve) => (goOn = resolve));
  const server = http.createServer(async (request, response) => {
    request.resume();
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    /** @param {object} delta @param {string | null} finish */
    const say = (delta, finish = null) =>
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
    say({ content: "Once upon " });
    await gate;
    say({ content: "a time." });
    say({}, "stop");
    response.end("data: [DONE]\n\n");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const provider = { slug: "slow", kind: "openai", base_url: `http://127.0.0.1:${port}/v1`, models: "m" };
  const { id } = await ask("POST", "/providers", provider);
  test.after(async () => {
    goOn();
    await ask("DELETE", `/providers/${id}`);
    server.close();
    server.closeAllConnections();
  });
  return { name: "slow/m", goOn };
}

/** The plain form: the same body with `stream: false`. @param {string} agentId */
async function plain(agentId) {
  const response = await fetch(`${URL}/agent/v1/chat/completions`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify({ agentId, messages: [user("Hello")], stream: false }),
  });
  const message = /** @type {Message} */ (await response.json());
  assert.equal(response.status, 200, JSON.stringify(message));
  return message;
}

for (const place of ["/agent/v1", "/api/public/agent/v1"])
  test(`what is live answers through the transport at ${place}`, async (t) => {
    const agent = await agentFor(t);
    const release = await publish(agent);
    const before = await answer(agent, place);
    saidBy(before.text, 1, FIRST);
    assert.ok(before.states > 5, "it comes in pieces");
    assert.equal(before.message?.role, "assistant");
    assert.equal(before.message?.metadata?.receipt.revision_id, release.id);

    await save(agent, { instructions: SECOND });
    assert.equal((await answer(agent, place)).text, before.text, "a save reaches nobody");
    await publish(agent);
    saidBy((await answer(agent, place)).text, 2, SECOND);
  });

test("the plain answer is a message of the package, with the same text", async (t) => {
  const agent = await agentFor(t);
  await publish(agent);
  const message = await plain(agent);
  assert.equal(message.role, "assistant");
  assert.equal(message.metadata?.receipt.version, 1);
  assert.equal(textOf(message), (await answer(agent)).text);
});

test("the chat of useChat holds a conversation over several turns", async (t) => {
  const agent = await agentFor(t);
  await save(agent, { prompt_bubbles: ["And when?"] });
  await publish(agent);
  const chat = new Chat(transportTo(agent));
  await chat.sendMessage({ text: "Where is it?" });
  assert.equal(chat.status, "ready");
  saidBy(textOf(chat.lastMessage), 1, FIRST);
  assert.match(textOf(chat.lastMessage), /not its one prompt bubble/);

  // The second request carries the first answer as the package keeps it, with its steps and metadata.
  await chat.sendMessage({ text: "And when?" });
  assert.equal(chat.status, "ready", chat.error?.message);
  assert.deepEqual(
    chat.messages.map(({ role }) => role),
    ["user", "assistant", "user", "assistant"],
  );
  assert.match(textOf(chat.lastMessage), /Your message is its prompt bubble/);
  const ids = new Set(chat.messages.map(({ id }) => id));
  assert.equal(ids.size, 4, "each message has an id of its own");

  await chat.regenerate();
  assert.equal(chat.messages.length, 4);
  assert.match(textOf(chat.lastMessage), /Your message is its prompt bubble/);
});

test("a chat that is stopped keeps what came, and can go on", async (t) => {
  const model = await slowModel(t);
  const agent = await agentFor(t);
  await save(agent, { model: model.name });
  await publish(agent);
  const chat = new Chat(transportTo(agent));
  const sent = chat.sendMessage({ text: "Hello" });
  while (textOf(chat.lastMessage) !== "Once upon ") await new Promise((resolve) => setImmediate(resolve));
  await chat.stop();
  await sent;
  assert.equal(chat.status, "ready");
  model.goOn();
  assert.equal(textOf(chat.lastMessage), "Once upon ");
  await chat.sendMessage({ text: "Again" });
  assert.equal(textOf(chat.lastMessage), "Once upon a time.", chat.error?.message);
});

test("a refusal reaches the chat as its error", async (t) => {
  const agent = await agentFor(t);
  const chat = new Chat(transportTo(agent));
  await chat.sendMessage({ text: "Hello" });
  assert.equal(chat.status, "error");
  assert.match(chat.error?.message ?? "", /no_published_version/);
  await publish(agent);
  chat.clearError();
  await chat.regenerate();
  saidBy(textOf(chat.lastMessage), 1, FIRST);
  await ask("POST", `/agents/${agent}/unpublish`);
});
