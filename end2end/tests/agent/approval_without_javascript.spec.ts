// Asking, rejecting and approving with JavaScript switched off: plain pages and plain forms.

import { newAccount, signUp } from "../../fixtures/account.ts";
import { expect, test } from "../../fixtures/test.ts";

test.use({ javaScriptEnabled: false });

test("a workspace is named, an approval asked for, rejected and given", async ({
  page,
  browser,
  baseURL,
  problems,
}) => {
  await signUp(page, newAccount());
  await page.goto("/settings/workspace");
  await page.getByLabel("Name").fill("Plain & simple");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Workspace settings saved").first()).toBeVisible();
  await expect(page.getByLabel("Name")).toHaveValue("Plain & simple");

  await page.goto("/agents/new");
  await page.getByLabel("Name", { exact: true }).fill("Careful");
  await page.getByLabel("Instructions", { exact: true }).fill("Be plain.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const url = page.url();
  await page.goto("/settings/members");
  await page.getByRole("button", { name: "Make an invitation link" }).click();
  const link = new URL(await page.getByLabel("Invitation link").inputValue());
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false });
  problems.watch(context);
  const bob = await context.newPage();
  const account = newAccount();
  await signUp(bob, account, link.pathname + link.search);
  const members = await page.request.get("/api/v1/members?limit=100");
  const found = (await members.json()).data.find((one: { email: string }) => one.email === account.email);
  const shared = await page.request.put(`/api/v1/agents/${url.split("/").at(-1)}/grants`, {
    data: { everyone: false, people: [{ account_id: found.account_id, right: "editor" }] },
    headers: { origin: new URL(url).origin },
  });
  expect(shared.status()).toBe(200);

  await page.goto(`${url}?release=1`);
  await page.getByRole("button", { name: "Require approval" }).click();
  await expect(page.getByText("A second person has to approve draft 1 before it is published.")).toBeVisible();
  await page.getByRole("button", { name: /^Publish v1/ }).click();
  await expect(page.getByText(/Nothing was published\. A second person has to approve/).first()).toBeVisible();
  await page.goto(`${url}?release=1`);
  await page.getByLabel("Note").fill("The first one");
  await page.getByRole("button", { name: "Ask for approval of draft 1" }).click();
  await expect(page.getByText("Somebody else can approve draft 1 now").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Withdraw" })).toBeVisible();

  await bob.goto(`${url}?release=1`);
  await expect(bob.getByText("The first one", { exact: true })).toBeVisible();
  await bob.getByRole("button", { name: "Reject" }).click();
  await expect(bob.getByText(/Say what should change/).first()).toBeVisible();
  await bob.getByLabel("Comment").fill("Say please.");
  await bob.getByRole("button", { name: "Reject" }).click();
  await expect(bob.getByText("Draft 1 is rejected").first()).toBeVisible();
  await bob.getByLabel("Note").fill("Please all the same");
  await bob.getByRole("button", { name: "Ask for approval of draft 1" }).click();

  await page.goto(`${url}?release=1`);
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(page.getByText("Draft 1 is approved").first()).toBeVisible();
  await expect(page.getByLabel("Note")).toHaveValue("Please all the same");
  await page.getByRole("button", { name: /^Publish v1/ }).click();
  await expect(page.getByText("Release created successfully").first()).toBeVisible();
  await context.close();
});
