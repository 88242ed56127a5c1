/** Whether a page is really under Trusted Types: a policy that is not in force would let every test of it pass. */
import type { Stage } from "./stage.js";

/** Whether text is refused where the policy wants a trusted type. Asked in a window whose faults nobody counts. */
export async function isEnforced(stage: Stage, address: string): Promise<boolean> {
  const page = await (await stage.window()).newPage();
  await page.goto(address);
  return page.evaluate(() => {
    try {
      document.createElement("div").innerHTML = "<b>x</b>";
      return false;
    } catch {
      return true;
    }
  });
}
