// Two people: one asks, the other looks at what it is about and decides; the draft that moved is not the one that was approved.

import { expect, expectAccessible, hydrated, type Person, test } from "../../fixtures/test.ts";
import {
  createAgent,
  expectToast,
  instructions,
  openRelease,
  publish,
  publishRelease,
  releaseButton,
  save,
  saveInstructions,
} from "../../fixtures/builder.ts";
import type { Page } from "@playwright/test";

/** Invites somebody into the workspace of the page, and gives them the right to edit the agent. */
async function colleague(page: Page, person: (link?: string) => Promise<Person>, agent: string): Promise<Person> {
  await page.goto("/settings/members");
  await hydrated(page);
  await page.getByRole("button", { name: "Make an invitation link" }).click();
  const link = new URL(await page.getByLabel("Invitation link").inputValue());
  const other = await person(link.pathname + link.search);
  const members = await page.request.get("/api/v1/members?limit=100");
  const found = (await members.json()).data.find((one: { email: string }) => one.email === other.account.email);
  const shared = await page.request.put(`/api/v1/agents/${agent}/grants`, {
    data: { everyone: false, people: [{ account_id: found.account_id, right: "editor" }] },
    headers: { origin: new URL(page.url()).origin },
  });
  expect(shared.status(), await shared.text()).toBe(200);
  return other;
}

const askButton = (page: Page) => page.getByRole("button", { name: /^Ask for approval of draft/ });

for (const colorScheme of ["light", "dark"] as const) {
  test(`asked, rejected, approved, published, moved on, ${colorScheme} @story`, async ({
    page,
    account,
    person,
    problems,
  }) => {
    test.setTimeout(120_000);
    // A rejection without a reason.
    problems.expect(/422/);
    expect(account.name).not.toBe("");
    await page.emulateMedia({ colorScheme });
    const url = await createAgent(page, { name: "Careful", instructions: "Be kind." });
    const bob = await colleague(page, person, url.split("/").at(-1) ?? "");
    await page.goto(url);
    await hydrated(page);
    await publishRelease(page, "First");

    // The owner switches it on: from then on Publish waits.
    await page.getByRole("button", { name: "Require approval" }).click();
    await expectToast(page, "From now on a second person approves each draft before it is published");
    await saveInstructions(page, "Be kind.\nBe short.", 2);
    await openRelease(page);
    await expect(page.getByText("A second person has to approve draft 2 before it is published.")).toBeVisible();
    await expect(publish(page)).toBeDisabled();
    await expect(page.locator("#publish-reason")).toHaveText(/A second person has to approve this draft/);
    await expectAccessible(page);
    await page.getByLabel("Note").fill("Shorter answers");
    await askButton(page).click();
    await expectToast(page, "Somebody else can approve draft 2 now");
    await expect(page.getByText("Somebody else who may edit this agent decides.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Approve", exact: true })).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Withdraw" })).toBeVisible();
    await expectAccessible(page);

    // The colleague sees what it is about: the comparison of that very draft with what is live.
    await bob.page.emulateMedia({ colorScheme });
    await bob.page.goto("/");
    await hydrated(bob.page);
    await expect(bob.page.getByRole("listitem").filter({ hasText: "Careful" })).toContainText("Waits for approval");
    await expectAccessible(bob.page);
    await bob.page.goto(url);
    await hydrated(bob.page);
    await releaseButton(bob.page).click();
    await expect(bob.page.getByText("Shorter answers")).toBeVisible();
    await expect(publish(bob.page)).toBeDisabled();
    await expect(bob.page.getByRole("button", { name: "Require no approval" })).toHaveCount(0);
    await expectAccessible(bob.page);
    await bob.page.getByRole("link", { name: "Compare draft 2 with what is live" }).click();
    await expect(bob.page).toHaveURL(/compare\?from=live&to=d2$/);
    await expect(bob.page.getByText("Be short.").first()).toBeVisible();
    await bob.page.goBack();
    await hydrated(bob.page);

    // A rejection needs a reason, and the owner reads it.
    await openRelease(bob.page);
    await bob.page.getByRole("button", { name: "Reject" }).click();
    await expect(bob.page.locator("#approval-comment-error")).toHaveText(/Say what should change/);
    await bob.page.getByLabel("Comment").fill("Say please.");
    await bob.page.getByRole("button", { name: "Reject" }).click();
    await expectToast(bob.page, "Draft 2 is rejected");
    await expectAccessible(bob.page);
    await page.reload();
    await hydrated(page);
    await openRelease(page);
    await expect(page.getByText("Say please.").first()).toBeVisible();
    await saveInstructions(page, "Be kind.\nBe short, please.", 3);
    await openRelease(page);
    await askButton(page).click();
    await expectToast(page, "Somebody else can approve draft 3 now");

    // Opening the dropdown again is enough to see what was asked meanwhile; approved, the owner publishes.
    await releaseButton(bob.page).click();
    await releaseButton(bob.page).click();
    await bob.page.getByLabel("Comment").fill("Good.");
    await bob.page.getByRole("button", { name: "Approve", exact: true }).click();
    await expectToast(bob.page, "Draft 3 is approved");
    await releaseButton(page).click();
    await releaseButton(page).click();
    await expect(page.getByText(/approved draft 3/)).toBeVisible();
    await expect(publish(page)).toBeEnabled();
    await expectAccessible(page);

    // A save in between takes the approval's word away.
    await bob.page.reload();
    await hydrated(bob.page);
    await instructions(bob.page).fill("Be rude.");
    await save(bob.page).click();
    await expect(bob.page.locator("#draft-number")).toHaveText("Draft 4");
    await publish(page).click();
    await expectToast(page, /saved draft 4 meanwhile/);
    await expect(page.getByText(/What was asked for draft 3 does not count/)).toBeVisible();
    await expect(publish(page)).toBeDisabled();
    await page.reload();
    await hydrated(page);
    await saveInstructions(page, "Be kind.\nBe short, please.", 5);
    await openRelease(page);
    await page.getByLabel("Note").fill("Politer");
    await askButton(page).click();
    await expectToast(page, "Somebody else can approve draft 5 now");
    await bob.page.reload();
    await hydrated(bob.page);
    await openRelease(bob.page);
    await bob.page.getByRole("button", { name: "Approve", exact: true }).click();
    await expectToast(bob.page, "Draft 5 is approved");
    // What was said when asking is the note of the release, unless it is changed.
    await expect(bob.page.getByLabel("Note")).toHaveValue("Politer");
    await publish(bob.page).click();
    await expectToast(bob.page, "Release created successfully");
    await expect(bob.page.getByText("Published", { exact: true })).toBeVisible();
  });
}

