// Unsaved typing survives: a reload, a crash, an expired sign-in, a slow start of the browser's code.

import { createAgent, expectToast, instructions, save } from "../../fixtures/builder.ts";
import { expect, hydrated, test } from "../../fixtures/test.ts";

test("a reload brings unsaved typing back", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  await createAgent(page, { name: "Typing", instructions: "saved" });
  await instructions(page).fill("typed, not saved");
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await hydrated(page);
  await expect(instructions(page)).toHaveValue("typed, not saved");
  await expect(page.getByText(/unsaved changes are back/)).toBeVisible();
  await page.getByRole("button", { name: "Discard changes" }).first().click();
  await expect(instructions(page)).toHaveValue("saved");
  await page.reload();
  await hydrated(page);
  await expect(instructions(page)).toHaveValue("saved");
});

test("a closed tab brings unsaved typing of a new agent back", async ({ page, account, context }) => {
  expect(account.name).not.toBe("");
  await page.goto("/agents/new");
  await hydrated(page);
  await page.getByLabel("Name", { exact: true }).fill("Half done");
  await page.close({ runBeforeUnload: false });
  const again = await context.newPage();
  await again.goto("/agents/new");
  await hydrated(again);
  await expect(again.getByLabel("Name", { exact: true })).toHaveValue("Half done");
});

test("an expired sign-in loses nothing", async ({ page, account, context, problems }) => {
  problems.expect(/401/);
  await createAgent(page, { name: "Typing", instructions: "saved" });
  await instructions(page).fill("typed while signed out");
  await context.clearCookies();
  await save(page).click();
  await expectToast(page, /your sign-in has ended/);
  await expect(instructions(page)).toHaveValue("typed while signed out");
  const elsewhere = await context.newPage();
  await elsewhere.goto("/sign-in");
  await elsewhere.getByLabel("Email").fill(account.email);
  await elsewhere.getByLabel("Password").fill(account.password);
  await elsewhere.getByRole("button", { name: "Sign in" }).click();
  await expect(elsewhere).toHaveURL("/");
  await save(page).click();
  await expect(page.locator("#draft-number")).toHaveText("Draft 2");
});

test("typing before the browser's code has loaded is kept, and saves as a plain form", async ({
  page,
  account,
  problems,
}) => {
  expect(account.name).not.toBe("");
  // The browser's own words on the code that never arrives.
  problems.expect(/\.wasm|Failed to fetch/);
  const url = await createAgent(page, { name: "Early", instructions: "saved" });
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(url);
  await instructions(page).fill("typed early");
  go();
  await hydrated(page);
  await expect(instructions(page)).toHaveValue("typed early");
  await expect(save(page)).toBeEnabled();
  await save(page).click();
  await expect(page.locator("#draft-number")).toHaveText("Draft 2");

  await page.unroute("**/*.wasm");
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto(url);
  await instructions(page).fill("saved without the code");
  await save(page).click();
  await expect(page.locator("#draft-number")).toHaveText("Draft 3");
  await expect(instructions(page)).toHaveValue("saved without the code");
});

test("leaving with unsaved changes asks", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  await createAgent(page, { name: "Leaving", instructions: "saved" });
  await instructions(page).fill("typed");
  const questions: string[] = [];
  page.once("dialog", (dialog) => {
    questions.push(dialog.message());
    void dialog.dismiss();
  });
  await page.getByRole("link", { name: "Back to agents" }).click();
  expect(questions).toHaveLength(1);
  await expect(instructions(page)).toHaveValue("typed");
  page.once("dialog", (dialog) => void dialog.accept());
  await page.getByRole("link", { name: "Back to agents" }).click();
  await expect(page).toHaveURL("/");
});
