package dev.merpati.simulator.signal;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.KeyPair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A device's own keys. One-time pre-keys are made when somebody asks for a bundle. Not thread-safe. */
final class LocalKeys {
    private static final int MAX_PRE_KEY_ID = 0xffffff;
    private static final int MAX_REGISTRATION_ID = 16380;

    /** Keys that were given out and never used; beyond that the oldest are forgotten. */
    private static final int MAX_OUTSTANDING = 1000;

    private static final int SIGNED_PRE_KEY_ID = 1;

    private final KeyPair identity;
    private final KeyPair signedPreKey;
    private final byte[] signature;
    private final int registrationId;
    private final Map<Integer, KeyPair> oneTime = new LinkedHashMap<>();
    private int nextPreKeyId;

    private LocalKeys(KeyPair identity, KeyPair signedPreKey, int registrationId, int nextPreKeyId) {
        this.identity = identity;
        this.signedPreKey = signedPreKey;
        this.signature = identity.sign(signedPreKey.typedPublicKey());
        this.registrationId = registrationId;
        this.nextPreKeyId = nextPreKeyId;
    }

    static LocalKeys generate() {
        return new LocalKeys(KeyPair.generate(), KeyPair.generate(), Bytes.randomId(MAX_REGISTRATION_ID), 1);
    }

    static LocalKeys restore(PartySnapshot snapshot) {
        LocalKeys keys = new LocalKeys(
                KeyPair.ofPrivate(snapshot.identity()),
                KeyPair.ofPrivate(snapshot.signedPreKey()),
                snapshot.registrationId(),
                snapshot.nextPreKeyId());
        snapshot.oneTimePreKeys().forEach((id, key) -> keys.oneTime.put(id, KeyPair.ofPrivate(key)));
        return keys;
    }

    PreKeyBundle bundle() {
        int id = nextPreKeyId;
        nextPreKeyId = id == MAX_PRE_KEY_ID ? 1 : id + 1;
        KeyPair key = KeyPair.generate();
        if (oneTime.size() >= MAX_OUTSTANDING) {
            oneTime.remove(oneTime.keySet().iterator().next());
        }
        oneTime.put(id, key);
        return new PreKeyBundle(
                registrationId,
                identity.publicKey(),
                SIGNED_PRE_KEY_ID,
                signedPreKey.publicKey(),
                signature,
                new PreKeyBundle.Some(id, key.publicKey()));
    }

    KeyPair identity() {
        return identity;
    }

    int registrationId() {
        return registrationId;
    }

    @Nullable
    KeyPair signedPreKey(int id) {
        return id == SIGNED_PRE_KEY_ID ? signedPreKey : null;
    }

    @Nullable
    KeyPair oneTimePreKey(int id) {
        return oneTime.get(id);
    }

    void used(int oneTimePreKeyId) {
        oneTime.remove(oneTimePreKeyId);
    }

    PartySnapshot snapshot(Map<String, List<SessionSnapshot>> sessions) {
        return new PartySnapshot(
                identity.privateKey(),
                signedPreKey.privateKey(),
                registrationId,
                nextPreKeyId,
                oneTime.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                entry -> entry.getValue().privateKey(),
                                (first, second) -> first,
                                LinkedHashMap::new)),
                sessions);
    }
}
