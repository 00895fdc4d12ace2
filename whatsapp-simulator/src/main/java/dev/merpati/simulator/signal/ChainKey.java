package dev.merpati.simulator.signal;

import dev.merpati.simulator.crypto.Hash;

/**
 * One step of a symmetric-key ratchet.
 *
 * @param index how many messages the chain has yielded before
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ChainKey(byte[] key, int index) {
    private static final byte[] MESSAGE_SEED = {1};
    private static final byte[] NEXT_CHAIN = {2};

    /** The secret from which this step's {@link MessageKeys} are derived. */
    byte[] messageSeed() {
        return Hash.hmac(key, MESSAGE_SEED);
    }

    ChainKey next() {
        return new ChainKey(Hash.hmac(key, NEXT_CHAIN), index + 1);
    }
}
