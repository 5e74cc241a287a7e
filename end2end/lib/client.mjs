// A visitor without a browser: fetch with a jar of cookies, for requests that no page would send.
export class Client {
  cookies = new Map();

  constructor(world) {
    this.world = world;
  }

  async request(where, { method = 'GET', headers = {}, body, accept = 'text/html', origin = this.world.origin } = {}) {
    const answer = await fetch(this.world.url(where), {
      method,
      body,
      redirect: 'manual',
      headers: {
        accept,
        ...(method === 'GET' || !origin ? {} : { origin }),
        ...(this.cookies.size ? { cookie: this.cookie } : {}),
        ...headers,
      },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    return { status: answer.status, headers: answer.headers, location: answer.headers.get('location'), text: await answer.text() };
  }

  get(where, options) {
    return this.request(where, options);
  }

  /** A form as a page would send it. */
  post(where, fields = {}, options = {}) {
    return this.request(where, { method: 'POST', body: new URLSearchParams(fields), ...options });
  }

  /** In one piece with its length, as browsers send forms. */
  async upload(where, files, options = {}) {
    const form = new FormData();
    for (const { name, mimeType, buffer } of files) form.append('files', new Blob([buffer], { type: mimeType }), name);
    const whole = new Response(form);
    const headers = { 'content-type': whole.headers.get('content-type') };
    return this.request(where, { method: 'POST', body: Buffer.from(await whole.arrayBuffer()), headers, ...options });
  }

  /** A file's bytes, by the link that runs out which the page about it gives. */
  async download(file) {
    const { text } = await this.get(`/files/${file}/view`);
    const link = text.match(new RegExp(`"(/files/${file}\\?[^"]+)"`))?.[1].replaceAll('&amp;', '&');
    if (!link) throw new Error(`no link to ${file}: ${text.slice(0, 500)}`);
    const answer = await fetch(this.world.url(link), { redirect: 'manual', headers: { cookie: this.cookie } });
    if (answer.status !== 200) throw new Error(`${link} answers ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  }

  /** The cookies as a header. */
  get cookie() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async signIn(phone) {
    const after = await this.world.sandbox.count(phone);
    await this.post('/sign-in', { phone, return: '/' });
    const answer = await this.post('/sign-in/code', { code: await this.world.sandbox.code(phone, { after }), return: '/' });
    if (answer.status !== 303) throw new Error(`sign-in: ${answer.status} ${answer.text}`);
    return this;
  }

  async staff(username) {
    const answer = await this.post('/desk/sign-in', { username, password: 'onevisit-demo', return: '/desk' });
    if (answer.status !== 303) throw new Error(`staff sign-in: ${answer.status} ${answer.text}`);
    return this;
  }

  /** Begins a draft and answers its questions. */
  async draft({ slug, answers }) {
    const { location } = await this.post(`/matters/${slug}/start`);
    const id = location.match(/^\/apply\/([0-9a-f-]{36})/)[1];
    for (const [question, value] of Object.entries(answers)) await this.post(`/apply/${id}/questions/${question}`, { [question]: value });
    return id;
  }

  /** Files an application to its end: { id, draft } of the case. */
  async file(filing) {
    const draft = await this.draft(filing);
    for (const [section, values] of Object.entries(filing.form)) await this.post(`/apply/${draft}/form/${section}`, { ...values, ...filing.ids?.[section] });
    for (const [material, list] of Object.entries(filing.files)) {
      await this.upload(`/uploads/drafts/${draft}/${material}`, await Promise.all(list.map((make) => make())));
    }
    await this.post(`/apply/${draft}/sign`, { agreed: 'yes', name: filing.signer, png: '' });
    const { location, text } = await this.post(`/apply/${draft}/submit`);
    const id = location?.match(/^\/cases\/([0-9a-f-]{36})/)?.[1];
    if (!id) throw new Error(`not submitted: ${location} ${text.slice(0, 500)}`);
    return { id, draft };
  }

  /** The cookies as a browser context takes them. */
  browserCookies() {
    return [...this.cookies].map(([name, value]) => ({ name, value, url: this.world.origin, httpOnly: true, sameSite: 'Lax' }));
  }
}
