// The main story with JavaScript switched off: every step is a plain page and a plain form.

import { newAccount } from "../../fixtures/account.ts";
import { expect, test } from "../../fixtures/test.ts";

test.use({ javaScriptEnabled: false });

test("sign up, create, save, a refused save, publish, roll back @story", async ({ page }) => {
  const account = newAccount();
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill(account.name);
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page).toHaveURL("/");

  // Create.
  await page.goto("/agents/new");
  await page.getByLabel("Name", { exact: true }).fill("Plain agent");
  await page.getByLabel("Instructions", { exact: true }).fill("Be plain.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page).toHaveURL(/\/agents\/[0-9a-f-]{36}$/);
  await expect(page.locator("#draft-number")).toHaveText("Draft 1");
  const builder = page.url();

  // An unchanged Save says so.
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText(/Nothing to save/).first()).toBeVisible();

  // A refused Save keeps what was typed, and nothing of it travels in the address.
  await page.getByLabel("Temperature").fill("7");
  await page.getByLabel("Instructions", { exact: true }).fill("Typed with care.");
  // The browser's own check of numbers would stop the form before it is sent.
  await page.locator("#draft-form").evaluate((form) => form.setAttribute("novalidate", ""));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page).toHaveURL(/\?attempt=[0-9a-f-]{36}$/);
  await expect(page.getByLabel("Instructions", { exact: true })).toHaveValue("Typed with care.");
  await expect(page.getByLabel("Temperature")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Temperature").fill("0.5");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page).toHaveURL(builder);
  await expect(page.locator("#draft-number")).toHaveText("Draft 2");

  // Publish, change, publish again, roll back.
  await page.locator("#release").click();
  await page.getByRole("button", { name: "Publish v1" }).click();
  await expect(page.getByText("Release created successfully").first()).toBeVisible();
  await page.locator("#release").click();
  await page.getByRole("button", { name: "Publish v2" }).click();
  await expect(page.getByText(/No new release was published since the agent didn’t change/).first()).toBeVisible();
  await page.getByLabel("Instructions", { exact: true }).fill("Be plainer.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.locator("#draft-number")).toHaveText("Draft 3");
  await page.locator("#release").click();
  await page.getByRole("button", { name: "Publish v2" }).click();
  await expect(page.getByText("Release created successfully").first()).toBeVisible();
  await page.locator("#release").click();
  await page.getByRole("link", { name: "Roll back" }).first().click();
  await page.getByLabel("Reason").fill("Too plain");
  await page.getByRole("button", { name: "Roll back to v1" }).click();
  await expect(page.getByText("v1 is live, rolled back from v2")).toBeVisible();
  await expect(page.getByLabel("Instructions", { exact: true })).toHaveValue("Be plainer.");
});

test("two editors that touch are asked, and nothing is overwritten", async ({ page, browser, baseURL }) => {
  const account = newAccount();
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill(account.name);
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.goto("/agents/new");
  await page.getByLabel("Name", { exact: true }).fill("Contested");
  await page.getByLabel("Instructions", { exact: true }).fill("start");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.locator("#draft-number")).toHaveText("Draft 1");

  const context = await browser.newContext({ baseURL, javaScriptEnabled: false });
  await context.addCookies(await page.context().cookies());
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByLabel("Instructions", { exact: true }).fill("theirs");
  await other.getByRole("button", { name: "Save", exact: true }).click();
  await expect(other.locator("#draft-number")).toHaveText("Draft 2");

  await page.getByLabel("Instructions", { exact: true }).fill("mine");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("heading", { name: /changed the same place/ })).toBeVisible();
  await expect(page.getByLabel("Instructions", { exact: true })).toHaveValue("mine");
  await page.getByLabel(/Keep mine/).check();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.locator("#draft-number")).toHaveText("Draft 3");
  await expect(page.getByLabel("Instructions", { exact: true })).toHaveValue("mine");
  await context.close();
});
