package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Keys;
import dev.merpati.simulator.phone.CompanionKeys;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.rule.ClientVersion;

/** What a device that wants to be paired says about itself, in its first payload. */
record Registration(CompanionKeys keys, ClientVersion version) {
    /** @throws dev.merpati.simulator.proto.MalformedProtoException if something is missing */
    static Registration parse(ClientPayload payload) {
        ProtoMessage data = payload.registration();
        CompanionKeys keys = new CompanionKeys(
                Keys.untyped(data.requiredBytes(3)),
                Bytes.fromBigEndian(data.requiredBytes(1)),
                new CompanionKeys.SignedPreKey(
                        Bytes.fromBigEndian(data.requiredBytes(4)),
                        Keys.untyped(data.requiredBytes(5)),
                        data.requiredBytes(6)));
        return new Registration(keys, payload.version());
    }

    /** Whether the signed pre-key is signed by the identity. */
    boolean isSigned() {
        CompanionKeys.SignedPreKey signed = keys.signed();
        return Keys.verify(keys.identityKey(), Keys.typed(signed.key()), signed.signature());
    }
}
