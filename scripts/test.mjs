// Runs every test and ends with one summary:
//
//   1. what is missing is installed, and the release build is made with its site
//   2. unit and integration tests, on SQLite and on a Postgres of their own
//   3. the Python client's tests, the live ones among them against the release build
//   4. other systems' clients (curl, axios, openai, ai) against the release build, on SQLite and on Postgres, and clients
//      made out of its OpenAPI document
//   5. requests made out of that document, the same ones each time (make fuzz-api makes others)
//   6. end to end in a real Chromium against the release build, on SQLite
//   7. the tests tagged @story once more, on Postgres
//
// A step that fails, or that ran no test at all, fails the whole; so does one that could not be run, and one that says
// nothing for so long that it must hang: it is ended, and the others go on. Nothing is skipped silently: tests that skip
// themselves are counted in the summary.

import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const root = path.dirname(import.meta.dirname);
const metadata = execFileSync("cargo", ["metadata", "--no-deps", "--format-version", "1"], { cwd: root });
const target = JSON.parse(metadata.toString()).target_directory;
const report = path.join(root, "end2end/logs/report.json");
const junit = path.join(target, "test-reports");

const end2end = (...options) => ["npx", "--prefix", "end2end", "playwright", "test", "--config", "end2end", ...options];
const python = path.join(target, "python/bin/python");
const pytest = (folder) => {
  return [python, "-m", "pytest", "-q", "-c", `${folder}/pyproject.toml`, `--junitxml=${junit}/pytest.xml`, folder];
};
const fuzz = [python, "tests/clients/fuzz/run.py", "--examples", "12", "--seed", "1", "--junit", `${junit}/fuzz.xml`];
const withGalley = (command) => ["node", "scripts/with-galley.mjs", ...command];
const onPostgres = (command) => {
  const shell = `GALLEY_E2E_DATABASE_URL=$GALLEY_E2E_POSTGRES_URL ${command.join(" ")}`;
  return ["scripts/with-postgres", "bash", "-c", shell];
};

/** Past this a step that says nothing hangs, in ms. The longest pause is the release build of the crate itself. */
const MOST_SILENCE = 20 * 60_000;

const steps = [
  { name: "tools", command: ["scripts/install", "test"] },
  { name: "release build", command: ["scripts/build"], needs: ["tools"] },
  {
    name: "unit and integration, SQLite and Postgres",
    command: ["scripts/with-postgres", "cargo", "test", "--release", "--features", "ssr", "--no-fail-fast"],
    count: cargoTests,
  },
  {
    name: "the Python client",
    command: withGalley(pytest("clients/python")),
    needs: ["tools", "release build"],
    count: junitTests,
  },
  {
    name: "other systems' clients, SQLite",
    command: withGalley(["scripts/test-clients"]),
    needs: ["tools", "release build"],
    count: junitTests,
  },
  {
    name: "other systems' clients, Postgres",
    command: onPostgres(withGalley(["scripts/test-clients"])),
    needs: ["tools", "release build"],
    count: junitTests,
  },
  {
    name: "the API by its OpenAPI document",
    command: withGalley(fuzz),
    needs: ["tools", "release build"],
    count: junitTests,
  },
  {
    name: "end to end, SQLite",
    command: end2end(),
    needs: ["tools", "release build"],
    count: browserTests,
  },
  {
    name: "end to end, the main story on Postgres",
    command: onPostgres(end2end("--grep", "@story")),
    needs: ["tools", "release build"],
    count: browserTests,
  },
];

/** The sums over the lines `test result: ok. 5 passed; 0 failed; 1 ignored; ...`, one of each test binary. */
function cargoTests(output) {
  const sums = { passed: 0, failed: 0, skipped: 0 };
  for (const [, passed, failed, ignored] of output.matchAll(
    /test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/g,
  )) {
    sums.passed += Number(passed);
    sums.failed += Number(failed);
    sums.skipped += Number(ignored);
  }
  return sums;
}

/** The numbers of Playwright's own report. What fails outside a test, such as a panic in the server, is a failure too. */
function browserTests() {
  if (!fs.existsSync(report)) return { passed: 0, failed: 0, skipped: 0 };
  const { stats, errors } = JSON.parse(fs.readFileSync(report, "utf8"));
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  };
}

