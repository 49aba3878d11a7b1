// The main story, whole: build, preview, release, break the draft, see that users keep the release, roll back.

import { expectToast, openRelease, publishRelease, save, saveInstructions, say } from "../../fixtures/builder.ts";
import { expect, hydrated, test } from "../../fixtures/test.ts";

test("build, preview, release, break the draft, roll back @story", async ({ page, account, context }) => {
  expect(account.email).toContain("@");

  // An agent from a real example.
  await page.goto("/");
  await hydrated(page);
  await page
    .getByRole("link", { name: /Support triage/ })
    .first()
    .click();
  await expect(page.getByLabel("Instructions", { exact: true })).not.toHaveValue("");
  await save(page).click();
  await expect(page.locator("#draft-number")).toHaveText("Draft 1");
  const builder = page.url();
  const agent = builder.split("/").at(-1);

  // The draft answers in the preview, and says which one it is.
  await saveInstructions(page, "Answer like a calm lighthouse keeper.", 2);
  expect(await say(page, "Hello there")).toContain("Answer like a calm lighthouse keeper.");
  await expect(page.locator(".bubble.agent").last()).toContainText("Draft 2");

  // Nothing is live yet: a user is told so.
  const user = await context.newPage();
  await user.goto(`/coworker/${agent}`);
  await expect(user.getByText(/no published version/i).first()).toBeVisible();

  // Released, users get it.
  await publishRelease(page, "First light");
  await expect(page.getByText("Published", { exact: true })).toBeVisible();
  await user.reload();
  await hydrated(user);
  expect(await say(user, "Hello")).toContain("lighthouse keeper");

  // Breaking the draft changes nothing for them.
  await saveInstructions(page, "BROKEN DRAFT", 3);
  await expect(page.getByText("Unpublished Changes", { exact: true })).toBeVisible();
  await user.goto(`/coworker/${agent}`);
  await hydrated(user);
  expect(await say(user, "Still there?")).not.toContain("BROKEN DRAFT");

  // A bad release reaches new conversations, and an open one keeps the version that it began with.
  await publishRelease(page, "Oops");
  expect(await say(user, "And now?")).toContain("lighthouse keeper");
  const late = await context.newPage();
  await late.goto(`/coworker/${agent}`);
  await hydrated(late);
  expect(await say(late, "Hello")).toContain("BROKEN DRAFT");

  // Rolled back, new conversations are well again; the draft is as it was.
  await openRelease(page);
  await page.getByRole("link", { name: "Roll back" }).first().click();
  await page.getByLabel("Reason").fill("v2 is broken");
  await page.getByRole("button", { name: "Roll back to v1" }).click();
  await expectToast(page, "v1 is live");
  await expect(page.getByText("v1 is live, rolled back from v2")).toBeVisible();
  await expect(page.getByLabel("Instructions", { exact: true })).toHaveValue("BROKEN DRAFT");
  await late.getByRole("link", { name: "Start a new chat on v1" }).click();
  expect(await say(late, "Better?")).toContain("lighthouse keeper");
});
