import { expect, it } from "vitest";
import { html, trusted } from "./markup.ts";

it("escapes text in elements and in attributes", () => {
  const hostile = `"><script>alert('1')</script>&`;
  expect(html`<p title="${hostile}">${hostile}</p>`.toString()).toBe(
    `<p title="${"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;"}">${"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;"}</p>`,
  );
});

it("keeps markup, joins lists, leaves out undefined, and writes backslashes as they are", () => {
  const items = ["a", "<"].map((item) => html`<li>${item}</li>`);
  expect(html`<ul>${items}${undefined}${0}</ul>\n${trusted("<hr>")}${"\\n"}`.toString()).toBe(
    "<ul><li>a</li><li>&lt;</li>0</ul>\n<hr>\\n",
  );
});

it("replaces control characters, which HTML does not allow", () => {
  expect(html`${"a\u0000\u001B[31m\n"}`.toString()).toBe("a\uFFFD\uFFFD[31m\n");
});
