// Starts the release build for tests that reach it from outside: on a free port, with a folder of its own that goes away.
// The end-to-end tests use it (end2end/fixtures/server.ts), and so does with-galley.mjs.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

const START_SECONDS = 60;

/**
 * The server, once it answers.
 *
 * `log` is the file that gets what it writes; `settings` are variables of its environment, beyond the database and the
 * address. GALLEY_BIN names the binary (`make test` sets it); GALLEY_E2E_DATABASE_URL a database to use instead of a
 * fresh SQLite file. `environment` is what the binary's other commands need to work on the same database. `stop` fails
 * when the server panicked or ended on its own, whichever test caused it.
 *
 * @param {{ log: string, settings?: Record<string, string> }} options
 */
export async function startGalley({ log, settings = {} }) {
  const binary = process.env.GALLEY_BIN;
  if (!binary) throw new Error("GALLEY_BIN names no binary to test; `make test` builds one and sets it");
  const data = fs.mkdtempSync(path.join(os.tmpdir(), "galley-server-"));
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  fs.mkdirSync(path.dirname(log), { recursive: true });
  const lines = fs.openSync(log, "w");

  const external = process.env.GALLEY_E2E_DATABASE_URL;
  /** @type {Record<string, string>} */
  const database = external
    ? // Beside a database of its own the server makes its key itself.
      { GALLEY_DATABASE_URL: external, GALLEY_SECRET_KEY: randomBytes(32).toString("hex") }
    : { GALLEY_DATABASE_URL: `sqlite://${path.join(data, "galley.db")}` };
  // Nothing of the caller's own Galley, nor a model provider's key, may reach the server under test.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(GALLEY|LEPTOS)_|_API_KEY$/.test(name));
  const environment = { ...Object.fromEntries(inherited), ...database, ...settings };

  const server = spawn(binary, ["serve"], {
    cwd: data,
    env: { ...environment, GALLEY_ADDR: address },
    stdio: ["ignore", lines, lines],
  });
  /** @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    server.on("error", (error) => resolve(error.message));
    server.on("exit", (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`));
  });
  const put = async () => {
    server.kill("SIGTERM");
    const late = setTimeout(() => server.kill("SIGKILL"), 20_000);
    await ended;
    clearTimeout(late);
    fs.closeSync(lines);
    fs.rmSync(data, { recursive: true, force: true });
  };

  const problem = await Promise.race([ready(url), ended]);
  if (problem) {
    await put();
    throw new Error(`the server did not start: ${problem}\n${fs.readFileSync(log, "utf8")}`);
  }

  const stop = async () => {
    const early = server.exitCode !== null || server.signalCode !== null;
    await put();
    const wrote = fs.readFileSync(log, "utf8");
    if (wrote.includes("panicked")) throw new Error(`the server panicked:\n${wrote}`);
    if (early) throw new Error(`the server ended before the tests did: ${await ended}\n${wrote}`);
  };
  return { binary, url, environment, stop };
}

/**
 * Waits until the server answers; resolves to a reason when it never does.
 *
 * @param {string} url
 */
async function ready(url) {
  const deadline = Date.now() + START_SECONDS * 1000;
  while (Date.now() < deadline) {
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return `/healthz did not answer within ${START_SECONDS} s`;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {net.AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}
