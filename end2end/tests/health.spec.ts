// The least that a release build must do: answer, and take over the page in the browser.

import { expect, hydrated, test } from "../fixtures/test.ts";

test("the server says that it is alive and ready", { tag: "@story" }, async ({ request }) => {
  expect((await request.get("/healthz")).status()).toBe(200);
  expect((await request.get("/readyz")).status()).toBe(200);
});

test("the sign-in page comes alive in the browser", async ({ page }) => {
  await page.goto("/sign-in");
  await hydrated(page);
});

test("the browser's code is sent small and kept for ever", async ({ page }) => {
  const code = page.waitForResponse((response) => response.url().endsWith(".wasm"));
  await page.goto("/sign-in");
  const headers = await (await code).allHeaders();
  expect(headers["content-type"]).toBe("application/wasm");
  expect(headers["content-encoding"]).toMatch(/^(br|gzip)$/);
  expect(headers["cache-control"]).toContain("immutable");
});

test("the icon and the rules for robots are there", async ({ request }) => {
  expect((await request.get("/favicon.svg")).headers()["content-type"]).toBe("image/svg+xml");
  expect(await (await request.get("/robots.txt")).text()).toContain("User-agent: *");
});
