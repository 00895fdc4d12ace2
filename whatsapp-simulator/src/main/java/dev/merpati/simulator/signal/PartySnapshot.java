package dev.merpati.simulator.signal;

import java.util.List;
import java.util.Map;

/** A party as it is stored: private keys, unused one-time pre-keys by id, sessions by the other device's address. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PartySnapshot(
        byte[] identity,
        byte[] signedPreKey,
        int registrationId,
        int nextPreKeyId,
        Map<Integer, byte[]> oneTimePreKeys,
        Map<String, List<SessionSnapshot>> sessions) {}
