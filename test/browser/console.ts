import type { Page } from 'playwright-core';
import { demoPassword } from '../../demo/people.ts';
import type { Visitor } from './visitor.ts';

/** Signs in at the staff door; ends where the role begins its day. */
export async function signInAtConsole(visitor: Visitor, username: string): Promise<void> {
  const { page } = visitor;
  await visitor.open('/console/sign-in');
  await page.getByLabel('用户名').fill(username);
  await page.getByLabel('密码').fill(demoPassword);
  await visitor.look('the staff door');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.getByRole('banner').waitFor();
}

/** Opens a section by the menu, as people do. */
export async function section(page: Page, name: string): Promise<void> {
  const link = page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name, exact: true });
  await link.click();
  await link.and(page.locator('[aria-current=page]')).waitFor();
}

/** Picks one of the list that a field offers, by typing part of it. */
export async function choose(page: Page, label: string, part: string): Promise<void> {
  const field = page.getByRole('combobox', { name: label, exact: true });
  await field.click();
  await field.fill(part);
  await page
    .locator('.ant-select-dropdown:visible')
    .getByTitle(new RegExp(`^${part}`))
    // What begins alike (核桃, 核桃仁) stands below it.
    .first()
    .click();
}

/** What stands beside a name in a list of facts. */
export function fact(page: Page, name: string) {
  return page
    .locator('dl.facts > div')
    .filter({ has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
    .locator('dd');
}
