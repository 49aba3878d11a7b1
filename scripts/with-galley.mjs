// Runs a command against the release build: node scripts/with-galley.mjs COMMAND...
//
// The server is a fresh one (see server.mjs), with two workspaces. The command finds in its environment:
//   GALLEY_URL          where it is
//   GALLEY_API_KEY      a key with every scope, of the admin you@example.com
//   GALLEY_CHAT_KEY     another key of theirs, which may only chat
//   GALLEY_FOREIGN_KEY  a key with every scope, of the admin of another workspace
//   GALLEY_BIN, GALLEY_DATABASE_URL and, on Postgres, GALLEY_SECRET_KEY, for `galley keys create` and its like
// No rate limit is in the way: all of the tests come from one address. What the server wrote is shown if the command fails.

import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startGalley } from "./server.mjs";

const [program = "", ...options] = process.argv.slice(2);
if (!program) throw new Error("usage: node scripts/with-galley.mjs COMMAND...");

const SCOPES = "agents:read,agents:write,agents:draft,chat,admin";
const settings = { GALLEY_RATE_KEY: "1000000", GALLEY_RATE_ADDRESS: "1000000" };

/**
 * The command's variables: two people, and their keys, made as an operator makes them.
 *
 * @param {Awaited<ReturnType<typeof startGalley>>} server
 */
function variables({ binary, url, environment }) {
  /** @param {string[]} words */
  const galley = (words, input = "") => execFileSync(binary, words, { env: environment, input }).toString().trim();
  /** @param {string} email @param {string[]} workspace */
  const admin = (email, ...workspace) =>
    galley(["admin", "create", "--email", email, "--password-stdin", ...workspace], randomBytes(12).toString("hex"));
  /** @param {string} email @param {string} scopes */
  const key = (email, scopes) => galley(["keys", "create", "--email", email, "--scopes", scopes, "--name", "Tests"]);

  admin("you@example.com");
  admin("them@example.com", "--workspace", "Elsewhere");
  return {
    GALLEY_BIN: binary,
    GALLEY_URL: url,
    GALLEY_API_KEY: key("you@example.com", SCOPES),
    GALLEY_CHAT_KEY: key("you@example.com", "chat"),
    GALLEY_FOREIGN_KEY: key("them@example.com", SCOPES),
  };
}

/**
 * Runs the command; resolves to its exit code. Ctrl+C reaches it as well, and the server goes after it.
 *
 * @param {Record<string, string | undefined>} env
 * @returns {Promise<number>}
 */
function run(env) {
  const child = spawn(program, options, { env, stdio: ["ignore", "inherit", "inherit"] });
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "galley-with-"));
const log = path.join(folder, "server.log");
let code = 1;
try {
  const server = await startGalley({ log, settings });
  try {
    code = await run({ ...server.environment, ...variables(server) });
  } finally {
    await server.stop();
    if (code !== 0) console.error(`What the server wrote:\n${fs.readFileSync(log, "utf8")}`);
  }
} catch (error) {
  code = 1;
  console.error(error instanceof Error ? error.message : error);
}
fs.rmSync(folder, { recursive: true, force: true });
process.exit(code);
