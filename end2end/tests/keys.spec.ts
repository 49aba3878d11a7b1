// API keys: made on their page, shown once, used by a program, revoked.

import type { APIRequestContext, Page } from "@playwright/test";
import { newAccount, signUp } from "../fixtures/account.ts";
import { expectToast } from "../fixtures/builder.ts";
import { expect, expectAccessible, hydrated, test } from "../fixtures/test.ts";

/** What the API says to a program with this key that asks for a conversation that never was. */
async function probe(request: APIRequestContext, key: string): Promise<number> {
  const answer = await request.get("/api/v1/chat/sessions/00000000-0000-7000-8000-000000000000", {
    headers: { authorization: `Bearer ${key}` },
  });
  return answer.status();
}

/** Fills the form and makes a key that may chat. */
async function make(page: Page, name: string): Promise<string> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("checkbox", { name: "chat", exact: true }).check();
  await page.getByLabel("Expires").selectOption({ label: "In 30 days" });
  await page.getByRole("button", { name: "Make an API key" }).click();
  return page.getByLabel("API key", { exact: true }).inputValue();
}

test("a key is made, shown once, used and revoked", async ({ page, account, request, problems }) => {
  expect(account.name).not.toBe("");
  await page.goto("/settings/members");
  await hydrated(page);
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "API keys" }).click();
  await expect(page).toHaveURL("/settings/keys");
  await expect(page.getByText("There are none yet.")).toBeVisible();

  // A refused form says why and keeps what was typed.
  problems.expect(/status of 422 .*\/fn\/make_key/);
  await page.getByLabel("Name", { exact: true }).fill("Help desk");
  await page.getByRole("checkbox", { name: "agents:read", exact: true }).uncheck();
  await page.getByRole("button", { name: "Make an API key" }).click();
  await expect(page.locator("#scopes-error")).toHaveText("choose at least one");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Help desk");

  const secret = await make(page, "Help desk");
  expect(secret).toMatch(/^gk_live_[\w-]{43}$/);
  await expectToast(page, "API key made");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("");
  expect(await page.getByLabel("A call with curl").inputValue()).toContain(`Authorization: Bearer ${secret}`);
  await expectAccessible(page);
  expect(await probe(request, secret)).toBe(404);

  await page.reload();
  await hydrated(page);
  await expect(page.getByLabel("API key", { exact: true })).toHaveCount(0);
  await expect(page.getByText(secret)).toHaveCount(0);
  await expect(page.getByText(secret.slice(0, 12))).toBeVisible();

  const row = page.getByRole("listitem").filter({ hasText: "Help desk" });
  await row.locator("summary").click();
  await expectAccessible(page);
  await row.getByRole("button", { name: "Revoke Help desk" }).click();
  await expectToast(page, "The key is revoked");
  await expect(row.getByText("Revoked", { exact: true })).toBeVisible();
  expect(await probe(request, secret)).toBe(401);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a key is made, shown once and revoked by plain forms", async ({ page, request }) => {
    await signUp(page, newAccount());
    await page.goto("/settings/keys");
    const secret = await make(page, "Plain");
    await expect(page).toHaveURL("/settings/keys");
    expect(await probe(request, secret)).toBe(404);
    await page.goto("/settings/keys");
    await expect(page.getByLabel("API key", { exact: true })).toHaveCount(0);
    await page.getByRole("listitem").filter({ hasText: "Plain" }).locator("summary").click();
    await page.getByRole("button", { name: "Revoke Plain" }).click();
    await expect(page.getByText("The key is revoked")).toBeVisible();
    expect(await probe(request, secret)).toBe(401);
  });
});
