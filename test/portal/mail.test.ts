/** Captured calls read as mails. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mailOf } from '../../portal/src/model/mail.ts';

describe('a captured call', () => {
  it('of Outlook is a mail with its people, whatever the case of the members', () => {
    const mail = mailOf({
      To: 'a@x.example;b@x.example',
      CC: 'c@x.example',
      Subject: 'Hello',
      Body: '<p>Hi</p>',
      Importance: 'High',
    });
    assert.equal(mail?.subject, 'Hello');
    assert.ok(mail.isHtml);
    assert.deepEqual(
      mail.headers.map(({ name, value }) => [name, value]),
      [
        ['To', 'a@x.example;b@x.example'],
        ['Cc', 'c@x.example'],
        ['Importance', 'High'],
      ],
    );
  });

  it('of Microsoft Graph is one too', () => {
    const mail = mailOf({
      message: {
        subject: 'Hello',
        body: { contentType: 'Text', content: 'a < b' },
        toRecipients: [{ emailAddress: { address: 'a@x.example' } }, { emailAddress: { address: 'b@x.example' } }],
        attachments: [{ name: 'report.pdf' }, {}],
      },
    });
    assert.equal(mail?.isHtml, false);
    assert.equal(mail.headers[0]?.value, 'a@x.example; b@x.example');
    assert.deepEqual(mail.attachments, ['report.pdf', 'unnamed']);
  });

  it('of anything else is none', () => {
    for (const body of [undefined, null, 'text', [], {}, { subject: 'x' }, { body: 'x' }, { subject: 1, body: 'x' }]) {
      assert.equal(mailOf(body), undefined, JSON.stringify(body));
    }
  });
});
