// Sharing an agent with a second person: by mouse, by keyboard, without the browser's code; and what they see of it.

import type { Page } from "@playwright/test";
import { type Account, newAccount, signUp } from "../fixtures/account.ts";
import { createAgent, expectToast, instructions, publishRelease, save } from "../fixtures/builder.ts";
import { expect, expectAccessible, hydrated, test } from "../fixtures/test.ts";

const menu = (page: Page) => page.locator("summary[aria-label='Agent menu']");
const dialog = (page: Page) => page.getByRole("dialog", { name: /^Share/ });
const row = (page: Page, account: Account) => page.locator(".share-people li").filter({ hasText: account.email });

/** Makes an invitation link through the page of members. */
async function invite(page: Page): Promise<string> {
  await page.goto("/settings/members");
  await page.getByRole("button", { name: "Make an invitation link" }).click();
  const link = new URL(await page.getByLabel("Invitation link").inputValue());
  return link.pathname + link.search;
}

async function openShare(page: Page) {
  await menu(page).click();
  await page.getByRole("link", { name: "Share", exact: true }).click();
  await expect(dialog(page)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Who has access" })).toBeVisible();
}

test("shared by the dialog, found in the list, and taken away from the open page @story", async ({
  page,
  account,
  person,
  problems,
}) => {
  const link = await invite(page);
  const bob = await person(link);
  const builder = await createAgent(page, { name: "Desk", instructions: "Help." });
  await hydrated(page);
  await openShare(page);
  await expectAccessible(page);

  // Found by the beginning of the address, added with the right to edit.
  await page.getByLabel("Add people").fill(bob.account.email.slice(0, 12).toUpperCase());
  const found = page.locator(".share-found li").filter({ hasText: bob.account.email });
  await found.getByLabel(`What ${bob.account.name} may do`).selectOption("editor");
  await expectAccessible(page);
  await found.getByRole("button", { name: `Add ${bob.account.name}` }).click();
  await expect(row(page, bob.account)).toBeVisible();
  await expect(dialog(page).getByText(`${bob.account.name} may edit this agent`)).toBeVisible();
  await expect(page.getByLabel("Add people")).toBeFocused();
  await expect(page.getByLabel("Add people")).toHaveValue("");

  // It is in the second person's list, with the name of who shared it.
  await bob.page.goto("/");
  await expect(bob.page.getByText(`shared by ${account.name}`)).toBeVisible();
  await bob.page.getByRole("link", { name: "Desk" }).click();
  await expect(bob.page).toHaveURL(builder);
  await hydrated(bob.page);
  await menu(bob.page).click();
  await expect(bob.page.getByRole("button", { name: "Duplicate" })).toBeVisible();
  await expect(bob.page.getByRole("link", { name: "Share", exact: true })).toHaveCount(0);
  await expect(bob.page.getByText("Delete…")).toHaveCount(0);
  await bob.page.keyboard.press("Escape");
  await instructions(bob.page).fill("Half a thought");

  // A lower right says so on the page that is open, and keeps what was typed there.
  await row(page, bob.account).getByLabel(`What ${bob.account.name} may do`).selectOption("user");
  await expect(dialog(page).getByText(`${bob.account.name} may use this agent`)).toBeVisible();
  await expect(bob.page.getByRole("alert")).toContainText("You may no longer edit this agent", { timeout: 15_000 });
  await expect(instructions(bob.page)).toHaveValue("Half a thought");
  await expectAccessible(bob.page);
  problems.expect(/status of 403 .*\/fn\//);
  await save(bob.page).click();
  await expectToast(bob.page, /Not saved: You may see this agent but not edit it/);

  // Given back, the page goes on; taken away whole, it says that too.
  await row(page, bob.account).getByLabel(`What ${bob.account.name} may do`).selectOption("editor");
  await expect(bob.page.getByRole("alert")).toHaveCount(0, { timeout: 15_000 });
  problems.expect(/status of 404 .*\/fn\//);
  await row(page, bob.account)
    .getByRole("button", { name: `Remove ${bob.account.name}` })
    .click();
  await expect(row(page, bob.account)).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "Who has access" })).toBeFocused();
  await expect(bob.page.getByRole("alert")).toContainText("You no longer have access to this agent", {
    timeout: 15_000,
  });

  // Escape closes, and the focus is back at the menu.
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  await expect(menu(page)).toBeFocused();
});

