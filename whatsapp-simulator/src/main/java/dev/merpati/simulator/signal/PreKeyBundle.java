package dev.merpati.simulator.signal;

import dev.merpati.simulator.crypto.Keys;

/**
 * What a device publishes so that others can write to it. Public keys only, 32 bytes each.
 *
 * @param signature by the identity, over the signed pre-key with its type byte
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PreKeyBundle(
        int registrationId,
        byte[] identityKey,
        int signedPreKeyId,
        byte[] signedPreKey,
        byte[] signature,
        OneTimeKey oneTimeKey) {

    /** A key that is given out once, or none when all are used up. */
    public sealed interface OneTimeKey {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Some(int id, byte[] key) implements OneTimeKey {}

    public record None() implements OneTimeKey {}

    /** The same bundle with a signature that is wrong. */
    public PreKeyBundle unsigned() {
        byte[] wrong = signature.clone();
        wrong[0] ^= 1;
        return new PreKeyBundle(registrationId, identityKey, signedPreKeyId, signedPreKey, wrong, oneTimeKey);
    }

    /** Whether the signed pre-key is signed by the identity. */
    public boolean isSigned() {
        return Keys.verify(identityKey, Keys.typed(signedPreKey), signature);
    }
}
