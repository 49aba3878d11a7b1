// Signing in and out, inviting people, passwords: what everybody meets first.

import { expect, expectAccessible, hydrated, test } from "../fixtures/test.ts";

test("a wrong password is refused in place, and the right one leads to the page that was asked for", async ({
  page,
  account,
  browser,
  baseURL,
  problems,
}) => {
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  const context = await browser.newContext({ baseURL });
  problems.watch(context);
  const visitor = await context.newPage();
  await visitor.goto("/account");
  await expect(visitor).toHaveURL("/sign-in?next=/account");
  await hydrated(visitor);
  await expectAccessible(visitor);
  await visitor.getByLabel("Email").fill(account.email);
  await visitor.getByLabel("Password").fill("not the password");
  await visitor.getByRole("button", { name: "Sign in" }).click();
  await expect(visitor.getByRole("alert")).toHaveText("The e-mail address or the password is wrong.");
  await expect(visitor.getByLabel("Email")).toHaveValue(account.email);
  await visitor.getByLabel("Password").fill(account.password);
  await visitor.getByRole("button", { name: "Sign in" }).click();
  await expect(visitor).toHaveURL("/account");
  await expect(visitor.getByText("This browser", { exact: true })).toBeVisible();
  await hydrated(visitor);
  await expectAccessible(visitor);

  // The first browser is signed out from the second.
  await visitor.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(visitor.getByText("All other browsers are signed out")).toBeVisible();
  await page.goto("/account");
  await expect(page).toHaveURL("/sign-in?next=/account");
  await context.close();
});

test("an admin invites somebody, who joins by the link", async ({ page, account, person }) => {
  expect(account.name).not.toBe("");
  await page.goto("/settings/members");
  await hydrated(page);
  await page.getByLabel("For whom").fill("the new designer");
  await page.getByRole("button", { name: "Make an invitation link" }).click();
  const link = await page.getByLabel("Invitation link").inputValue();
  expect(link).toContain("/sign-up?invitation=");
  await expect(page.getByText("the new designer")).toBeVisible();
  await expectAccessible(page);

  const other = await person(new URL(link).pathname + new URL(link).search);
  await other.page.goto("/settings/members");
  await expect(other.page.getByText(account.email)).toBeVisible();
  await expect(other.page.getByText("Make an invitation link")).toHaveCount(0);

  await page.reload();
  await expect(page.getByText("None is open.")).toBeVisible();
  await expect(page.getByText(other.account.email)).toBeVisible();
});

test("signing out leaves nothing behind", async ({ page, account }) => {
  expect(account.name).not.toBe("");
  await hydrated(page);
  await page.locator("summary", { has: page.locator(".avatar") }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/sign-in");
  await page.goto("/");
  await expect(page).toHaveURL("/sign-in");
});