test("by the keyboard alone, and given away", async ({ page, account, person }) => {
  expect(account.name).not.toBe("");
  const bob = await person(await invite(page));
  await createAgent(page, { name: "Keyboard", instructions: "Help." });
  await hydrated(page);
  await menu(page).focus();
  await page.keyboard.press("ArrowDown");
  const share = page.getByRole("link", { name: "Share", exact: true });
  for (let steps = 0; steps < 10 && !(await share.evaluate((link) => link === document.activeElement)); steps += 1) {
    await page.keyboard.press("ArrowDown");
  }
  await expect(share).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Who has access" })).toBeVisible();
  const search = page.getByLabel("Add people");
  await search.focus();
  await page.keyboard.type(bob.account.email);
  const found = page.locator(".share-found li");
  await expect(found).toHaveCount(1);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(found.getByRole("button", { name: `Add ${bob.account.name}` })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(row(page, bob.account)).toBeVisible();

  // A choice by key holds at once, and the focus stays where it was.
  const right = row(page, bob.account).getByLabel(`What ${bob.account.name} may do`);
  await right.focus();
  await page.keyboard.press("ArrowDown");
  await expect(dialog(page).getByText(`${bob.account.name} may edit this agent`)).toBeVisible();
  await expect(right).toBeFocused();
  await expect(right).toHaveValue("editor");

  // Everyone, and back.
  await page.getByRole("button", { name: "Share with everyone" }).press("Enter");
  await page.getByRole("button", { name: "Stop sharing with everyone" }).press("Enter");
  await expect(page.getByRole("button", { name: "Share with everyone" })).toBeVisible();

  // Another owner: the menu follows at once.
  await page.locator("summary", { hasText: "Transfer ownership" }).press("Enter");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Transfer ownership" }).press("Enter");
  await expectToast(page, `${bob.account.name} owns this agent now. You may still edit it.`);
  await expect(dialog(page)).toBeHidden();
  await menu(page).click();
  await expect(page.getByRole("button", { name: "Duplicate" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Share", exact: true })).toHaveCount(0);
});

test("the menu tags, duplicates and deletes", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  await createAgent(page, { name: "Menued", instructions: "Help." });
  await hydrated(page);
  await menu(page).click();
  await page.locator("summary.menu-item", { hasText: "Tag" }).click();
  for (const tag of ["support", "eu"]) {
    await page.getByLabel("New tag").fill(tag);
    await page.getByRole("button", { name: "Add" }).click();
    await expect(page.getByRole("button", { name: `Remove the tag ${tag}` })).toBeVisible();
    await expect(page.getByLabel("New tag")).toHaveValue("");
  }
  await expectAccessible(page);
  // Tags are no part of the config.
  await expect(save(page)).toBeDisabled();
  await page.getByRole("button", { name: "Remove the tag eu" }).click();
  await expect(page.getByRole("button", { name: "Remove the tag eu" })).toHaveCount(0);
  await page.getByRole("button", { name: "Duplicate" }).click();
  await expectToast(page, "“Menued (copy)” was made");
  await expect(page).toHaveURL("/");
  await page.getByRole("link", { name: "Menued", exact: true }).click();
  await hydrated(page);
  await menu(page).click();
  await page.locator("summary.menu-item", { hasText: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expectToast(page, /“Menued” is in the trash now/);
  await expect(page).toHaveURL("/");
  await expect(page.getByRole("link", { name: "Menued", exact: true })).toHaveCount(0);
});

test("who may use it finds the way to it, and sees no more", async ({ page, account, person, problems }) => {
  const bob = await person(await invite(page));
  const builder = await createAgent(page, { name: "Usable", instructions: "Help." });
  await publishRelease(page);
  await page.goto(`${builder}/share`);
  await hydrated(page);
  await page.getByLabel("Add people").fill(bob.account.name);
  await page.getByRole("button", { name: `Add ${bob.account.name}` }).click();
  await expect(row(page, bob.account)).toBeVisible();
  await bob.page.goto("/");
  await expect(bob.page.getByText(`shared by ${account.name}`)).toBeVisible();
  problems.expect(/status of 40[34]/);
  for (const path of [builder, `${builder}/share`]) {
    await bob.page.goto(path);
    await expect(
      bob.page.getByText(/You may see this agent but not edit it|Only the owner of this agent may do this/),
    ).toBeVisible();
  }
});

for (const theme of ["light", "dark"] as const) {
  for (const width of [1440, 768, 390]) {
    test(`the pages of people fit and read well, ${theme}, ${width} pixels wide`, async ({ page, account, person }) => {
      expect(account.name).not.toBe("");
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 900 });
      const bob = await person(await invite(page));
      const builder = await createAgent(page, { name: "A desk with quite a long name", instructions: "Help." });
      for (const path of [`${builder}/share?q=${bob.account.email}`, "/settings/members?q=person", "/settings/audit"]) {
        await page.goto(path);
        await hydrated(page);
        await expectAccessible(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), path).toBeLessThanOrEqual(
          0,
        );
      }
      await page.goto(builder);
      await hydrated(page);
      await openShare(page);
      await expectAccessible(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    });
  }
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("found, given, changed, taken and given away by plain forms", async ({ page, browser, baseURL }) => {
    const owner = newAccount();
    await signUp(page, owner);
    const link = await invite(page);
    const context = await browser.newContext({ baseURL, javaScriptEnabled: false });
    const second = await context.newPage();
    const bob = newAccount();
    await signUp(second, bob, link);

    await page.goto("/agents/new");
    await page.getByLabel("Name", { exact: true }).fill("Plain");
    await page.getByLabel("Instructions", { exact: true }).fill("Be plain.");
    await save(page).click();
    await expect(page).toHaveURL(/\/agents\/[0-9a-f-]{36}$/);
    const builder = page.url();
    await menu(page).click();
    await page.getByRole("link", { name: "Share", exact: true }).click();
    await expect(page).toHaveURL(`${builder}/share`);
    await page.getByLabel("Add people").fill(bob.email);
    await page.getByRole("button", { name: "Find" }).click();
    await page.getByRole("button", { name: `Add ${bob.name}` }).click();
    await expect(page.getByText(`${bob.name} may use this agent`)).toBeVisible();

    await row(page, bob).getByLabel(`What ${bob.name} may do`).selectOption("editor");
    await row(page, bob).getByRole("button", { name: "Change" }).click();
    await expect(page.getByText(`${bob.name} may edit this agent`)).toBeVisible();
    await second.goto("/");
    await expect(second.getByText(`shared by ${owner.name}`)).toBeVisible();
    await second.goto(builder);
    await expect(second.getByLabel("Instructions", { exact: true })).toHaveValue("Be plain.");

    await page.getByRole("button", { name: "Share with everyone" }).click();
    await expect(page.getByText("Everyone in the workspace may use this agent")).toBeVisible();
    await page.getByRole("button", { name: "Stop sharing with everyone" }).click();
    await row(page, bob)
      .getByRole("button", { name: `Remove ${bob.name}` })
      .click();
    await expect(row(page, bob)).toHaveCount(0);
    await second.getByRole("button", { name: "Save", exact: true }).click();
    await expect(second.getByText(/There is nothing here/).first()).toBeVisible();

    await page.getByRole("button", { name: `Add ${bob.name}` }).click();
    await page.locator("summary", { hasText: "Transfer ownership" }).click();
    await page.getByRole("button", { name: "Transfer ownership" }).click();
    await expect(page).toHaveURL(builder);
    await expect(page.getByText(`${bob.name} owns this agent now. You may still edit it.`)).toBeVisible();
    await context.close();
  });
});
