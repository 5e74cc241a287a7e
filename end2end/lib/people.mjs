// People and numbers that pass the national check digits; none belongs to anybody.
let phones = 0;

/** A phone that nobody else in this test process uses. */
export function phone() {
  phones += 1;
  return `139${String(process.pid % 10000).padStart(4, '0')}${String(phones).padStart(4, '0')}`;
}

/** GB 11643: 17 digits and the check character (ISO 7064 MOD 11-2). */
export function residentId(serial, born = '19900307', region = '539999') {
  const body = `${region}${born}${String(serial).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((all, weight, i) => all + weight * Number(body[i]), 0);
  return body + '10X98765432'[sum % 11];
}

/** GB 32100: 17 characters and the check character. */
export function creditCode(body = '92539999MA6K00001') {
  const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const sum = [...body].reduce((all, char, i) => all + alphabet.indexOf(char) * (3 ** i % 31), 0);
  return body + alphabet[(31 - (sum % 31)) % 31];
}

/** The same number with one digit wrong: the check digit no longer fits. */
export function miswritten(number) {
  const at = number.length - 2;
  return number.slice(0, at) + ((Number(number[at]) + 1) % 10) + number.slice(at + 1);
}

/** An identity number as pages show it. */
export const masked = (number) => `${number.slice(0, 4)}**********${number.slice(-4)}`;
