// The stories, and the program that tells them: stories.mjs --env FILE --output FOLDER [--only REGEX] | --list

import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { Harness } from "./harness.mjs";
import { Lab } from "./lab.mjs";
import { approve, askToJoin, logIn, logInThroughPeeringDb, shows, tabTo } from "./people.mjs";

const stories = {
  async "An operator logs in through PeeringDB, picks an ASN and asks, an administrator approves, and both pages follow until it is active"(
    harness,
  ) {
    const { lab } = harness;
    const operator = await harness.visitor("operator");
    await logInThroughPeeringDb(operator, "Otto Operator");
    lab.admit(`otto.operator-pdb${lab.env.ZTIX_PEERINGDB_OPERATOR_ID}`);
    await askToJoin(operator, lab.env.ZTIX_M1_ASN, lab.env.ZTIX_M1_NODE_ID);
    await shows(operator, "Waiting for a decision");
    const admin = await harness.visitor("admin");
    await logIn(admin, "admin", lab.password("admin"), () => lab.code("admin"));
    await approve(admin, lab.env.ZTIX_M1_ASN);
    // Nobody touches the operator's page.
    await shows(operator, "Active");
    await shows(admin, "Active");
    for (const route_server of ["rs1", "rs2"]) {
      await operator.page.locator("#progress li", { hasText: route_server }).getByText("confirmed").waitFor();
    }
    await operator.page.getByRole("link", { name: "Settings for your router" }).click();
    await operator.page.getByText(`zerotier-cli join ${lab.env.ZTIX_NETWORK_ID}`).waitFor();
  },

  async "A stranger logs in through PeeringDB and asks for his network; a colleague who may only read it cannot"(harness) {
    const { lab } = harness;
    const newcomer = await harness.visitor("newcomer");
    await logInThroughPeeringDb(newcomer, "Nora Newcomer");
    // The page that was sent the code is not in the history: going back leads to PeeringDB.
    await newcomer.page.goBack();
    assert.ok(newcomer.page.url().startsWith(lab.env.ZTIX_PEERINGDB_URL));
    lab.admit(`nora.newcomer-pdb${lab.env.ZTIX_PEERINGDB_NEWCOMER_ID}`);
    await askToJoin(newcomer, lab.env.ZTIX_PEERINGDB_NEWCOMER_ASN, Lab.newNode());
    await shows(newcomer, "Waiting for a decision");
    const reader = await harness.visitor("reader");
    await logInThroughPeeringDb(reader, "Rita Reader");
    await reader.page.getByText("PeeringDB lets you look at this network but not edit it").waitFor();
    await reader.page.getByRole("link", { name: `AS${lab.env.ZTIX_PEERINGDB_NEWCOMER_ASN}` }).first().click();
    await shows(reader, "Waiting for a decision");
  },

  async "Who does not consent at PeeringDB is told what to do on the login page"(harness) {
    const visitor = await harness.visitor("newcomer");
    visitor.expect(/status of 403/);
    const { page } = visitor;
    await page.goto("/login");
    await page.getByRole("button", { name: "Continue with PeeringDB" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("alert").filter({ hasText: "choose to authorize" }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/login");
  },

  async "Logging in and out needs no mouse"(harness) {
    const visitor = await harness.visitor("operator");
    const { page } = visitor;
    await page.goto("/");
    await tabTo(visitor, "#username");
    await page.keyboard.type("op1");
    await page.keyboard.press("Tab");
    await page.keyboard.type(harness.lab.password("op1"));
    await page.keyboard.press("Enter");
    await page.waitForURL("**/dashboard");
    await tabTo(visitor, ".logout button");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/login");
    await page.goto("/dashboard");
    assert.match(page.url(), /\/login\?next=/);
  },

  async "A wrong password is told on the same page, where a screen reader hears it"(harness) {
    const visitor = await harness.visitor("operator");
    visitor.expect(/status of 401/);
    const { page } = visitor;
    await page.goto("/login");
    await page.getByLabel("User name").fill("op1");
    await page.getByLabel("Password").fill("not the password at all");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/login");
  },

  async "An operator sets a second factor up, keeps the recovery codes, and logs in with the phone or with one of them"(
    harness,
  ) {
    const { lab } = harness;
    const who = lab.newOperator();
    const visitor = await harness.visitor("operator");
    const { page } = visitor;
    await logIn(visitor, who.username, who.password);
    await page.getByRole("link", { name: who.username }).click();
    assert.equal(await page.getByRole("heading", { name: "Your recovery codes" }).isVisible(), false);
    await page.getByRole("button", { name: "Set it up" }).click();
    await page.getByRole("img", { name: "QR code" }).waitFor();
    lab.scan(who.username, await page.locator(".key").innerText());
    await page.getByLabel("Code that the app shows now").fill(lab.code(who.username));
    await page.getByRole("button", { name: "Finish" }).click();
    await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
    const codes = await page.locator(".codes li").allInnerTexts();
    assert.equal(codes.length, 10);
    await page.getByRole("link", { name: "I have kept them" }).click();
    await page.getByText("10 left.").waitFor();
    for (const code of [() => lab.code(who.username), () => codes[0]]) {
      await page.getByRole("button", { name: "Log out", exact: true }).click();
      await page.waitForURL("**/login");
      await logIn(visitor, who.username, who.password, code);
    }
    await page.goto("/account");
    await page.getByText("9 left.").waitFor();
  },

  async "An operator adds a passkey, and a touch of it finishes the login and the step-up"(harness) {
    const { lab } = harness;
    const who = lab.newOperator();
    const visitor = await harness.visitor("operator");
    const { page } = visitor;
    await visitor.plugInSecurityKey();
    await logIn(visitor, who.username, who.password);
    await page.goto("/account");
    await page.getByLabel("Add a passkey").fill("Blue key");
    await page.getByRole("button", { name: "Add it" }).click();
    await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
    await page.getByRole("link", { name: "I have kept them" }).click();
    await page.getByText("Blue key").waitFor();
    await page.getByLabel("Add a passkey").fill("The same once more");
    await page.getByRole("button", { name: "Add it" }).click();
    await page.getByRole("alert").filter({ hasText: "set up already" }).waitFor();
    await page.getByRole("button", { name: "Log out", exact: true }).click();
    await page.waitForURL("**/login");
    await logIn(visitor, who.username, who.password, "a touch");
    assert.equal(new URL(page.url()).pathname, "/dashboard");
    await page.goto("/account");
    lab.letSecondFactorsAge();
    visitor.expect(/status of 403/);
    page.once("dialog", (dialog) => dialog.accept());
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Use your passkey" }).click();
    await page.getByText("None yet.").waitFor();
  },

  async "Who has no passkey at hand is told so, and goes on with a recovery code"(harness) {
    const { lab } = harness;
    const who = lab.newOperator();
    const visitor = await harness.visitor("operator");
    const { page } = visitor;
    const unplug = await visitor.plugInSecurityKey();
    await logIn(visitor, who.username, who.password);
    await page.goto("/account");
    await page.getByRole("button", { name: "Add it" }).click();
    const code = await page.locator(".codes li").first().innerText();
    await page.getByRole("button", { name: "Log out", exact: true }).click();
    await page.waitForURL("**/login");
    await unplug();
    await visitor.plugInSecurityKey();  // another one
    await page.getByLabel("User name").fill(who.username);
    await page.getByLabel("Password").fill(who.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("button", { name: "Use your passkey" }).click();
    await page.getByRole("alert").filter({ hasText: "No passkey was used" }).waitFor();
    await page.getByLabel("Code of your second factor").fill(code);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.waitForURL("**/dashboard");
  },

  async "An operator makes a token for a program, which reads with it until it is revoked"(harness) {
    const { lab } = harness;
    const who = lab.newOperator();
    const visitor = await harness.visitor("operator");
    const { page } = visitor;
    await logIn(visitor, who.username, who.password);
    await page.goto("/account");
    await page.getByLabel("What is it for").fill("monitoring");
    await page.getByRole("button", { name: "Make a token" }).click();
    await page.getByRole("heading", { name: "Your new token" }).waitFor();
    const token = await page.locator("#new-token li").innerText();
    const asks = () => fetch(`${lab.url}/api/v1/me`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal((await (await asks()).json()).data.username, who.username);
    await page.getByRole("link", { name: "I have kept it" }).click();
    await page.getByText("read, until").waitFor();
    assert.ok(!(await page.content()).includes(token));
    page.once("dialog", (dialog) => dialog.accept());
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByText("A program shows one instead").waitFor();
    assert.equal((await asks()).status, 401);
  },

  async "An administrator whose second factor is old is asked for it where they are, and what they did goes on"(harness) {
    const { lab } = harness;
    const who = lab.newOperator();
    const operator = await harness.visitor("operator");
    await logIn(operator, who.username, who.password);
    await askToJoin(operator, who.asn, Lab.newNode());
    const admin = await harness.visitor("admin");
    await logIn(admin, "admin", lab.password("admin"), () => lab.code("admin"));
    lab.letSecondFactorsAge();
    admin.expect(/status of 403/);
    await approve(admin, who.asn);
    await admin.page.getByRole("dialog").getByLabel("Code of your app").fill(lab.code("admin"));
    await admin.page.getByRole("button", { name: "Go on" }).click();
    await shows(admin, /Approved|Being set up|Active/);
  },

  async "Every page an operator or an administrator can open keeps to its own content policy"(harness) {
    const who = harness.lab.newOperator();
    const operator = await harness.visitor("operator");
    await logIn(operator, who.username, who.password);
    const id = await askToJoin(operator, who.asn, Lab.newNode());
    const admin = await harness.visitor("admin");
    await logIn(admin, "admin", harness.lab.password("admin"), () => harness.lab.code("admin"));
    for (const [visitor, path] of [
      [operator, "/dashboard"], [operator, `/requests/${id}`], [admin, "/admin/requests"],
      [admin, `/admin/requests/${id}`], [admin, "/admin/route-servers"], [admin, "/admin/operations"],
      [operator, "/account"], [admin, "/account"], [operator, "/login/reset"],
    ]) {
      const reply = await visitor.page.goto(path, { waitUntil: "load" });
      assert.equal(reply.status(), 200, path);
      assert.match(reply.headers()["content-security-policy"], /^default-src 'none'/);
    }
    operator.expect(/status of 404/);
    const nothing = await operator.page.goto(`/admin-of-nothing`);
    assert.equal(nothing.status(), 404);
  },
};

/// The rule that every story is held to can be broken.
stories["What a page's content policy has to stop is noticed by these tests"] = async (harness) => {
  const visitor = await harness.visitor("stranger");
  await visitor.page.goto("/login");
  await visitor.page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.head.append(script);
  });
  assert.equal(await visitor.page.evaluate(() => window.ran), undefined);
  assert.match(visitor.complaints.splice(0).join(), /content security policy: script-src-elem inline/);
};

async function main() {
  const { values } = parseArgs({
    options: {
      env: { type: "string" },
      output: { type: "string" },
      only: { type: "string", default: "." },
      list: { type: "boolean", default: false },
    },
  });
  const names = Object.keys(stories).filter((name) => new RegExp(values.only).test(name));
  if (values.list) return console.log(names.join("\n"));
  const harness = await Harness.start(new Lab(values.env), values.output);
  let passed = 0;
  for (const name of names) passed += (await harness.run(name, stories[name])) ? 1 : 0;
  await harness.stop();
  console.log(`stories: ${names.length}, passed: ${passed}`);
  process.exitCode = names.length > 0 && passed === names.length ? 0 : 1;
}

await main();
