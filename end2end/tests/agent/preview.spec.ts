// The preview, against a real server that streams as the test lets it.

import { createAgent, say, saveInstructions } from "../../fixtures/builder.ts";
import { ModelServer } from "../../fixtures/model.ts";
import { expect, expectAccessible, hydrated, test } from "../../fixtures/test.ts";

let model: ModelServer;
test.beforeEach(async () => {
  model = await ModelServer.start();
});
test.afterEach(() => model.stop());

test("a model's answer streams, stops, fails in plain words and is tried again", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  await page.goto("/settings/providers");
  await hydrated(page);
  await page.getByLabel("Name").fill("local");
  await page.getByLabel("Address").fill(model.url);
  await page.getByLabel("Models").fill("tiny");
  await page.getByLabel("Key").fill("sk-canary-e2e");
  await page.getByRole("button", { name: "Add provider" }).click();
  await expect(page.getByText("Key set")).toBeVisible();
  expect(await page.content()).not.toContain("canary");
  await expectAccessible(page);

  const arrivedTest = model.request();
  await page.getByRole("button", { name: "Test connection" }).click();
  await arrivedTest;
  model.say("Hello");
  model.done();
  await expect(page.locator(".toasts").getByText("It works: tiny answered")).toBeVisible();

  await page.goto("/agents/new");
  await hydrated(page);
  await page.getByLabel("Name", { exact: true }).fill("Lighthouse");
  await page.getByLabel("Instructions", { exact: true }).fill("Be calm.");
  await page.getByLabel("Model", { exact: true }).selectOption("local/tiny");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.locator("#draft-number")).toHaveText("Draft 1");

  const answer = page.locator(".bubble.agent").last();
  const field = page.getByLabel("Message");
  const send = async (text: string) => {
    const arrived = model.request();
    await field.fill(text);
    await field.press("Enter");
    await arrived;
  };

  // Piece by piece, while the model still writes.
  await send("Hello");
  model.say("Good ");
  await expect(answer).toContainText("Good");
  await expect(page.getByRole("button", { name: "Stop" })).toBeVisible();
  model.say("**morning**");
  model.done();
  await expect(answer.locator("strong")).toHaveText("morning");
  await expect(answer).toContainText(/Draft 1 · [0-9a-f]{6}/);
  await expect(page.getByRole("button", { name: "Send" })).toBeVisible();
  await expect(page.locator(".chat [role=status]")).toContainText("Good");

  // Stopped, what came stays.
  await send("More");
  model.say("Half of it");
  await expect(answer).toContainText("Half of it");
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(answer.getByText("Stopped")).toBeVisible();
  await expect(answer).toContainText("Half of it");

  // Refused in plain words, without the key; the same message again is answered.
  model.refuse = { status: 401, message: "Incorrect API key provided: sk-canary-e2e" };
  await send("And now?");
  await expect(answer).toContainText("local refused the key");
  expect(await page.content()).not.toContain("canary");
  await expectAccessible(page);
  model.refuse = undefined;
  const again = model.request();
  await page.getByRole("button", { name: "Try again" }).click();
  await again;
  model.say("At last");
  model.done();
  await expect(answer).toContainText("At last");
  await expect(page.locator(".bubble.me", { hasText: "And now?" })).toHaveCount(1);
  expect(model.keys.every((key) => key === "Bearer sk-canary-e2e")).toBe(true);
});

test("the preview says which draft answers and starts anew", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  await page.goto("/agents/new");
  await hydrated(page);
  await expect(page.getByText("Save first to talk to the draft")).toBeVisible();
  await createAgent(page, { name: "Keeper", instructions: "First line.\nSecond.", greeting: "Ahoy!" });
  await expect(page.locator(".bubble.agent")).toHaveText(/Ahoy!/);
  const first = await say(page, "Hello");
  expect(first).toContain("First line.");
  expect(first).toContain("Rehearsal");
  expect(first).toMatch(/Draft 1 · [0-9a-f]{6}/);
  await saveInstructions(page, "Other words.", 2);
  await expect(page.locator(".preview-bar")).toContainText("Draft 2 answers");
  expect(await say(page, "Hello")).toContain("Other words.");
  await page.getByRole("button", { name: "New chat" }).click();
  await expect(page.locator(".bubble.me")).toHaveCount(0);
  await page.getByRole("tab", { name: "Information" }).click();
  await expect(page.getByRole("tabpanel")).toContainText("Draft 2");
  await expect(page.getByRole("tabpanel")).toContainText("rehearsal");
  await expectAccessible(page);
});
