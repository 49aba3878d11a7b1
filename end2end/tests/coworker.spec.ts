// Talking to what is live, as somebody who may only use it.

import { createAgent, publishRelease, say, saveInstructions } from "../fixtures/builder.ts";
import { expect, expectAccessible, hydrated, test } from "../fixtures/test.ts";

test("an open conversation keeps its version, and a reload keeps the conversation", async ({
  page,
  account,
  context,
}) => {
  expect(account.name).not.toBe("");
  const builder = await createAgent(page, { name: "Keeper", instructions: "Version one.", greeting: "Ahoy!" });
  await publishRelease(page);
  const user = await context.newPage();
  await user.goto(`/coworker/${builder.split("/").at(-1)}`);
  await hydrated(user);
  await expect(user.getByRole("heading", { name: "Keeper" })).toBeVisible();
  const first = await say(user, "Hello");
  expect(first).toContain("Version one.");
  expect(first).toMatch(/v1 · [0-9a-f]{6}/);
  await expectAccessible(user);

  await saveInstructions(page, "Version two.", 2);
  await publishRelease(page);
  await user.reload();
  await hydrated(user);
  await expect(user.locator(".bubble.me")).toHaveText(/Hello/);
  await expect(user.getByText("This conversation runs on v1")).toBeVisible();
  expect(await say(user, "Still you?")).toContain("Version one.");
  await user.getByRole("button", { name: "Start a new chat on v2" }).click();
  const next = await say(user, "And now?");
  expect(next).toContain("Version two.");
  expect(next).toMatch(/v2 · [0-9a-f]{6}/);
  await expect(user.locator(".bubble.me")).toHaveCount(1);
});
