// Bills to be paid: made by requests, for journeys that begin at the payment.
import { Client } from './client.mjs';
import { property } from './filings.mjs';
import { phone } from './people.mjs';

/** Somebody who owes 90 yuan, and their bill. */
export async function billed(town) {
  const sale = property();
  const [owner, seller, clerk] = await Promise.all([
    new Client(town).signIn(phone()), new Client(town).signIn(sale.sellerPhone), new Client(town).staff('clerk'),
  ]);
  const house = await owner.file(sale);
  const receipt = await owner.get(`/cases/${house.id}/receipt`);
  await seller.post(receipt.text.match(/\/join\/[\w-]+/)[0], { agreed: 'yes', name: sale.seller });
  const version = (await clerk.get(`/desk/cases/${house.id}`)).text.match(/name="version" value="(\d+)"|value="(\d+)"[^>]*name="version"/);
  await clerk.post(`/desk/cases/${house.id}/accept`, { version: version[1] ?? version[2] });
  const bill = (await owner.get(`/cases/${house.id}`)).text.match(/\/bills\/([0-9a-f-]{36})/)[1];
  return { owner, bill };
}
