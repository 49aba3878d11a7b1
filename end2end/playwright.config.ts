import { defineConfig, devices } from "@playwright/test";
import { findChromium } from "./fixtures/chromium.mjs";

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  globalSetup: "./fixtures/server.ts",
  fullyParallel: true,
  forbidOnly: true,
  // A test that passes at its second try is broken.
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: process.env.GALLEY_E2E_REPORT ?? "logs/report.json" }]],
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: findChromium(),
      // No sandbox, as in a container; no traffic but the tests'.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
  projects: [{ name: "chromium" }],
});
