// The settings of a workspace: its members and their invitations, and the audit log.

import fs from "node:fs/promises";
import type { Page } from "@playwright/test";
import { newAccount, signUp } from "../fixtures/account.ts";
import { createAgent, expectToast } from "../fixtures/builder.ts";
import { expect, expectAccessible, hydrated, test } from "../fixtures/test.ts";

const member = (page: Page, email: string) => page.getByRole("listitem").filter({ hasText: email });

async function invite(page: Page, days: string): Promise<string> {
  await page.goto("/settings/members");
  await page.getByLabel("Works for").selectOption({ label: days });
  await page.getByRole("button", { name: "Make an invitation link" }).click();
  await expect(page.getByText(`It works once, for ${Number.parseInt(days, 10)} days`)).toBeVisible();
  const link = new URL(await page.getByLabel("Invitation link").inputValue());
  return link.pathname + link.search;
}

test("members are found, say when they were last here, and are removed", async ({
  page,
  account,
  person,
  problems,
}) => {
  await page.goto("/settings/members");
  await hydrated(page);
  const bob = await person(await invite(page, "30 days"));
  await page.goto("/settings/members");
  await hydrated(page);
  await expect(member(page, bob.account.email)).toContainText("last sign-in just now");
  await page.getByLabel("Find members").fill(bob.account.email);
  await page.getByRole("button", { name: "Find" }).click();
  await hydrated(page);
  await expect(member(page, bob.account.email)).toBeVisible();
  await expect(member(page, account.email)).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole("link", { name: "Show everybody" }).click();
  await expect(member(page, account.email)).toBeVisible();

  // Who is no admin sees who is here and nothing about when.
  await bob.page.goto("/settings/members");
  await hydrated(bob.page);
  await expect(member(bob.page, account.email)).toBeVisible();
  await expect(bob.page.getByText("last sign-in")).toHaveCount(0);
  await expect(bob.page.getByRole("link", { name: "Audit log" })).toHaveCount(0);
  problems.expect(/status of 403 .*\/settings\/audit/);
  await bob.page.goto("/settings/audit");
  await expect(bob.page.getByText("Only an admin of the workspace may read its audit log.")).toBeVisible();

  // Their open builder says that they were removed; their agent is the admin's.
  const builder = await createAgent(bob.page, { name: "Bob's desk", instructions: "Help." });
  await hydrated(bob.page);
  problems.expect(/status of 401 .*\/fn\//);
  await page.goto("/settings/members");
  await hydrated(page);
  await member(page, bob.account.email).locator("summary").click();
  await page.getByRole("button", { name: "Remove from the workspace" }).click();
  await expectToast(page, "Removed from the workspace. Their agents are yours now.");
  await expect(bob.page.getByRole("alert")).toContainText("you were removed from this workspace", { timeout: 15_000 });
  await page.goto(builder);
  await expect(page.getByRole("heading", { name: "Bob's desk" })).toBeVisible();
});

test("the audit log is filtered, paged and taken away as a file", async ({ page, account, problems }) => {
  await createAgent(page, { name: "=cmd", instructions: "Help." });
  await page.goto("/settings/audit");
  await hydrated(page);
  const rows = page.locator(".audit-row");
  await expect(rows.getByText("Made an agent", { exact: true })).toBeVisible();
  await expect(rows.getByText("Signed up", { exact: true })).toBeVisible();
  await expectAccessible(page);

  // By a choice of the form.
  await page.getByLabel("What was done").selectOption({ label: "Made an agent" });
  await page.getByLabel("By whom").selectOption({ label: account.name });
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL(/act=agent\.create/);
  await hydrated(page);
  await expect(page.locator(".audit-row")).toHaveCount(1);
  await page.locator(".audit-row summary").click();
  await expect(page.locator(".audit-row pre")).toBeVisible();
  await expectAccessible(page);

  // By what a line is about.
  await page.locator(".audit-row").getByRole("link", { name: "=cmd" }).click();
  await expect(page.getByText("This is =cmd.")).toBeVisible();

  // The files hold what is shown.
  const file = async (name: string) => {
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name }).click();
    const saved = await download;
    return { name: saved.suggestedFilename(), text: await fs.readFile(await saved.path(), "utf8") };
  };
  const table = await file("Export CSV");
  expect(table.name).toMatch(/^audit-\d{4}-\d\d-\d\d\.csv$/);
  expect(table.text.trimEnd().split("\r\n")).toHaveLength(2);
  expect(table.text).toContain(`,"'=cmd",`);
  const lines = await file("Export JSON lines");
  expect(lines.name).toMatch(/\.jsonl$/);
  const [entry] = lines.text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(entry).toMatchObject({ act: "agent.create", subject_name: "=cmd" });

  await page.getByRole("link", { name: "Show everything" }).click();
  await expect(page).toHaveURL("/settings/audit");
  await expect(rows.getByText("Exported the audit log").first()).toBeVisible();

  // A day that is over has nothing of today.
  await page.goto("/settings/audit?to=2020-01-01");
  await expect(page.getByText("Nothing was done that is asked for.")).toBeVisible();
  problems.expect(/status of 422 .*\/settings\/audit/);
  await page.goto("/settings/audit?from=nonsense");
  await expect(page.getByText(/is not a time/)).toBeVisible();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("an invitation is made, members are found, the log is filtered", async ({ page }) => {
    const account = newAccount();
    await signUp(page, account);
    const link = await invite(page, "90 days");
    expect(link).toContain("/sign-up?invitation=");
    await page.getByLabel("Find members").fill(account.name);
    await page.getByRole("button", { name: "Find" }).click();
    await expect(member(page, account.email)).toBeVisible();
    await page.goto("/settings/audit");
    await page.getByLabel("What was done").selectOption({ label: "Made an invitation" });
    await page.getByRole("button", { name: "Filter" }).click();
    await expect(page.locator(".audit-row")).toHaveCount(1);
    await page.locator(".audit-row summary").click();
    await expect(page.locator(".audit-row pre")).toContainText('"days": 90');
  });
});
