// When Save and Publish are disabled, and what they say then.

import {
  createAgent,
  expectToast,
  instructions,
  openRelease,
  publish,
  publishRelease,
  save,
  saveInstructions,
} from "../../fixtures/builder.ts";
import { expect, hydrated, test } from "../../fixtures/test.ts";

const reason = (page: import("@playwright/test").Page, id: string) => page.locator(`#${id}-reason`);

test("a new agent needs a name and instructions", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  await page.goto("/agents/new");
  await hydrated(page);
  await expect(save(page)).toBeDisabled();
  await expect(reason(page, "save")).toContainText("Nothing to save");
  await page.getByLabel("Name", { exact: true }).fill("Only a name");
  await expect(save(page)).toBeDisabled();
  await expect(reason(page, "save")).toContainText("needs instructions");
  await instructions(page).fill("And now instructions");
  await expect(save(page)).toBeEnabled();
  await page.getByLabel("Name", { exact: true }).fill("");
  await expect(save(page)).toBeDisabled();
  await expect(reason(page, "save")).toContainText("needs a name");
});

test("nothing unsaved, nothing to save", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  await createAgent(page, { name: "Rules", instructions: "one" });
  await expect(save(page)).toBeDisabled();
  await expect(reason(page, "save")).toContainText("Nothing to save");
  await instructions(page).fill("two");
  await expect(save(page)).toBeEnabled();
  await instructions(page).fill("one");
  await expect(save(page)).toBeDisabled();
});

test("an invalid field keeps Save disabled and marks its tab", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  await createAgent(page, { name: "Rules", instructions: "one" });
  await page.getByLabel("Temperature").fill("3");
  await page.getByLabel("Temperature").blur();
  await expect(save(page)).toBeDisabled();
  await expect(reason(page, "save")).toContainText("Temperature");
  await expect(page.getByLabel("Temperature")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Temperature").fill("0.5");
  await expect(save(page)).toBeEnabled();
  await page.getByRole("link", { name: "Advanced" }).click();
  await page.getByLabel("Configuration").fill('{"skills": 3}');
  await expect(save(page)).toBeDisabled();
  await expect(page.getByLabel("Configuration")).toHaveAttribute("aria-invalid", "true");
});

test("a running action keeps Save and Publish disabled", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  await createAgent(page, { name: "Rules", instructions: "one" });
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/fn/save_draft", async (route) => {
    await held;
    await route.continue();
  });
  await instructions(page).fill("two");
  await save(page).click();
  await expect(save(page)).toBeDisabled();
  await expect(reason(page, "save")).toContainText("current action");
  await expect(reason(page, "publish")).toContainText("current action");
  go();
  await expect(page.locator("#draft-number")).toHaveText("Draft 2");
});

test("unsaved changes keep Publish disabled, no changes do not", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  await createAgent(page, { name: "Rules", instructions: "one" });
  await instructions(page).fill("two");
  await page.locator("#release").click();
  await expect(publish(page)).toBeDisabled();
  await expect(reason(page, "publish")).toContainText("Save your changes first");
  await page.keyboard.press("Escape");
  await save(page).click();
  await expect(page.locator("#draft-number")).toHaveText("Draft 2");
  await publishRelease(page);
  await openRelease(page);
  await expect(publish(page)).toBeEnabled();
  await publish(page).click();
  await expectToast(
    page,
    "No new release was published since the agent didn’t change. Make changes to your agent and try publishing again.",
  );
});

test("a save by somebody else stops a publish of the draft that was seen", async ({ page, account, context }) => {
  expect(account.name).not.toBe("");
  const url = await createAgent(page, { name: "Rules", instructions: "one" });
  const other = await context.newPage();
  await other.goto(url);
  await hydrated(other);
  await saveInstructions(other, "unreviewed", 2);
  await openRelease(page);
  await publish(page).click();
  await expectToast(page, /Nothing was published/);
});

test("Ctrl+S saves", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  await createAgent(page, { name: "Rules", instructions: "one" });
  await instructions(page).fill("two");
  await page.keyboard.press("Control+s");
  await expect(page.locator("#draft-number")).toHaveText("Draft 2");
});
