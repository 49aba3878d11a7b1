// What every test here begins with, as in support.py: where the server is, who asks, and agents to ask about. The variables
// are those of scripts/with-galley.mjs.

import assert from "node:assert/strict";

/** @param {string} name */
function variable(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing; run the tests by scripts/with-galley.mjs`);
  return value;
}

export const URL = variable("GALLEY_URL");
export const KEY = variable("GALLEY_API_KEY");
export const CHAT_KEY = variable("GALLEY_CHAT_KEY");
export const FOREIGN_KEY = variable("GALLEY_FOREIGN_KEY");

export const UNKNOWN = "00000000-0000-7000-8000-000000000000";
export const FIRST = "Answer kindly.";
export const SECOND = "Answer in one sentence.";

/**
 * A call of the API that must succeed, to prepare a test.
 *
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export async function ask(method, path, body) {
  const answer = await fetch(`${URL}/api/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${KEY}`, "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/**
 * Makes an agent that is deleted after the test; gives its id.
 *
 * @param {import("node:test").TestContext} test
 * @returns {Promise<string>}
 */
export async function agentFor(test) {
  const { id } = await ask("POST", "/agents", { name: "Desk", instructions: FIRST });
  test.after(() => ask("DELETE", `/agents/${id}`));
  return id;
}

/**
 * Saves a draft. Nobody but its authors may notice.
 *
 * @param {string} agent
 * @param {Record<string, unknown>} changes
 */
export async function save(agent, changes) {
  const { number } = await ask("GET", `/agents/${agent}/draft`);
  await ask("PATCH", `/agents/${agent}/draft`, { base_draft: number, ...changes });
}

/** @param {string} agent */
export const publish = (agent) => ask("POST", `/agents/${agent}/publish`);

/**
 * Holds that the rehearsal answered as this release, with these instructions.
 *
 * @param {string} answer
 * @param {number} version
 * @param {string} instructions
 */
export function saidBy(answer, version, instructions) {
  assert.ok(answer.includes(`v${version} answers here`), answer);
  assert.ok(answer.includes(`\`\`\`\n${instructions}\n\`\`\``), answer);
}