test("where only owners publish, an editor is told so", async ({ page, account, person }) => {
  expect(account.name).not.toBe("");
  const url = await createAgent(page, { name: "Guarded", instructions: "Be kind." });
  const bob = await colleague(page, person, url.split("/").at(-1) ?? "");
  await page.goto(url);
  await hydrated(page);
  await publishRelease(page, "First");
  await saveInstructions(page, "Be kinder.", 2);
  await publishRelease(page, "Second");

  await page.goto("/settings/workspace");
  await hydrated(page);
  await page.getByLabel("Name").fill("Northwind");
  await page.getByLabel("Who publishes").selectOption("owner");
  await page.getByRole("button", { name: "Save" }).click();
  await expectToast(page, "Workspace settings saved");
  await expect(page.getByLabel("Name")).toHaveValue("Northwind");
  await expectAccessible(page);

  await bob.page.goto("/settings/workspace");
  await hydrated(bob.page);
  await expect(bob.page.getByText("Only the agent’s owner")).toBeVisible();
  await expect(bob.page.getByRole("button", { name: "Save" })).toHaveCount(0);
  await expectAccessible(bob.page);
  await bob.page.goto(url);
  await hydrated(bob.page);
  await saveInstructions(bob.page, "Be kindest.", 3);
  await openRelease(bob.page);
  await expect(publish(bob.page)).toBeDisabled();
  await expect(bob.page.getByText(/only the owner of an agent publishes/).first()).toBeVisible();
  await bob.page.getByRole("link", { name: "Roll back" }).first().click();
  await expect(bob.page.getByRole("button", { name: "Roll back to v1" })).toBeDisabled();
  await expectAccessible(bob.page);
});
