package dev.merpati.simulator.phone;

import dev.merpati.simulator.signal.PreKeyBundle;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The public keys that a companion device uploaded, as the server keeps them. Thread-safe. */
public final class CompanionKeys {
    private final byte[] identityKey;
    private int registrationId;
    private SignedPreKey signed;
    private final Deque<PreKeyBundle.Some> oneTime = new ArrayDeque<>();

    /** A signed pre-key as uploaded; its signature has been checked. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record SignedPreKey(int id, byte[] key, byte[] signature) {}

    public CompanionKeys(byte[] identityKey, int registrationId, SignedPreKey signed) {
        this.identityKey = identityKey;
        this.registrationId = registrationId;
        this.signed = signed;
    }

    public byte[] identityKey() {
        return identityKey;
    }

    public synchronized void upload(int newRegistrationId, SignedPreKey newSigned, List<PreKeyBundle.Some> keys) {
        registrationId = newRegistrationId;
        signed = newSigned;
        oneTime.addAll(keys);
    }

    /** How many one-time pre-keys are left. */
    public synchronized int left() {
        return oneTime.size();
    }

    /** What somebody needs to write to the device; uses one one-time pre-key up. */
    public synchronized PreKeyBundle bundle() {
        PreKeyBundle.Some next = oneTime.poll();
        return new PreKeyBundle(
                registrationId,
                identityKey,
                signed.id(),
                signed.key(),
                signed.signature(),
                next == null ? new PreKeyBundle.None() : next);
    }

    public synchronized SignedPreKey signed() {
        return signed;
    }

    public synchronized int registrationId() {
        return registrationId;
    }

    /** The keys that nobody has taken yet. */
    public synchronized List<PreKeyBundle.Some> oneTime() {
        return List.copyOf(oneTime);
    }
}