/** Of pytest and of Node's runner. With all that it needs there no test has a reason to skip itself, so none may. */
function junitTests() {
  const files = fs.existsSync(junit) ? fs.readdirSync(junit) : [];
  const cases = files.flatMap((file) => fs.readFileSync(path.join(junit, file), "utf8").split("<testcase").slice(1));
  const bad = cases.filter((one) => /<(failure|error|skipped)\b/.test(one)).length;
  return { passed: cases.length - bad, failed: bad, skipped: 0 };
}

/** Sends a signal to the step that runs now, and to whatever it started. */
let tell = (_signal) => {};

/** Runs a command with its output shown as it comes; resolves to whether it succeeded and to that output. */
function run([program, ...options]) {
  const environment = {
    ...process.env,
    GALLEY_BIN: path.join(target, "release/galley"),
    GALLEY_E2E_REPORT: report,
  };
  return new Promise((resolve) => {
    const child = spawn(program, options, {
      cwd: root,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, so that all of it can be ended.
      detached: true,
    });
    tell = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch {
        // It has ended.
      }
    };
    let output = "";
    let forced;
    const silence = setTimeout(() => {
      console.error(`Nothing was said for ${MOST_SILENCE / 60_000} minutes: this step hangs, and is ended.`);
      tell("SIGTERM");
      forced = setTimeout(() => tell("SIGKILL"), 30_000);
    }, MOST_SILENCE);
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.setEncoding("utf8");
      from.on("data", (text) => {
        silence.refresh();
        output += text;
        to.write(text);
      });
    }
    const ended = (ok, more = "") => {
      clearTimeout(silence);
      clearTimeout(forced);
      resolve({ ok, output: output + more });
    };
    child.on("error", (error) => ended(false, error.message));
    child.on("close", (code) => ended(code === 0));
  });
}

/** Runs one step, unless a step that it needs failed. */
async function result(step, before) {
  const missing = before.find((earlier) => step.needs?.includes(earlier.name) && !earlier.ok);
  if (missing)
    return {
      ok: false,
      passed: 0,
      failed: 1,
      skipped: 0,
      remark: `not run, since "${missing.name}" failed`,
    };
  console.log(`\n== ${step.name}`);
  for (const earlier of [report, junit]) fs.rmSync(earlier, { force: true, recursive: true });
  const { ok, output } = await run(step.command);
  if (!step.count)
    return {
      ok,
      passed: 0,
      failed: ok ? 0 : 1,
      skipped: 0,
      remark: ok ? "done" : "failed",
    };
  const counts = step.count(output);
  if (ok && counts.passed + counts.failed === 0) return { ok: false, ...counts, failed: 1, remark: "ran no test" };
  if (!ok && counts.failed === 0) return { ok, ...counts, failed: 1, remark: "failed outside its tests" };
  return { ok: ok && counts.failed === 0, ...counts, remark: "" };
}

// Ctrl+C is passed on to the step, which puts its things away; this program ends after it, so that its last words are
// seen.
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    interrupted = true;
    tell(signal);
  });
}

const results = [];
for (const step of steps) {
  const started = Date.now();
  const outcome = await result(step, results);
  results.push({
    name: step.name,
    seconds: Math.round((Date.now() - started) / 1000),
    ...outcome,
  });
  if (interrupted) process.exit(130);
}

console.log("\nSummary");
for (const { name, ok, seconds, passed, failed, skipped, remark } of results) {
  const counts = passed + failed > 0 && !remark ? `${passed} passed, ${failed} failed` : remark;
  const aside = skipped > 0 ? `, ${skipped} skipped` : "";
  console.log(`  ${ok ? "ok  " : "FAIL"}  ${name.padEnd(44)}${counts}${aside} (${seconds} s)`);
}
const total = (key) => results.reduce((sum, outcome) => sum + outcome[key], 0);
console.log(`${total("passed")} passed, ${total("failed")} failed`);
process.exit(results.every((outcome) => outcome.ok) ? 0 : 1);
