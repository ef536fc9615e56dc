import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.js";

const settled = () => new Promise((done) => setImmediate(done));

function submit(page, submitter = null, selector = "form") {
  const event = new page.window.SubmitEvent("submit", { bubbles: true, cancelable: true, submitter });
  page.$(selector).dispatchEvent(event);
  return event;
}

function response(body, { status = 200, type = "application/json", redirected = false, url = "" } = {}) {
  return {
    status,
    ok: status < 400,
    redirected,
    url,
    headers: { get: () => type },
    json: async () => body,
  };
}

const FORM = '<form action="/_server/save" method="post"><input name="a" value="1 &"><button name="do" value="x">b</button></form>';

test("a form of an action is sent as the browser would send it, with the page and an id", () => {
  const page = openPage(FORM);
  assert.ok(submit(page, page.$("button")).defaultPrevented);
  const [{ url, init }] = page.fetches;
  assert.equal(url, "http://site.test/_server/save");
  assert.equal(init.method, "POST");
  assert.equal(init.credentials, "same-origin");
  assert.equal(init.headers["X-Wayfare-Page"], "p1");
  assert.match(init.headers["X-Wayfare-Submission"], /^\w{20,}$/);
  assert.equal(init.body.toString(), "a=1+%26&do=x");
});

test("files are sent where the form says multipart, and by name where it does not", () => {
  for (const multipart of [true, false]) {
    const enctype = multipart ? 'enctype="multipart/form-data"' : "";
    const page = openPage(`<form action="/_server/up" method="post" ${enctype}><input type="file" name="f"></form>`);
    const file = new page.window.File(["hello"], "h.txt");
    page.window.FormData = class extends page.window.FormData {
      constructor(...given) {
        super(...given);
        this.set("f", file);
      }
    };
    submit(page);
    const { body } = page.fetches[0].init;
    if (multipart) assert.equal(body.get("f").name, "h.txt");
    else assert.equal(body.toString(), "f=h.txt");
  }
});

test("the button's own action, method and encoding count more than the form's", () => {
  const page = openPage('<form action="/other"><button formaction="/_server/del?args=%5B1%5D" formmethod="post">d</button><input name="a"></form>');
  assert.ok(submit(page, page.$("button")).defaultPrevented);
  assert.equal(page.fetches[0].url, "http://site.test/_server/del?args=%5B1%5D");
});

for (const [what, html] of [
  ["another address", '<form action="/save" method="post"></form>'],
  ["an address that only begins alike", '<form action="/_serverless/save" method="post"></form>'],
  ["another origin", '<form action="http://other.test/_server/save" method="post"></form>'],
  ["no address", '<form method="post"></form>'],
  ["another window", '<form action="/_server/save" method="post" target="_blank"></form>'],
  ["plain text", '<form action="/_server/save" method="post" enctype="text/plain"></form>'],
]) {
  test(`a form is the browser's: ${what}`, () => {
    const page = openPage(html);
    assert.ok(!submit(page).defaultPrevented);
    assert.deepEqual(page.problems, []);
  });
}

test("an action with another method than post is reported", () => {
  const page = openPage('<form action="/_server/save"></form>');
  assert.ok(!submit(page).defaultPrevented);
  assert.match(page.problems[0][0], /form-method.*method="post"/);
});

test("a handler that prevents the default keeps the form from being sent", () => {
  const page = openPage('<form data-w="2" data-on="submit:p" action="/_server/save" method="post"></form>');
  submit(page);
  assert.equal(page.fetches.length, 0);
  assert.equal(page.sent(2).length, 1);
});

test("the base of actions comes from the document", () => {
  const page = openPage('<form action="/sub/_act/x" method="post"></form>', { meta: 'data-action-base="/sub/_act"' });
  assert.ok(submit(page).defaultPrevented);
});

test("while it is being sent, the same content is not sent again, and other content is", async () => {
  const page = openPage(FORM);
  submit(page, page.$("button"));
  submit(page, page.$("button"));
  assert.equal(page.fetches.length, 1);
  assert.ok(page.$("form").hasAttribute("data-wayfare-pending"));
  page.$("input").value = "2";
  submit(page, page.$("button"));
  assert.equal(page.fetches.length, 2);
  for (const { resolve } of page.fetches) resolve(response({ live: true }));
  await settled();
  assert.ok(!page.$("form").hasAttribute("data-wayfare-pending"));
  submit(page, page.$("button"));
  assert.equal(page.fetches.length, 3);
  const ids = page.fetches.map(({ init }) => init.headers["X-Wayfare-Submission"]);
  assert.equal(new Set(ids).size, 3);
});

test("a form that is meant to be repeated is", () => {
  const page = openPage(FORM.replace("<form", "<form data-repeat"));
  submit(page);
  submit(page);
  assert.equal(page.fetches.length, 2);
});

test("a request that may have been lost is sent again with the same id", async () => {
  const page = openPage(FORM);
  submit(page);
  page.fetches[0].reject(new TypeError("network"));
  await settled();
  page.clock.advance(600);
  await settled();
  page.fetches[1].resolve(response({}, { status: 503 }));
  await settled();
  page.clock.advance(1300);
  await settled();
  page.fetches[2].resolve(response({ live: true }));
  await settled();
  const ids = page.fetches.map(({ init }) => init.headers["X-Wayfare-Submission"]);
  assert.equal(ids.length, 3);
  assert.equal(new Set(ids).size, 1);
  assert.deepEqual([page.loads, page.problems], [[], []]);
});

test("in the end it is given up and said so, and the form is as the visitor left it", async () => {
  const page = openPage(FORM);
  page.$("input").value = "typed";
  submit(page);
  for (let i = 0; i < 6; i++) {
    page.fetches[i].reject(new TypeError("network"));
    await settled();
    page.clock.advance(13_000);
    await settled();
  }
  assert.equal(page.fetches.length, 6);
  assert.match(page.problems.at(-1)[0], /\[wayfare form\] \/_server\/save can't be reached/);
  assert.equal(page.$("input").value, "typed");
});

for (const [what, body, options, loads] of [
  ["the page heard of it", { location: null, reload: false, live: true }, {}, []],
  ["a redirect of its own", { location: "/next", reload: false, live: false }, {}, [["assign", "http://site.test/next"]]],
  ["a reload", { location: null, reload: true, live: true }, {}, [["reload"]]],
  ["no page heard of it", { location: null, reload: false, live: false }, {}, [["reload"]]],
  ["led to a login page", null, { type: "text/html", redirected: true, url: "http://site.test/login" }, [["assign", "http://site.test/login"]]],
]) {
  test(`an answer: ${what}`, async () => {
    const page = openPage(FORM);
    submit(page);
    page.fetches[0].resolve(response(body, options));
    await settled();
    assert.deepEqual(page.loads, loads);
    assert.deepEqual(page.problems, []);
  });
}

test("a refusal is reported with its reason", async () => {
  const page = openPage(FORM);
  submit(page);
  page.fetches[0].resolve(response({ error: "too large" }, { status: 413 }));
  await settled();
  assert.match(page.problems[0][0], /\/_server\/save refused: too large/);
  submit(page);
  page.fetches[1].resolve(response(null, { status: 500, type: "text/html" }));
  await settled();
  assert.match(page.problems[1][0], /answered 500, not as an action/);
});

test("without a connection for long, the browser sends the form by itself", () => {
  const page = openPage(FORM);
  page.drop();
  assert.ok(submit(page).defaultPrevented);
  page.clock.advance(2_500);
  page.$("input").value = "2";
  assert.ok(!submit(page).defaultPrevented);
});
