// Every page of an agent in both themes and three widths: axe finds nothing, and nothing sticks out sideways.

import { createAgent, openRelease, publishRelease, saveInstructions } from "../../fixtures/builder.ts";
import { expect, expectAccessible, hydrated, test } from "../../fixtures/test.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`the pages of an agent are accessible, ${colorScheme}`, async ({ page, account }) => {
    // Fourteen pages at three widths.
    test.setTimeout(240_000);
    expect(account.name).not.toBe("");
    await page.emulateMedia({ colorScheme });
    const url = await createAgent(page, {
      name: "Looks",
      instructions: "Be kind.\nBe short.\nAsk before you promise.",
      greeting: "Hello",
    });
    await publishRelease(page, "First");
    await saveInstructions(page, "Be kind.\nBe very short.\nAsk before you promise.", 2);
    const agent = url.split("/").at(-1);
    const addresses = [
      "/",
      "/trash",
      "/agents/new",
      url,
      `${url}?tab=advanced`,
      `${url}?rollback=1`,
      `${url}/releases`,
      `${url}/compare?from=v1&to=draft`,
      `${url}/revisions/v1`,
      "/coworker",
      `/coworker/${agent}`,
      "/account",
      "/settings/members",
      "/settings/providers",
      "/settings/keys",
    ];
    for (const width of [1440, 768, 390]) {
      await page.setViewportSize({ width, height: 900 });
      for (const address of addresses) {
        await page.goto(address);
        await hydrated(page);
        await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
        await expectAccessible(page);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(sideways, `${address} at ${width} must not scroll sideways`).toBeLessThanOrEqual(0);
      }
    }
    await page.goto(url);
    await hydrated(page);
    await openRelease(page);
    await expectAccessible(page);
  });
}
