/** Home Assistant and the simulated office, as a user and a browser see them. */

async function post(url, body, headers = {}) {
  const isForm = body instanceof URLSearchParams;
  const response = await fetch(url, {
    method: "POST",
    body: isForm ? body : JSON.stringify(body),
    headers: { ...(isForm ? {} : { "Content-Type": "application/json" }), ...headers },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return JSON.parse(text || "{}");
}

/** Log in as the demo's user; return the tokens as the frontend keeps them. */
export async function logIn(url) {
  const clientId = `${url}/`;
  const flow = await post(`${url}/auth/login_flow`, {
    client_id: clientId,
    handler: ["homeassistant", null],
    redirect_uri: clientId,
  });
  const answer = { client_id: clientId, username: "demo", password: "demo" };
  const { result } = await post(`${url}/auth/login_flow/${flow.flow_id}`, answer);
  const form = new URLSearchParams({ grant_type: "authorization_code", code: result, client_id: clientId });
  const tokens = await post(`${url}/auth/token`, form);
  return { ...tokens, hassUrl: url, clientId, expires: Date.now() + tokens.expires_in * 1000 };
}

/** The simulated office. */
export class Office {
  constructor(url) {
    this.url = url;
  }

  do(what, fields = {}) {
    return post(`${this.url}/simulator/${what}`, fields);
  }

  /** End whatever calls an extension has. */
  async hangUp(extension) {
    while (await this.do("hang_up", { extension }).catch(() => null));
  }
}

/** Open the frontend in a browser context of its own. */
export async function open(browser, url, tokens, { path = "/office-phones", ...options } = {}) {
  const context = await browser.newContext({
    serviceWorkers: "block",
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  await context.addInitScript((kept) => localStorage.setItem("hassTokens", JSON.stringify(kept)), tokens);
  const page = await context.newPage();
  await page.goto(`${url}${path}`);
  return page;
}
