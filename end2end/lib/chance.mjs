// Chance that can be repeated: the seed is printed, and FAULT_SEED sets it.

/** mulberry32: the same numbers for the same seed everywhere. */
export class Chance {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to, but not including, 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number below. */
  below(limit) {
    return Math.floor(this.next() * limit);
  }

  /** One of a list. */
  pick(list) {
    return list[this.below(list.length)];
  }

  /** Bytes without any order. */
  bytes(length) {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}

/** The seed of this run, printed so that it can be repeated. */
export function seed(what) {
  const value = Number(process.env.FAULT_SEED ?? Date.now() % 4_294_967_296);
  console.log(`${what}: FAULT_SEED=${value}`);
  return value;
}

/** Few rounds at each landing, many in the long run before a release; FAULT_ROUNDS sets their number. */
export function rounds(few, many) {
  return Number(process.env.FAULT_ROUNDS ?? (process.env.ONEVISIT_LONG ? many : few));
}
