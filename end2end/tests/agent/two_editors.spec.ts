// Two browsers on one agent: what does not touch merges, what touches asks, an idle tab is left in peace.

import { createAgent, expectToast, instructions, save, saveInstructions } from "../../fixtures/builder.ts";
import { expect, hydrated, test } from "../../fixtures/test.ts";

const LINES = "first line\n\nsecond line\n\nthird line";

test("edits that do not touch both survive", async ({ page, account, context }) => {
  expect(account.name).not.toBe("");
  const url = await createAgent(page, { name: "Shared", instructions: LINES });
  const other = await context.newPage();
  await other.goto(url);
  await hydrated(other);
  await saveInstructions(other, LINES.replace("first", "FIRST"), 2);
  await instructions(page).fill(LINES.replace("third", "THIRD"));
  await save(page).click();
  await expect(page.locator("#draft-number")).toHaveText("Draft 3");
  await expectToast(page, /with others’ changes to/);
  await expect(instructions(page)).toHaveValue("FIRST line\n\nsecond line\n\nTHIRD line");
  await expect(save(page)).toBeDisabled();
});

test("edits that touch are shown side by side, and the choice is saved", async ({ page, account, context }) => {
  expect(account.name).not.toBe("");
  const url = await createAgent(page, { name: "Shared", instructions: "start" });
  const other = await context.newPage();
  await other.goto(url);
  await hydrated(other);
  await saveInstructions(other, "theirs", 2);
  await instructions(page).fill("mine");
  await save(page).click();
  const conflict = page.locator("#conflict");
  await expect(conflict).toBeVisible();
  await expect(conflict).toContainText("mine");
  await expect(conflict).toContainText("theirs");
  await conflict.getByText(/Both started from/).click();
  await expect(conflict).toContainText("start");
  await expect(instructions(page)).toHaveValue("mine");
  await conflict.getByLabel(/Take/).check();
  await page.getByLabel("Greeting", { exact: true }).fill("Hello");
  await save(page).click();
  await expect(page.locator("#draft-number")).toHaveText("Draft 3");
  await expect(instructions(page)).toHaveValue("theirs");
  await expect(page.getByLabel("Greeting", { exact: true })).toHaveValue("Hello");
  await expect(conflict).toHaveCount(0);
});

test("an idle tab sees no false conflict", async ({ page, account, context }) => {
  expect(account.name).not.toBe("");
  const url = await createAgent(page, { name: "Shared", instructions: LINES });
  const other = await context.newPage();
  await other.goto(url);
  await hydrated(other);
  await saveInstructions(other, LINES.replace("first", "FIRST"), 2);
  // The idle tab wakes up and changes something else entirely.
  await page.getByLabel("Description", { exact: true }).fill("Wakes up late");
  await save(page).click();
  await expect(page.locator("#draft-number")).toHaveText("Draft 3");
  await expect(page.locator("#conflict")).toHaveCount(0);
  await expect(instructions(page)).toHaveValue(LINES.replace("first", "FIRST"));
});
